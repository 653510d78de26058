"""An outage in Korean, on the real thing: from the first message to a dossier handed on and a packet that opens."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from firstline.core.times import iso, utcnow

from ..chromium import browser
from .browsers import customer_page, shots, staff_page
from .conftest import Live

__all__ = ["browser", "shots"]
pytestmark = [pytest.mark.bot, pytest.mark.browser]

KOREA = ZoneInfo("Asia/Seoul")
BEGAN = datetime.now(KOREA).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
TENANT = "11111111-2222-3333-4444-555555555555"
DOMAIN = "customer.example"
ISSUE = {
    "id": "EX251940",
    "title": "Users can't receive mail",
    "service": "Exchange Online",
    "classification": "incident",
    "status": "investigating",
    "impactDescription": "Users may be unable to receive mail.",
    "startDateTime": iso(BEGAN),
}


def local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def desk(browser: Browser, live: Live) -> Iterator[Page]:
    """An agent's desk where service health knows the incident."""
    page = staff_page(browser, live, "김서연")
    headers = {"X-Firstline-Request": "1"}
    assert page.request.post(f"{live.url}/api/desk/health", data={"value": [ISSUE]}, headers=headers).ok
    yield page
    page.request.put(f"{live.url}/api/desk/health", data=[], headers=headers)


def say(chat: FrameLocator, text: str, answer: str) -> None:
    box = chat.get_by_role("textbox").last
    box.fill(text)
    box.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text(answer, timeout=30_000)


def save(sheet: Locator) -> None:
    sheet.get_by_role("button", name="저장", exact=True).click()
    expect(sheet.get_by_role("status")).to_have_text("저장했습니다.")


def fill(sheet: Locator, values: dict[str, str]) -> None:
    for label, value in values.items():
        sheet.get_by_label(label, exact=True).fill(value)


def test_from_the_first_message_to_a_dossier_and_a_packet(
    browser: Browser, live: Live, desk: Page, shots: Path, tmp_path: Path
) -> None:
    customer = customer_page(browser, live, "ko")
    chat = customer.frame_locator("iframe")
    log = chat.get_by_role("log")
    say(chat, "어제부터 익스체인지 메일이 안 들어와요", "EX251940")
    say(chat, "이번 장애로 서비스 크레딧 신청하고 싶어요", "어느 서비스에서 장애가 있었나요?")
    say(chat, "EX251940 익스체인지 온라인이요", "언제 있었던 장애인가요?")
    say(chat, "어제요", "몇 명이 어느 곳에서")
    say(chat, "오전 4시간, 서울 본사 30명이요", "접수번호")
    number = re.search(r"DEMO-\d+", log.inner_text()).group()  # type: ignore[union-attr]

    desk.locator(f'.rows a[href="#{number}"]').click()
    desk.get_by_role("button", name="내가 맡기").first.click()
    expect(log).to_contain_text("김서연 담당자가 대화를 이어받았습니다")
    expect(desk.locator("#composer")).to_be_focused()
    beside = desk.locator(".escalation")
    expect(beside).to_contain_text("까지 청구")
    desk.screenshot(path=shots / "outage-1-desk.png")

    dossier_handed_on(desk, shots)
    expect(log).to_contain_text("Microsoft에 전달했습니다")
    expect(log).to_contain_text("까지 진행 상황을 알려 드리겠습니다")
    log.get_by_text("까지 진행 상황을 알려 드리겠습니다").scroll_into_view_if_needed()
    customer.screenshot(path=shots / "outage-3-widget.png")
    expect(beside.locator(".hops li")).to_contain_text("남음")
    beside.get_by_role("button", name="회신 기록").click()
    answer = desk.get_by_role("dialog")
    answer.get_by_label("상대 접수 번호").fill("2611280040001234")
    answer.get_by_label("회신 내용").fill("We restored mail flow at 14:00 KST.")
    answer.get_by_role("button", name="기록하기").click()
    expect(beside.locator(".hops blockquote")).to_have_text("We restored mail flow at 14:00 KST.")

    archive = credit_packed(desk, shots, tmp_path)
    assert_packet(archive, number)
    archive.extractall(tmp_path / "packet")
    desk.goto(f"file://{tmp_path}/packet/index.html")
    expect(desk.get_by_role("heading").first).to_contain_text("서비스 크레딧 요청서")
    expect(desk.locator("body")).to_contain_text("오전 4시간, 서울 본사 30명")
    desk.screenshot(path=shots / "outage-5-packet.png", full_page=True)


def dossier_handed_on(desk: Page, shots: Path) -> None:
    """Fill what the conversation didn't say, until nothing is missing, and hand the case on in English."""
    desk.locator(".case-head h2").click()
    desk.keyboard.press("u")
    sheet = desk.get_by_role("dialog")
    expect(sheet.get_by_label("제품 및 서비스")).to_have_value("Exchange Online")
    expect(sheet.locator(".esc-original")).to_contain_text("메일이 안 들어와요")
    fill(sheet, {
        "제목": "메일 수신 장애",
        "업무에 미치는 영향": "서울 본사 영업팀이 고객 메일을 받지 못합니다.",
        "내용": "어제 오전부터 외부에서 보낸 메일이 들어오지 않습니다.",
        "영문 내용": "Mail from outside has not arrived since yesterday morning (EX251940).",
        "테넌트 ID": TENANT,
        "테넌트 도메인": DOMAIN,
        "영향을 받은 사용자": "30명",
        "위치": "서울 본사",
        "처음 발생한 시각 (한국 시간)": local(BEGAN),
        "서비스 상태에서 확인한 내용": "EX251940 조사 중",
        "시도한 조치": "웹 접속, 메일 흐름 규칙 확인",
        "관리 권한 유효 기한": (utcnow() + timedelta(days=200)).date().isoformat(),
    })  # fmt: skip
    sheet.get_by_label("심각도").select_option("B")
    sheet.get_by_label("문제 유형").select_option("unavailable")
    sheet.get_by_role("button", name="서비스 상태를 확인한 시각: 지금").click()
    sheet.get_by_label("고객의 정보 공유 동의").check()
    save(sheet)
    missing = sheet.locator(".esc-missing li")
    expect(missing).to_have_count(1)
    expect(missing).to_contain_text("파트너 담당자의 연락처")
    sheet.get_by_role("button", name="내 연락처 넣기").click()
    sheet.get_by_role("radio", name="영어").check()
    save(sheet)
    expect(sheet.locator(".esc-complete")).to_be_visible()
    sheet.locator(".esc-main").evaluate("node => node.scrollTo(0, 0)")
    desk.screenshot(path=shots / "outage-2-dossier.png")
    sheet.get_by_role("button", name="저장하고 Microsoft에 전달").click()
    expect(sheet.get_by_role("status")).to_contain_text("전달하고 고객에게 알렸습니다")
    desk.keyboard.press("Escape")


def credit_packed(desk: Page, shots: Path, folder: Path) -> zipfile.ZipFile:
    """Fill the claim that the chat has begun, and download its packet."""
    desk.get_by_role("button", name="크레딧 요청서 열기").click()
    sheet = desk.get_by_role("dialog")
    expect(sheet.get_by_label("인시던트 ID")).to_have_value("EX251940")
    expect(sheet.get_by_label("영향을 받은 사용자")).to_have_value("오전 4시간, 서울 본사 30명이요")
    sheet.get_by_role("button", name="상위 지원 요청서에서 가져오기").click()
    sheet.get_by_label("CSP를 통한 구매").select_option("예")
    written = local(BEGAN + timedelta(minutes=20))
    fill(sheet, {
        "중단이 시작된 시각 (한국 시간)": local(BEGAN),
        "중단이 끝난 시각 (한국 시간)": local(BEGAN + timedelta(hours=4)),
        "티켓 번호": "2611280040001234",
        "지원 요청 메일 보낸 사람": "kim@gmail.com",
        "지원 요청 메일 보낸 시각 (한국 시간)": written,
        "지원 요청 메일 내용": "메일이 들어오지 않습니다. 확인 부탁드립니다.",
        "크레딧 요청 메일 보낸 사람": f"kim@{DOMAIN}",
        "크레딧 요청 메일 보낸 시각 (한국 시간)": written,
        "크레딧 요청 메일 내용": "EX251940 장애에 대한 서비스 크레딧을 요청합니다.",
    })  # fmt: skip
    save(sheet)
    refused = sheet.get_by_role("button", name="개인 주소는 인정되지 않습니다")
    expect(refused).to_have_count(1)
    refused.click()
    desk.screenshot(path=shots / "outage-4-credit.png")
    desk.keyboard.press("Control+A")
    desk.keyboard.type(f"kim@{DOMAIN}")
    with desk.expect_download() as download:
        sheet.get_by_role("button", name="요청 자료 내려받기").click()
    download.value.save_as(folder / "packet.zip")
    return zipfile.ZipFile(folder / "packet.zip")


def assert_packet(archive: zipfile.ZipFile, number: str) -> None:
    """Every file is listed with its hash, and what was said in the chat is the evidence."""
    manifest: dict[str, Any] = json.loads(archive.read("manifest.json"))
    assert manifest["case"] == number
    assert {row["path"] for row in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    for row in manifest["files"]:
        assert hashlib.sha256(archive.read(row["path"])).hexdigest() == row["sha256"]
    claim = json.loads(archive.read("credit.json"))
    assert (claim["credit"]["incident_id"], claim["credit"]["tenant_id"]) == ("EX251940", TENANT)
    assert claim["deadline"]["ask_by"] < claim["deadline"]["safe"] <= claim["deadline"]["latest"]
    said = archive.read("evidence/transcript.txt").decode()
    assert "이번 장애로 서비스 크레딧 신청하고 싶어요" in said and "Microsoft에 전달했습니다" in said
    assert f"From: kim@{DOMAIN}" in archive.read("evidence/support-request.txt").decode()
