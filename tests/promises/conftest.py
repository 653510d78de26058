"""The real app under a clock that the test holds in its hand, over a copy of the demo partner that it may edit."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT
from firstline.core.times import use_clock
from firstline.desk.breach import Acted, act_on_clocks
from firstline.desk.closing import close_unanswered

from .hand import ClockedTransport, Desk, Hand


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def partners_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "partners"
    shutil.copytree(PROJECT_ROOT / "partners" / "demo", folder / "demo")
    return folder


@pytest.fixture
async def app(make_app: Callable[..., FastAPI], database: Database, partners_dir: Path) -> AsyncIterator[FastAPI]:
    app = make_app(partners_dir=partners_dir, staff_session_hours=10_000, staff_idle_minutes=600_000)
    yield app
    await app.state.parts.database.close()


@pytest.fixture
async def http(app: FastAPI, clock: Hand) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=ClockedTransport(app, clock), base_url="http://test") as client:
        yield client


@pytest.fixture
def new_desk(new_agent: Any, http: httpx.AsyncClient) -> Callable[..., Any]:
    async def open_desk(name: str = "minji") -> Desk:
        return Desk(http, await new_agent(name))

    return open_desk


@pytest.fixture
def look(database: Database, clock: Hand) -> Callable[[], Any]:
    """Does what the app does every few seconds."""

    async def at_the_clock() -> Acted:
        with use_clock(clock):
            return await act_on_clocks(database, clock())

    return at_the_clock


@pytest.fixture
def close_old(database: Database, clock: Hand) -> Callable[[], Any]:
    async def close() -> int:
        with use_clock(clock):
            return await close_unanswered(database, clock())

    return close


@pytest.fixture
def waiting(new_customer: Any) -> Callable[..., Any]:
    """A customer who waits, the case's number, and the turn that brought it."""

    async def wait(severity: str = "", locale: str = "ko") -> tuple[Any, str]:
        customer = await new_customer(locale)
        turn = await customer.send("/human")
        if severity:
            await customer.send(f'/severity{{"severity":"{severity}"}}')
        return customer, turn["case"]["number"]

    return wait
