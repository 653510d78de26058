"""Canned replies: the team's and each agent's own, in the customer's language, with what is known filled in."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, hours_text
from firstline.conversations.models import Conversation
from firstline.core.errors import BadInput, Conflict, NotFound
from firstline.core.korean import Spoken
from firstline.core.texts import LANGUAGES, Language
from firstline.core.times import utcnow
from firstline.desk.history import TEXTS
from firstline.desk.models import Case, Staff
from firstline.desk.promises import due_text
from firstline.desk.tool_models import TEAM, CannedReply
from firstline.desk.views import changeable, owner_of
from firstline.reading.entities import name_of

VARIABLES = ("customer", "agent", "case", "respond_by", "hours", "partner", "severity", "product")
STARTER = Path(__file__).parent / "starter" / "canned.yaml"
MOST = 500

_SHORTCUT = re.compile(r"[0-9a-z가-힣][0-9a-z가-힣_-]{0,29}")
_VARIABLE = re.compile(r"\{(\w*)(?::[^{}]*)?\}")


@dataclass(frozen=True)
class Draft:
    """What is to be saved: texts by language, the team's in every one, a personal one in at least one."""

    scope: str
    shortcut: str
    title: dict[str, str]
    text: dict[str, str]


def canned_json(reply: CannedReply) -> dict[str, Any]:
    """Return a reply as it was written."""
    return {
        "id": reply.id,
        "scope": "team" if reply.owner == TEAM else "own",
        "shortcut": reply.shortcut,
        "title": reply.title,
        "text": reply.text,
        "updated_by": reply.updated_by,
    }


async def canned_of(session: AsyncSession, staff: Staff) -> list[CannedReply]:
    """Return the agent's own replies and the team's, by shortcut; of one shortcut the own one comes first."""
    query = (
        select(CannedReply)
        .where(CannedReply.partner == staff.partner, or_(CannedReply.owner == TEAM, CannedReply.owner == staff.id))
        .order_by(CannedReply.shortcut, CannedReply.owner.desc())
    )
    return list(await session.scalars(query))


async def save_canned(session: AsyncSession, staff: Staff, draft: Draft, reply_id: int | None = None) -> CannedReply:
    """Save a reply, a new one without ``reply_id``.

    Raises ``BadInput`` for a bad shortcut, a missing text or an unknown variable (``details`` name them), ``Conflict``
    for a shortcut taken, ``Forbidden`` for the team's, ``NotFound`` for another's.
    """
    reply = await _changeable(session, staff, reply_id) if reply_id is not None else None
    owner = owner_of(staff, draft.scope)
    shortcut = draft.shortcut.strip().lower().removeprefix("/")
    if not _SHORTCUT.fullmatch(shortcut):
        raise BadInput("A shortcut has 1 to 30 letters, digits, '-' or '_'.", code="bad_shortcut")
    title, text = _checked(draft)
    query = select(CannedReply.id).where(
        CannedReply.partner == staff.partner, CannedReply.owner == owner, CannedReply.shortcut == shortcut
    )
    taken = await session.scalar(query)
    if taken is not None and taken != reply_id:
        raise Conflict(f"There is a reply /{shortcut} already.", code="shortcut_taken")
    if reply is None:
        if len(await canned_of(session, staff)) >= MOST:
            raise BadInput(f"There are {MOST} replies already; delete one first.", code="too_many_replies")
        reply = CannedReply(partner=staff.partner)
        session.add(reply)
    reply.owner, reply.shortcut, reply.title, reply.text = owner, shortcut, title, text
    reply.updated_by, reply.updated_at = staff.name, utcnow()
    await session.flush()
    return reply


async def delete_canned(session: AsyncSession, staff: Staff, reply_id: int) -> None:
    """Delete a reply; raises as ``save_canned``."""
    await session.delete(await _changeable(session, staff, reply_id))


async def import_starter(session: AsyncSession, staff: Staff) -> dict[str, int]:
    """Give the team the starter set; shortcuts that it has stay as they are. Raises ``Forbidden``."""
    owner = owner_of(staff, "team")
    query = select(CannedReply.shortcut).where(CannedReply.partner == staff.partner, CannedReply.owner == owner)
    taken = set(await session.scalars(query))
    entries = yaml.safe_load(STARTER.read_text("utf-8"))
    added = [entry for entry in entries if entry["shortcut"] not in taken]
    for entry in added:
        await save_canned(session, staff, Draft("team", **entry))
    return {"added": len(added), "kept": len(entries) - len(added)}


def fill(reply: CannedReply, staff: Staff, case: Case, conversation: Conversation, charter: Charter) -> dict[str, Any]:
    """Return the reply for this case, in the customer's language where it has a text in it, else in the other.

    ``{"id", "scope", "shortcut", "title", "text", "lang", "missing"}``; what is ``missing`` stands in the text as
    ``{name}``.
    """
    spoken: Language = "en" if conversation.language == "en" else "ko"
    lang = spoken if reply.text.get(spoken) else next(other for other in LANGUAGES if reply.text.get(other))
    known = {name: value for name, value in _values(staff, case, charter, lang, utcnow()).items() if value}
    template = reply.text[lang]
    missing = [name for name in _names(template) if name not in known]
    return {
        "id": reply.id,
        "scope": "team" if reply.owner == TEAM else "own",
        "shortcut": reply.shortcut,
        "title": reply.title.get(lang) or reply.shortcut,
        "text": _VARIABLE.sub(lambda found: _said(found, known), template),
        "lang": lang,
        "missing": missing,
    }


def _said(found: re.Match[str], known: dict[str, str]) -> str:
    name = found[1]
    if name not in known:
        return found[0]
    return Formatter().vformat(found[0], (), {name: Spoken(known[name])})


def _values(staff: Staff, case: Case, charter: Charter, lang: Language, now: datetime) -> dict[str, str | None]:
    severity = charter.severities.get(case.severity)
    owed = case.respond_by is not None and case.respond_by > now
    return {
        "customer": TEXTS.get(lang, "canned.customer"),
        "agent": staff.name,
        "case": case.number,
        "respond_by": due_text(charter, case.respond_by, lang) if owed else None,
        "hours": hours_text(charter.main_calendar, lang),
        "partner": charter.partner.name.say(lang),
        "severity": severity.name.say(lang) if severity else None,
        "product": name_of("product", case.product, lang) if case.product else None,
    }


def _checked(draft: Draft) -> tuple[dict[str, str], dict[str, str]]:
    title: dict[str, str] = {lang: said for lang in LANGUAGES if (said := draft.title.get(lang, "").strip())}
    text: dict[str, str] = {lang: said for lang in LANGUAGES if (said := draft.text.get(lang, "").strip())}
    needed = LANGUAGES if draft.scope == "team" else tuple(text) or LANGUAGES
    lacking = [lang for lang in needed if lang not in text or lang not in title]
    if lacking:
        error = BadInput(f"Title or text is missing in {', '.join(lacking)}.", code="no_text")
        error.details = {"languages": lacking}
        raise error
    unknown = sorted({name for said in text.values() for name in _wrong(said)})
    if unknown:
        error = BadInput(
            f"There is no variable {', '.join(f'{{{name}}}' for name in unknown)}; use {', '.join(VARIABLES)}.",
            code="unknown_variable",
        )
        error.details = {"variables": unknown}
        raise error
    return title, text


def _wrong(template: str) -> list[str]:
    """Return what stands in braces and is no variable, or asks for a particle that there isn't."""
    wrong = []
    for found in _VARIABLE.finditer(template):
        try:
            _said(found, dict.fromkeys(VARIABLES, "x"))
        except (KeyError, ValueError):
            wrong.append(found[0].strip("{}"))
        else:
            wrong += [found[1]] if found[1] not in VARIABLES else []
    return wrong


def _names(template: str) -> list[str]:
    return list(dict.fromkeys(_VARIABLE.findall(template)))


async def _changeable(session: AsyncSession, staff: Staff, reply_id: int) -> CannedReply:
    missing = NotFound(f"There is no canned reply {reply_id}.", code="no_reply")
    return changeable(await session.get(CannedReply, reply_id), staff, missing)
