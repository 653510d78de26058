"""Four partners (a provider, its reseller, another reseller, another provider), their people, and hands on the API."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.sessions import begin_session
from firstline.desk.staff import add_staff, find_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

from ..conftest import PASSWORD, ScriptedBot
from .demo import Demo, make_demo
from .people import Person

PARTNERS = {"demo": "total", "far": "rival", "total": None, "rival": None}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    for partner, provider in PARTNERS.items():
        text = charter.replace("id: demo\n", f"id: {partner}\n", 1)
        if provider:
            text = text.replace("partner:\n", f"partner:\n  provider: {provider}\n", 1)
        folder = tmp_path / "partners" / partner
        folder.mkdir(parents=True)
        (folder / "charter.yaml").write_text(text, "utf-8")
    return settings.model_copy(update={"partners_dir": tmp_path / "partners"})


@pytest.fixture
def make_app(settings: Settings, bot: ScriptedBot) -> Callable[..., FastAPI]:
    """Without the starter library: its articles have no part here."""

    def make(**changes: Any) -> FastAPI:
        return create_app(settings.model_copy(update=changes), HashingEncoder(), bot_transport=bot, starter=None)

    return make


@pytest.fixture
def person(http: httpx.AsyncClient, app: FastAPI) -> Callable[..., Any]:
    """Make an account, unless there is one, and a session for it."""

    async def make(name: str, *roles: str, partner: str = "demo") -> Person:
        email = f"{name}@example.com"
        async with app.state.parts.database.session() as session:
            staff = await find_staff(session, partner, email)
            staff = staff or await add_staff(session, partner, email, roles or ("agent",), None, name)
            return Person(http, staff, begin_session(session, staff, hours=1))

    return make


@pytest.fixture
async def with_password(app: FastAPI) -> str:
    """An agent who logs in by password; returns the address."""
    async with app.state.parts.database.session() as session:
        staff = await add_staff(session, "demo", "minji@example.com", ("agent",), PASSWORD, "민지")
    return staff.email


@pytest.fixture
async def second_process(settings: Settings, app: FastAPI, bot: ScriptedBot) -> AsyncIterator[httpx.AsyncClient]:
    """Another process over the same database."""
    other = create_app(settings, HashingEncoder(), bot_transport=bot)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://test") as client:
        yield client
    await other.state.parts.database.close()


@pytest.fixture
async def demo(app: FastAPI, new_customer: Any, person: Any) -> Demo:
    return await make_demo(app, new_customer, person)
