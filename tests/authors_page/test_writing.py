"""Writing: toolbar, lists, Korean input, pictures, and a preview that can't run anything."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
pytestmark = pytest.mark.browser
COMPOSING = """([selector, init]) => document.querySelector(selector).dispatchEvent(
  new KeyboardEvent("keydown", {bubbles: true, cancelable: true, isComposing: true, keyCode: 229, ...init}))"""
PNG = {"name": "그림.png", "mimeType": "image/png", "buffer": b"\x89PNG"}


@pytest.fixture
def writing(open_page: Open) -> Page:
    page = open_page("edit/reset/ko")
    page.fill("#body-ko", "첫째\n둘째")
    page.locator("#body-ko").select_text()
    return page


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ("bold", "**첫째\n둘째**"),
        ("heading", "## 첫째\n## 둘째"),
        ("list", "- 첫째\n- 둘째"),
        ("steps", "1. 첫째\n2. 둘째"),
        ("link", "[첫째\n둘째](https://)"),
    ],
)
def test_the_toolbar_marks_the_selection_and_undo_takes_it_back(writing: Page, edit: str, text: str) -> None:
    writing.locator(f'[data-lang-pane="ko"] [data-edit="{edit}"]').click()
    expect(writing.locator("#body-ko")).to_have_value(text)
    writing.keyboard.press("Control+z")
    expect(writing.locator("#body-ko")).to_have_value("첫째\n둘째")


@pytest.mark.parametrize("edit", ["bold", "list", "steps"])
def test_a_second_press_takes_the_marks_away(writing: Page, edit: str) -> None:
    for _ in range(2):
        writing.locator(f'[data-lang-pane="ko"] [data-edit="{edit}"]').click()
    expect(writing.locator("#body-ko")).to_have_value("첫째\n둘째")


def test_enter_goes_on_with_steps_and_ends_them_on_an_empty_one(writing: Page) -> None:
    box = writing.locator("#body-ko")
    box.fill("")
    box.press_sequentially("1. 하나")
    box.press("Enter")
    box.press_sequentially("둘")
    expect(box).to_have_value("1. 하나\n2. 둘")
    box.press("Enter")
    box.press("Enter")
    expect(box).to_have_value("1. 하나\n2. 둘\n")


def test_a_syllable_being_written_triggers_nothing(library: Any, writing: Page) -> None:
    box = writing.locator("#body-ko")
    box.fill("- 목록")
    writing.evaluate(COMPOSING, ["#body-ko", {"key": "Enter", "code": "Enter"}])
    writing.evaluate(COMPOSING, ["#body-ko", {"key": "Enter", "code": "Enter", "ctrlKey": True}])
    writing.evaluate(COMPOSING, ["#body-ko", {"key": "b", "code": "KeyB", "ctrlKey": True}])
    writing.evaluate(COMPOSING, ["#body-ko", {"key": "s", "code": "KeyS", "ctrlKey": True}])
    expect(box).to_have_value("- 목록")
    expect(writing.get_by_role("dialog")).to_have_count(0)
    assert not library.calls
    # The save asked for meanwhile comes once the syllable is complete.
    box.dispatch_event("compositionend")
    expect(writing.locator(".toast")).to_contain_text("저장했습니다")
    assert library.calls[-1][1]["article"]["body"] == "- 목록"


def test_korean_written_with_an_input_method_arrives_whole(library: Any, writing: Page) -> None:
    box = writing.locator("#body-ko")
    box.fill("")
    box.focus()
    session = writing.context.new_cdp_session(writing)
    for text in ("ㅎ", "하", "한"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
    expect(box).to_have_value("한")
    session.send("Input.insertText", {"text": "한"})
    writing.keyboard.press("Control+s")
    expect(writing.locator(".toast")).to_contain_text("저장했습니다")
    assert library.calls[-1][1]["article"]["body"] == "한"


def test_a_picture_goes_where_the_caret_was(library: Any, writing: Page) -> None:
    box = writing.locator("#body-ko")
    box.fill("앞 ")
    writing.locator('[data-lang-pane="ko"] input[type="file"]').set_input_files([PNG])  # type: ignore[list-item]
    expect(box).to_have_value("앞 ![그림.png](/articles/demo/images/a.png)")
    assert library.calls[-1] == ("image", "그림.png")


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped(writing: Page, how: str) -> None:
    writing.fill("#body-ko", "")
    writing.evaluate(
        """how => {
          const data = new DataTransfer();
          data.items.add(new File(["x"], "a.png", {type: "image/png"}));
          const init = {bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data};
          const event = how === "paste" ? new ClipboardEvent("paste", init) : new DragEvent("drop", init);
          document.querySelector("#body-ko").dispatchEvent(event);
        }""",
        how,
    )
    expect(writing.locator("#body-ko")).to_have_value("![a.png](/articles/demo/images/a.png)")


def test_a_picture_that_is_none_or_too_large_is_refused_in_words(library: Any, writing: Page) -> None:
    chooser = writing.locator('[data-lang-pane="ko"] input[type="file"]')
    problem = writing.locator('[data-lang-pane="ko"] .failed[role="alert"]')
    chooser.set_input_files([PNG | {"name": "big.png", "buffer": b"x" * (2 * 1024 * 1024 + 1)}])  # type: ignore[list-item]
    expect(problem).to_contain_text("2 MB보다 큽니다")
    chooser.set_input_files([{"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}])
    expect(problem).to_contain_text("a.svg")
    assert not library.calls


def test_the_preview_lets_nothing_run_even_if_the_server_did(library: Any, open_page: Open, broken: list[str]) -> None:
    library.html = (
        "<h2 onclick='x=1'>제목</h2><script>window.hit = 1</script><img src='x' onerror='window.hit = 1'>"
        "<a href='javascript:window.hit=1'>눌러</a><iframe srcdoc='<b>'></iframe><svg onload='window.hit=1'></svg>"
        "<form><input></form><object data='x'></object>"
    )
    page = open_page("edit/reset/ko")
    text = page.locator('[data-lang-pane="ko"] .preview .text')
    expect(text.locator("h2")).to_have_text("제목")
    assert page.evaluate("window.hit") is None
    assert "javascript" not in text.inner_html()
    assert text.locator("script, iframe, svg, form, object, [onclick], [onerror]").count() == 0
    # Reading the handlers is enough for the policy to say that it stopped them.
    assert all("has been blocked" in message for message in broken)
    broken.clear()


def test_a_failed_preview_is_said_and_costs_nothing(library: Any, open_page: Open) -> None:
    page = open_page("edit/reset/ko")
    # Both languages' first previews are there, so that the failure meets the one that is asked for next.
    for text in page.locator(".preview .text").all():
        expect(text).not_to_be_empty()
    written = page.input_value("#body-ko")
    library.failures["POST /api/authors/preview"] = 500
    page.fill("#body-ko", "새 글")
    pane = page.locator('[data-lang-pane="ko"]')
    expect(pane.locator(".preview .failed")).to_be_visible()
    page.fill("#body-ko", written)
    expect(pane.locator(".preview .failed")).to_be_hidden()
    library.failures["POST /api/authors/preview"] = 500
    page.fill("#body-ko", "새 글")
    expect(pane.locator(".preview .failed")).to_be_visible()
    page.fill("#body-ko", "새 글이 더")
    expect(pane.locator(".preview .text")).to_have_text("새 글이 더")
    expect(pane.locator(".preview .failed")).to_be_hidden()
