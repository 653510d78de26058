"""The radar in a real browser over the real app: named customers, a bad file, letter, before and after."""

import asyncio
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import utcnow
from firstline.desk.sessions import begin_session
from firstline.desk.staff import add_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app
from firstline.serve.migrate import migrate

from ..chromium import browser
from ..conftest import ScriptedBot
from ..staff_pages import COOKIE, Served, broken, context, page
from .seed import FIGURES, articles, chats

__all__ = ["broken", "browser", "context", "page"]
pytestmark = pytest.mark.browser
SHOTS = os.environ.get("FIRSTLINE_TEST_SCREENSHOTS", "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address and a lead's session; articles and chats are there, figures aren't."""
    folder: Path = tmp_path_factory.mktemp("training")
    settings = Settings(data_dir=folder, partners_dir=PROJECT_ROOT / "partners", _env_file=None)

    async def fill() -> str:
        database = Database(settings.resolved_database_url)
        await migrate(database)
        await articles(database)
        await chats(database, utcnow())
        async with database.session() as session:
            lead = await add_staff(session, "demo", "lead@example.com", ("lead",), None, "김서연")
            token = begin_session(session, lead, hours=1)
        await database.close()
        return token

    with ThreadPoolExecutor() as aside:  # The browser's own loop runs in this thread.
        token = aside.submit(asyncio.run, fill()).result()
    with Served(create_app(settings, HashingEncoder(), bot_transport=ScriptedBot(), starter=None)) as url:
        yield url, token


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_lead_goes_from_a_file_to_before_and_after(
    served: tuple[str, str], context: BrowserContext, page: Page, tmp_path: Path
) -> None:
    url, token = served
    context.add_cookies([{"name": COOKIE, "value": token, "url": url}])
    page.goto(f"{url}/staff#/training")
    expect(page.locator("main")).to_contain_text("아직 가져온 이용 현황이 없습니다.")

    page.locator(".training-in summary").press("Enter")
    bad, good = tmp_path / "bad.csv", tmp_path / "figures.csv"
    bad.write_bytes("고객번호,기준일,사용률\nA,어제,45%\nB,2026-10-31,0.5\nC,2026-10-31,45\n".encode("cp949"))
    page.get_by_label("파일", exact=True).set_input_files(bad)
    page.get_by_role("button", name="가져오기", exact=True).press("Enter")
    expect(page.locator(".training-faults li")).to_have_text(
        [
            "2행 날짜를 읽을 수 없습니다: '어제'. 2026-10-31, 2026.10.31, 2026년 10월 31일처럼 써 주세요.",
            "3행 사용률 값 '0.5'의 뜻이 분명하지 않습니다. % 기호를 붙이거나, 위에서 읽는 방법을 골라 주세요.",
        ]
    )
    shot(page, "import-ko")
    day = (utcnow() - timedelta(days=28)).date()
    good.write_bytes(FIGURES.replace("2026-10-31", f"{day:%Y.%m.%d}").encode("cp949"))
    page.get_by_label("파일", exact=True).set_input_files(good)
    page.get_by_role("button", name="가져오기", exact=True).click()
    expect(page.locator(".outcome .good")).to_contain_text("10행을 읽었습니다(cp949)")
    rows = page.locator("table.training tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.first).to_contain_text("가나상사")
    expect(rows.first.locator("[data-why=questions]").first).to_contain_text("전체 제품 사용법 문의가 12건입니다.")
    expect(page.locator("main")).to_contain_text("라이선스 수를 몰라 비교하지 않았습니다")
    shot(page, "radar-ko")
    page.get_by_label("해당하지 않는 고객도 보기").check()
    expect(rows).to_have_count(10)
    page.get_by_label("고객 찾기").fill("파하")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("라이선스 수 모름")
    page.get_by_label("고객 찾기").fill("가나")
    expect(rows.first).to_contain_text("가나상사")
    rows.first.get_by_role("link").press("Enter")

    expect(page.get_by_label("본문")).to_have_value(re.compile("가나상사 담당자님, 안녕하세요"))
    page.locator("#held-on").fill(f"{(utcnow() - timedelta(days=20)).date()}")
    page.get_by_role("button", name="기록", exact=True).press("Enter")
    expect(page.locator("[data-held] h4")).to_have_text("Teams 모임 잘 쓰기")
    expect(page.locator("[data-held] tbody tr")).to_have_count(2)
    shot(page, "customer-ko")
    with page.expect_download() as download:
        page.get_by_role("button", name="파일로 저장").click()
    assert "가나상사 담당자님" in Path(download.value.path()).read_text("utf-8")

    page.click(".looks [data-lang=en]")
    page.locator("#letter-lang").select_option("en")
    expect(page.locator("#letter-text")).to_have_value(re.compile("Dear colleagues at 가나상사"))
    page.emulate_media(color_scheme="dark")
    shot(page, "customer-en-dark")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("table.training thead th").first).to_have_text("Customer")
    expect(rows).to_have_count(5)
    shot(page, "radar-en-dark")
    expect(rows).to_have_count(5)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    shot(page, "radar-en-narrow")
