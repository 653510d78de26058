"""An app of the authors' API over a small starter library, with authors signed in and customers' talks to read."""

import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.authoring.images import ImageStore
from firstline.charter import Charters
from firstline.conversations import store
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.desk.sessions import begin_session
from firstline.desk.staff import add_staff
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.service import Knowledge
from firstline.serve.http_errors import install_error_handlers
from firstline.serve.middleware import RequestContext
from firstline.web.articles import article_router
from firstline.web.authors.transfer import image_router
from firstline.web.authors_api import authors_routes
from firstline.web.public_api import public_router
from firstline.web.staff_api import staff_router
from firstline.web.staff_session import StaffRules

THRESHOLD = 0.6
STARTER = [
    (
        "reset-a-password",
        "en",
        "Reset a password",
        "An administrator resets it within 24 hours.",
        ["forgot my password"],
    ),
    ("reset-a-password", "ko", "암호 재설정", "관리자가 24시간 안에 재설정합니다.", ["비밀번호를 잊었어요"]),
    ("mailbox-full", "en", "The mailbox is full", "A mailbox holds 50 GB. Empty the folder.", ["no room for mail"]),
    ("mailbox-full", "ko", "사서함이 가득 참", "사서함은 50GB입니다. 폴더를 비워 주세요.", ["메일함이 꽉 찼어요"]),
]


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    folder = tmp_path / "starter"
    for slug, lang, title, body, questions in STARTER:
        article = Article(slug=slug, lang=lang, title=title, category="problem", body=body, questions=tuple(questions))
        path = folder / lang / f"{slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article.to_markdown(), "utf-8")
    return folder


@pytest.fixture
async def knowledge(database: Database, settings: Settings, starter: Path) -> Knowledge:
    knowledge = Knowledge(database, HashingEncoder(), settings, starter=starter)
    # The shipped threshold is chosen for the real encoder; here it only has to part what is alike from what is not.
    knowledge.ranker = replace(knowledge.ranker, threshold=THRESHOLD)
    await knowledge.ensure_ready("demo")
    return knowledge


@pytest.fixture
def app(database: Database, knowledge: Knowledge, settings: Settings) -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestContext)
    install_error_handlers(app)
    images = ImageStore(settings.image_dir)
    charters = Charters(settings.partners_dir)
    app.state.staff_rules = StaffRules(settings, {})
    for router in (
        staff_router(database, settings, charters),
        *authors_routes(database, knowledge, images),
        image_router(images),
        article_router(knowledge, charters),
        public_router(knowledge, charters),
    ):
        app.include_router(router)
    return app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


class Author:
    """An author's hand on the API."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}

    async def call(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return await self._http.request(method, f"/api/authors{path}", headers=self._headers, **parts)

    async def ok(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        answer = await self.call(method, path, **parts)
        assert answer.status_code in (200, 201), answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def refused(self, status: int, code: str, method: str, path: str, **parts: Any) -> dict[str, Any]:
        answer = await self.call(method, path, **parts)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
        error: dict[str, Any] = answer.json()["error"]
        return error

    async def save(self, slug: str, lang: str = "en", expect: int | None = None, **content: Any) -> dict[str, Any]:
        body = {"article": fields(**content), "expect_version": expect}
        saved: dict[str, Any] = (await self.ok("PUT", f"/articles/{slug}/{lang}", json=body))["article"]
        return saved

    async def status(self, slug: str, status: str, expect: int, lang: str = "en", **more: Any) -> dict[str, Any]:
        body = {"status": status, "expect_version": expect, **more}
        return await self.ok("POST", f"/articles/{slug}/{lang}/status", json=body)

    async def publish(self, slug: str, lang: str = "en", expect: int | None = None, **content: Any) -> dict[str, Any]:
        saved = await self.save(slug, lang, expect, **content)
        article: dict[str, Any] = (await self.status(slug, "published", saved["version"], lang))["article"]
        return article

    async def send_files(self, files: dict[str, bytes], path: str = "/import") -> httpx.Response:
        return await self.call("POST", path, files=[("files", (name, data)) for name, data in files.items()])


def fields(**changes: Any) -> dict[str, Any]:
    return {"title": "Striped printers", "category": "problem", "body": "Clean the drum of the printer."} | changes


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.fixture
def zip_of() -> Callable[[dict[str, bytes]], bytes]:
    return zipped


@pytest.fixture
def article_fields() -> Callable[..., dict[str, Any]]:
    return fields


@pytest.fixture
def sign_in(http: httpx.AsyncClient, database: Database) -> Callable[..., Awaitable[Author]]:
    async def sign_in(name: str = "sora", role: str = "author", partner: str = "demo") -> Author:
        async with database.session() as session:
            staff = await add_staff(session, partner, f"{name}@example.com", role, None, name)
            return Author(http, begin_session(session, staff, hours=12))

    return sign_in


@pytest.fixture
async def author(sign_in: Callable[..., Awaitable[Author]]) -> Author:
    return await sign_in()


@pytest.fixture
def talk(database: Database) -> Callable[..., Awaitable[None]]:
    """Store a talk: a typed question and what became of it (a slug that was shown, None for no answer)."""

    async def talk(
        text: str, shown: str | None, *, helpful: bool | None = None, lang: str = "en", partner: str = "demo"
    ) -> None:
        async with database.session() as session:
            conversation = await store.create_conversation(session, partner, "ko" if lang == "ko" else "en")
            await store.add_message(session, conversation, "customer", text)
            if shown:
                said = await store.add_message(
                    session, conversation, "bot", "…", articles=[{"slug": shown, "lang": lang}]
                )
                said.helpful = helpful
            else:
                receipt = {"answered": False, "again": False, "asked": text}
                await store.add_message(session, conversation, "bot", "I don't know", receipt=receipt)

    return talk
