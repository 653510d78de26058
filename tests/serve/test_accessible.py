"""No page has a serious or critical accessibility violation: axe over the real app, in light and dark."""

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.staff import add_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.starter_library import STARTER_FOLDER
from firstline.serve.app import create_app
from firstline.serve.migrate import migrate

from ..chromium import browser
from ..conftest import PASSWORD, ScriptedBot
from ..staff_pages import Served, broken, context, page

__all__ = ["broken", "browser", "context", "page"]
pytestmark = pytest.mark.browser
PEOPLE = {"admin": ("admin", "provider"), "minji": ("agent",)}
ARTICLES = ["add-a-user", "assign-a-license"]
AUTHORS = ["", "edit/add-a-user/ko", "new", "gaps", "try", "transfer", "log"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real app over SQLite with two articles, two people and a waiting case; the bot speaks from a script."""
    folder: Path = tmp_path_factory.mktemp("firstline")
    settings = Settings(data_dir=folder, partners_dir=PROJECT_ROOT / "partners", _env_file=None)

    for article in ARTICLES:
        for lang in ("ko", "en"):
            (folder / "starter" / lang).mkdir(parents=True, exist_ok=True)
            shutil.copy(STARTER_FOLDER / lang / f"{article}.md", folder / "starter" / lang)

    async def fill() -> None:
        database = Database(settings.resolved_database_url)
        await migrate(database)
        async with database.session() as session:
            for name, roles in PEOPLE.items():
                await add_staff(session, "demo", f"{name}@example.com", roles, PASSWORD, name)
        await database.close()

    with ThreadPoolExecutor() as aside:  # The browser's own loop runs in this thread.
        aside.submit(asyncio.run, fill()).result()
    app = create_app(settings, HashingEncoder(), bot_transport=ScriptedBot(), starter=folder / "starter")
    with Served(app) as url, httpx.Client(base_url=url, timeout=120) as http:
        assert http.get("/api/knowledge/search", params={"partner": "demo", "q": "메일"}).status_code == 200
        customer = http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"}).json()
        bearer = {"Authorization": f"Bearer {customer['token']}"}
        for number, text in enumerate(("팀즈 소리가 끊겨요", "/human")):
            message = {"text": text, "client_message_id": f"m{number}"}
            assert http.post("/api/chat/messages", json=message, headers=bearer).status_code == 200
        yield url


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, page: Page) -> str:
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return str(request.param)


def assert_accessible(page: Page | Frame) -> None:
    found: Any = Axe().run(page)  # type: ignore[arg-type]
    assert [
        f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ] == []


def sign_in(page: Page, url: str, name: str = "admin") -> None:
    body = {"partner": "demo", "email": f"{name}@example.com", "password": PASSWORD}
    assert page.request.post(f"{url}/api/staff/login", data=body).ok


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_demo_page_and_widget(url: str, page: Page, scheme: str, lang: str) -> None:
    page.goto(f"{url}/?lang={lang}")
    page.evaluate("window.Firstline ? 0 : new Promise(done => addEventListener('firstline:ready', done))")
    assert_accessible(page)
    page.evaluate("window.Firstline.open()")
    chat = page.frame_locator("iframe")
    box = chat.get_by_role("textbox")
    expect(chat.get_by_role("log")).to_contain_text("자동 안내" if lang == "ko" else "automatic")
    frame = next(frame for frame in page.frames if frame.parent_frame)
    assert_accessible(frame)
    box.fill("아웃룩이 안 열려요" if lang == "ko" else "Outlook does not open")
    box.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("echo: ")
    box.fill("/human")
    box.press("Enter")
    expect(chat.get_by_role("log")).to_contain_text("DEMO-")
    assert_accessible(frame)


@pytest.mark.parametrize("path", ["ko", "en", "ko/add-a-user", "en/add-a-user", "ko/no-such-article"])
def test_article_pages(url: str, page: Page, scheme: str, path: str) -> None:
    page.goto(f"{url}/articles/demo/{path}")
    expect(page.locator("h1").first).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("part", ["", "#invitation=some-token"])
def test_log_in(url: str, page: Page, scheme: str, part: str) -> None:
    page.goto(f"{url}/login{part}")
    expect(page.locator("form")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).not_to_be_empty()
    assert_accessible(page)


def test_desk(url: str, page: Page, scheme: str) -> None:
    sign_in(page, url, "minji")
    page.goto(f"{url}/desk")
    page.locator(".queue li").first.click()
    expect(page.locator(".case-head h2")).to_be_visible()
    assert_accessible(page)
    for kind in ("dossier", "credit"):
        page.locator(f"[data-do=open-{kind}]").click()
        expect(page.locator(".esc-fields fieldset").first).to_be_visible()
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("part", AUTHORS)
def test_authors_console(url: str, page: Page, scheme: str, part: str) -> None:
    sign_in(page, url)
    page.goto(f"{url}/authors#/{part}")
    expect(page.locator("main h2").first).to_be_visible()
    if part.startswith("edit/"):
        expect(page.locator(".pane-work").first).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("part", ["", "people", "audit", "training", "charter", "resellers"])
def test_staff_page(url: str, page: Page, scheme: str, part: str) -> None:
    sign_in(page, url)
    page.goto(f"{url}/staff#/{part}")
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator("main .empty:visible")).to_have_count(0)
    assert_accessible(page)
    if part == "people":
        for what in ("change", "sessions"):
            page.locator(f"tr:has-text('minji') [data-do={what}]").click()
            assert_accessible(page)
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
