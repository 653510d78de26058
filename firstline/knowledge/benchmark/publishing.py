"""The benchmark's last phase: publish over a database of that size, and time until search finds it."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert

from firstline.core.database import Base, Database
from firstline.core.times import utcnow
from firstline.knowledge.articles import Article
from firstline.knowledge.benchmark.real_texts import LAYER, RealTexts
from firstline.knowledge.benchmark.synthetic import article_of
from firstline.knowledge.benchmark.task import Task, read_task, synthetic_part
from firstline.knowledge.models import ArticleRow, LayerRow, VersionRow
from firstline.knowledge.segment import Segment
from firstline.knowledge.service import Knowledge

PUBLISHED = 5
_ROWS = 5_000


def publish(task: Task) -> dict[str, Any]:
    """Publish articles through ``Knowledge.save`` over a database of that size: seconds until search finds each."""
    return asyncio.run(_publish(task))


async def _publish(task: Task) -> dict[str, Any]:
    encoder, texts = read_task(task)
    settings = task.settings.model_copy(update={"data_dir": task.work, "database_url": ""})
    database = Database(settings.resolved_database_url)
    try:
        await _fill(database, _articles(task, texts))
        knowledge = Knowledge(database, encoder, settings, starter=None)
        start = time.perf_counter()
        await knowledge.ensure_ready(LAYER)
        ready = time.perf_counter() - start
        taken = []
        template = next(source.article for source in texts.sources if source.article.questions)
        for number in range(PUBLISHED):
            article = _marked(template, f"zq{number}vx")
            start = time.perf_counter()
            await knowledge.save(LAYER, article, author="bench", status="published")
            found = await knowledge.search(LAYER, article.questions[0], article.lang, 3)
            taken.append(time.perf_counter() - start)
            if article.slug not in [hit.slug for hit in found.results]:
                raise RuntimeError("an article that was published isn't found")
        segments = len((await knowledge.index(LAYER)).segments)
    finally:
        await database.close()
    lines = len(template.questions) + len(template.symptoms) + 1
    return {
        "ready_seconds": ready,
        "publish_seconds": sorted(taken)[len(taken) // 2],
        "publish_seconds_longest": max(taken),
        "publish_lines_embedded": lines,
        "segments": segments,
    }


async def _fill(database: Database, articles: Iterator[Article]) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        await connection.execute(insert(LayerRow), [{"layer": LAYER, "revision": 1}])
        rows: list[dict[str, Any]] = []
        versions: list[dict[str, Any]] = []
        for number, article in enumerate(articles, 1):
            facts = {"layer": LAYER, "slug": article.slug, "lang": article.lang, "status": "published", "revision": 1}
            rows.append({"id": number, "newest_version": 1, "live_version": 1, **facts})
            text = {"front_matter": article.front_matter, "body": article.body, "sha256": article.sha256}
            versions.append({"article_id": number, "number": 1, "author": "bench", "created_at": utcnow(), **text})
            if len(rows) == _ROWS:
                await connection.execute(insert(ArticleRow), rows)
                await connection.execute(insert(VersionRow), versions)
                rows, versions = [], []
        if rows:
            await connection.execute(insert(ArticleRow), rows)
            await connection.execute(insert(VersionRow), versions)


def _articles(task: Task, texts: RealTexts) -> Iterator[Article]:
    sources = texts.first(task.passages)
    yield from (source.article for source in sources)
    count = len(Segment.build(sources, texts.vectors, len(next(iter(texts.vectors.values())))).texts)
    for block in synthetic_part(task, texts, count):
        yield from (article_of(block.records[number]) for number in range(len(block)))


def _marked(article: Article, mark: str) -> Article:
    """Return a new article with nothing but new lines and passages."""
    return article.model_copy(
        update={
            "slug": f"bench-{mark}",
            "title": f"{article.title} {mark}",
            "questions": tuple(f"{line} {mark}" for line in article.questions),
            "symptoms": tuple(f"{line} {mark}" for line in article.symptoms),
            "body": article.body.replace("\n\n", f" {mark}\n\n"),
        }
    )
