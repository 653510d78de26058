"""A case: claim, reply, note, resolve, release; what the agent sees of it all."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def mine(desk: Any, fake_api: Any) -> Any:
    """The desk with one case that the agent has."""
    desk.add(
        "DEMO-1001", question="아웃룩이 안 열려요", mine=True, agent_name=fake_api.NAME, state="human", status="human"
    )
    return desk


def agent_texts(page: Page) -> list[str]:
    return page.locator(".item.agent .said").all_text_contents()


def test_a_claim_opens_the_reply_box(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="메일이 안 와요")
    page = open_desk("DEMO-1001")
    expect(page.locator("#composer")).to_be_disabled()
    expect(page.locator(".lock")).to_contain_text("아직 담당자가 없습니다")
    page.locator(".case-head [data-do=claim]").click()
    expect(page.locator("#composer")).to_be_enabled()
    expect(page.locator("#composer")).to_be_focused()
    expect(page.locator(".case-head")).to_contain_text("내 담당")
    expect(page.locator(".case-head [data-do=claim]")).to_be_hidden()


def test_who_loses_a_claim_reads_the_winners_name_and_can_leave_a_note(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1001", question="메일이 안 와요")
    page = open_desk("DEMO-1001")
    desk.taken_by("DEMO-1001", "박민준")
    page.locator(".case-head [data-do=claim]").click()
    expect(page.locator(".notice [role=alert]")).to_have_text("박민준 님이 먼저 맡았습니다.")
    expect(page.locator(".lock")).to_contain_text("박민준 님이 상담하고 있어 답장할 수 없습니다")
    expect(page.locator("#composer")).to_be_disabled()
    page.click(".modes [data-mode=note]")
    page.fill("#composer", "정책이 바뀐 것 같음")
    page.keyboard.press("Enter")
    expect(page.locator(".item.note .said")).to_have_text("정책이 바뀐 것 같음")
    expect(page.locator(".item.note")).to_contain_text("고객에게는 보이지 않음")
    expect(page.locator("#composer")).to_have_value("")


def test_one_enter_sends_one_reply_and_shift_enter_breaks_the_line(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.click("#composer")
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(page.locator(".item.agent .said")).to_have_text(["first line\nsecond line"])
    expect(page.locator("#composer")).to_have_value("")
    # A second reply marks the end: whatever the first Enter set off has reached the server by then.
    page.keyboard.type("next")
    page.keyboard.press("Enter")
    expect(page.locator('.item.agent[data-status=""]')).to_have_count(2)
    assert [call["text"] for call in mine.called("reply")] == ["first line\nsecond line", "next"]


def test_a_reply_says_that_the_next_step_is_the_customers(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.fill("#composer", "설정을 바꾸신 뒤 알려 주세요.")
    box = page.get_by_label("고객 답변 기다림")
    box.focus()
    page.keyboard.press("Space")
    page.locator("#composer").press("Enter")
    expect(page.locator('.item.agent[data-status=""]')).to_have_count(1)
    expect(box).not_to_be_checked()
    expect(page.locator(".case-head .due")).to_contain_text("고객 답변을 기다리는 중")
    page.keyboard.type("하나 더")
    page.keyboard.press("Enter")
    expect(page.locator('.item.agent[data-status=""]')).to_have_count(2)
    assert [call["awaits_customer"] for call in mine.called("reply")] == [True, False]
    page.set_viewport_size({"width": 390, "height": 800})
    expect(box).to_be_in_viewport()
    expect(page.get_by_role("button", name="보내기", exact=True)).to_be_in_viewport()
    page.click(".modes [data-mode=note]")
    expect(box).to_be_hidden()


def test_one_enter_inside_a_korean_syllable_sends_the_whole_text_once(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    page.click("#composer")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.insertText", {"text": "안녕하세"})
    keyboard.send("Input.imeSetComposition", {"text": "요", "selectionStart": 1, "selectionEnd": 1})
    expect(page.locator("#composer")).to_have_value("안녕하세요")
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.insertText", {"text": "요"})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter, "key": "Enter"})
    expect(page.locator(".item.agent .said")).to_have_text(["안녕하세요"])
    expect(page.locator("#composer")).to_have_value("")
    page.keyboard.type("next")
    page.keyboard.press("Enter")
    expect(page.locator('.item.agent[data-status=""]')).to_have_count(2)
    assert [call["text"] for call in mine.called("reply")] == ["안녕하세요", "next"]


def test_a_failed_reply_stays_and_is_sent_again_under_the_same_id(mine: Any, open_desk: Open) -> None:
    mine.failures = [503]
    page = open_desk("DEMO-1001")
    page.fill("#composer", "확인해 보겠습니다.")
    page.keyboard.press("Enter")
    failed = page.locator(".item.agent .failed")
    expect(failed).to_contain_text("보내지 못했습니다.")
    page.reload()
    failed.get_by_role("button", name="다시 보내기").click()
    expect(page.locator('.item.agent[data-status=""] .said')).to_have_text("확인해 보겠습니다.")
    expect(failed).to_have_count(0)
    first, second = mine.called("reply")
    assert first == second
    assert agent_texts(page) == ["확인해 보겠습니다."]


def test_a_failed_reply_can_be_taken_back_into_the_box(mine: Any, open_desk: Open) -> None:
    mine.failures = [503]
    page = open_desk("DEMO-1001")
    page.fill("#composer", "오타가 잇는 답장")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="고쳐 쓰기").click()
    expect(page.locator("#composer")).to_have_value("오타가 잇는 답장")
    expect(page.locator(".item.agent")).to_have_count(0)


def test_each_case_keeps_its_own_drafts(mine: Any, open_desk: Open) -> None:
    mine.add("DEMO-1002", question="다른 문의", mine=True, agent_name="김서연", state="human", status="human")
    page = open_desk("DEMO-1001")
    page.fill("#composer", "첫 문의 답장")
    page.click(".modes [data-mode=note]")
    page.fill("#composer", "첫 문의 메모")
    page.click('.rows a[href="#DEMO-1002"]')
    expect(page.locator(".case-head h2")).to_have_text("DEMO-1002")
    expect(page.locator("#composer")).to_have_value("")
    expect(page.locator('.rows a[href="#DEMO-1001"]')).to_contain_text("작성 중")
    page.click('.rows a[href="#DEMO-1001"]')
    expect(page.locator("#composer")).to_have_value("첫 문의 메모")
    page.click(".modes [data-mode=reply]")
    expect(page.locator("#composer")).to_have_value("첫 문의 답장")


def test_the_customers_words_and_typing_appear_live(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    mine.wait_until_watched("DEMO-1001")
    mine.customer_types("DEMO-1001", on=True)
    expect(page.locator(".typing")).to_have_text("고객이 입력하고 있습니다")
    mine.customer_types("DEMO-1001", on=False)
    expect(page.locator(".typing")).to_have_text("")
    mine.say("DEMO-1001", "customer", "<b>아직</b> 안 돼요")
    expect(page.locator(".item.customer .said").last).to_have_text("<b>아직</b> 안 돼요")


def test_words_stand_there_with_the_news_and_those_of_another_case_do_not(mine: Any, open_desk: Open) -> None:
    known = mine.say("DEMO-1001", "customer", "처음 한 말", live=False)
    page = open_desk("DEMO-1001")
    mine.wait_until_watched("DEMO-1001")
    # Nothing but the frame has these: they can't come from loading the case.
    for later, number, text in ((1000, "DEMO-1002", "다른 문의"), (1001, "DEMO-1001", "이미 해 봤습니다")):
        message = known | {"id": known["id"] + later, "text": text}
        mine.send({"type": "message", "message": message, "number": number}, watching="DEMO-1001")
    expect(page.locator(".item.customer .said").last).to_have_text("이미 해 봤습니다")
    expect(page.locator(".log").get_by_text("다른 문의")).to_have_count(0)


def test_resolving_asks_for_the_solution_in_the_customers_language(desk: Any, open_desk: Open, fake_api: Any) -> None:
    who = {"mine": True, "agent_name": fake_api.NAME, "state": "human", "status": "human"}
    desk.add("DEMO-1001", question="Outlook does not start", language="en", **who)
    page = open_desk("DEMO-1001")
    page.locator("[data-do=resolve]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("DEMO-1001 문의를 해결 처리할까요?")
    box = dialog.get_by_role("textbox")
    expect(box).to_have_value("We have solved your problem as follows.\n\n")
    box.fill(" ")
    dialog.get_by_role("button", name="해결 내용 보내기").click()
    expect(dialog.get_by_role("alert")).to_have_text("해결 내용을 입력해 주세요.")
    assert desk.called("resolve") == []
    box.fill("We repaired the profile.")
    dialog.get_by_role("button", name="해결 내용 보내기").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".case-head .state")).to_have_text("해결 확인 중")
    assert desk.called("resolve") == [{"solution": "We repaired the profile."}]


@pytest.mark.parametrize(("button", "call"), [("release", "release"), ("giveBack", "return")])
def test_giving_a_case_away_takes_a_reason(mine: Any, open_desk: Open, button: str, call: str) -> None:
    page = open_desk("DEMO-1001")
    page.locator(f"[data-do={button}]").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("교대 시간")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#composer")).to_be_disabled()
    expect(page.locator(".lock")).to_contain_text("맡으면")
    assert mine.called(call) == [{"why": "교대 시간"}]


def test_the_story_and_the_bots_receipts_are_folded_and_complete(desk: Any, open_desk: Open) -> None:
    case = desk.add("DEMO-1001", question="아웃룩이 암호를 계속 물어요", reason="not_helped")
    article = {"slug": "a", "lang": "ko", "title": "Outlook 암호 반복", "url": "/articles/demo/ko/a"}
    case["summary"] = {
        "questions": ["아웃룩이 암호를 계속 물어요"],
        "articles": [{**article, "helpful": False}],
        "turns": 2,
    }
    case["events"] = [
        {"kind": "handed_over", "actor": "customer", "data": {"reason": "not_helped"}, "at": case["opened_at"]}
    ]
    receipt = {"article": "a", "version": 3, "passage": "2", "probability": 0.87, "model": "e5"}
    shown = {"articles": [{**article, "probability": 0.87}], "receipt": receipt}
    desk.say("DEMO-1001", "bot", "**지우고** 다시 로그인해 보세요.", live=False, **shown)
    page = open_desk("DEMO-1001")
    story = page.locator(".story")
    expect(story.locator(".asked")).to_be_hidden()
    story.locator("summary").click()
    expect(story).to_contain_text("안내로 해결되지 않음")
    expect(story.locator(".shown")).to_contain_text("Outlook 암호 반복도움 안 됨")
    bot = page.locator(".item.bot")
    expect(bot.locator("strong").last).to_have_text("지우고")
    bot.locator("summary").click()
    expect(bot.get_by_role("link", name="Outlook 암호 반복")).to_have_attribute(
        "href", re.compile("/articles/demo/ko/a$")
    )
    expect(bot.locator(".receipt")).to_contain_text("87%")
    page.locator(".fold").last.locator("summary").click()
    expect(page.locator(".events")).to_contain_text("담당자 연결 · 안내로 해결되지 않음")


def test_a_number_that_does_not_exist_is_said(desk: Any, open_desk: Open, page: Page) -> None:
    open_desk()
    page.evaluate("location.hash = 'DEMO-9999'")
    expect(page.locator(".pane [role=alert]")).to_have_text("DEMO-9999 문의를 찾을 수 없습니다.")


def test_a_session_that_ended_leads_to_the_log_in(mine: Any, open_desk: Open) -> None:
    page = open_desk("DEMO-1001")
    mine.signed_in = False
    page.fill("#composer", "답장")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login?next=%2Fdesk%23DEMO-1001")
