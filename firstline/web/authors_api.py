"""The authors' API: which articles there are and where they stand."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from firstline.core.database import Database
from firstline.desk.models import Staff
from firstline.knowledge.service import Knowledge
from firstline.web.staff_session import signed_in


def authors_router(database: Database, knowledge: Knowledge) -> APIRouter:
    """Return the routes under ``/api/authors``."""
    router = APIRouter(prefix="/api/authors", tags=["authors"])
    Author = Annotated[Staff, Depends(signed_in(database, "author"))]  # noqa: N806 - a type

    @router.get("/articles")
    async def articles(author: Author) -> dict[str, Any]:
        return {
            "articles": [
                {
                    "slug": stored.article.slug,
                    "lang": stored.article.lang,
                    "title": stored.article.title,
                    "category": stored.article.category,
                    "valid_as_of": stored.article.valid_as_of,
                    "status": stored.status,
                    "layer": stored.layer,
                    "version": stored.version,
                    "url": f"/articles/{author.partner}/{stored.article.lang}/{stored.article.slug}",
                }
                for stored in await knowledge.articles(author.partner)
            ]
        }

    return router
