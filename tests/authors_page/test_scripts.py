"""What the console's scripts promise without a browser: words from the tables only, small files."""

import json
import re

from firstline.web.pages import STATIC_FOLDER

SCRIPTS = [STATIC_FOLDER / "authors.js", *sorted((STATIC_FOLDER / "authors").glob("*.js"))]
CODE = {path.name: re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.S) for path in SCRIPTS}
CODES = {
    "category": {"billing_subscription", "provisioning_configuration", "problem", "updates", "usage", "support"},
    "owner": {"self", "partner", "isv", "microsoft"},
    "audience": {"user", "admin", "both"},
    "article": {"draft", "review", "published", "archived"},
    "layer": {"partner", "provider", "starter"},
    "fact": {"number", "duration", "date", "money", "url", "product", "negation", "only"},
    "effect": {"past", "own", "must"},
    "verdict": {"same", "better", "worse", "gained", "lost", "changed"},
}


def table() -> dict[str, str]:
    words: dict[str, str] = json.loads((STATIC_FOLDER / "strings" / "ko.json").read_text("utf-8"))
    return words


def test_every_word_a_script_names_is_in_the_tables() -> None:
    code = "\n".join(CODE.values())
    named = set(re.findall(r'\bt\("([a-z_]+)"', code))
    named |= set(re.findall(r'labels\.(?:text|name|label|hint)\(.*?\), "([a-z_]+)"\)', code))
    assert len(named) > 100
    assert named - table().keys() == set()


def test_every_code_of_the_api_has_words() -> None:
    assert {f"{group}_{code}" for group, codes in CODES.items() for code in codes} - table().keys() == set()


def test_scripts_hold_no_words_no_parsed_html_and_stay_small() -> None:
    for name, code in CODE.items():
        assert not re.search("[가-힣]", code), name
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", code), name
        assert len(code.splitlines()) < 250, name
