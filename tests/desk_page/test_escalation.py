"""Handing a case on at the desk: dossier, way, clocks, answers from above, the credit file and its packet."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from firstline.escalation.credit_file import CreditFile
from firstline.escalation.dossier import Dossier

from ..escalation.filled import CREDIT, DOSSIER
from .fake_escalation import way_up
from .fake_team import stamp
from .test_axe import assert_accessible

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
NUMBER = "DEMO-1001"
CHECKED = {"first_seen": stamp(-90), "health_checked_at": stamp(-60)}


def begin(desk: Any, **fields: Any) -> None:
    desk.add(NUMBER, question="메일이 안 와요", reason="service_credit")
    way_up(desk, NUMBER, **fields)


def complete(**changes: Any) -> Dossier:
    return Dossier.model_validate(DOSSIER | CHECKED | {"relation_until": "2099-01-01"} | changes)


def open_sheet(page: Page, name: str = "요청서 열기") -> Any:
    page.get_by_role("button", name=name, exact=True).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".esc-fields fieldset").first).to_be_visible()
    return sheet


def test_what_is_missing_leads_to_its_field_and_goes_away_when_it_is_saved(desk: Any, open_desk: Open) -> None:
    begin(desk)
    page = open_desk(NUMBER)
    expect(page.locator(".escalation")).to_contain_text("다음: 예시총판 · 빠진 항목")
    page.keyboard.press("u")
    sheet = page.get_by_role("dialog")
    expect(sheet.locator(".esc-original blockquote")).to_have_text("메일이 안 와요")
    missing = sheet.get_by_role("button", name="테넌트 ID(GUID)를 입력해 주세요")
    missing.press("Enter")
    tenant = sheet.get_by_label("테넌트 ID")
    expect(tenant).to_be_focused()
    expect(tenant).to_have_attribute("aria-describedby", "esc-missing-no_tenant")
    tenant.fill("11111111-2222-3333-4444-555555555555")
    expect(sheet.locator(".esc-aside")).to_contain_text("저장하면 다시 확인합니다.")
    page.keyboard.press("Control+Enter")
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")
    expect(missing).to_have_count(0)
    assert desk.called("dossier")[-1]["dossier"]["tenant_id"] == "11111111-2222-3333-4444-555555555555"


def test_korean_times_codes_and_answers_are_saved_as_the_api_takes_them(desk: Any, open_desk: Open) -> None:
    begin(desk)
    sheet = open_sheet(open_desk(NUMBER))
    sheet.get_by_label("처음 발생한 시각 (한국 시간)").fill("2026-11-15T10:00")
    sheet.get_by_label("관리 권한 유효 기한").fill("2027-03-01")
    sheet.get_by_label("문제 유형").select_option(label="서비스를 사용할 수 없음")
    sheet.get_by_label("현재도 계속됨").select_option("예")
    sheet.get_by_label("고객의 정보 공유 동의").check()
    sheet.get_by_label("오류 화면.png").check()
    expect(sheet.get_by_label("제조사", exact=True)).to_be_hidden()
    sheet.get_by_label("제품군").select_option("marketplace")
    expect(sheet.get_by_label("제조사", exact=True)).to_be_visible()
    sheet.get_by_role("button", name="내 연락처 넣기").click()
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")
    sent = desk.called("dossier")[-1]["dossier"]
    assert sent["first_seen"] == "2026-11-15T01:00:00.000Z"
    assert (sent["relation_until"], sent["issue_class"], sent["ongoing"]) == ("2027-03-01", "unavailable", True)
    assert (sent["consent"], sent["files"], sent["contact_name"]) == (True, ["a" * 32], "김서연")


def test_a_complete_case_is_handed_on_in_the_language_chosen_and_the_customers_words_stand_before(
    desk: Any, open_desk: Open
) -> None:
    begin(desk, dossier=complete(english_summary=""))
    page = open_desk(NUMBER)
    sheet = open_sheet(page)
    expect(sheet.locator(".esc-missing li")).to_have_count(1)
    expect(sheet.locator(".esc-missing")).to_contain_text("영문 내용이 필요합니다")
    expect(sheet.locator(".esc-told")).to_contain_text("총판에 전달했습니다. 오늘 오후 6:00까지")
    hand_on = sheet.get_by_role("button", name="저장하고 예시총판에 전달")
    hand_on.click()
    expect(sheet.get_by_role("alert")).to_contain_text("아직 빠진 항목이 있습니다")
    sheet.get_by_role("radio", name="한국어").check()
    expect(sheet.locator(".esc-aside")).to_contain_text("빠진 항목이 없습니다.")
    sheet.get_by_label("제목").fill("메일 수신 장애")
    hand_on.click()
    expect(sheet.get_by_role("status")).to_have_text("예시총판에 전달하고 고객에게 알렸습니다.")
    assert desk.called("dossier")[-1]["dossier"]["title"] == "메일 수신 장애"
    assert desk.called("hops") == [{"language": "ko", "revision": 1}]
    expect(sheet.get_by_role("button", name="저장하고 Microsoft에 전달")).to_be_visible()
    page.keyboard.press("Escape")
    hop = page.locator(".hops li")
    expect(hop).to_contain_text("예시총판")
    expect(hop).to_contain_text("남음")
    page.get_by_role("button", name="회신 기록").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="기록하기").click()
    expect(dialog.get_by_role("alert")).to_contain_text("회신 내용을 입력")
    dialog.get_by_label("상대 접수 번호").fill("2611280001")
    dialog.get_by_label("회신 내용").fill("접수했습니다. 확인 중입니다.")
    dialog.get_by_role("button", name="기록하기").click()
    expect(hop).to_contain_text("접수했습니다. 확인 중입니다.")
    expect(hop).to_contain_text("2611280001")
    expect(hop).to_contain_text("시한 안에 회신")
    expect(page.get_by_role("button", name="회신 기록")).to_have_count(0)
    assert desk.called("answer") == [{"text": "접수했습니다. 확인 중입니다.", "reference": "2611280001"}]


def test_a_hop_that_is_late_says_so_beside_the_case(desk: Any, open_desk: Open) -> None:
    sent = {"level": "microsoft", "language": "en", "sent_at": stamp(-300), "sent_by": "kim@example.test"}
    late = sent | {"due": stamp(-130), "reference": "", "answer": None, "answered_at": None}
    begin(desk, hops=[late | {"level": "provider", "due": None}, late])
    page = open_desk(NUMBER)
    hops = page.locator(".hops li")
    expect(hops.first).to_contain_text("회신 시한을 공개하지 않는 곳")
    expect(hops.last.locator('[data-level="late"]')).to_contain_text("기한 2시간 10분 지남")
    expect(page.locator(".escalation")).to_contain_text("더 전달할 곳이 없습니다.")
    expect(page.locator(".escalation")).to_contain_text("고객에게 약속한 다음 안내")


def test_a_case_that_is_on_its_way_shows_that_first(desk: Any, open_desk: Open) -> None:
    desk.add("DEMO-1002", question="팀즈가 느려요")
    begin(desk, credit=CreditFile(service="Exchange Online"))
    page = open_desk(NUMBER)
    titles = page.locator(".beside h3")
    expect(titles).to_have_text(["상위 지원", "추천 문서", "지난 문의"])
    page.locator('.rows a[href="#DEMO-1002"]').click()
    expect(titles).to_have_text(["추천 문서", "상위 지원", "지난 문의"])
    page.locator(f'.rows a[href="#{NUMBER}"]').click()
    expect(titles).to_have_text(["상위 지원", "추천 문서", "지난 문의"])


def test_what_was_typed_outlives_a_failure_a_closed_sheet_and_a_reload(desk: Any, open_desk: Open) -> None:
    begin(desk)
    page = open_desk(NUMBER)
    sheet = open_sheet(page)
    sheet.get_by_label("제목").fill("메일 장애")
    desk.failures = [503]
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("서버에 문제가 생겨")
    page.keyboard.press("Escape")
    expect(page.locator(".escalation")).to_contain_text("저장하지 않은 내용이 있습니다.")
    page.reload()
    sheet = open_sheet(page)
    expect(sheet.get_by_role("status")).to_contain_text("되살렸습니다")
    expect(sheet.get_by_label("제목")).to_have_value("메일 장애")
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")
    page.keyboard.press("Escape")
    expect(page.locator(".escalation")).not_to_contain_text("저장하지 않은 내용이 있습니다.")


def test_two_who_write_at_once_lose_nothing(desk: Any, open_desk: Open) -> None:
    begin(desk)
    sheet = open_sheet(open_desk(NUMBER))
    sheet.get_by_label("제목").fill("내 제목")
    sheet.get_by_label("위치").fill("서울")
    way_up(desk, NUMBER, dossier=Dossier(title="동료의 제목", tried="다시 로그인"), revision=4)
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("alert")).to_contain_text("동료가 그사이 저장했습니다")
    expect(sheet.get_by_label("제목")).to_have_value("내 제목")
    expect(sheet.locator('[data-field="title"]')).to_contain_text("동료가 쓴 내용: 동료의 제목")
    expect(sheet.get_by_label("시도한 조치")).to_have_value("다시 로그인")
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")
    sent = desk.called("dossier")[-1]
    assert (sent["revision"], sent["dossier"]["title"], sent["dossier"]["tried"]) == (4, "내 제목", "다시 로그인")


def test_the_form_stands_in_both_languages_and_korean_is_marked(desk: Any, open_desk: Open) -> None:
    begin(desk, dossier=complete())
    sheet = open_sheet(open_desk(NUMBER))
    sheet.locator("summary").click()
    row = sheet.locator("tr", has_text="Effect on the business")
    expect(row).to_contain_text("업무에 미치는 영향")
    expect(row.locator("td").last).to_contain_text("원문, 번역하지 않음")
    expect(sheet.locator("tr", has_text="Class of problem").locator("td").last).to_have_text("Service unavailable")


def test_a_credit_claim_names_what_is_missing_its_deadline_and_gives_the_packet(desk: Any, open_desk: Open) -> None:
    begun = CreditFile(service="Exchange Online", started_at=stamp(-60 * 24))
    begin(desk, credit=begun, dossier=complete())
    page = open_desk(NUMBER)
    expect(page.locator(".escalation")).to_contain_text("까지 청구 · 총판에는")
    sheet = open_sheet(page, "크레딧 요청서 열기")
    expect(sheet.locator(".esc-deadline time")).to_have_count(3)
    sheet.get_by_role("button", name="상위 지원 요청서에서 가져오기").click()
    expect(sheet.get_by_label("테넌트 ID")).to_have_value(DOSSIER["tenant_id"])
    sheet.get_by_role("button", name="고객이 크레딧을 요청한 이메일").click()
    expect(sheet.get_by_label("크레딧 요청 메일 보낸 사람")).to_be_focused()
    sheet.get_by_role("button", name="요청 자료 내려받기").click()
    expect(sheet.get_by_role("alert")).to_contain_text("아직 빠진 항목이 있습니다")
    page.keyboard.press("Escape")
    fresh = {"started_at": stamp(-60 * 24), "ended_at": stamp(-60 * 20)}
    way_up(desk, NUMBER, credit=CreditFile.model_validate(CREDIT | fresh), revision=9)
    sheet = open_sheet(page, "크레딧 요청서 열기")
    expect(sheet.locator(".esc-aside")).to_contain_text("빠진 항목이 없습니다.")
    with page.expect_download() as download:
        sheet.get_by_role("button", name="요청 자료 내려받기").click()
    assert download.value.suggested_filename == f"{NUMBER}-credit.zip"
    assert desk.called("packet")[-1] == {"kind": "credit", "language": "en"}


def test_a_claim_can_be_begun_by_hand(desk: Any, open_desk: Open) -> None:
    begin(desk)
    sheet = open_sheet(open_desk(NUMBER), "크레딧 요청 시작")
    expect(sheet.locator(".esc-aside")).to_contain_text("저장하면 빠진 항목을 확인합니다.")
    sheet.get_by_label("인시던트 ID").fill("EX25194")
    sheet.get_by_label("CSP를 통한 구매").select_option("예")
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")
    sent = desk.called("credit")[-1]["credit"]
    assert (sent["incident_id"], sent["through_csp"], sent["support_mail"]) == (
        "EX25194", True, {"sender": "", "sent_at": None, "text": ""},
    )  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_panel_and_sheets_are_accessible(desk: Any, open_desk: Open, page: Page, lang: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sent = {"level": "provider", "language": "en", "sent_at": stamp(-300), "sent_by": "kim@example.test"}
    hop = sent | {"due": stamp(-130), "reference": "1", "answer": "확인 중", "answered_at": stamp(-100)}
    credit = CreditFile(service="Exchange Online", started_at=stamp(-60 * 24))
    begin(desk, hops=[hop], credit=credit, dossier=complete(english_summary=""))
    open_desk(NUMBER)
    page.click(f"[data-lang={lang}]")
    expect(page.locator(".hops li")).to_be_visible()
    assert_accessible(page)
    for kind in ("dossier", "credit"):
        page.locator(f"[data-do=open-{kind}]").click()
        expect(page.locator(".esc-fields fieldset").first).to_be_visible()
        page.locator(".esc-preview summary").click()
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
