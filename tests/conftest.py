"""Fixtures every area shares: settings in a folder of their own, a migrated database, the app with a bot of straw."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import uvicorn
from fastapi import FastAPI

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.sessions import begin_session
from firstline.desk.staff import add_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

from .databases import empty_database, empty_sqlite, of_this_worker
from .few_articles import few_articles

PASSWORD = "a-long-test-password"

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile(
    "firstline", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("firstline")


of_this_worker()

# The address of a PostgreSQL database that tests may drop and make anew; without it they run on SQLite.
POSTGRESQL = os.environ.get("FIRSTLINE_TEST_DATABASE_URL", "")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and all that share Redis, where what is published reaches everybody."""
    for item in items:
        shared = "redis" if "services" in item.path.parts else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, partners_dir=PROJECT_ROOT / "partners", database_url=POSTGRESQL, _env_file=None)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    if POSTGRESQL:
        await empty_database(POSTGRESQL)
    else:
        await empty_sqlite(settings.data_dir / "firstline.db")
    database = Database(settings.resolved_database_url)
    yield database
    await database.close()


class ScriptedBot(httpx.AsyncBaseTransport):
    """Speaks the bot's HTTP API from a script: what to say by what was sent; the last resort is an echo."""

    def __init__(self) -> None:
        self.script: dict[str, Any] = {}
        self.down = False
        self.received: list[dict[str, Any]] = []
        self.before_answer: Callable[[], Any] | None = None
        # The intent of a text where somebody asks what it means; of any other text nobody can tell.
        self.meanings: dict[str, str] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        if request.url.path.endswith("/health"):
            return httpx.Response(200, json={"model": "scripted"}, request=request)
        import json

        turn = json.loads(request.content)
        if request.url.path == "/webhooks/firstline/parse":
            intent = {"name": self.meanings.get(turn["text"], "nlu_fallback"), "confidence": 0.9}
            none = {"name": "out_of_scope", "confidence": 0.1}
            ranking = [none] if intent["name"] == "nlu_fallback" else [intent, none]
            return httpx.Response(200, json={"intent": intent, "intent_ranking": ranking}, request=request)
        self.received.append(turn)
        if self.before_answer:
            await self.before_answer()
        said = self.script.get(turn["text"], [{"text": f"echo: {turn['text']}"}])
        if isinstance(said, int):
            return httpx.Response(said, json={"error": {"code": "turn_failed"}}, request=request)
        return httpx.Response(200, json={"messages": said}, request=request)


@pytest.fixture
def bot() -> ScriptedBot:
    return ScriptedBot()


@pytest.fixture
def make_app(settings: Settings, bot: ScriptedBot) -> Callable[..., FastAPI]:
    def make(**changes: Any) -> FastAPI:
        used = settings.model_copy(update=changes)
        return create_app(used, HashingEncoder(), bot_transport=bot, starter=few_articles())

    return make


@pytest.fixture
async def app(make_app: Callable[..., FastAPI], database: Database) -> AsyncIterator[FastAPI]:
    """The app over a migrated database, without its background work."""
    app = make_app()
    yield app
    await app.state.parts.database.close()


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The app on a port of its own; yields ``127.0.0.1:PORT``."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, ws="websockets-sansio"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server offers no event
        await asyncio.sleep(0.01)
    yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


class Customer:
    """A customer's browser, as far as HTTP goes."""

    def __init__(self, http: httpx.AsyncClient, started: dict[str, Any]) -> None:
        self.http = http
        self.token = started["token"]
        self.started = started
        self.id = started["conversation_id"]
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self._sent = 0

    async def send(self, text: str, client_message_id: str | None = None) -> dict[str, Any]:
        answer = await self.post(text, client_message_id)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def post(self, text: str, client_message_id: str | None = None) -> httpx.Response:
        self._sent += 1
        body = {"text": text, "client_message_id": client_message_id or f"m{self._sent}"}
        return await self.http.post("/api/chat/messages", json=body, headers=self.headers)

    async def transcript(self) -> list[dict[str, Any]]:
        answer = await self.http.get("/api/chat/messages", headers=self.headers)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    async def state(self) -> dict[str, Any]:
        body: dict[str, Any] = (await self.http.get("/api/chat/conversation", headers=self.headers)).json()
        return body


@pytest.fixture
def new_customer(http: httpx.AsyncClient) -> Callable[..., Any]:
    async def start(locale: str | None = "ko") -> Customer:
        answer = await http.post("/api/chat/conversations", json={"partner": "demo", "locale": locale})
        assert answer.status_code == 201, answer.text
        return Customer(http, answer.json())

    return start


@pytest.fixture
def new_agent(app: FastAPI) -> Callable[..., Any]:
    """Make an account that is logged in; without a password, whose hash would take longest of all that a test does."""

    hours = app.state.parts.settings.staff_session_hours

    async def begin(name: str = "minji", role: str = "agent", partner: str = "demo") -> dict[str, str]:
        async with app.state.parts.database.session() as session:
            staff = await add_staff(session, partner, f"{name}@example.com", role, None, name)
            return {"Authorization": f"Bearer {begin_session(session, staff, hours=hours)}"}

    return begin
