"""Both languages, narrow screens, the keyboard, and words for every code the API has."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from firstline.desk.audit import AUDITED
from firstline.desk.permissions import ROLES
from firstline.web.pages import STATIC_FOLDER

Open = Callable[..., Page]
PARTS = ["", "people", "audit", "training", "charter", "notices", "resellers"]
FILES = [STATIC_FOLDER / "staff.js", STATIC_FOLDER / "console.js"]
FILES += [path for folder in ("accounts", "training") for path in sorted((STATIC_FOLDER / folder).glob("*.js"))]
CODE = {
    str(path.relative_to(STATIC_FOLDER)): re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", path.read_text("utf-8"), flags=re.S)
    for path in FILES
}


def table() -> dict[str, str]:
    words: dict[str, str] = json.loads((STATIC_FOLDER / "strings" / "ko.json").read_text("utf-8"))
    return words


@pytest.mark.browser
@pytest.mark.parametrize("part", PARTS)
def test_english_is_complete_and_changes_in_place(office: Any, open_page: Open, part: str) -> None:
    office.reset("admin", "provider")
    page = open_page(part)
    page.click(".looks [data-lang=en]")
    expect(page.locator('[data-section="audit"]')).to_have_text("Audit log")
    left = page.evaluate(
        r"""() => [...document.querySelectorAll("body *")].filter((node) =>
          !node.closest("[lang=ko], .who, .typed, script, noscript, time, dd, tbody th, .audit-log td")
          && [...node.childNodes].some((child) => child.nodeType === 3 && /[가-힣]/.test(child.data)))
          .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert left == []


@pytest.mark.browser
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("width", [320, 768, 1920])
def test_no_part_scrolls_sideways(office: Any, open_page: Open, part: str, width: int) -> None:
    office.reset("admin", "provider")
    page = open_page(part)
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.browser
def test_a_person_is_added_with_the_keyboard_alone(office: Any, open_page: Open) -> None:
    page = open_page("people")
    page.locator('[data-do="add"]').focus()
    for keys in ("Enter", "s@example.test", "Tab", "소라", "Tab", "Space", "Tab", "Space", "Enter"):
        page.keyboard.press(keys) if keys in ("Enter", "Tab", "Space") else page.keyboard.type(keys)
    expect(page.locator("#link")).to_be_visible()
    assert office.calls == [("add", {"email": "s@example.test", "name": "소라", "roles": ["author"]})]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_every_word_a_script_names_is_in_the_tables() -> None:
    code = "\n".join(CODE.values())
    named = set(re.findall(r'\bt\("([a-z_]+)"', code))
    named |= set(re.findall(r'labels\.(?:text|name|label|hint)\(.*?\), "([a-z_]+)"\)', code))
    assert len(named) > 30
    assert named - table().keys() == set()


def test_every_code_of_the_api_has_words() -> None:
    words = table()
    wanted = {f"role_hint_{role}" for role in ROLES} | {f"audited_group_{name.partition('.')[0]}" for name in AUDITED}
    wanted |= {f"audited_{name.replace('.', '_')}" for name in AUDITED if "." in name}
    wanted |= {f"audit_data_{name}" for names in AUDITED.values() for name in names}
    assert wanted - words.keys() == set()


def test_scripts_hold_no_words_no_parsed_html_and_stay_small() -> None:
    for name, code in CODE.items():
        assert not re.search("[가-힣]", code), name
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|\beval\(", code), name
        assert len(code.splitlines()) < 250, name
