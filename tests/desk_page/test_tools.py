"""Canned replies in the composer, suggested articles, past cases, and the bot's talk folded to its story."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

ARTICLE = {
    "slug": "mailbox-full", "lang": "ko", "title": "사서함이 가득 찼을 때", "heading": "용량 늘리기", "version": 3,
    "excerpt": "사서함은 50GB입니다.", "text": "**사서함**은 50GB입니다.", "url": "/articles/demo/ko/mailbox-full",
    "probability": 0.93, "query": "사서함이 꽉 찼어요", "shown": True, "helpful": False,
}  # fmt: skip
HELLO = {
    "id": 1, "scope": "team", "shortcut": "hello", "title": {"ko": "첫인사", "en": "Greeting"},
    "text": {"ko": "안녕하세요. 접수번호 {case}입니다.", "en": "Hello, this is about {case}."},
}  # fmt: skip
SHOT = {
    "id": 2, "scope": "own", "shortcut": "캡처", "title": {"ko": "화면 캡처"},
    "text": {"ko": "{product} 화면을 보내 주세요."},
}  # fmt: skip


def own_case(desk: Any, fake_api: Any, **fields: Any) -> dict[str, Any]:
    owned = {"mine": True, "agent_name": fake_api.NAME, "state": "human", "status": "human", "waiting_since": None}
    case: dict[str, Any] = desk.add("DEMO-1001", question="사서함이 꽉 찼어요", **owned | fields)
    return case


def test_a_slash_and_the_start_of_a_name_put_the_filled_reply_in_and_enter_does_not_send(
    desk: Any, open_desk: Open, fake_api: Any
) -> None:
    own_case(desk, fake_api)
    desk.canned = [HELLO, SHOT]
    page = open_desk("DEMO-1001")
    box = page.locator("#composer")
    box.click()
    page.keyboard.type("네, /he")
    expect(page.locator(".canned-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(box).to_have_value("네, 안녕하세요. 접수번호 DEMO-1001입니다.")
    assert desk.called("reply") == []
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    expect(page.locator(".item.agent .said").last).to_have_text("네, 안녕하세요. 접수번호 DEMO-1001입니다.")


def test_enter_before_the_replies_are_there_sends_nothing(desk: Any, open_desk: Open, fake_api: Any) -> None:
    own_case(desk, fake_api)
    desk.canned = [HELLO]
    page = open_desk("DEMO-1001")
    waiting: list[Any] = []
    page.route("**/canned", lambda route: waiting.append(route))
    page.locator("#composer").click()
    with page.expect_request("**/canned"):
        page.keyboard.type("/he")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_have_value("/he")
    waiting[0].continue_()
    expect(page.locator(".canned-list li")).to_have_count(1)
    assert desk.called("reply") == []


def test_the_list_is_walked_by_arrow_keys_and_left_by_escape(desk: Any, open_desk: Open, fake_api: Any) -> None:
    own_case(desk, fake_api)
    desk.canned = [HELLO, SHOT]
    page = open_desk("DEMO-1001")
    box = page.locator("#composer")
    box.click()
    page.keyboard.type("/")
    expect(page.locator(".canned-list li")).to_have_count(2)
    expect(box).to_have_attribute("aria-activedescendant", "canned-1")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "canned-2")
    page.keyboard.press("Escape")
    expect(page.locator(".canned")).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("/")


def test_what_could_not_be_filled_in_is_named(desk: Any, open_desk: Open, fake_api: Any) -> None:
    own_case(desk, fake_api)
    desk.canned = [SHOT]
    page = open_desk("DEMO-1001")
    page.locator("#composer").click()
    page.keyboard.type("/캡")
    expect(page.locator(".canned-list li")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator("#composer")).to_have_value("{product} 화면을 보내 주세요.")
    expect(page.locator(".notice [role=alert]")).to_contain_text("{product}")


def test_an_english_customer_gets_the_english_text(desk: Any, open_desk: Open, fake_api: Any) -> None:
    own_case(desk, fake_api, language="en")
    desk.canned = [HELLO]
    page = open_desk("DEMO-1001")
    page.locator("[data-do=canned]").click()
    page.locator(".canned-list li").click()
    expect(page.locator("#composer")).to_have_value("Hello, this is about DEMO-1001.")


def test_replies_are_written_in_their_dialog_and_a_wrong_variable_is_named(desk: Any, open_desk: Open) -> None:
    desk.may_share = True
    page = open_desk()
    page.locator("[data-do=canned-dialog]").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("팀 답변이 아직 없습니다")
    page.locator("[data-do=starter]").click()
    expect(dialog.locator(".canned-all li")).to_contain_text("첫인사")
    page.locator("[data-do=new-canned]").click()
    page.locator("#canned-shortcut").fill("bye")
    page.locator("#canned-title-ko").fill("끝인사")
    page.locator("#canned-text-ko").fill("{custmer} 감사합니다. ")
    dialog.get_by_role("button", name="저장").click()
    expect(dialog.locator("[role=alert]")).to_contain_text("{custmer}")
    page.locator("#canned-text-ko").fill("감사합니다. ")
    dialog.get_by_role("button", name="{customer}").click()
    dialog.get_by_role("button", name="저장").click()
    expect(dialog.locator(".canned-all").last).to_contain_text("/bye")
    assert desk.called("canned")[-1]["text"]["ko"] == "감사합니다. {customer}"


def test_an_articles_passage_is_inserted_and_cited(desk: Any, open_desk: Open, fake_api: Any) -> None:
    own_case(desk, fake_api)
    desk.articles = [ARTICLE]
    page = open_desk("DEMO-1001")
    card = page.locator(".suggested li")
    expect(card).to_contain_text("93%")
    expect(card.locator(".pill")).to_have_text("도움 안 됨")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_have_value("**사서함**은 50GB입니다.")
    expect(page.locator(".cite")).to_contain_text("사서함이 가득 찼을 때")
    page.reload()
    expect(page.locator(".cite")).to_have_count(1)
    with page.expect_response("**/reply"):
        page.locator("#composer").press("Enter")
    expect(page.locator(".cite")).to_have_count(0)
    cite = {"slug": "mailbox-full", "lang": "ko", "query": "사서함이 꽉 찼어요"}
    assert desk.called("reply")[-1]["cites"] == [cite]


def test_a_citation_can_be_taken_out_and_comes_back_with_a_reply_that_failed(
    desk: Any, open_desk: Open, fake_api: Any
) -> None:
    own_case(desk, fake_api)
    desk.articles = [ARTICLE]
    desk.failures = [503]
    page = open_desk("DEMO-1001")
    page.locator(".suggested button").click()
    page.locator("#composer").press("Enter")
    page.get_by_role("button", name="고쳐 쓰기").click()
    expect(page.locator(".cite")).to_have_count(1)
    page.locator(".cite button").click()
    expect(page.locator(".cite")).to_have_count(0)
    page.locator("#composer").press("Enter")
    expect(page.locator("#composer")).to_have_value("")
    assert [body["cites"] for body in desk.called("reply")][-1] == []


def test_an_agent_searches_articles_with_other_words_and_may_not_insert_without_the_case(
    desk: Any, open_desk: Open
) -> None:
    desk.add("DEMO-1001", question="사서함이 꽉 찼어요")
    desk.articles = [ARTICLE, ARTICLE | {"slug": "no-sound", "title": "소리가 안 들림"}]
    page = open_desk("DEMO-1001")
    expect(page.locator(".suggested li")).to_have_count(2)
    page.locator("#article-search").fill("소리")
    page.locator("#article-search").press("Enter")
    expect(page.locator(".suggested li")).to_have_count(1)
    expect(page.locator(".suggested button")).to_have_attribute("aria-disabled", "true")
    assert desk.called("articles")[-1] == {"q": "소리"}


def test_past_cases_stand_beside_the_case_and_open(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-0900", question="예전 질문", status="closed", state="closed")
    desk.add("DEMO-1001", question="사서함이 꽉 찼어요")
    known = {"status": "closed", "outcome": "confirmed", "language": "ko", "question": "예전 질문"}
    opened = {"number": "DEMO-0900", "opened_at": "2026-11-01T00:00:00Z", "same": "kim@customer.example"}
    desk.past = {"DEMO-1001": [known | opened]}
    page = open_desk("DEMO-1001")
    expect(page.locator(".past li")).to_contain_text("같은 이메일: kim@customer.example")
    page.locator(".past a").click()
    expect(page.locator(".case-head h2")).to_have_text("DEMO-0900")
    expect(page.locator(".beside")).to_contain_text("다른 문의가 없습니다")


def test_the_talk_before_the_case_is_folded_into_the_story_and_one_key_away(desk: Any, open_desk: Open) -> None:
    case = desk.add("DEMO-1001", question="사서함이 꽉 찼어요")
    for text in ("보관 사서함을 켜 보세요", "안내를 더 드릴까요?", "다른 질문이 있으신가요?"):
        last = desk.say("DEMO-1001", "bot", text, live=False)
    desk.say("DEMO-1001", "system", "담당자에게 전달했습니다.", live=False)
    proof = {"version": 3, "passage": "사서함은 50GB입니다.", "searched": "사서함 꽉 참"}
    case["before_case"] = last["id"]
    case["trail"] = [
        {"message": 1, "asked": "사서함이 꽉 찼어요", "at": case["opened_at"], "answered": True, "nearest": None,
         "said": "", "shown": [{**ARTICLE, **proof}]},
        {"message": 2, "asked": "그래도요", "at": case["opened_at"], "answered": False, "nearest": "archive-mailbox",
         "shown": [], "said": "모르겠습니다"},
    ]  # fmt: skip
    page = open_desk("DEMO-1001")
    expect(page.locator(".log .item")).to_have_count(1)
    page.keyboard.press("t")
    expect(page.locator(".log .item")).to_have_count(5)
    page.keyboard.press("t")
    expect(page.locator(".log .item")).to_have_count(1)
    page.keyboard.press("s")
    steps = page.locator(".steps > li")
    expect(steps.first).to_contain_text("도움 안 됨")
    expect(steps.last).to_contain_text("가장 가까운 문서: archive-mailbox")
    steps.first.locator("summary").click()
    for text in ("mailbox-full", "93%", "사서함 꽉 참", "사서함은 50GB입니다."):
        expect(steps.first.locator("dl")).to_contain_text(text)
