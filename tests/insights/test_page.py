"""The page in a real Chromium over the real app and a seeded quarter, in both languages."""

import asyncio
import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page, expect

from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import utcnow
from firstline.desk.sessions import begin_session
from firstline.desk.staff import add_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app
from firstline.serve.bench.insights_fill import fill
from firstline.serve.migrate import migrate

from ..chromium import browser
from ..conftest import ScriptedBot
from ..staff_pages import COOKIE, Served, broken, page, url
from ..staff_pages import context as new_context

__all__ = ["broken", "browser", "new_context", "page", "url"]

pytestmark = pytest.mark.browser
SAID = [("ko", "메일이 안 와요"), ("ko", "청구서가 두 장이에요"), ("en", "Outlook is slow")]


class Office:
    """What the page shows, and the sessions of a lead and of somebody at the provider."""

    def __init__(self, app: FastAPI) -> None:
        self.app, self.tokens = app, dict[str, str]()

    async def fill(self) -> None:
        parts = self.app.state.parts
        await migrate(parts.database)
        charter = parts.charters.get("demo")
        await fill(parts.database, charter, "demo", 300, SAID, utcnow())
        async with parts.database.session() as session:
            for role, partner in (("lead", "demo"), ("agent", "demo"), ("provider", "total")):
                staff = await add_staff(session, partner, f"{role}@example.com", (role,), None, role)
                self.tokens[role] = begin_session(session, staff, hours=1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    folder = tmp_path_factory.mktemp("insights")
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    for partner in ("demo", "total"):
        text = charter.replace("id: demo\n", f"id: {partner}\n", 1)
        if partner == "demo":
            text = text.replace("partner:\n", "partner:\n  provider: total\n", 1)
        (folder / "partners" / partner).mkdir(parents=True)
        (folder / "partners" / partner / "charter.yaml").write_text(text, "utf-8")
    settings = Settings(data_dir=folder, partners_dir=folder / "partners", database_url="", _env_file=None)
    office = Office(create_app(settings, HashingEncoder(), bot_transport=ScriptedBot(), starter=None))
    asyncio.run(office.fill())
    with Served(office.app) as url:
        yield office, url


@pytest.fixture
def context(new_context: BrowserContext) -> BrowserContext:
    return new_context


@pytest.fixture
def open_insights(served: tuple[Office, str], context: BrowserContext, page: Page) -> Callable[..., Page]:
    office, url = served

    def open_(role: str = "lead", query: str = "") -> Page:
        context.add_cookies([{"name": COOKIE, "value": office.tokens[role], "url": url}])
        page.goto(f"{url}/staff#/insights{query}")
        page.locator(".insights[data-ready] svg").first.wait_for()
        return page

    return open_


def number_in(text: str | None) -> int:
    return int(re.sub(r"\D", "", text or "") or -1)


def test_every_number_opens_as_many_rows_and_a_file_has_them_all(open_insights: Any, tmp_path: Path) -> None:
    page = open_insights()
    page.locator('[data-days="90"]').click()
    expect(page.locator('[data-days="90"]')).to_have_attribute("aria-pressed", "true")
    for place in ('[data-tile="volume"]', '[data-tile="solved"]', '[data-tile="promises"]', '[data-tile="fallback"]'):
        opens = page.locator(f"{place} button").first
        count = number_in(opens.text_content())
        assert count > 0
        opens.click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("tbody tr")).to_have_count(min(count, 100))
        assert number_in((dialog.get_by_role("status").text_content() or "").split("건")[0]) == count
        with page.expect_download() as download:
            dialog.locator('[data-do="csv"]').click()
        download.value.save_as(tmp_path / "rows.csv")
        with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.DictReader(file))) == count
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_a_plots_table_says_what_the_plot_says(open_insights: Any) -> None:
    page = open_insights()
    card = page.locator('[data-figure="insights_hours"]')
    card.locator("summary").focus()
    page.keyboard.press("Enter")
    cells = card.locator("tbody td:not(:last-child)")
    shown = [number_in(text) for text in cells.all_text_contents()]
    assert len(shown) == 7 * 24
    hints = [number_in(text.rpartition(":")[2]) for text in card.locator("rect title").all_text_contents()]
    assert sorted(shown) == sorted(hints)
    assert sum(shown) == number_in(page.locator('[data-tile="volume"] strong').text_content())
    busiest = cells.locator("button").first
    busiest.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("tbody tr")).to_have_count(number_in(busiest.text_content()))


def test_period_and_language_are_chosen_and_stay_in_the_address(open_insights: Any) -> None:
    page = open_insights()
    page.locator('[data-days="7"]').click()
    expect(page.locator('[data-days="7"]')).to_have_attribute("aria-pressed", "true")
    page.get_by_label("대화 언어").select_option("en")
    expect(page.locator('[data-tile="volume"] p', has_text="한국어")).to_have_count(0)
    assert "lang=en" in page.url and "since=" in page.url
    page.reload()
    expect(page.locator('[data-days="7"]')).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("대화 언어")).to_have_value("en")
    page.get_by_label("시작일").fill("2020-01-01")
    page.locator('[data-do="period"]').click()
    expect(page.get_by_role("alert")).to_contain_text("400일")


def test_a_provider_sees_its_resellers_figures_and_an_agent_none(open_insights: Any, served: Any) -> None:
    page = open_insights("provider", "")
    expect(page.get_by_label("파트너")).to_have_value("demo")
    office, url = served
    page.context.add_cookies([{"name": COOKIE, "value": office.tokens["agent"], "url": url}])
    page.goto(f"{url}/staff")
    expect(page.locator("main h2").first).to_be_visible()
    expect(page.locator('[data-section="insights"]')).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1440])
def test_both_languages_are_complete_and_nothing_scrolls_sideways(
    open_insights: Any, width: int, tmp_path: Path
) -> None:
    page = open_insights("lead", "")
    page.set_viewport_size({"width": width, "height": 900})
    expect(page.locator("[data-gaps]")).to_be_visible()
    page.screenshot(path=tmp_path / "insights-ko.png", full_page=True)
    page.click(".looks [data-lang=en]")
    expect(page.locator("h2").first).to_have_text("Insights")
    page.locator('[data-do="theme"]').click()
    page.locator('[data-do="theme"]').click()
    page.screenshot(path=tmp_path / "insights-en-dark.png", full_page=True)
    left = page.evaluate(
        r"""() => [...document.querySelectorAll("main *, dialog *")].filter((node) => !node.closest("[lang=ko]")
          && [...node.childNodes].some((child) => child.nodeType === 3 && /[가-힣]|\binsights_\w+/.test(child.data)))
          .map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert left == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.locator('[data-tile="volume"] button').first.click()
    expect(page.get_by_role("dialog").locator("tbody tr").first).to_be_visible()
    page.screenshot(path=tmp_path / "insights-rows.png")
