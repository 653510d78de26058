"""Nothing is lost: reload, two tabs, a refused token, a broken line, a failing server."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def texts(posts: list[dict[str, Any]]) -> list[str]:
    return [post["text"] for post in posts]


def test_nothing_is_created_before_the_first_open(visit: Callable[..., Any], fake: Any) -> None:
    chat = visit()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")
    chat.frame.locator("textarea").wait_for(state="attached")
    assert fake.talks == {}
    chat.open()
    assert fake.started == 1


def test_locale_of_the_script_tag_is_the_conversation_s(visit: Callable[..., Any], fake: Any) -> None:
    chat = visit("en").open()
    expect(chat.bot.first).to_contain_text("automatic assistant")
    expect(chat.frame.get_by_role("button", name="Talk to a person")).to_be_visible()
    assert fake.talk.language == "en"


def test_bubble_goes_from_sending_to_sent_and_the_assistant_types(chat: Any, fake: Any) -> None:
    fake.hold.clear()
    chat.send("비번 초기화")
    expect(chat.own.locator(".status")).to_have_text("보내는 중")
    expect(chat.frame.locator(".typing")).to_have_text("답변을 찾고 있습니다")
    fake.hold.set()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    assert all(fake.request_ids) and len(fake.request_ids) == len(set(fake.request_ids)) >= 2
    expect(chat.frame.locator(".typing")).to_have_text("")
    expect(chat.own).to_have_count(1)


@pytest.mark.parametrize("tells_client_ids", [True, False])
def test_every_message_stands_once_and_in_order(chat: Any, fake: Any, tells_client_ids: bool) -> None:
    """Each message comes twice, by the socket and by the answer to the POST."""
    fake.tells_client_ids = tells_client_ids
    chat.live(fake)
    for n in range(3):
        chat.send(f"질문 {n}")
    expect(chat.bot).to_have_count(4)
    expect(chat.own.locator(".text")).to_have_text(["질문 0", "질문 1", "질문 2"])
    ids = chat.frame.locator(".message").evaluate_all("nodes => nodes.map((node) => Number(node.dataset.id))")
    assert ids == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("tells_client_ids", [True, False])
def test_masked_text_does_not_stand_twice(chat: Any, fake: Any, tells_client_ids: bool) -> None:
    chat.live(fake)
    fake.hold.clear()
    chat.send("제 비밀번호는 hunter2 입니다")
    while not fake.posts:
        chat.page.wait_for_timeout(10)
    known = {"client_message_id": fake.posts[0]["client_message_id"]} if tells_client_ids else {}
    fake.say("customer", "제 비밀번호는 ***** 입니다", **known)
    expect(chat.own.locator(".text")).to_have_text("제 비밀번호는 ***** 입니다")
    fake.hold.set()


def test_reload_resumes(chat: Any, fake: Any) -> None:
    chat.send("비번 초기화")
    expect(chat.bot).to_have_count(2)
    chat.page.reload()
    expect(chat.own.locator(".text")).to_have_text("비번 초기화")
    expect(chat.bot).to_have_count(2)
    assert fake.started == 1


def test_a_page_that_comes_back_renews_its_token_and_goes_on_with_the_new_one(chat: Any, fake: Any) -> None:
    chat.live(fake)
    old = fake.talk.token
    chat.page.reload()
    chat.live(fake)
    kept = "JSON.parse(localStorage.getItem('firstline:demo:token'))"
    while chat.page.evaluate(kept) == old:
        chat.page.wait_for_timeout(10)
    assert chat.page.evaluate(kept) == fake.talk.token
    del fake.talks[old]
    chat.send("갱신된 뒤에 보냅니다")
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.frame.locator(".told")).to_have_count(0)


def test_refused_token_starts_anew_in_words_and_keeps_what_was_being_written(chat: Any, fake: Any) -> None:
    chat.send("비번 초기화")
    expect(chat.bot).to_have_count(2)
    old = fake.talk.token
    chat.box.fill("쓰다 만 글")
    fake.talks.clear()
    chat.page.reload()
    expect(chat.bot).to_have_count(1)
    expect(chat.own).to_have_count(0)
    expect(chat.box).to_have_value("쓰다 만 글")
    expect(chat.frame.locator(".told")).to_contain_text("새 대화를 시작했습니다")
    assert fake.talk.token != old
    chat.frame.locator(".told button").click()
    expect(chat.frame.locator(".told")).to_have_text("")


def test_token_refused_while_sending_keeps_the_text(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.talks.clear()
    chat.send("이 글은 남아야 합니다")
    expect(chat.own.locator(".text")).to_have_text("이 글은 남아야 합니다")
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    assert [m["text"] for m in fake.talk.messages if m["author"] == "customer"] == ["이 글은 남아야 합니다"]


def test_socket_close_4401_starts_anew(chat: Any, fake: Any) -> None:
    chat.live(fake)
    old = fake.talk.token
    talk = fake.talks.pop(old)
    fake.talks["other"] = talk
    fake.drop_sockets(4401)
    chat.frame.locator(".message.bot").wait_for()
    while fake.talk.token == old:
        chat.page.wait_for_timeout(10)
    expect(chat.bot).to_have_count(1)


def test_failure_says_so_offers_people_and_retries_with_the_same_id(chat: Any, fake: Any) -> None:
    fake.fail_with = 500
    chat.send("메일 안와요")
    expect(chat.own.locator(".status.failed")).to_be_visible()
    expect(chat.own.locator(".text")).to_have_text("메일 안와요")
    expect(chat.notice).to_contain_text("시스템에 문제가 생겨")
    expect(chat.notice.get_by_role("link", name="02-000-0000")).to_have_attribute("href", "tel:020000000")
    expect(chat.notice.get_by_role("link", name="support@example.com")).to_have_attribute(
        "href", "mailto:support@example.com"
    )
    fake.fail_with = None
    chat.own.get_by_role("button", name="다시 보내기").click()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.notice).to_have_text("")
    expect(chat.bot).to_have_count(2)
    assert texts(fake.posts) == ["메일 안와요"]


def test_lost_answer_is_asked_for_again_with_the_same_id(chat: Any, fake: Any) -> None:
    fake.lose_answers = 1
    chat.send("메일 안와요")
    chat.own.get_by_role("button", name="다시 보내기").click()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.own).to_have_count(1)
    expect(chat.bot).to_have_count(2)
    assert len(fake.posts) == 2
    assert len({post["client_message_id"] for post in fake.posts}) == 1


def test_unsent_message_survives_a_reload(chat: Any, fake: Any) -> None:
    fake.fail_with = 500
    chat.send("메일 안와요")
    expect(chat.own.locator(".status.failed")).to_be_visible()
    fake.fail_with = None
    chat.page.reload()
    expect(chat.own.locator(".status.failed")).to_be_visible()
    chat.own.get_by_role("button", name="다시 보내기").click()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    assert texts(fake.posts) == ["메일 안와요"]


def test_reload_while_sending_has_one_effect(chat: Any, fake: Any) -> None:
    fake.hold.clear()
    chat.send("메일 안와요")
    while not fake.posts:
        chat.page.wait_for_timeout(10)
    chat.page.reload()
    fake.hold.set()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.own).to_have_count(1)
    expect(chat.bot).to_have_count(2)
    assert len({post["client_message_id"] for post in fake.posts}) == 1
    assert sum(m["author"] == "customer" for m in fake.talk.messages) == 1


def test_no_network_loses_nothing_and_goes_on_by_itself(chat: Any, fake: Any) -> None:
    chat.live(fake)
    chat.page.context.set_offline(True)
    chat.send("메일 안와요")
    expect(chat.own.locator(".status.failed")).to_be_visible()
    expect(chat.notice).to_contain_text("서버에 연결하지 못했습니다")
    expect(chat.notice).to_contain_text("02-000-0000")
    chat.page.context.set_offline(False)
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.notice).to_have_text("")
    assert texts(fake.posts) == ["메일 안와요"]


def test_server_away_at_the_first_open(visit: Callable[..., Any], fake: Any) -> None:
    chat = visit()
    chat.frame.locator("textarea").wait_for(state="attached")
    fake.fail_with = 500
    chat.launcher.click()
    expect(chat.notice).to_contain_text("시스템에 문제가 생겨")
    chat.send("여보세요")
    expect(chat.own.locator(".status.failed")).to_be_visible()
    fake.fail_with = None
    chat.notice.get_by_role("button", name="다시 시도").click()
    expect(chat.own.locator(".status")).to_contain_text("전송됨")
    expect(chat.bot).to_have_count(2)


def test_a_part_that_is_away_for_a_moment_needs_nobody_to_press_anything(chat: Any, fake: Any) -> None:
    fake.fail_with = 503
    chat.send("메일 안와요")
    expect(chat.notice).to_contain_text("곧 자동으로 다시 보내 드립니다")
    expect(chat.own.locator(".status.failed")).to_be_visible()
    fake.fail_with = None
    expect(chat.own.locator(".status")).to_contain_text("전송됨", timeout=20_000)
    expect(chat.notice).to_have_text("")
    expect(chat.own).to_have_count(1)


@pytest.mark.parametrize(("status", "sentence"), [(429, "요청이 많아"), (422, "처리할 수 없습니다")])
def test_refusals_have_their_own_sentence(chat: Any, fake: Any, status: int, sentence: str) -> None:
    fake.fail_with = status
    chat.send("메일")
    expect(chat.notice).to_contain_text(sentence)
    expect(chat.notice).to_contain_text("02-000-0000")
    expect(chat.own.locator(".text")).to_have_text("메일")


def test_socket_comes_back_and_catches_up(chat: Any, fake: Any) -> None:
    chat.live(fake)
    fake.drop_sockets()
    while fake.talk.sockets:
        chat.page.wait_for_timeout(10)
    fake.say("agent", "끊긴 동안의 답변")
    expect(chat.frame.locator(".message.agent .text")).to_have_text("끊긴 동안의 답변")
    expect(chat.bot).to_have_count(1)


def test_without_socket_it_polls(visit: Callable[..., Any], fake: Any) -> None:
    fake.refuse_sockets = True
    chat = visit().open()
    chat.send("메일 안와요")
    expect(chat.bot).to_have_count(2)
    fake.say("agent", "소켓 없이 온 답변")
    expect(chat.frame.locator(".message.agent .text")).to_have_text("소켓 없이 온 답변")
    expect(chat.own).to_have_count(1)


def test_two_tabs_stay_in_step(chat: Any, visit: Callable[..., Any], fake: Any) -> None:
    other = visit().open().live(fake)
    chat.send("첫째 탭에서")
    expect(other.own.locator(".text")).to_have_text("첫째 탭에서")
    expect(other.bot).to_have_count(2)
    other.send("둘째 탭에서")
    expect(chat.own.locator(".text")).to_have_text(["첫째 탭에서", "둘째 탭에서"])
    expect(chat.bot).to_have_count(3)
    assert fake.started == 1
