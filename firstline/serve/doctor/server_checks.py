"""What Firstline talks to: database, Redis, mail server, the clocks of both servers."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import redis.asyncio as redis
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.conversations.models import Conversation
from firstline.core.database import Database
from firstline.core.redis_away import REDIS_AWAY
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.outbox.attempts import NotNow
from firstline.outbox.email import Email
from firstline.serve.doctor.finding import Finding, error, warning
from firstline.serve.migrate import known_revisions, schema_of

_PATIENCE_SECONDS = 5
# Leases last 30 seconds, and promises are said to the minute.
_APART = timedelta(seconds=10)
_PREPARE = "Run `firstline prepare`, or start Firstline."


async def database(settings: Settings) -> list[Finding]:
    """Check that the database answers, has this Firstline's schema, and goes by the same clock."""
    mend = "Start it, or mend FIRSTLINE_DATABASE_URL."
    try:
        address = make_url(settings.resolved_database_url)
        if file := missing_file(settings):
            return [error("no_database", f"There is no database {file} yet.", _PREPARE)]
        opened = Database(settings.resolved_database_url)
    except (ArgumentError, ImportError, SQLAlchemyError) as problem:
        return [error("bad_database_url", f"FIRSTLINE_DATABASE_URL can't be used: {_said(problem)}.", mend)]
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), opened.engine.connect() as connection:
            await connection.execution_options(firstline_reads=True)
            findings = await _schema(connection)
            return findings or await _database_clock(connection)
    except (OSError, TimeoutError, SQLAlchemyError) as problem:
        what = f"The database {address.render_as_string()} does not answer ({_said(problem)})."
        return [error("database_unreachable", what, mend)]
    finally:
        await opened.close()


def missing_file(settings: Settings) -> str:
    """Return the file of a SQLite database that isn't there; to open it would make it."""
    address = make_url(settings.resolved_database_url)
    file = address.database or ""
    absent = address.get_backend_name() == "sqlite" and file not in ("", ":memory:") and not Path(file).is_file()
    return file if absent else ""


async def shared_redis(settings: Settings) -> list[Finding]:
    """Check that Redis answers, and its clock."""
    url = settings.redis_url.get_secret_value()
    if not url:
        return []
    mend = "Start it, or mend FIRSTLINE_REDIS_URL; leave it out for one app with one bot."
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS)
    except ValueError as problem:
        return [error("bad_redis_url", f"FIRSTLINE_REDIS_URL can't be used: {problem}.", mend)]
    try:
        seconds, microseconds = await client.time()
        return _clock(datetime.fromtimestamp(seconds + microseconds / 1e6, UTC), "Redis")
    except REDIS_AWAY as problem:
        return [error("redis_unreachable", f"Redis does not answer ({_said(problem)}).", mend)]
    finally:
        await client.aclose()


async def mail(settings: Settings) -> list[Finding]:
    """Check that the mail server takes a log-in; nothing is sent."""
    if not settings.smtp_host:
        what = "No mail server is set: leads and customers get no e-mail."
        return [warning("no_mail", what, "Set FIRSTLINE_SMTP_HOST and FIRSTLINE_SMTP_FROM.")]
    patient = min(settings.smtp_timeout_seconds, _PATIENCE_SECONDS)
    try:
        await Email(settings.model_copy(update={"smtp_timeout_seconds": patient})).check()
    except NotNow as problem:
        what = f"The mail server {settings.smtp_host}:{settings.smtp_port} can't be used: {problem}."
        return [error("mail_unreachable", what, "Start it, or mend the settings that begin with FIRSTLINE_SMTP_.")]
    return []


async def _schema(connection: AsyncConnection) -> list[Finding]:
    revision, known = await schema_of(connection), known_revisions()
    if revision is None:
        return [error("no_schema", "The database holds no tables of Firstline yet.", _PREPARE)]
    if revision not in known:
        what = f"The database has schema {revision}, which is newer than this Firstline's, {known[0]}."
        return [error("schema_newer", what, "Install the Firstline that made it; an older one can't use it.")]
    if revision != known[0]:
        what = f"The database has schema {revision}; this Firstline needs {known[0]}."
        return [error("schema_older", what, f"Make a backup with `firstline backup`. {_PREPARE}")]
    return []


async def _database_clock(connection: AsyncConnection) -> list[Finding]:
    if connection.dialect.name == "postgresql":
        theirs: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        return _clock(theirs, "the database server")
    # SQLite has no clock of its own; a change from the future tells that ours was put back.
    newest = await connection.scalar(select(func.max(Conversation.updated_at)))
    if newest and newest - utcnow() > _APART:
        what = f"The newest change in the database is {_long(newest - utcnow())} ahead of this machine's clock."
        return [error("clock_off", what, "Set the clock, and let it follow a time server (timedatectl set-ntp true).")]
    return []


def _clock(theirs: datetime, whose: str) -> list[Finding]:
    apart = utcnow() - theirs
    if abs(apart) <= _APART:
        return []
    way = "ahead of" if apart > timedelta(0) else "behind"
    what = (
        f"This machine's clock is {_long(abs(apart))} {way} that of {whose}; promises would be kept by the wrong one."
    )
    return [error("clock_off", what, "Let both follow a time server (timedatectl set-ntp true).")]


def _long(span: timedelta) -> str:
    return f"{round(span.total_seconds())} s"


def _said(problem: BaseException) -> str:
    words = str(getattr(problem, "orig", None) or problem).strip().splitlines()
    return words[0][:200] if words else type(problem).__name__
