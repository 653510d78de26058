"""A partner's articles as its authors see them: own ones in their newest version, and what lies below."""

import asyncio
from dataclasses import dataclass
from typing import Any

from firstline.authoring.content import content_of
from firstline.authoring.fact_diff import fact_diff
from firstline.core.errors import NotFound
from firstline.core.times import iso
from firstline.knowledge.service import Knowledge
from firstline.knowledge.store import StoredArticle

LANGS = ("ko", "en")


@dataclass(frozen=True)
class Entry:
    """One article in one language: the newest version an author works on, and the versions before it.

    ``live_version`` is what the partner's customers read, of whatever layer; None for nothing.
    """

    newest: StoredArticle
    versions: list[StoredArticle]
    live_version: int | None


class Library:
    """Reads the articles of one partner."""

    def __init__(self, knowledge: Knowledge, partner: str) -> None:
        """Read ``partner``'s articles from ``knowledge``."""
        self._knowledge = knowledge
        self.partner = partner

    async def find(self, slug: str, lang: str) -> Entry | None:
        """Return an article with its versions, newest first; None when no layer has it.

        The partner's own versions follow those of the lower layer it was made from, whose live one comes last.
        """
        own = await self._knowledge.store.history(self.partner, slug, lang)
        below = await self._knowledge.store.live_article(self._knowledge.layers(self.partner)[1:], slug, lang)
        versions = list(own)
        if below and (not own or below.version < own[-1].version):
            versions.append(below)
        if not versions:
            return None
        live = next((entry.version for entry in own if entry.live), below.version if below else None)
        return Entry(versions[0], versions, live)

    async def get(self, slug: str, lang: str) -> Entry:
        """Return an article with its versions; raises ``NotFound``."""
        found = await self.find(slug, lang)
        if found is None:
            raise NotFound(f"There is no article `{slug}` in `{lang}`.", code="no_article")
        return found

    async def version(self, slug: str, lang: str, number: int) -> StoredArticle:
        """Return one version; raises ``NotFound``."""
        for stored in (await self.get(slug, lang)).versions:
            if stored.version == number:
                return stored
        raise NotFound(f"`{slug}` ({lang}) has no version {number}.", code="no_version")

    async def entries(self) -> list[StoredArticle]:
        """List every article once a language: the partner's own newest version, else what a lower layer has live."""
        store = self._knowledge.store
        chosen: dict[tuple[str, str], StoredArticle] = {
            (entry.article.slug, entry.article.lang): entry
            for entry in await store.live(self._knowledge.layers(self.partner)[1:])
        }
        for entry in await store.newest(self.partner):
            chosen[entry.article.slug, entry.article.lang] = entry
        return [chosen[key] for key in sorted(chosen)]

    async def rows(
        self, *, status: str | None = None, lang: str | None = None, category: str | None = None, q: str = ""
    ) -> list[dict[str, Any]]:
        """List articles in the API's shape, narrowed to what is asked for; ``q`` is looked for in slug and title."""
        entries = await self.entries()
        by_key: dict[tuple[str, str], StoredArticle] = {
            (entry.article.slug, entry.article.lang): entry for entry in entries
        }
        live = {
            (entry.article.slug, entry.article.lang): entry.version
            for entry in await self._knowledge.articles(self.partner)
        }
        wanted = q.casefold().strip()
        return [
            self._row(entry, by_key, live.get((entry.article.slug, entry.article.lang)))
            for entry in entries
            if (status is None or entry.status == status)
            and (lang is None or entry.article.lang == lang)
            and (category is None or entry.article.category == category)
            and wanted in f"{entry.article.slug} {entry.article.title}".casefold()
        ]

    async def facts(self, slug: str) -> list[dict[str, Any]]:
        """Return where the newest Korean and English texts state other facts; nothing while one is missing."""
        ko, en = await self.find(slug, "ko"), await self.find(slug, "en")
        if ko is None or en is None:
            return []
        found = await asyncio.to_thread(fact_diff, ko.newest.article, en.newest.article)
        return [difference.as_json() for difference in found]

    def article_json(self, entry: Entry) -> dict[str, Any]:
        """Return an article with all its fields and versions in the API's shape."""
        newest = entry.newest
        return content_of(newest.article) | {
            "slug": newest.article.slug,
            "lang": newest.article.lang,
            "layer": newest.layer,
            "version": newest.version,
            "status": newest.status,
            "live_version": entry.live_version,
            "scheduled_for": iso(newest.scheduled_for) if newest.scheduled_for else None,
            "scheduled_version": newest.scheduled_version,
            "held_back": list(newest.scheduled_lost),
            "versions": [version_json(stored) for stored in entry.versions],
            "url": self._url(newest),
        }

    def _row(
        self, entry: StoredArticle, others: dict[tuple[str, str], StoredArticle], live_version: int | None
    ) -> dict[str, Any]:
        article = entry.article
        twin = others.get((article.slug, "en" if article.lang == "ko" else "ko"))
        state = "missing"
        if twin is not None:
            behind = entry.facts_at is not None and twin.saved_at < entry.facts_at
            state = "older" if behind else "same"
        return {
            "slug": article.slug,
            "lang": article.lang,
            "title": article.title,
            "category": article.category,
            "owner": article.owner,
            "status": entry.status,
            "layer": entry.layer,
            "version": entry.version,
            "live_version": live_version,
            "valid_as_of": article.valid_as_of,
            "updated_at": iso(entry.updated_at or entry.saved_at),
            "updated_by": entry.author,
            "scheduled_for": iso(entry.scheduled_for) if entry.scheduled_for else None,
            "held_back": list(entry.scheduled_lost),
            "other_language": state,
            "url": self._url(entry),
        }

    def _url(self, stored: StoredArticle) -> str:
        return f"/articles/{self.partner}/{stored.article.lang}/{stored.article.slug}"


def version_json(stored: StoredArticle) -> dict[str, Any]:
    """Return what the list of versions says of one."""
    return {
        "number": stored.version,
        "author": stored.author,
        "created_at": iso(stored.saved_at),
        "status": stored.status if stored.live or not stored.given_status else stored.given_status,
        "note": stored.note,
        "live": stored.live,
        "layer": stored.layer,
    }
