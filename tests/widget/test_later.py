"""What is loaded when it is needed: the wait, the rating, files."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from .fake_words import NOBODY

pytestmark = pytest.mark.browser

PNG = {"name": "화면.png", "mimeType": "image/png", "buffer": b"\x89PNG" + bytes(3000)}
PDF = {"name": "견적서.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" + bytes(2000)}


@pytest.fixture
def waiting(chat: Any, fake: Any) -> Any:
    """A customer who waits as second in line."""
    chat.live(fake)
    chat.frame.get_by_role("button", name="상담원 연결").click()
    expect(chat.banner).to_contain_text("2번째")
    return chat


def choose(chat: Any, *files: Any) -> None:
    chat.frame.locator("input[type=file]").set_input_files(list(files))


def test_a_first_message_needs_none_of_it(chat: Any, fake: Any) -> None:
    chat.send("메일이 안 와요")
    expect(chat.bot).to_have_count(2)
    assert [path for path in fake.requested if "/later/" in path] == []
    choose(chat, PNG)
    expect(chat.own.locator(".card")).to_contain_text("화면.png")
    assert any("/later/" in path for path in fake.requested)


def test_place_and_wait_change_while_waiting(waiting: Any, fake: Any) -> None:
    expect(waiting.banner).to_contain_text("보통 15분")
    fake.push({"type": "queue", "position": 1, "wait": None, "duty": {"code": "here", "text": None}})
    expect(waiting.banner).to_contain_text("1번째")
    expect(waiting.banner).not_to_contain_text("보통 15분")
    expect(waiting.banner).to_contain_text("2026년 11월 23일(월) 오후 2시 30분까지")
    expect(waiting.banner.locator(".place")).to_have_attribute("role", "status")


def test_nobody_there_is_said_and_an_address_can_be_left(waiting: Any, fake: Any) -> None:
    nobody = {"code": "nobody", "text": NOBODY["ko"]}
    fake.push({"type": "queue", "position": 1, "wait": None, "duty": nobody})
    expect(waiting.banner).to_contain_text("자리에 있는 담당자가 없습니다")
    waiting.banner.get_by_role("button", name="이메일 남기기").click()
    box = waiting.frame.get_by_label("이메일 주소")
    expect(box).to_be_focused()
    for typed in ("kim", "a@b.c"):
        box.fill(typed)
        box.press("Enter")
        expect(waiting.banner.get_by_role("alert")).to_contain_text("이메일 주소 형식이 아닙니다")
        expect(box).to_have_value(typed)
    box.fill("kim@example.com")
    box.press("Enter")
    expect(waiting.banner).to_contain_text("kim@example.com 주소로 직접 메일을 드립니다")
    waiting.banner.get_by_role("button", name="이메일 바꾸기").click()
    expect(waiting.frame.get_by_label("이메일 주소")).to_have_value("kim@example.com")
    waiting.banner.get_by_role("button", name="주소 지우기").click()
    expect(waiting.banner.get_by_role("button", name="이메일 남기기")).to_be_visible()


def test_what_is_typed_survives_a_change_of_place(waiting: Any, fake: Any) -> None:
    waiting.banner.get_by_role("button", name="이메일 남기기").click()
    waiting.frame.get_by_label("이메일 주소").fill("kim@exam")
    fake.push({"type": "queue", "position": 1, "wait": None, "duty": {"code": "here", "text": None}})
    expect(waiting.banner).to_contain_text("1번째")
    expect(waiting.frame.get_by_label("이메일 주소")).to_have_value("kim@exam")
    expect(waiting.frame.get_by_label("이메일 주소")).to_be_focused()


def test_the_wait_is_withdrawn_only_after_a_question(waiting: Any, fake: Any) -> None:
    waiting.banner.get_by_role("button", name="문의 취소하기").click()
    expect(waiting.banner.get_by_role("alert")).to_contain_text("FL-1042")
    waiting.banner.get_by_role("button", name="계속 기다릴게요").click()
    expect(waiting.banner).to_have_attribute("data-state", "waiting")
    waiting.banner.get_by_role("button", name="문의 취소하기").click()
    waiting.banner.get_by_role("button", name="네, 취소할게요").click()
    expect(waiting.banner).to_have_attribute("data-state", "closed")
    assert [post["text"] for post in fake.posts] == ["/human", "/withdraw"]


def test_a_closed_case_is_rated_and_the_rating_changed(waiting: Any, fake: Any) -> None:
    rating = {"state": "asked", "score": None, "comment": None, "until": "2099-01-01T00:00:00Z"}
    fake.set_state("closed", {**fake.talk.case, "rating": rating})
    send = waiting.frame.get_by_role("button", name="평가 보내기")
    send.click()
    expect(waiting.banner.get_by_role("alert")).to_contain_text("하나를 골라 주세요")
    waiting.frame.get_by_role("radio", name="매우 만족").check()
    waiting.frame.get_by_label("더 하실 말씀").fill("고맙습니다")
    send.click()
    expect(waiting.banner).to_contain_text("‘매우 만족’으로 평가해 주셨습니다")
    assert fake.posts[-1] == {"score": 5, "comment": "고맙습니다"}
    waiting.frame.get_by_role("button", name="평가 바꾸기").click()
    expect(waiting.frame.get_by_label("더 하실 말씀")).to_have_value("고맙습니다")
    waiting.frame.get_by_role("radio", name="보통").check()
    send.click()
    expect(waiting.banner).to_contain_text("‘보통’")
    assert fake.posts[-1]["score"] == 3


def test_scores_are_reached_by_keyboard(waiting: Any, fake: Any) -> None:
    rating = {"state": "asked", "score": None, "comment": None, "until": "2099-01-01T00:00:00Z"}
    fake.set_state("closed", {**fake.talk.case, "rating": rating})
    waiting.frame.get_by_role("radio", name="매우 아쉬움").focus()
    waiting.page.keyboard.press("ArrowRight")
    expect(waiting.frame.get_by_role("radio", name="아쉬움", exact=True)).to_be_checked()
    expect(waiting.frame.get_by_role("radio", name="아쉬움", exact=True)).to_be_focused()


def test_no_rating_is_asked_for_once_the_time_is_over(waiting: Any, fake: Any) -> None:
    fake.set_state("closed", {**fake.talk.case, "rating": {"state": "unanswered", "score": None}})
    expect(waiting.banner).to_have_attribute("data-state", "closed")
    expect(waiting.frame.get_by_role("radio")).to_have_count(0)


def test_files_are_sent_shown_and_saved(chat: Any, fake: Any, tmp_path: Path) -> None:
    choose(chat, PNG, PDF)
    expect(chat.own.locator(".card")).to_have_count(2)
    assert [name for name, _ in fake.uploads] == ["화면.png", "견적서.pdf"]
    assert fake.uploads[0][1] == PNG["buffer"]
    with chat.page.expect_download() as saving:
        chat.own.get_by_role("button", name="견적서.pdf 저장하기").click()
    assert saving.value.suggested_filename == "견적서.pdf"
    assert Path(saving.value.path()).read_bytes() == PDF["buffer"]
    expect(chat.frame.locator(".upload")).to_have_count(0)


def test_an_upload_shows_its_progress_and_can_be_cancelled(chat: Any, fake: Any) -> None:
    fake.hold_uploads.clear()
    choose(chat, PNG, PDF)
    first, second = chat.frame.locator(".upload").first, chat.frame.locator(".upload").last
    expect(first.get_by_role("progressbar", name="화면.png 보내는 중")).to_be_visible()
    expect(chat.frame.locator(".files-warning")).to_contain_text("주민등록번호")
    second.get_by_role("button", name="취소").click()
    expect(chat.frame.locator(".upload")).to_have_count(1)
    with chat.page.expect_event("requestfailed"):
        first.get_by_role("button", name="취소").click()
    expect(chat.frame.locator(".files")).to_be_hidden()
    expect(chat.frame.locator(".upload")).to_have_count(0)
    assert fake.uploads == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [((503, "unavailable"), "시스템에 문제가 생겨"), ((429, "too_many"), "조금 뒤에 다시")],
)
def test_what_failed_can_be_sent_again(chat: Any, fake: Any, answer: tuple[int, str], words: str) -> None:
    fake.refuse_upload = answer
    choose(chat, PNG)
    row = chat.frame.locator(".upload.failed")
    expect(row).to_contain_text(words)
    fake.refuse_upload = None
    row.get_by_role("button", name="다시 보내기").click()
    expect(chat.own.locator(".card")).to_contain_text("화면.png")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((400, "file_kind"), "보낼 수 없는 형식"),
        ((400, "file_infected"), "위험한 내용"),
        ((409, "too_many_files"), "20개까지"),
        ((413, "file_too_large"), "10 MB까지"),
    ],
)
def test_what_is_refused_says_why_and_is_not_offered_again(
    chat: Any, fake: Any, answer: tuple[int, str], words: str
) -> None:
    fake.refuse_upload = answer
    choose(chat, PNG)
    row = chat.frame.locator(".upload.failed")
    expect(row).to_contain_text(words)
    expect(row.get_by_role("button", name="다시 보내기")).to_have_count(0)
    row.get_by_role("button", name="지우기").click()
    expect(chat.frame.locator(".files")).to_be_hidden()


def test_too_large_a_file_is_not_even_sent(chat: Any, fake: Any) -> None:
    fake.max_bytes = 1000
    choose(chat, PNG)
    expect(chat.frame.locator(".upload.failed")).to_contain_text("1 KB까지")
    assert fake.uploads == [] and ("/api/chat/files/" not in fake.requested)


def test_a_reload_in_the_middle_is_told(chat: Any, fake: Any) -> None:
    fake.hold_uploads.clear()
    choose(chat, PNG)
    expect(chat.frame.get_by_role("progressbar")).to_be_visible()
    chat.page.reload()
    row = chat.frame.locator(".upload.failed")
    expect(row).to_contain_text("화면이 새로 고쳐져")
    expect(row.get_by_role("button", name="다시 고르기")).to_be_visible()
    row.get_by_role("button", name="지우기").click()
    fake.hold_uploads.set()
    chat.page.reload()
    expect(chat.bot.first).to_be_visible()
    expect(chat.frame.locator(".upload")).to_have_count(0)


def test_another_tab_sees_the_file(chat: Any, visit: Any, fake: Any) -> None:
    other = visit().open().live(fake)
    choose(chat, PNG)
    expect(other.own.locator(".card")).to_contain_text("화면.png")
    expect(other.frame.locator(".upload")).to_have_count(0)


def test_a_closing_while_a_file_is_on_its_way_loses_nothing(waiting: Any, fake: Any) -> None:
    fake.hold_uploads.clear()
    choose(waiting, PNG)
    expect(waiting.frame.get_by_role("progressbar")).to_be_visible()
    fake.set_state("closed", {**fake.talk.case, "rating": None})
    expect(waiting.banner).to_have_attribute("data-state", "closed")
    expect(waiting.frame.get_by_role("progressbar")).to_be_visible()
    fake.hold_uploads.set()
    expect(waiting.own.locator(".card")).to_contain_text("화면.png")


def test_pasted_and_dropped_pictures_are_sent_and_copied_cells_stay_text(chat: Any, fake: Any) -> None:
    fire = """(target, [kind, text]) => {
      const data = new DataTransfer();
      data.items.add(new File(["x".repeat(500)], "캡처.png", { type: "image/png" }));
      if (text) data.setData("text/plain", text);
      const init = { bubbles: true, cancelable: true };
      target.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { ...init, clipboardData: data })
        : new DragEvent(kind, { ...init, dataTransfer: data }));
    }"""
    chat.box.evaluate(fire, ["paste", ""])
    expect(chat.own.locator(".card")).to_have_count(1)
    chat.frame.locator("body").evaluate(fire, ["dragover", ""])
    expect(chat.frame.locator("body.dropping")).to_have_count(1)
    chat.frame.locator("body").evaluate(fire, ["drop", ""])
    expect(chat.own.locator(".card")).to_have_count(2)
    expect(chat.frame.locator("body.dropping")).to_have_count(0)
    chat.box.evaluate(fire, ["paste", "A1\tB1"])
    chat.send("표입니다")
    expect(chat.own).to_have_count(3)
    assert [name for name, _ in fake.uploads] == ["캡처.png"] * 2


def test_held_and_refused_files_say_so(chat: Any, fake: Any) -> None:
    chat.live(fake)
    file = {"id": "1", "name": "a.pdf", "kind": "pdf", "bytes": 10, "state": "held", "scanned": False}
    fake.say("customer", "a.pdf", attachments=[file])
    expect(chat.own.locator(".card")).to_contain_text("바이러스 검사를 기다리고 있습니다")
    fake.push({"type": "message", "message": {**fake.talk.messages[-1], "attachments": [{**file, "state": "refused"}]}})
    expect(chat.own.locator(".card")).to_contain_text("삭제되었습니다")
    expect(chat.own.locator("button.card")).to_have_count(0)
