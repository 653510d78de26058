"""What customers get: the effect of an edit, a question tried out, and what was asked in vain."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from firstline.authoring.content import article_from
from firstline.authoring.gaps import Gaps
from firstline.authoring.past_questions import past_questions
from firstline.core.errors import BadInput
from firstline.core.times import utcnow
from firstline.desk.models import Staff
from firstline.knowledge.articles import CATEGORIES
from firstline.knowledge.search import search_index
from firstline.web.authors.context import PREFIX, Body, Context, Lang

_HIT = ("slug", "lang", "title", "excerpt", "heading", "probability", "parts")
_TRIED = 5
_GAP_QUESTIONS = 1_000


class Edit(Body):
    """Body of ``.../effect``: the article's content as it is edited; None for the newest version."""

    article: dict[str, Any] | None = None


class Try(Body):
    """Body of ``/try``; ``article`` is content with ``slug`` and ``lang``, as if it were live."""

    query: str = Field(min_length=1, max_length=5_000)
    lang: Lang | None = None
    article: dict[str, Any] | None = None


class GapDraft(Body):
    """Body of ``/gaps/draft``."""

    lang: Lang
    questions: list[str] = Field(min_length=1, max_length=100)
    title: str = Field("", max_length=200)


def answer_routes(context: Context) -> APIRouter:
    """Return the routes for effects, trying out and gaps."""
    router = APIRouter(prefix=PREFIX, tags=["authors"])
    knowledge = context.knowledge
    finder = Gaps(knowledge)
    Author = Annotated[Staff, Depends(context.signed_in)]  # noqa: N806 - a type

    @router.post("/articles/{slug}/{lang}/effect")
    async def effect(slug: str, lang: Lang, body: Edit, author: Author) -> dict[str, Any]:
        if body.article is not None:
            article = article_from(slug, lang, body.article)
        else:
            article = (await context.library(author).get(slug, lang)).newest.article
        return (await context.effects.of_edit(author.partner, article)).as_json()

    @router.post("/try")
    async def try_question(body: Try, author: Author) -> dict[str, Any]:
        index = await knowledge.index(author.partner)
        if body.article is not None:
            content = dict(body.article)
            article = article_from(str(content.pop("slug", "")), str(content.pop("lang", "")), content)
            index = await knowledge.edited_index(author.partner, [article])
        found = await asyncio.to_thread(
            search_index, index, knowledge.encoder, knowledge.ranker, body.query, body.lang, _TRIED
        )
        return {
            "answered": found.answered,
            "threshold": found.threshold,
            "results": [{name: getattr(hit, name) for name in _HIT} for hit in found.results],
        }

    @router.get("/gaps")
    async def gaps(
        author: Author, lang: Lang | None = None, days: Annotated[int, Query(ge=1, le=365)] = 30
    ) -> dict[str, Any]:
        since = utcnow() - timedelta(days=days)
        async with context.database.reading() as session:
            asked = await past_questions(session, author.partner, since=since, lang=lang, most=_GAP_QUESTIONS)
        index = await knowledge.index(author.partner)
        found = await asyncio.to_thread(finder.find, author.partner, asked, index)
        return {"gaps": [gap.as_json() for gap in found]}

    @router.post("/gaps/draft", status_code=201)
    async def draft(body: GapDraft, author: Author) -> dict[str, Any]:
        questions = [text for question in body.questions if (text := " ".join(question.split()))]
        if not questions:
            raise BadInput("The questions are empty.", code="empty")
        title = body.title.strip() or questions[0][:200]
        slug = f"gap-{hashlib.sha256(f'{utcnow()}{title}'.encode()).hexdigest()[:8]}"
        # The draft's text is what the author has to replace: the customers' own words.
        content = {
            "title": title,
            "category": CATEGORIES[2],
            "questions": questions,
            "body": "\n".join(f"- {question}" for question in questions),
        }
        workflow = context.workflow(author)
        entry = await workflow.save(slug, body.lang, content, expect_version=None, what="drafted_from_gap")
        await context.audit(author, "article.drafted_from_gap", slug, lang=body.lang)
        return {"slug": slug, "article": workflow.library.article_json(entry)}

    return router
