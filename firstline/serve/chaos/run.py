"""One chaos run from the start of the stack to the verdict."""

import asyncio
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import bindparam, case, func, select

from firstline.conversations.models import Message
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.models import Case, CaseEvent
from firstline.outbox.models import DEAD, PENDING, SENT, Notice
from firstline.serve.chaos.audit import Kept, Violation, audit
from firstline.serve.chaos.doors import Hooks
from firstline.serve.chaos.havoc import Havoc
from firstline.serve.chaos.stack import Plan, Stack
from firstline.serve.chaos.talks import Talks

AGENTS = 6
_READ_AT_ONCE = 8
_DELIVERY_SECONDS = 20.0
_PROGRESS_SECONDS = 5.0


async def run_chaos(
    settings: Settings, folder: Path, plan: Plan, *, conversations: int, at_once: int, pause: float, seed: int,
    progress: Callable[[str], None],
) -> dict[str, Any]:  # fmt: skip
    """Hold the conversations on a stack below ``folder`` while its parts are killed; return the report.

    ``violations`` in it is empty where every promise was kept. Raises ``Unavailable`` for a stack that does not start.
    """
    hooks = Hooks()
    await hooks.open()
    stack = Stack(settings, folder, plan, hooks, AGENTS)
    try:
        progress("Starting the stack")
        await stack.start()
        limits = httpx.Limits(max_connections=at_once * 2 + 10)
        async with httpx.AsyncClient(base_url=stack.url, limits=limits) as http:
            talks, havoc = Talks(http, conversations, at_once, seed), Havoc()
            began = time.monotonic()
            await _hold_under_fire(stack, talks, havoc, pause, seed, progress)
            seconds = time.monotonic() - began
            progress("Reading every transcript")
            kept, outbox = await _read(stack, talks, hooks)
        found = [one for talk in talks.held for one in audit(talk.told, kept[talk.told.conversation])]
        return _report(talks, havoc, found, seconds) | {"outbox": outbox, "killable": [p.name for p in stack.parts]}
    finally:
        await stack.stop()
        hooks.close()


async def _hold_under_fire(
    stack: Stack, talks: Talks, havoc: Havoc, pause: float, seed: int, progress: Callable[[str], None]
) -> None:
    over = asyncio.Event()
    told = time.monotonic()

    def one_done() -> None:
        nonlocal told
        if time.monotonic() - told > _PROGRESS_SECONDS:
            told = time.monotonic()
            progress(
                f"{talks.done} of {talks.wanted} conversations, {talks.line.acknowledged} messages taken, "
                f"{havoc.kills} kills, longest silence {max(talks.line.silences, default=0):.1f} s"
            )

    killing = asyncio.create_task(havoc.wreak(stack.parts, pause, seed, over))
    holding = asyncio.create_task(talks.hold(stack.emails, one_done))
    try:
        # A part that does not come back ends the run at once.
        await asyncio.wait({killing, holding}, return_when=asyncio.FIRST_COMPLETED)
        over.set()
        await killing
        await holding
    finally:
        holding.cancel()
        killing.cancel()
        await asyncio.gather(holding, killing, return_exceptions=True)


async def _read(stack: Stack, talks: Talks, hooks: Hooks) -> tuple[dict[str, Kept], dict[str, int]]:
    """Return what is kept of each conversation by its id, and how the outbox ended."""
    database = Database(stack.database_url)
    try:
        outbox = await _delivered(database)
        async with database.reading() as session:
            cases: defaultdict[str, list[str]] = defaultdict(list)
            claims: defaultdict[str, int] = defaultdict(int)
            for case in await session.execute(select(Case.conversation_id, Case.number)):
                cases[case.conversation_id].append(case.number)
            query = select(Case.conversation_id).join(CaseEvent, CaseEvent.case_id == Case.id)
            for ident in await session.scalars(query.where(CaseEvent.kind.in_(("claimed", "accepted")))):
                claims[ident] += 1
            silent = defaultdict(list)
            query_silent = select(Message.conversation_id, Message.client_message_id)
            for row in await session.execute(
                query_silent.where(Message.author == "customer", Message.answered_at.is_(None))
            ):
                silent[row.conversation_id].append(row.client_message_id)
            opened = (Notice.state == PENDING, Notice.kind == "opened")
            pending = await session.scalars(select(Notice.case_number).where(*opened))
            on_their_way = set(pending)
    finally:
        await database.close()
    places = asyncio.Semaphore(_READ_AT_ONCE)
    kept: dict[str, Kept] = {"": Kept([])}

    async def read(talk: Any) -> None:
        async with places:
            ident = talk.told.conversation
            numbers = cases[ident]
            notices = sum(max(len(hooks.opened[number]), number in on_their_way) for number in numbers)
            kept[ident] = Kept(await talk.transcript(), numbers, claims[ident], notices, silent[ident])

    await asyncio.gather(*(read(talk) for talk in talks.held if talk.told.conversation))
    return kept, outbox


async def _delivered(database: Database) -> dict[str, int]:
    """Wait until nothing is due in the outbox, but not for ever; return how many notices ended how.

    ``due`` are those that should have gone out, ``later`` those that are not to go out yet or are tried again later.
    """
    end = time.monotonic() + _DELIVERY_SECONDS
    state = case((Notice.state != PENDING, Notice.state), (Notice.next_at <= bindparam("now"), "due"), else_="later")
    while True:
        async with database.reading() as session:
            rows = await session.execute(select(state, func.count()).group_by(state), {"now": utcnow()})
            counted: dict[str, int] = dict(rows.tuples().all())
        if not counted.get("due") or time.monotonic() > end:
            return {name: counted.get(name, 0) for name in (SENT, "due", "later", DEAD)}
        await asyncio.sleep(0.5)


def _report(talks: Talks, havoc: Havoc, found: list[Violation], seconds: float) -> dict[str, Any]:
    line = talks.line
    silences = sorted(line.silences)
    return {
        "conversations": talks.done,
        "handovers": sum(bool(talk.told.case) for talk in talks.held),
        "claims": sum(bool(talk.told.winners) for talk in talks.held),
        "acknowledged": line.acknowledged,
        "repeated": line.repeated,
        "apologies": line.apologies,
        "failed_attempts": dict(sorted(line.errors.items())),
        "seconds": round(seconds, 1),
        "kills": {kind: len(each) for kind, each in sorted(havoc.recoveries.items())},
        "recovery_seconds": {
            kind: {"median": round(statistics.median(each), 1), "longest": round(max(each), 1)}
            for kind, each in sorted(havoc.recoveries.items())
        },
        "silence_seconds": {
            "median": round(statistics.median(silences), 2) if silences else 0,
            "p99": round(silences[int(len(silences) * 0.99)], 1) if silences else 0,
            "longest": round(silences[-1], 1) if silences else 0,
        },
        "violations": [{"kind": one.kind, "conversation": one.conversation, "what": one.what} for one in found],
    }
