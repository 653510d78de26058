"""Puts the app together: every part is built here and handed what it needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from firstline.actions.base import Services
from firstline.actions.webhook import action_routes
from firstline.authoring.images import ImageStore
from firstline.charter import Charters, Providers
from firstline.chat.aftercare import Aftercare
from firstline.chat.bot_client import BotClient
from firstline.chat.file_routes import chat_file_router
from firstline.chat.files import ChatFiles
from firstline.chat.known_customers import KnownCustomers
from firstline.chat.limiter import Limiter
from firstline.chat.origins import CrossOrigin, Origins
from firstline.chat.partner_site import PartnerSites
from firstline.chat.routes import chat_router
from firstline.chat.service import ChatService
from firstline.chat.socket import socket_router
from firstline.chat.starting import starting_router
from firstline.chat.tokens import Tokens
from firstline.chat.widget import widget_router
from firstline.core.asset_files import AssetFiles
from firstline.core.connections import light_connections
from firstline.core.database import Database
from firstline.core.events import Hub
from firstline.core.locks import KeyedLocks
from firstline.core.logs import get_logger
from firstline.core.secrets import bot_secret, token_keys
from firstline.core.settings import Settings
from firstline.core.shared_hub import SharedHub
from firstline.core.shared_locks import SharedLocks
from firstline.core.signed_links import SignedLinks
from firstline.desk.terms import adopt_terms
from firstline.desk.waiting import QueueNews
from firstline.files.store import FileStore, file_store
from firstline.helpdesks.routes import helpdesk_router
from firstline.knowledge.encoder import Encoder
from firstline.knowledge.remembering_encoder import RememberingEncoder
from firstline.knowledge.service import Knowledge
from firstline.knowledge.starter_library import STARTER_FOLDER
from firstline.partner_bot import PartnerBots
from firstline.serve.following import follow
from firstline.serve.health import health_router
from firstline.serve.housekeeping import keep_house
from firstline.serve.http_errors import install_error_handlers
from firstline.serve.live_bot import LiveBot
from firstline.serve.metrics import metrics_router
from firstline.serve.middleware import RequestContext
from firstline.serve.migrate import migrate
from firstline.serve.openapi import complete_document
from firstline.serve.outbox import check_notices, make_delivery
from firstline.web import pages
from firstline.web.articles import article_router
from firstline.web.authors.transfer import image_router
from firstline.web.authors_api import authors_routes
from firstline.web.demo import demo_router
from firstline.web.desk_api import desk_router
from firstline.web.desk_files import desk_file_router
from firstline.web.desk_socket import desk_socket_router
from firstline.web.escalation_api import escalation_router
from firstline.web.health_api import health_router as service_health_router
from firstline.web.moves_api import moves_router
from firstline.web.outbox_api import outbox_router
from firstline.web.public_api import public_router
from firstline.web.queue_api import queue_router
from firstline.web.staff_routes import staff_routes
from firstline.web.staff_session import StaffRules
from firstline.web.team_api import team_router
from firstline.web.tools_api import tools_router
from firstline.web.transcript import transcript_router

_log = get_logger("app")
_SPARE = 4
"""Connections to the bot beyond those of turns, for asking how it is."""


@dataclass(frozen=True)
class Parts:
    """The app's parts, for whoever needs to reach one: commands and tests."""

    settings: Settings
    database: Database
    charters: Charters
    knowledge: Knowledge
    bot: BotClient
    live_bot: LiveBot | None
    chat: ChatService
    files: FileStore
    limiter: Limiter


def create_app(
    settings: Settings,
    encoder: Encoder,
    *,
    bot_transport: httpx.AsyncBaseTransport | None = None,
    starter: Path | None = STARTER_FOLDER,
) -> FastAPI:
    """Return the app. With ``settings.bot_url`` or ``bot_transport`` no bot of its own is started.

    Raises ``SetupIncomplete`` when the bot is to be started and isn't there, ``CharterError`` for a charter that
    fails its lint. ``starter`` is the folder of the starter library.
    """
    secret = bot_secret(settings)
    shared = settings.redis_url.get_secret_value()
    hub, locks = (SharedHub(shared), SharedLocks(shared)) if shared else (Hub(), KeyedLocks())
    database = Database(settings.resolved_database_url, hub)
    charters = Charters(settings.partners_dir)
    sites = PartnerSites(settings.partners_dir)
    origins = Origins(sites, settings.base_url)
    for partner in charters.partners():
        charters.get(partner)
        sites.get(partner)
    providers = Providers(charters)
    providers.check()
    check_notices(settings, charters)
    knowledge = Knowledge(database, RememberingEncoder(encoder), settings, providers=providers, starter=starter)
    internal = f"http://127.0.0.1:{settings.port}/internal"
    own_bot = None if settings.bot_url or bot_transport else LiveBot(settings, secret, internal)
    bot = BotClient(
        httpx.AsyncClient(transport=bot_transport or light_connections(settings.bot_concurrency + _SPARE)),
        own_bot.url if own_bot else settings.bot_url or "http://bot",
        secret,
        timeout=settings.bot_timeout_seconds,
        concurrency=settings.bot_concurrency,
        queue=settings.bot_queue,
        failures=settings.bot_failures_before_pause,
        pause=settings.bot_pause_seconds,
        vector_of=knowledge.vector_of,
    )
    partner_bots = PartnerBots(settings.partners_dir, settings.bot_dir / "partners", knowledge.encoder.encode_queries)
    for partner in charters.partners():
        partner_bots.refresh(partner)
    chat = ChatService(database, charters, partner_bots, bot, knowledge, settings, locks)
    files = file_store(settings)
    limiter = Limiter(shared)
    parts = Parts(settings, database, charters, knowledge, bot, own_bot, chat, files, limiter)
    app = FastAPI(title="Firstline", version="0.1.0", lifespan=_lifespan(parts), docs_url="/api/docs", redoc_url=None)
    app.state.parts = parts
    app.state.staff_rules = StaffRules(settings, providers)
    app.add_middleware(CrossOrigin, origins=origins)
    app.add_middleware(RequestContext)
    install_error_handlers(app)
    most = settings.upload_max_files
    aftercare = Aftercare(database, charters, chat, mails=bool(settings.smtp_host))
    images = ImageStore(settings.image_dir)
    keys = token_keys(settings)
    tokens = Tokens(keys, timedelta(hours=settings.token_hours), timedelta(days=settings.token_longest_days))
    links = SignedLinks(keys)
    # First: a page asks for a hundred modules, and each would be held against every route.
    app.mount(pages.STATIC_URL, AssetFiles(pages.STATIC_FOLDER), name="staff-static")
    app.router.routes.extend(action_routes(Services(knowledge, charters, database, settings), secret))
    for router in (
        health_router(database, knowledge, charters, bot),
        metrics_router(database, bot),
        chat_router(chat, aftercare, tokens, origins, limiter, settings),
        starting_router(chat, charters, KnownCustomers(database, charters, sites), tokens, origins, limiter, settings),
        chat_file_router(ChatFiles(database, charters, chat, files, most), tokens, origins, limiter, settings),
        socket_router(chat, tokens, origins, database.hub),
        widget_router(charters, origins),
        public_router(knowledge, charters),
        image_router(images),
        article_router(knowledge, charters),
        *staff_routes(database, settings, charters, providers, knowledge),
        desk_router(database, charters, knowledge),
        queue_router(database, charters),
        tools_router(database, charters, knowledge),
        desk_socket_router(database, charters, settings),
        moves_router(database, charters),
        team_router(database, charters, settings),
        desk_file_router(database, files, most),
        escalation_router(database, files, settings.credit_lead_days),
        service_health_router(database, charters),
        *authors_routes(database, knowledge, images),
        outbox_router(database, settings),
        helpdesk_router(database, charters, files, links, settings),
        transcript_router(database, charters, links, tokens),
        demo_router(),
        pages.router,
    ):
        app.include_router(router)
    complete_document(app)
    return app


def _lifespan(parts: Parts):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await parts.database.wait()
        await migrate(parts.database)
        await adopt_terms(parts.database, parts.charters)
        if parts.live_bot:
            await parts.live_bot.start(parts.bot)
        background = [asyncio.create_task(work(parts)) for work in _BACKGROUND]
        background.append(asyncio.create_task(follow(parts.database, parts.knowledge)))
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            if parts.live_bot:
                await parts.live_bot.stop()
            await parts.bot.close()
            await parts.chat.close()
            await parts.limiter.close()
            await parts.database.hub.close()
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
    await keep_house(parts.settings, parts.database, parts.charters, parts.knowledge, parts.files)


async def _tell_waiting(parts: Parts) -> None:
    """Tell waiting customers what changes in the queue."""
    await QueueNews(parts.database, parts.charters).run()


async def _share_events(parts: Parts) -> None:
    """Exchange live events with the other apps, where there are any."""
    await parts.database.hub.run()


async def _deliver(parts: Parts) -> None:
    await make_delivery(parts.settings, parts.database, parts.charters, parts.chat).run()


_BACKGROUND = (_load_knowledge, _keep_house, _tell_waiting, _deliver, _share_events)
