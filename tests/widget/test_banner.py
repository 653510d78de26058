"""Who answers now: the four states, the way to a person and back, the language switch."""

from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CASE = {
    "number": "FL-7",
    "severity": "general",
    "status": "open",
    "position": None,
    "respond_by": None,
    "respond_by_text": None,
    "open_now": False,
    "wait": None,
    "duty": {"code": "closed", "text": "지금은 영업시간이 아닙니다. 내일 오전 9시에 시작합니다.", "route": "case_only"},
    "contact_email": None,
    "rating": None,
}


def test_bot_is_labelled_automatic_and_a_person_is_one_tap_away(chat: Any, fake: Any) -> None:
    expect(chat.banner).to_contain_text("자동 안내")
    chat.frame.get_by_role("button", name="상담원 연결").click()
    expect(chat.banner).to_have_attribute("data-state", "waiting")
    for fact in ("FL-1042", "2번째", "2026년 11월 23일(월) 오후 2시 30분까지", "나중에 다시 오셔도"):
        expect(chat.banner).to_contain_text(fact)
    assert [post["text"] for post in fake.posts] == ["/human"]
    chat.banner.get_by_role("button", name="자동 안내로 돌아가기").click()
    expect(chat.banner).to_have_attribute("data-state", "bot")
    expect(chat.banner).to_contain_text("FL-1042")
    assert [post["text"] for post in fake.posts] == ["/human", "/bot"]


def test_waiting_says_only_what_is_known(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.set_state("waiting", CASE)
    expect(chat.banner).to_contain_text("FL-7")
    expect(chat.banner).to_contain_text("지금은 영업시간이 아닙니다")
    expect(chat.banner).not_to_contain_text("대기 순번")
    expect(chat.banner).not_to_contain_text("답변 예정")


def test_assistant_does_not_type_while_a_person_is_awaited(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.set_state("waiting", CASE)
    expect(chat.banner).to_have_attribute("data-state", "waiting")
    fake.hold.clear()
    chat.send("아직인가요")
    expect(chat.own.locator(".status")).to_have_text("보내는 중")
    expect(chat.frame.locator(".typing")).to_have_text("")
    fake.hold.set()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")


def test_person_has_a_name_and_types(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.set_state("human", CASE, agent="김민수")
    expect(chat.banner).to_contain_text("김민수 님이 상담하고 있습니다")
    fake.push({"type": "typing", "author": "agent", "on": True})
    expect(chat.frame.locator(".typing")).to_have_text("김민수 님이 입력하고 있습니다")
    fake.say("agent", "안녕하세요", author_name="김민수")
    expect(chat.frame.locator(".message.agent .head")).to_contain_text("김민수")
    expect(chat.frame.locator(".typing")).to_have_text("")


def test_closed_can_be_rated_and_begun_anew(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.set_state("closed")
    chat.banner.get_by_role("button", name="네, 도움이 됐어요").click()
    expect(chat.banner).to_contain_text("감사합니다")
    assert fake.posts == [{"message_id": 1, "helpful": True}]
    chat.send("다른 질문")
    expect(chat.own).to_have_count(1)
    chat.banner.get_by_role("button", name="새 상담 시작하기").click()
    expect(chat.own).to_have_count(0)
    expect(chat.banner).to_have_attribute("data-state", "bot")
    assert fake.started == 2


def test_what_was_rated_is_not_asked_again(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say("bot", "답변", helpful=True)
    fake.set_state("closed")
    expect(chat.banner.get_by_role("button", name="새 상담 시작하기")).to_be_visible()
    expect(chat.banner.get_by_role("button", name="네, 도움이 됐어요")).to_have_count(0)


def test_language_switch_changes_words_names_and_the_promise(chat: Any, fake: Any) -> None:
    chat.live(fake)
    chat.frame.get_by_role("button", name="상담원 연결").click()
    expect(chat.banner).to_contain_text("FL-1042")
    english = chat.frame.get_by_role("button", name="English")
    english.click()
    expect(english).to_have_attribute("aria-pressed", "true")
    expect(chat.banner).to_contain_text("by Mon 23 Nov 2026, 14:30 (KST)")
    expect(chat.frame.locator("h1")).to_have_text("Example Cloud")
    expect(chat.frame.locator("html")).to_have_attribute("lang", "en")
    expect(chat.box).to_have_attribute("placeholder", "Write a message")
    assert fake.talk.language == "en"
    chat.page.reload()
    expect(chat.banner).to_contain_text("Waiting for a person")


def test_words_follow_the_language_of_the_answers_until_one_is_chosen(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.say("bot", "Sure.", lang="en")
    expect(chat.frame.get_by_role("button", name="Talk to a person")).to_be_visible()
    chat.frame.get_by_role("button", name="한국어").click()
    expect(chat.frame.get_by_role("button", name="상담원 연결")).to_be_visible()
    fake.say("bot", "Still English.", lang="en")
    expect(chat.bot).to_have_count(3)
    expect(chat.frame.get_by_role("button", name="상담원 연결")).to_be_visible()
