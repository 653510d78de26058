"""The words of findings: each in both languages, each used, and saying the same things."""

import re
from pathlib import Path

from firstline.charter import findings, lint_targets

CODE = "\n".join(path.read_text("utf-8") for path in sorted(Path(findings.__file__).parent.glob("*.py")))


def test_every_word_is_used_and_every_use_has_words() -> None:
    named = set(re.findall(r'"((?:yaml|extends|reference|schema|L\d+)\.\w+)"', CODE))
    problems = re.findall(r'\(target\..*?"(\w+)"\)', Path(lint_targets.__file__).read_text("utf-8"))
    named |= {f"L8.{problem}" for problem in problems}
    table = findings.words().table("ko")
    assert named == {key for key in table if not key.startswith("field.")}


def test_both_languages_name_the_same_things() -> None:
    korean, english = (findings.words().table(lang) for lang in ("ko", "en"))
    for key, text in korean.items():
        assert {*re.findall(r"\{(\w+)\}", text)} == {*re.findall(r"\{(\w+)\}", english[key])}, key
        assert re.search("[가-힣]", text), key
