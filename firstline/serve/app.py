"""Puts the app together: every part is built here and handed what it needs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from firstline.actions.base import Services
from firstline.actions.webhook import action_router
from firstline.authoring.images import ImageStore
from firstline.charter import Charters
from firstline.chat.bot_client import BotClient
from firstline.chat.routes import chat_router
from firstline.chat.service import ChatService
from firstline.chat.socket import socket_router
from firstline.chat.tokens import Tokens
from firstline.chat.widget import widget_router
from firstline.core.database import Database
from firstline.core.logs import get_logger
from firstline.core.secrets import bot_secret, token_secret
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.closing import close_unanswered
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.service import Knowledge
from firstline.serve.bot_process import BotProcess
from firstline.serve.health import health_router
from firstline.serve.http_errors import install_error_handlers
from firstline.serve.metrics import metrics_router
from firstline.serve.middleware import RequestContext
from firstline.serve.migrate import migrate
from firstline.web import pages
from firstline.web.articles import article_router
from firstline.web.authors.transfer import image_router
from firstline.web.authors_api import authors_router
from firstline.web.demo import demo_router
from firstline.web.desk_api import desk_router
from firstline.web.desk_socket import desk_socket_router
from firstline.web.public_api import public_router
from firstline.web.staff_api import staff_router

_log = get_logger("app")
_HOUSEKEEPING_SECONDS = 60


@dataclass(frozen=True)
class Parts:
    """The app's parts, for whoever needs to reach one: commands and tests."""

    settings: Settings
    database: Database
    charters: Charters
    knowledge: Knowledge
    bot: BotClient
    bot_process: BotProcess | None
    chat: ChatService


def create_app(
    settings: Settings, encoder: Encoder, *, bot_transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """Return the app. With ``settings.bot_url`` or ``bot_transport`` no bot of its own is started.

    Raises ``SetupIncomplete`` when the bot is to be started and isn't there, ``CharterError`` for a charter that
    fails its lint.
    """
    secret = bot_secret(settings)
    database = Database(settings.resolved_database_url)
    charters = Charters(settings.partners_dir)
    for partner in charters.partners():
        charters.get(partner)
    knowledge = Knowledge(database, encoder, settings)
    action_url = f"http://127.0.0.1:{settings.port}/internal/actions/webhook"
    own_bot = None if settings.bot_url or bot_transport else BotProcess(settings, secret, action_url)
    bot = BotClient(
        httpx.AsyncClient(transport=bot_transport, limits=httpx.Limits(max_connections=settings.bot_concurrency + 4)),
        own_bot.url if own_bot else settings.bot_url or "http://bot",
        secret,
        timeout=settings.bot_timeout_seconds,
        concurrency=settings.bot_concurrency,
        queue=settings.bot_queue,
    )
    chat = ChatService(database, charters, bot, settings)
    parts = Parts(settings, database, charters, knowledge, bot, own_bot, chat)
    app = FastAPI(title="Firstline", version="0.1.0", lifespan=_lifespan(parts), docs_url="/api/docs", redoc_url=None)
    app.state.parts = parts
    app.add_middleware(RequestContext)
    install_error_handlers(app)
    images = ImageStore(settings.image_dir)
    tokens = Tokens(token_secret(settings))
    for router in (
        health_router(database, knowledge, charters, bot),
        metrics_router(),
        chat_router(chat, tokens, settings),
        socket_router(chat, tokens, database.hub),
        widget_router(),
        action_router(Services(knowledge, charters, database), secret),
        public_router(knowledge, charters),
        image_router(images),
        article_router(knowledge, charters),
        staff_router(database, settings),
        desk_router(database, charters),
        desk_socket_router(database),
        authors_router(database, knowledge, images),
        demo_router(),
        pages.router,
    ):
        app.include_router(router)
    app.mount(pages.STATIC_URL, StaticFiles(directory=pages.STATIC_FOLDER), name="staff-static")
    return app


def _lifespan(parts: Parts):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await migrate(parts.database)
        if parts.bot_process:
            await parts.bot_process.start()
        background = [asyncio.create_task(_load_knowledge(parts)), asyncio.create_task(_keep_house(parts))]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            if parts.bot_process:
                await parts.bot_process.stop()
            await parts.bot.close()
            await parts.database.close()

    return lifespan


async def _load_knowledge(parts: Parts) -> None:
    try:
        for partner in parts.charters.partners():
            await parts.knowledge.ensure_ready(partner)
    except asyncio.CancelledError:
        raise
    except Exception as error:
        _log.error("knowledge_not_ready", error=str(error), exc_info=error)


async def _keep_house(parts: Parts) -> None:
    """Close what customers did not answer and publish what is due, once a minute; a failure is logged, then retried."""
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            try:
                await close_unanswered(parts.database, parts.charters, utcnow())
            except Exception as error:
                _log.error("closing_failed", error=type(error).__name__, exc_info=error)
            try:
                await parts.knowledge.publish_due(utcnow())
            except Exception as error:
                _log.error("publishing_failed", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)
