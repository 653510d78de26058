"""One Enter: the state machine over the event orders of each browser, without a text box."""

from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

START = ["compositionstart", {}]
END = ["compositionend", {}]
ENTER = ["keydown", {"key": "Enter", "code": "Enter", "keyCode": 13}]
ENTER_UP = ["keyup", {"key": "Enter", "code": "Enter", "keyCode": 13}]
IN_IME = ["keydown", {"key": "Process", "code": "Enter", "keyCode": 229, "isComposing": True}]
SAFARI = ["keydown", {"key": "Enter", "code": "Enter", "keyCode": 229, "isComposing": False}]
ANDROID = ["keydown", {"key": "Unidentified", "code": "", "keyCode": 229}]
BREAK = ["beforeinput", {"inputType": "insertLineBreak"}]
PARAGRAPH = ["beforeinput", {"inputType": "insertParagraph"}]
LETTER = ["keydown", {"key": "Process", "code": "KeyD", "keyCode": 229, "isComposing": True}]
PLAIN_LETTER = ["keydown", {"key": "a", "code": "KeyA", "keyCode": 65}]
SHIFT_ENTER = ["keydown", {"key": "Enter", "code": "Enter", "keyCode": 13, "shiftKey": True}]
SHIFT_IN_IME = ["keydown", {"key": "Process", "code": "Enter", "keyCode": 229, "isComposing": True, "shiftKey": True}]
REPEAT = ["keydown", {"key": "Enter", "code": "Enter", "keyCode": 13, "repeat": True}]
BUTTON = ["button", {}]

ONE_SEND = {
    "plain": [PLAIN_LETTER, ENTER, ENTER_UP],
    "chrome, key not handed on": [START, LETTER, IN_IME, END, ENTER_UP],
    "chrome macOS, key handed on": [START, LETTER, IN_IME, END, ENTER, ENTER_UP],
    "chrome, key handed on as a line break": [START, LETTER, IN_IME, END, BREAK, ENTER_UP],
    "input method that answers after the key is up": [START, LETTER, IN_IME, ENTER_UP, END],
    "late answer, key handed on": [START, LETTER, IN_IME, ENTER_UP, END, ENTER, ENTER_UP],
    "safari": [START, LETTER, END, SAFARI, ENTER_UP],
    "safari, key handed on": [START, LETTER, END, SAFARI, ENTER, BREAK, ENTER_UP],
    "firefox": [START, LETTER, IN_IME, END, ENTER_UP],
    "android, composition over": [START, ANDROID, END, ANDROID, BREAK],
    "android, composition open": [START, ANDROID, ANDROID, BREAK, END],
    "android, paragraph": [START, ANDROID, END, PARAGRAPH],
    "ios, without composition": [PLAIN_LETTER, ENTER, ENTER_UP],
    "syllable after syllable": [START, LETTER, END, START, LETTER, END, START, LETTER, IN_IME, END, ENTER, ENTER_UP],
    "key held down": [PLAIN_LETTER, ENTER, REPEAT, REPEAT, ENTER_UP],
    "send button inside a composition": [START, LETTER, BUTTON, END],
    "send button": [PLAIN_LETTER, BUTTON],
}
NO_SEND = {
    "syllable ends by itself": [START, LETTER, END],
    "shift": [PLAIN_LETTER, SHIFT_ENTER, BREAK, ENTER_UP],
    "shift inside a composition": [START, LETTER, SHIFT_IN_IME, END, SHIFT_ENTER, BREAK],
    "composing goes on after Enter": [START, LETTER, IN_IME, LETTER, END],
}
TWO_SENDS = {
    "two plain": [ENTER, ENTER_UP, PLAIN_LETTER, ENTER, ENTER_UP],
    "two korean": [START, LETTER, IN_IME, END, ENTER, ENTER_UP, START, LETTER, IN_IME, END, ENTER, ENTER_UP],
    "two safari": [START, END, SAFARI, ENTER_UP, START, END, SAFARI, ENTER_UP],
    "two android": [START, ANDROID, END, BREAK, START, ANDROID, END, BREAK],
    "korean, then plain": [START, LETTER, IN_IME, ENTER_UP, END, PLAIN_LETTER, ENTER, ENTER_UP],
}
CASES = [(1, name, events) for name, events in ONE_SEND.items()]
CASES += [(0, name, events) for name, events in NO_SEND.items()]
CASES += [(2, name, events) for name, events in TWO_SENDS.items()]

RUN = """async (events) => {
  const { createEnterKey } = await import("/widget/static/enterkey.js");
  const machine = createEnterKey();
  return events.map(([name, event]) => ({ name, ...machine[name](event) }));
}"""


@pytest.fixture(scope="module")
def page(browser: Any, server: Any) -> Any:
    page = browser.new_page()
    page.goto(f"{server.url}/widget/static/style.css")
    yield page
    page.close()


@pytest.mark.parametrize(("sends", "name", "events"), CASES, ids=[name for _, name, _ in CASES])
def test_sends_exactly(page: Page, sends: int, name: str, events: list[Any]) -> None:
    actions = page.evaluate(RUN, events)
    assert sum(action["send"] != "no" for action in actions) == sends, name


def test_line_breaks_reach_the_box_only_with_shift(page: Page) -> None:
    wanted = page.evaluate(RUN, [SHIFT_ENTER, BREAK])
    assert [action["prevent"] for action in wanted] == [False, False]
    for events in ([ENTER], [START, LETTER, IN_IME, END, BREAK], [ANDROID, BREAK]):
        assert page.evaluate(RUN, events)[-1]["prevent"] is True


def test_key_inside_a_composition_is_left_to_the_input_method(page: Page) -> None:
    assert page.evaluate(RUN, [START, IN_IME])[-1] == {"name": "keydown", "prevent": False, "send": "no"}
