"""Working together: one's own state, colleagues, cases that change hands, mentions, and alerts that come once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
WATCH_NOTICES = """
    window.shown = [];
    window.Notification = class { static permission = "granted"; constructor(title) { shown.push(title); } };
    localStorage.setItem("firstline:staff:alert_notices", "true");
"""


@pytest.fixture
def mine(desk: Any, fake_api: Any) -> Any:
    """The desk with one case that the agent has, and one that a colleague has."""
    desk.add("DEMO-1001", question="아웃룩이 안 열려요")
    desk.add("DEMO-1002", question="팀즈 회의가 안 돼요")
    desk.taken_by("DEMO-1001", fake_api.NAME)
    desk.taken_by("DEMO-1002", "박민준")
    return desk


def test_the_agents_own_state_is_chosen_in_the_bar(desk: Any, open_desk: Open) -> None:
    page = open_desk()
    state = page.get_by_label("내 상태")
    expect(state).to_have_value("here")
    expect(page.locator(".duty-banner")).to_be_hidden()
    state.select_option("away")
    expect(page.locator(".duty-banner")).to_contain_text("새 문의가 배정되지 않습니다")
    page.get_by_role("button", name="상담 가능으로 바꾸기").click()
    expect(page.locator(".duty-banner")).to_be_hidden()
    assert [call["mode"] for call in desk.called("presence")] == ["away", "here"]


def test_who_goes_off_is_asked_before_their_cases_go_back(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.get_by_label("내 상태").select_option("off")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("상담 중인 문의 1건이 대기열로 돌아가고")
    dialog.get_by_role("button", name="취소").click()
    expect(page.get_by_label("내 상태")).to_have_value("here")
    page.get_by_label("내 상태").select_option("off")
    page.get_by_role("dialog").get_by_role("button", name="업무 종료").click()
    expect(page.locator(".notice")).to_contain_text("DEMO-1001 문의를 대기열로 돌려보냈습니다")
    assert [call["mode"] for call in mine.called("presence")] == ["off"]


def test_the_team_shows_who_is_there_and_a_lead_sets_how_much_they_take(desk: Any, open_desk: Open) -> None:
    page = open_desk()
    page.keyboard.press("p")
    rows = page.locator(".team li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_have_text(re.compile(r"상담 가능.*박민준.*상담 0건 / 4"))
    expect(rows.nth(2)).to_contain_text("자리 비움")
    expect(page.get_by_role("spinbutton")).to_have_count(0)
    desk.role = "lead"
    page.reload()
    page.locator("[data-do=team]").click()
    box = page.get_by_label("박민준 님이 동시에 맡을 수 있는 문의 수")
    box.fill("7")
    box.press("Tab")
    expect(rows.nth(1).get_by_role("spinbutton")).to_have_value("7")
    page.keyboard.press("Escape")
    page.locator("[data-do=team]").click()
    expect(page.get_by_label("박민준 님이 동시에 맡을 수 있는 문의 수")).to_have_value("7")


def test_a_transfer_needs_a_colleague_and_a_note(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.keyboard.press("g")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_have_count(2)
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_role("button", name="넘기기").click()
    expect(dialog.get_by_role("alert")).to_have_text("동료가 읽을 사유를 적어 주세요.")
    dialog.get_by_role("textbox").fill("Exchange 담당이세요")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator(".case-head .holder")).to_have_text("박민준 님 수락 대기")
    expect(page.locator("#composer")).to_be_disabled()
    assert mine.called("transfer") == [{"to": 2, "why": "Exchange 담당이세요"}]


def test_what_is_offered_is_told_accepted_or_declined(mine: Any, open_desk: Open) -> None:
    page = open_desk()
    mine.offer("DEMO-1002", by="박민준")
    page.get_by_role("button", name="박민준 님이 DEMO-1002 문의를 넘겼습니다.").click()
    expect(page.locator(".case-head h2")).to_have_text("DEMO-1002")
    page.locator("[data-do=decline]").click()
    page.get_by_role("dialog").get_by_role("button", name="거절하기").click()
    expect(page.locator("[data-do=decline]")).to_be_hidden()
    mine.offer("DEMO-1002", by="박민준")
    page.get_by_role("button", name="수락", exact=True).click()
    expect(page.locator("#composer")).to_be_focused()


def test_taking_over_asks_for_a_deliberate_yes_and_tells_who_was_first(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1002")
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("지금은 박민준 님이 상담하고 있습니다")
    dialog.get_by_role("textbox").fill("민준 님 조퇴")
    dialog.get_by_role("button", name="이어받기").click()
    expect(dialog.get_by_role("alert")).to_contain_text("확인란을 선택해 주세요")
    mine.taken_by("DEMO-1002", "최지우")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="이어받기").click()
    expect(dialog.get_by_role("alert")).to_have_text("최지우 님이 먼저 맡았습니다.")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("textbox").fill("지우 님 외근")
    dialog.get_by_role("button", name="이어받기").click()
    expect(page.locator("#composer")).to_be_focused()
    assert [call["from_agent"] for call in mine.called("take-over")] == [2, 3]


def test_only_a_lead_assigns_and_only_to_who_is_here(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    expect(page.locator("[data-do=assign]")).to_be_hidden()
    mine.role = "lead"
    page.reload()
    page.locator("[data-do=assign]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="최지우")).to_be_disabled()
    dialog.get_by_role("button", name="배정하기").click()
    expect(page.locator(".case-head .holder")).to_have_text("박민준 님 담당")
    assert mine.called("assign") == [{"to": 2, "from_agent": 1, "why": ""}]


def test_who_looks_and_who_types_is_shown(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    mine.wait_until_watched("DEMO-1001")
    watchers = [{"id": 1, "name": "김서연"}, {"id": 2, "name": "박민준"}]
    mine.send({"type": "watchers", "number": "DEMO-1001", "watchers": watchers}, watching="DEMO-1001")
    expect(page.locator(".watchers")).to_have_text("박민준 님이 보고 있음")
    typing = {"type": "typing", "author": "agent", "on": True, "by": 2, "name": "박민준"}
    mine.send(typing, watching="DEMO-1001")
    expect(page.locator(".typing")).to_have_text("박민준 님이 답장을 쓰고 있습니다")
    mine.send(typing | {"on": False}, watching="DEMO-1001")
    expect(page.locator(".typing")).to_have_text("")


def test_what_the_customer_has_seen_stands_under_the_reply(mine: Any, open_desk: Open) -> None:
    first = mine.say("DEMO-1001", "agent", "첫 답장", live=False)
    second = mine.say("DEMO-1001", "agent", "둘째 답장", live=False)
    page = open_desk("DEMO-1001")
    expect(page.locator(".seen")).to_have_count(0)
    mine.wait_until_watched("DEMO-1001")
    for message, text in ((first, "첫 답장"), (second, "둘째 답장")):
        mine.send({"type": "seen", "id": message["id"]}, watching="DEMO-1001")
        expect(page.locator(".item", has=page.locator(".seen")).locator(".said")).to_have_text(text)
    expect(page.locator(".seen")).to_have_text("고객이 읽음")


def test_a_colleague_is_mentioned_by_keys_alone(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.keyboard.press("r")
    page.keyboard.type("@박")
    expect(page.locator(".completion")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("@")
    expect(page.locator(".completion li")).to_have_text(["박민준", "최지우"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_have_value("@최지우 ")
    page.keyboard.type("와 (@박")
    page.keyboard.press("Tab")
    page.keyboard.type("님) 확인 부탁해요 a@b.test")
    page.keyboard.press("Enter")
    expect(page.locator(".item.note .said")).to_have_text("@최지우 와 (@박민준 님) 확인 부탁해요 a@b.test")
    assert len(mine.called("note")) == 1


def test_escape_closes_the_names_first_and_leaves_the_box_next(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.keyboard.press("n")
    page.keyboard.type("@")
    expect(page.locator(".completion li").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".completion")).to_be_hidden()
    expect(page.locator("#composer")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#composer")).not_to_be_focused()


def test_mentions_are_counted_listed_and_read_by_opening_the_case(mine: Any, open_desk: Open) -> None:
    page = open_desk()
    expect(page).to_have_title("상담 데스크 · Firstline")
    mine.mention("DEMO-1002", "박민준", "@김서연 라이선스 확인 부탁해요")
    expect(page.locator(".badge")).to_have_text("1")
    expect(page).to_have_title("(1) 상담 데스크 · Firstline")
    page.keyboard.press("m")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("라이선스 확인 부탁해요")
    dialog.get_by_role("button", name=re.compile("박민준 님 · DEMO-1002")).click()
    expect(page.locator(".case-head h2")).to_have_text("DEMO-1002")
    expect(page.locator(".badge")).to_be_hidden()
    page.keyboard.press("m")
    expect(page.get_by_role("dialog")).not_to_contain_text("읽지 않음")


def test_two_windows_raise_each_alert_once(mine: Any, open_desk: Open, context: BrowserContext, url: str) -> None:
    context.add_init_script(WATCH_NOTICES)
    page = open_desk("DEMO-1001")
    second = context.new_page()
    second.goto(f"{url}/desk")
    second.locator('.line[data-line="up"]').wait_for(state="attached")
    second.locator(".rows li").first.wait_for()

    def shown() -> list[str]:
        found: list[str] = page.evaluate("shown") + second.evaluate("shown")
        return sorted(found)

    mine.mention("DEMO-1002", "박민준", "@김서연 확인")
    mine.offer("DEMO-1002", by="박민준")
    mine.say("DEMO-1001", "customer", "아직 안 돼요")
    mine.tell("DEMO-1001", "breached")
    mine.tell("DEMO-1002", "offered", to=3, by="박민준")
    mine.mention("DEMO-1001", "최지우", "@김서연 끝")
    for window in (page, second):
        expect(window.locator(".alerts")).to_contain_text("최지우 님이 DEMO-1001 메모에서 나를 언급했습니다.")
        # Who asks after all alerts did is answered after all are decided.
        window.evaluate("import('/staff/static/once.js').then(({ first }) => first('last'))")
    assert [text for text in shown() if "언급" in text] == [
        "박민준 님이 DEMO-1002 메모에서 나를 언급했습니다.",
        "최지우 님이 DEMO-1001 메모에서 나를 언급했습니다.",
    ]
    assert [text for text in shown() if "넘겼습니다" in text] == ["박민준 님이 DEMO-1002 문의를 넘겼습니다."]
    assert [text for text in shown() if "기한" in text] == ["DEMO-1001: 답변 기한이 지났습니다."]
    assert len(shown()) == len(set(shown()))


def test_a_lead_is_told_of_a_missed_time_in_anybodys_case(desk: Any, open_desk: Open) -> None:
    desk.role = "lead"
    desk.add("DEMO-1001", question="질문", agent_name="박민준", state="human", status="human")
    page = open_desk()
    desk.tell("DEMO-1001", "breached")
    desk.tell("DEMO-1001", "escalated", by="박민준")
    expect(page.locator(".alerts li")).to_have_count(1)
    expect(page.locator(".alerts")).to_contain_text("약속한 기한이 지났습니다(담당: 박민준)")


def test_every_key_of_the_help_is_listed_with_what_it_does(desk: Any, open_desk: Open) -> None:
    page = open_desk()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    keys = dialog.locator("kbd").all_text_contents()
    assert {"g", "o", "w", "b", "h", "d", "m", "p", "i", "l", "s", "1", "4"} <= set(keys)
    page.keyboard.press("Escape")
    for key, title in (("i", "고객 공지(장애 안내)"), ("l", "알림 설정"), ("m", "나를 언급한 메모"), ("p", "동료")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog").get_by_role("heading")).to_have_text(title)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_role("tab", name="내 담당")).to_have_attribute("aria-selected", "true")
