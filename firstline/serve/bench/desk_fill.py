"""A desk to measure: agents with accounts, and a long queue of waiting cases with their talks."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import State
from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk.facets import folded
from firstline.desk.models import Case, CaseCounter, CaseEvent, CasePromise
from firstline.desk.staff import add_staff
from firstline.desk.terms import keep_terms
from firstline.serve.migrate import migrate

PARTNER = "demo"
PASSWORD = "measured-and-thrown-away"  # noqa: S105 - of accounts in a folder that is deleted
_REASONS = ("human", "no_answer", "not_helped", "complaint")
_PRODUCTS = ("teams", "outlook", "onedrive", None)
_SPREAD_MINUTES = 2880
_AT_ONCE = 500

Rows = list[dict[str, Any]]


def email_of(agent: int) -> str:
    """Return the address of an agent by number."""
    return f"agent{agent}@example.com"


async def fill(database: Database, charter: Charter, agents: int, cases: int, said: list[tuple[str, str]]) -> None:
    """Add ``agents`` accounts and ``cases`` waiting cases; ``said`` are (language, text) of customers."""
    await migrate(database)
    async with database.session() as session:
        for agent in range(agents):
            await add_staff(session, PARTNER, email_of(agent), "agent", PASSWORD, f"Agent {agent}")
        await session.merge(CaseCounter(partner=PARTNER, last=1000 + cases))
    for start in range(0, cases, _AT_ONCE):
        async with database.session() as session:
            await _add_cases(session, charter, range(start, min(start + _AT_ONCE, cases)), said)


async def _add_cases(session: AsyncSession, charter: Charter, numbers: range, said: list[tuple[str, str]]) -> None:
    now = utcnow()
    key = await keep_terms(session, PARTNER, charter)
    severities = charter.severities_by_rank
    talks: Rows = []
    messages: Rows = []
    cases: Rows = []
    for at in numbers:
        lang, text = said[at % len(said)]
        talk, opened = f"bench-{at}", now - timedelta(minutes=at % _SPREAD_MINUTES)
        talks.append({"id": talk, "partner": PARTNER, "language": lang, "state": State.WAITING})
        for author, words in (("bot", "…"), ("customer", text), ("bot", text[::-1]), ("system", "…")):
            messages.append(
                {"conversation_id": talk, "author": author, "text": words, "lang": lang, "created_at": opened}
                | {"buttons": [], "articles": []}
            )
        due = None if at % 9 == 0 else now + timedelta(minutes=(at * 37) % _SPREAD_MINUTES - 60)
        cases.append(
            {
                "partner": PARTNER,
                "number": f"{PARTNER.upper()}-{1001 + at}",
                "conversation_id": talk,
                "reason": _REASONS[at % len(_REASONS)],
                "category": "problem",
                "product": _PRODUCTS[at % len(_PRODUCTS)],
                "search_text": folded(f"{PARTNER}-{1001 + at} {text}"),
                "severity": severities[at % len(severities)],
                "tier": charter.default_tier,
                "language": lang,
                "charter_version": str(charter.version),
                "charter_key": key,
                "summary": {"questions": [text], "articles": [], "turns": 1},
                "opened_at": opened,
                "waiting_since": opened,
                "respond_by": due,
                "due": due,
            }
        )
    for table, rows in ((Conversation, talks), (Message, messages), (Case, cases)):
        await session.execute(insert(table), rows)
    ids = {row.number: row.id for row in await session.execute(_ids(cases))}
    events = [{"case_id": ids[case["number"]], "kind": "handed_over", "actor": "customer"} for case in cases]
    await session.execute(insert(CaseEvent), events)
    promises = [
        {"case_id": ids[case["number"]], "kind": "first_response", "started_at": case["opened_at"]}
        | {name: case[name] for name in ("severity", "tier", "charter_version", "due")}
        for case in cases
        if case["due"]
    ]
    await session.execute(insert(CasePromise), promises)


def _ids(cases: Rows) -> Any:
    return (
        Case.__table__.select()
        .with_only_columns(Case.id, Case.number)
        .where(Case.partner == PARTNER, Case.number.in_([case["number"] for case in cases]))
    )
