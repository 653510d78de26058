"""Whether anybody can answer now, said as it is: somebody is at the desk, nobody is, or it is closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Opening, Route, closed_route, opening
from firstline.core.times import iso
from firstline.desk.history import TEXTS
from firstline.desk.presence import team


@dataclass(frozen=True)
class Duty:
    """Who is there at one instant. ``here``: somebody; ``nobody``: it is open, but no agent is; ``closed``."""

    code: Literal["here", "nobody", "closed"]
    now: Opening


async def duty_at(session: AsyncSession, charter: Charter, partner: str, at: datetime, lang: str) -> Duty:
    """Say who is there: the charter's chat calendar says whether it is open, the agents' presence who is there."""
    now = opening(charter.main_calendar, at, lang)
    if not now.open_now:
        return Duty("closed", now)
    there = any(member.standing == "here" for member in await team(session, partner, at))
    return Duty("here" if there else "nobody", now)


def duty_json(duty: Duty, charter: Charter, tier: str, severity: str, lang: str) -> dict[str, Any]:
    """Return it for the chat API: ``text`` is what a waiting customer is told, ``None`` while somebody is there.

    Closed, ``next_open`` is the next opening and ``route`` the way of this tier and severity in closed hours.
    """
    route = text = None
    if duty.code == "closed":
        route, way = closed_route(charter, tier, severity, lang)
        text = f"{duty.now.now_text} {way}".strip()
    elif duty.code == "nobody":
        text = TEXTS.get(lang, "duty.nobody")
    opens = duty.now.next_open if duty.code == "closed" else None
    return {"code": duty.code, "text": text, "route": route, "next_open": iso(opens) if opens else None}


def said_at_handover(duty: Duty, charter: Charter, tier: str, severity: str, lang: str) -> str:
    """Return what to add to the handover's sentence, which names number, promise and opening already; may be empty."""
    if duty.code == "closed":
        route: Route | None
        route, way = closed_route(charter, tier, severity, lang)
        return way if route in ("on_call", "email") else ""
    return TEXTS.get(lang, "duty.nobody") if duty.code == "nobody" else ""
