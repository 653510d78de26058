"""Both languages say the same things; nothing that customers read stands in code."""

import json
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "firstline"
STATIC = PACKAGE / "chat" / "static"
DEMO = PACKAGE / "web" / "static" / "demo"
TABLES = {
    "widget": (STATIC / "strings" / "ko.json", STATIC / "strings" / "en.json"),
    "later": (STATIC / "later" / "strings" / "ko.json", STATIC / "later" / "strings" / "en.json"),
    "demo": (DEMO / "strings.ko.json", DEMO / "strings.en.json"),
}
HANGUL = re.compile("[가-힣]")
NAMES_OF_LANGUAGES = {"other_language"}


@pytest.fixture(params=TABLES)
def tables(request: pytest.FixtureRequest) -> tuple[dict[str, str], dict[str, str]]:
    ko, en = (json.loads(path.read_text(encoding="utf-8")) for path in TABLES[request.param])
    return ko, en


def test_same_keys_and_nothing_empty(tables: tuple[dict[str, str], dict[str, str]]) -> None:
    ko, en = tables
    assert list(ko) == list(en)
    assert all(value.strip() for table in tables for value in table.values())


def test_same_placeholders(tables: tuple[dict[str, str], dict[str, str]]) -> None:
    ko, en = tables
    for key, value in ko.items():
        assert set(re.findall(r"{\w+}", value)) == set(re.findall(r"{\w+}", en[key])), key


def test_korean_is_korean_and_english_is_english(tables: tuple[dict[str, str], dict[str, str]]) -> None:
    ko, en = tables
    sentences = {
        key: re.sub(r"{\w+}", "", value)
        for key, value in ko.items()
        if re.search(r"[^\W\d]", re.sub(r"{\w+}", "", value))
    }
    assert [key for key, value in sentences.items() if not HANGUL.search(value) and key not in NAMES_OF_LANGUAGES] == []
    assert [key for key, value in en.items() if HANGUL.search(value) and key not in NAMES_OF_LANGUAGES] == []


def test_korean_is_polite(tables: tuple[dict[str, str], dict[str, str]]) -> None:
    ko, _ = tables
    for key, value in ko.items():
        for sentence in re.findall(r"[^.?!]*[.?]", value):
            ending = re.sub(r"{\w+}", "", sentence).strip().rstrip(".?")
            if HANGUL.search(ending):
                assert ending.endswith(("니다", "요", "세요", "까요")), (key, sentence)
        assert not re.search("당신|귀하", value), key


def test_every_string_of_the_widget_is_used_and_every_used_one_exists() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in STATIC.rglob("*.js"))
    known = {key for name in ("widget", "later") for key in json.loads(TABLES[name][0].read_text(encoding="utf-8"))}
    used = set(re.findall(r'"(\w+)"', code))
    made = tuple(re.findall(r"t\(`(\w+_)\$\{", code))
    assert {key for key in known if key not in used and not key.startswith(made)} == set()
    assert {key for key in re.findall(r'words\.t\("(\w+)"', code) if key not in known} == set()


def test_code_holds_no_korean_but_the_language_s_own_name() -> None:
    for path in [*STATIC.rglob("*.js"), *DEMO.glob("*.js")]:
        assert set(re.findall("[가-힣]+", path.read_text(encoding="utf-8"))) <= {"한국어"}, path.name
