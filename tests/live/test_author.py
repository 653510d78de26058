"""An author's day on the real thing: a folder comes in, an edit is judged, published, taken back; customers notice."""

import struct
import zlib
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ..chromium import browser
from .browsers import customer_page, shots, staff_page
from .conftest import Live

__all__ = ["browser", "shots"]
pytestmark = [pytest.mark.bot, pytest.mark.browser]

QUESTION = "방문 차량 주차 등록은 어떻게 하나요?"
# Both passages say it, for which of them answers is not the point here.
OLD, NEW = "2시간 무료로", "4시간 무료로"
SLOW = 150_000  # Replaying questions and building an index are the work of the whole machine.
KOREAN = f"""---
slug: visitor-parking
lang: ko
title: 방문 주차 등록하기
category: usage
owner: self
valid_as_of: "2026-11"
sources: ["성수 사옥 주차 규정"]
questions: ["방문 차량 주차 등록", "손님 차 주차 등록하는 법"]
must_answer: ["{QUESTION}"]
---

방문 하루 전까지 **차량 번호**를 등록하면 {OLD} 주차할 수 있습니다.

## 등록하는 방법

1. **시설 예약 > 방문 주차**를 엽니다.
2. 차량 번호와 방문 날짜를 입력합니다.
3. **등록**을 누르면 {OLD} 등록됩니다.

![방문 주차 화면](../images/parking.png)
"""
ENGLISH = """---
slug: visitor-parking
lang: en
title: Register a visitor's car
category: usage
owner: self
---

Register the plate number by the day before the visit; the first **3 hours** are free.
"""


def picture(width: int, height: int) -> bytes:
    """Return a grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress((b"\x00" + b"\xdd" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles as a partner keeps them: a folder a language, a picture beside, and one file with a slip."""
    files = {
        "ko/visitor-parking.md": KOREAN.encode(),
        "en/visitor-parking.md": ENGLISH.encode(),
        "ko/meeting-room.html": "<h1>회의실 예약하기</h1><p>회의실은 2주 전부터 예약합니다.</p>".encode("cp949"),
        "ko/slip.md": KOREAN.replace("owner: self", "ownr: self").encode(),
        "images/parking.png": picture(1_200, 300),
        ".git/config": b"[core]",
    }
    for name, data in files.items():
        path = tmp_path / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "articles"


def ask(browser: Browser, live: Live, shot: Path) -> Locator:
    """Ask as a new customer; return the whole talk once it is answered."""
    page = customer_page(browser, live, "ko")
    chat = page.frame_locator("iframe")
    chat.get_by_role("textbox").fill(QUESTION)
    chat.get_by_role("textbox").press("Enter")
    log = chat.get_by_role("log")
    expect(log).to_contain_text("방문 주차 등록하기", timeout=SLOW)
    page.screenshot(path=shot)
    return log


def read_on_a_phone(browser: Browser, live: Live, scheme: Literal["light", "dark"], shot: Path) -> None:
    """Open the article's page at a heading; nothing sticks out at the side."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, locale="ko-KR")
    page = context.new_page()
    page.goto(f"{live.url}/articles/demo/ko/visitor-parking#등록하는-방법")
    expect(page.locator("h2[id='등록하는-방법']")).to_be_in_viewport()
    expect(page.locator(".text img")).to_have_js_property("naturalWidth", 1_200)
    expect(page.locator("footer")).to_contain_text("2026-11 기준")
    expect(page.locator("footer")).to_contain_text("성수 사옥 주차 규정")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shot, full_page=True)
    context.close()


def publish(page: Page) -> Locator:
    """Open the publish dialog of the Korean text and wait until the effect is there."""
    page.locator('[data-lang-pane="ko"] [data-do="publish"]').click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".effect")).to_be_visible(timeout=SLOW)
    return dialog


def say_yes(page: Page, dialog: Locator) -> None:
    dialog.get_by_role("button", name="지금 게시하기").click()
    expect(page.locator(".toast")).to_contain_text("게시했습니다", timeout=SLOW)


def count(dialog: Locator, verdict: str) -> Locator:
    return dialog.locator(f'.effect-counts [data-verdict="{verdict}"] strong')


def test_a_day(browser: Browser, live: Live, folder: Path, shots: Path) -> None:
    page = staff_page(browser, live, "한유나", "author")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))

    page.get_by_role("link", name="가져오기").click()
    page.set_input_files("#import-folder", folder)
    expect(page.locator(".outcome-sum")).to_have_text("초안으로 가져옴 3개 · 가져오지 못함 1개", timeout=SLOW)
    expect(page.locator(".import-errors li")).to_contain_text("articles/ko/slip.md, 6행")
    expect(page.locator(".import-errors li")).to_contain_text("‘ownr’라는 항목은 없습니다")
    page.screenshot(path=shots / "authors-import.png")

    page.get_by_role("link", name="문서 목록").click()
    page.get_by_role("searchbox").fill("주차")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("우리 회사")
    page.screenshot(path=shots / "authors-list.png")
    page.get_by_role("link", name="방문 주차 등록하기").click()
    pane = page.locator('[data-lang-pane="ko"]')
    expect(pane.locator(".preview img")).to_have_js_property("naturalWidth", 1_200)
    expect(page.locator('.facts-panel [data-kind="duration"] td')).to_have_text(["2시간", "3 hours"])
    dialog = publish(page)
    expect(count(dialog, "gained")).not_to_have_text("0")
    say_yes(page, dialog)
    expect(ask(browser, live, shots / "authors-customer-1.png")).to_contain_text(OLD)

    read_on_a_phone(browser, live, "light", shots / "article-phone-light.png")
    read_on_a_phone(browser, live, "dark", shots / "article-phone-dark.png")

    # A text that no longer answers: the loss is seen before anything is saved, and again before it is published.
    body = page.locator("#body-ko")
    written = body.input_value()
    body.fill("사내 카페는 1층에 있습니다.")
    page.locator("#title-ko").fill("사내 카페 이용")
    page.locator("#tab-finding-ko").click()
    page.locator("#questions-ko").fill("카페 몇 시까지 해요?")
    pane.locator('[data-do="effect"]').click()
    effect = page.get_by_role("dialog")
    expect(effect.locator(".change.lost")).to_contain_text(QUESTION, timeout=SLOW)
    expect(effect.locator(".change.lost .passage").first).to_contain_text(OLD)
    expect(effect.locator(".change.lost .passage").first).not_to_contain_text("**")
    page.screenshot(path=shots / "authors-effect.png")
    page.keyboard.press("Escape")
    dialog = publish(page)
    expect(dialog.get_by_role("button", name="지금 게시하기")).to_have_attribute("aria-disabled", "true")
    expect(dialog.get_by_label("네, 답을 잃는 질문이 있어도 게시합니다")).not_to_be_checked()
    page.screenshot(path=shots / "authors-publish.png")
    page.keyboard.press("Escape")

    # The text that was meant: the preview follows the keys, the answer is another passage of the same article.
    page.locator("#tab-versions-ko").click()
    page.locator('[data-version="1"] [data-do="version_restore"]').click()
    expect(page.locator(".toast")).to_contain_text("버전 1의 내용을")
    page.locator("#tab-text-ko").click()
    expect(body).to_have_value(written)
    body.fill(written.replace(OLD, NEW))
    expect(pane.locator(".preview .text")).to_contain_text(NEW)
    page.screenshot(path=shots / "authors-editor.png")
    page.keyboard.press("Control+s")
    expect(page.locator(".toast")).to_contain_text("저장했습니다")
    dialog = publish(page)
    expect(count(dialog, "lost")).to_have_text("0")
    expect(dialog.locator('.change[data-verdict="changed"]').first).to_contain_text(NEW)
    say_yes(page, dialog)
    expect(ask(browser, live, shots / "authors-customer-2.png")).to_contain_text(NEW)

    page.locator("#tab-versions-ko").click()
    page.locator('[data-version="4"] [data-do="version_before"]').click()
    expect(page.locator(".diff-lines ins").first).to_contain_text(NEW)
    page.screenshot(path=shots / "authors-versions.png")
    page.locator('[data-version="1"] [data-do="version_restore"]').click()
    expect(page.locator(".toast")).to_contain_text("버전 1의 내용을")
    say_yes(page, publish(page))
    expect(ask(browser, live, shots / "authors-customer-3.png")).to_contain_text(OLD)

    page.click(".looks [data-lang=en]")
    expect(page.locator('[data-section="gaps"]')).to_have_text("Gaps")
    page.screenshot(path=shots / "authors-editor-en.png")
    assert broken == []
