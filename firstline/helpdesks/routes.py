"""Where help desks call us: ``/api/helpdesks``. Each call is signed, taken down, and answered before work is done."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from prometheus_client import Counter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.core.database import Database, insert_if_absent
from firstline.core.errors import BadInput, FirstlineError, NotFound, NotSignedIn, Unavailable
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.core.times import utcnow
from firstline.desk.attachments import file_of
from firstline.desk.models import Case
from firstline.files.store import FileStore
from firstline.files.transfer import FILE_ANSWER, handed_out
from firstline.helpdesks import agent_bot, taking_in
from firstline.helpdesks.carrying import FILE_LINK
from firstline.helpdesks.events import chatwoot_conversation, chatwoot_message, zammad_ticket
from firstline.helpdesks.keeping import BAD_WEBHOOK
from firstline.helpdesks.models import HelpdeskTicket
from firstline.helpdesks.noticing import follow_soon
from firstline.helpdesks.partner_file import HelpdeskFile, HelpdeskFiles
from firstline.helpdesks.signatures import check_chatwoot, check_zammad
from firstline.outbox.attempts import NotNow
from firstline.outbox.models import DEAD, Notice
from firstline.outbox.partner_file import secret_of

_COUNT = Counter(
    "firstline_helpdesk_webhooks_total", "Webhooks of help desks, by what became of them.", ["desk", "outcome"]
)
# Chatwoot gives a conversation to people when its bot's address fails; so it does while we can't answer there.
_FAILED_LATELY = timedelta(minutes=15)

Check = Callable[[HelpdeskFile, Request, bytes], None]
_Reference = Callable[[Any], str | None]


@dataclass(frozen=True)
class _Hook:
    """One kind of webhook: its name in figures, its signature."""

    desk: str
    check: Check


def helpdesk_router(
    database: Database, charters: Charters, files: FileStore, links: SignedLinks, settings: Settings
) -> APIRouter:
    """Return the routes; each answers 401 for a signature that is wrong, and 404 for a partner without that desk."""
    router = APIRouter(prefix="/api/helpdesks", tags=["helpdesks"])
    choices = HelpdeskFiles(settings.partners_dir)

    async def read(partner: str, request: Request, hook: _Hook) -> Any:
        if partner not in charters.partners():
            raise NotFound("There is no such partner.", code="no_partner")
        body = await request.body()
        try:
            hook.check(choices.get(partner), request, body)
        except NotSignedIn as error:
            _COUNT.labels(hook.desk, error.code).inc()
            raise
        except NotNow as error:
            raise Unavailable(f"{error}.", code="no_secret") from error
        try:
            return json.loads(body)
        except ValueError as error:
            _COUNT.labels(hook.desk, "bad_shape").inc()
            raise BadInput("The body is no JSON.", code="bad_shape") from error

    async def follow(partner: str, desk: str, reference: str | None) -> dict[str, Any]:
        if reference is None:
            return _counted(desk, "ignored")
        async with database.session() as session:
            number = await _number_of(session, partner, desk, reference)
            if number is None:
                return _counted(desk, "unknown_ticket")
            await follow_soon(session, partner, number, utcnow())
        return _counted(desk, "taken")

    async def refused(partner: str, desk: str, channel: str, error: FirstlineError) -> None:
        """Show the partner's admins, once a day, that the help desk speaks another language than documented."""
        _COUNT.labels(desk, "bad_shape").inc()
        now = utcnow()
        async with database.session() as session:
            await insert_if_absent(
                session, Notice, id=uuid.uuid4().hex, key=f"{channel}:shape:{partner}:{desk}:{now:%Y-%m-%d}",
                partner=partner, channel=channel, kind=BAD_WEBHOOK, case_number="", target="", content={}, state=DEAD,
                attempts=1, error=error.message, created_at=now, next_at=now, done_at=now,
            )  # fmt: skip

    async def told(partner: str, request: Request, hook: _Hook, reference_of: _Reference) -> dict[str, Any]:
        payload = await read(partner, request, hook)
        try:
            reference = reference_of(payload)
        except BadInput as error:
            await refused(partner, hook.desk, "helpdesk", error)
            raise
        return await follow(partner, hook.desk, reference)

    @router.post("/{partner}/zammad")
    async def zammad(partner: str, request: Request) -> dict[str, Any]:
        return await told(partner, request, _Hook("zammad", _of_zammad), zammad_ticket)

    @router.post("/{partner}/chatwoot")
    async def chatwoot(partner: str, request: Request) -> dict[str, Any]:
        return await told(partner, request, _Hook("chatwoot", _of_chatwoot), chatwoot_conversation)

    @router.post("/{partner}/chatwoot-bot")
    async def chatwoot_bot(partner: str, request: Request) -> dict[str, Any]:
        payload = await read(partner, request, _Hook("chatwoot_bot", _of_chatwoot_bot))
        try:
            message = chatwoot_message(payload)
            reference = chatwoot_conversation(payload)
        except BadInput as error:
            await refused(partner, "chatwoot_bot", agent_bot.CHANNEL, error)
            raise
        if message is None or not message.is_customers:
            return await follow(partner, "chatwoot", reference)
        async with database.session() as session:
            if await _failed_lately(session, partner):
                _COUNT.labels("chatwoot_bot", "unavailable").inc()
                raise Unavailable("Answers can't be given through Chatwoot now; see `firstline outbox list`.")
            taken = await taking_in.take_in(session, partner, message, settings.message_max_chars)
        return _counted("chatwoot_bot", "taken" if taken else "ignored")

    @router.get("/files/{token}", response_class=FileResponse, responses=FILE_ANSWER)
    async def file(token: str) -> FileResponse:
        partner, file_id = links.read(FILE_LINK, token, utcnow())
        async with database.reading() as session:
            found = await file_of(session, partner, file_id)
        return handed_out(found, files.find(found.id))

    return router


def _counted(desk: str, outcome: str) -> dict[str, Any]:
    _COUNT.labels(desk, outcome).inc()
    return {"taken": outcome == "taken", "outcome": outcome}


async def _number_of(session: AsyncSession, partner: str, desk: str, reference: str) -> str | None:
    query = select(Case.number).join(HelpdeskTicket, HelpdeskTicket.case_id == Case.id)
    mine = (HelpdeskTicket.partner == partner, HelpdeskTicket.desk == desk, HelpdeskTicket.reference == reference)
    number: str | None = await session.scalar(query.where(*mine).order_by(HelpdeskTicket.id.desc()).limit(1))
    return number


async def _failed_lately(session: AsyncSession, partner: str) -> bool:
    dead = (Notice.channel == agent_bot.CHANNEL, Notice.state == DEAD, Notice.kind != BAD_WEBHOOK)
    query = select(func.count()).where(Notice.partner == partner, *dead, Notice.done_at > utcnow() - _FAILED_LATELY)
    return bool(await session.scalar(query))


def _of_zammad(file: HelpdeskFile, request: Request, body: bytes) -> None:
    if file.zammad is None:
        raise _not_here()
    check_zammad(request.headers, body, secret_of(file.zammad.webhook_secret_env))


def _of_chatwoot(file: HelpdeskFile, request: Request, body: bytes) -> None:
    if file.chatwoot is None or file.chatwoot.webhook_secret_env is None:
        raise _not_here()
    check_chatwoot(request.headers, body, secret_of(file.chatwoot.webhook_secret_env), utcnow())


def _of_chatwoot_bot(file: HelpdeskFile, request: Request, body: bytes) -> None:
    if file.chatwoot is None or file.chatwoot.agent_bot is None:
        raise _not_here()
    check_chatwoot(request.headers, body, secret_of(file.chatwoot.agent_bot.secret_env), utcnow())


def _not_here() -> NotFound:
    return NotFound("This partner's helpdesk.yaml does not describe such a help desk.", code="no_helpdesk")
