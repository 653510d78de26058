"""The text box in a real Chromium: Korean input, Enter, long texts, drafts."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Dispatches events as a browser's input method does; the box's text changes where the browser would change it.
SEQUENCE = """(box, steps) => {
  box.focus();
  for (const [type, init, value] of steps) {
    if (value !== undefined) box.value = value;
    const shared = { bubbles: true, cancelable: true, composed: true, ...init };
    const event = type.startsWith("key") ? new KeyboardEvent(type, shared)
      : type.startsWith("composition") ? new CompositionEvent(type, shared) : new InputEvent(type, shared);
    if ("keyCode" in init) Object.defineProperty(event, "keyCode", { value: init.keyCode });
    box.dispatchEvent(event);
  }
}"""
TYPED: list[Any] = [
    ["compositionstart", {"data": ""}],
    ["compositionupdate", {"data": "요"}],
    ["input", {"inputType": "insertCompositionText", "isComposing": True}, "안녕하세요"],
]
COMMIT: list[Any] = [["compositionend", {"data": "요"}]]
IN_IME: list[Any] = [["keydown", {"key": "Process", "code": "Enter", "keyCode": 229, "isComposing": True}]]
AGAIN: list[Any] = [["keydown", {"key": "Enter", "code": "Enter", "keyCode": 13}]]
UP: list[Any] = [["keyup", {"key": "Enter", "code": "Enter", "keyCode": 13}]]
BROWSERS: dict[str, list[Any]] = {
    "chrome windows": [*TYPED, *IN_IME, *COMMIT, *UP],
    "chrome macos": [*TYPED, *IN_IME, *COMMIT, *AGAIN, *UP],
    "safari": [*TYPED, *COMMIT, ["keydown", {"key": "Enter", "code": "Enter", "keyCode": 229}], *UP],
    "firefox": [*TYPED, *IN_IME, *COMMIT, ["input", {"inputType": "insertCompositionText"}], *UP],
    "android": [
        *TYPED,
        ["keydown", {"key": "Unidentified", "code": "", "keyCode": 229}],
        *COMMIT,
        ["beforeinput", {"inputType": "insertLineBreak"}],
    ],
}


@pytest.mark.parametrize("browser_name", BROWSERS)
def test_one_enter_sends_the_whole_text_once(chat: Any, fake: Any, browser_name: str) -> None:
    chat.box.evaluate(SEQUENCE, BROWSERS[browser_name])
    expect(chat.bot).to_have_count(2)
    assert [post["text"] for post in fake.posts] == ["안녕하세요"]
    expect(chat.own).to_have_count(1)
    expect(chat.box).to_have_value("")


def test_chromium_input_method_one_enter(chat: Any, fake: Any) -> None:
    """Chromium's own input method events: 안녕하세 is committed, 요 is still being composed when Enter comes."""
    chat.box.focus()
    cdp = chat.page.context.new_cdp_session(chat.page)
    cdp.send("Input.insertText", {"text": "안녕하세"})
    for text in ("ㅇ", "요"):
        cdp.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
    expect(chat.box).to_have_value("안녕하세요")
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    assert fake.posts == []
    cdp.send("Input.insertText", {"text": "요"})
    plain = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **plain})
    cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **plain})
    expect(chat.bot).to_have_count(2)
    expect(chat.box).to_have_value("")
    assert [post["text"] for post in fake.posts] == ["안녕하세요"]


def test_send_button_completes_the_last_syllable(chat: Any, fake: Any) -> None:
    chat.box.focus()
    cdp = chat.page.context.new_cdp_session(chat.page)
    cdp.send("Input.insertText", {"text": "메일 안 와"})
    cdp.send("Input.imeSetComposition", {"text": "요", "selectionStart": 1, "selectionEnd": 1})
    chat.frame.locator(".send").click()
    expect(chat.bot).to_have_count(2)
    expect(chat.box).to_have_value("")
    expect(chat.box).to_be_focused()
    assert [post["text"] for post in fake.posts] == ["메일 안 와요"]


def test_shift_enter_makes_a_line(chat: Any, fake: Any) -> None:
    chat.box.type("one")
    chat.box.press("Shift+Enter")
    chat.box.type("two")
    assert fake.posts == []
    chat.box.press("Enter")
    expect(chat.own.locator(".text")).to_have_text("one\ntwo", use_inner_text=True)
    assert [post["text"] for post in fake.posts] == ["one\ntwo"]


def test_nothing_but_blanks_is_not_sent(chat: Any, fake: Any) -> None:
    chat.send("   ")
    chat.send("ㅇㅇ")
    expect(chat.bot).to_have_count(2)
    assert [post["text"] for post in fake.posts] == ["ㅇㅇ"]


def test_too_long_stays_in_the_box_and_says_by_how_much(chat: Any, fake: Any) -> None:
    text = "가" * 20_003
    chat.send(text)
    note = chat.frame.locator(".composer-note")
    expect(note).to_contain_text("20,000자")
    expect(note).to_contain_text("3자를 줄이거나")
    expect(chat.box).to_have_value(text)
    assert fake.posts == []
    chat.send(text[:20_000])
    expect(chat.bot).to_have_count(2)
    assert len(fake.posts[0]["text"]) == 20_000


def test_length_is_counted_in_characters_as_the_server_does(chat: Any, fake: Any) -> None:
    chat.box.fill("😀" * 19_000)
    expect(chat.frame.locator(".composer-note")).to_have_text("19,000 / 20,000자")


def test_draft_survives_a_reload(chat: Any) -> None:
    chat.box.fill("아직 보내지 않은 글")
    chat.page.reload()
    expect(chat.box).to_have_value("아직 보내지 않은 글")


def test_typing_is_told(chat: Any, fake: Any) -> None:
    chat.live(fake)
    chat.box.type("a")
    chat.box.press("Enter")
    expect(chat.bot).to_have_count(2)
    assert fake.typed == [True, False]
