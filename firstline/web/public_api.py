"""What anybody may ask: the articles and the support terms."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator

from firstline.charter import Charters, describe
from firstline.core.errors import BadInput
from firstline.core.times import utcnow
from firstline.knowledge.service import Knowledge

_LONGEST_QUERY = 5_000
# A "+" that nobody escaped reaches us as a space: "...T10:00:00 09:00".
_BARE_OFFSET = re.compile(r" (?=\d{2}:?\d{2}$)")
Moment = Annotated[datetime, BeforeValidator(lambda value: _BARE_OFFSET.sub("+", value) if "T" in value else value)]


class Hit(BaseModel):
    """An article that answers, with the passage that was found."""

    slug: str
    lang: Literal["ko", "en"]
    title: str
    heading: str
    excerpt: str
    url: str
    probability: float


class Found(BaseModel):
    """Answer of ``GET /api/knowledge/search``."""

    answered: bool
    results: list[Hit]


def public_router(knowledge: Knowledge, charters: Charters) -> APIRouter:
    """Return ``GET /api/knowledge/search`` and ``GET /api/charter``."""
    router = APIRouter(prefix="/api", tags=["public"])

    @router.get("/knowledge/search", responses={200: {"model": Found}})
    async def search(
        partner: str,
        q: Annotated[str, Query(max_length=_LONGEST_QUERY)],
        lang: Literal["ko", "en"] | None = None,
        k: Annotated[int, Query(ge=1, le=20)] = 3,
    ) -> dict[str, Any]:
        charters.get(partner)
        if not q.strip():
            raise BadInput("The question is empty; give it as ?q=...", code="empty_query")
        found = await knowledge.search(partner, q, lang, k)
        return {
            "answered": found.answered,
            "results": [{key: getattr(hit, key) for key in Hit.model_fields} for hit in found.results],
        }

    @router.get("/charter")
    async def charter(partner: str, lang: Literal["ko", "en"] = "ko", at: Moment | None = None) -> dict[str, Any]:
        terms = charters.get(partner)
        moment = at or utcnow()
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(terms.main_calendar.tz))
        return describe(terms, lang, moment)

    return router
