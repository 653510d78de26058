"""Articles: list, read, save, publish, versions, and who changed what."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from firstline.authoring.content import content_of
from firstline.authoring.diff import diff
from firstline.core.errors import NotFound
from firstline.core.row_ids import RowId
from firstline.core.times import iso
from firstline.desk.models import Staff
from firstline.knowledge.article_log import events
from firstline.knowledge.articles import Category
from firstline.knowledge.rendering import render
from firstline.knowledge.store import Status
from firstline.web.authors.context import PREFIX, Body, Context, Lang

_MOST_ENTRIES = 500


class Save(Body):
    """Body of ``PUT .../{slug}/{lang}``."""

    article: dict[str, Any]
    expect_version: RowId | None = None
    note: str = Field("", max_length=2000)


class SetStatus(Body):
    """Body of ``.../status``."""

    status: Status
    expect_version: RowId
    at: datetime | None = None
    despite_lost: bool = False


class Restore(Body):
    """Body of ``.../restore``."""

    version: RowId
    expect_version: RowId


class Preview(Body):
    """Body of ``/preview``."""

    body: str


def article_routes(context: Context) -> APIRouter:
    """Return the routes below ``/articles``, ``/preview`` and ``/log``."""
    router = APIRouter(prefix=PREFIX, tags=["authors"])
    Author = Annotated[Staff, Depends(context.signed_in)]  # noqa: N806 - a type

    @router.get("/articles")
    async def listing(
        author: Author,
        status: Status | None = None,
        lang: Lang | None = None,
        category: Category | None = None,
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> dict[str, Any]:
        rows = await context.library(author).rows(status=status, lang=lang, category=category, q=q)
        return {"articles": rows}

    @router.get("/articles/{slug}")
    async def article(slug: str, author: Author) -> dict[str, Any]:
        library = context.library(author)
        entries = {lang: await library.find(slug, lang) for lang in ("ko", "en")}
        layers = [entry.newest.layer for entry in entries.values() if entry]
        if not layers:
            raise NotFound(f"There is no article `{slug}`.", code="no_article")
        return {
            "slug": slug,
            "layer": author.partner if author.partner in layers else layers[0],
            "languages": {lang: library.article_json(entry) if entry else None for lang, entry in entries.items()},
            "facts": await library.facts(slug),
        }

    @router.put("/articles/{slug}/{lang}")
    async def save(slug: str, lang: Lang, body: Save, author: Author) -> dict[str, Any]:
        workflow = context.workflow(author)
        entry = await workflow.save(slug, lang, body.article, expect_version=body.expect_version, note=body.note)
        await context.audit(author, "article.saved", slug, lang=lang, version=entry.newest.version)
        return {"article": workflow.library.article_json(entry), "facts": await workflow.library.facts(slug)}

    @router.post("/articles/{slug}/{lang}/status")
    async def set_status(slug: str, lang: Lang, body: SetStatus, author: Author) -> dict[str, Any]:
        workflow = context.workflow(author)
        entry, effect = await workflow.set_status(
            slug,
            lang,
            body.status,
            expect_version=body.expect_version,
            at=body.at,
            despite_lost=body.despite_lost,
        )
        data = {"lang": lang, "version": entry.newest.version, "status": entry.newest.status}
        await context.audit(author, f"article.{body.status}", slug, **data)
        return {"article": workflow.library.article_json(entry), "effect": effect.as_json() if effect else None}

    @router.get("/articles/{slug}/{lang}/versions/{number}")
    async def version(slug: str, lang: Lang, number: RowId, author: Author) -> dict[str, Any]:
        stored = await context.library(author).version(slug, lang, number)
        facts = {"number": stored.version, "author": stored.author, "created_at": iso(stored.saved_at)}
        return {"article": content_of(stored.article) | facts}

    @router.get("/articles/{slug}/{lang}/diff")
    async def differences(slug: str, lang: Lang, old: RowId, new: RowId, author: Author) -> dict[str, Any]:
        library = context.library(author)
        before, after = await library.version(slug, lang, old), await library.version(slug, lang, new)
        return diff(before.article, after.article)

    @router.post("/articles/{slug}/{lang}/restore")
    async def restore(slug: str, lang: Lang, body: Restore, author: Author) -> dict[str, Any]:
        workflow = context.workflow(author)
        entry = await workflow.restore(slug, lang, body.version, expect_version=body.expect_version)
        await context.audit(author, "article.restored", slug, lang=lang, version=body.version)
        return {"article": workflow.library.article_json(entry)}

    @router.post("/preview")
    async def preview(body: Preview, author: Author) -> dict[str, Any]:
        return {"html": render(body.body).html}

    @router.get("/log")
    async def log(
        author: Author, slug: str | None = None, limit: Annotated[int, Query(ge=1, le=_MOST_ENTRIES)] = 100
    ) -> dict[str, Any]:
        async with context.database.reading() as session:
            found = await events(session, author.partner, slug, limit)
        return {
            "entries": [
                {
                    "at": iso(entry.at),
                    "who": entry.who,
                    "what": entry.what,
                    "slug": entry.slug,
                    "lang": entry.lang,
                    "version": entry.version,
                    "note": entry.note,
                }
                for entry in found
            ]
        }

    return router
