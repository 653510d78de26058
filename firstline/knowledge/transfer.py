"""Articles from a folder into a layer, and out again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from firstline.knowledge.articles import ArticleError, read_folder
from firstline.knowledge.embedding_cache import Progress
from firstline.knowledge.store import ArticleStore
from firstline.knowledge.stored import StoredArticle


@dataclass(frozen=True)
class ImportReport:
    """What an import did: articles taken in, articles that stood there already, and what could not be read."""

    imported: int
    unchanged: int
    errors: list[ArticleError]


async def import_articles(
    store: ArticleStore, layer: str, folder: Path, *, author: str, progress: Progress | None = None
) -> ImportReport:
    """Publish every good article below ``folder`` in ``layer``, each in one transaction.

    Raises ``BadInput`` when the folder holds no articles.
    """
    good, bad = await asyncio.to_thread(read_folder, folder)
    imported = 0
    for done, (_path, article) in enumerate(good):
        before = await store.live_article([layer], article.slug, article.lang)
        after = await store.save(layer, article, author=author, status="published")
        imported += before is None or before.version != after.version
        if progress:
            progress("importing", done + 1, len(good))
    return ImportReport(imported, len(good) - imported, bad)


def export_articles(articles: Sequence[StoredArticle], folder: Path) -> int:
    """Write articles to ``folder``/<lang>/<slug>.md; returns how many."""
    for entry in articles:
        path = folder / entry.article.lang / f"{entry.article.slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".md.part")
        part.write_text(entry.article.to_markdown(), "utf-8", newline="\n")
        part.replace(path)
    return len(articles)
