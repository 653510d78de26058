"""What anybody may ask: the articles and the support terms."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from firstline.charter import Charters, describe
from firstline.core.errors import BadInput
from firstline.core.times import utcnow
from firstline.knowledge.service import Knowledge

_LONGEST_QUERY = 5_000
_FIELDS = ("slug", "lang", "title", "heading", "excerpt", "url", "probability")


def public_router(knowledge: Knowledge, charters: Charters) -> APIRouter:
    """Return ``GET /api/knowledge/search`` and ``GET /api/charter``."""
    router = APIRouter(prefix="/api", tags=["public"])

    @router.get("/knowledge/search")
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
            "results": [{key: getattr(hit, key) for key in _FIELDS} for hit in found.results],
        }

    @router.get("/charter")
    async def charter(partner: str, lang: Literal["ko", "en"] = "ko", at: datetime | None = None) -> dict[str, Any]:
        terms = charters.get(partner)
        moment = at or utcnow()
        if moment.tzinfo is None:
            raise BadInput("'at' needs a time zone, such as 2026-11-23T10:00:00+09:00.", code="no_time_zone")
        return describe(terms, lang, moment)

    return router
