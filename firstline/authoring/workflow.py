"""From a draft to a published article and back: what an author may do, in what order, and what is checked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from firstline.authoring.content import article_from
from firstline.authoring.effects import Effects
from firstline.authoring.errors import EditedMeanwhile, LostAnswers
from firstline.authoring.fact_diff import same_facts
from firstline.authoring.library import Entry, Library
from firstline.authoring.planned import confirm
from firstline.authoring.replay import Effect
from firstline.core.database import Database
from firstline.core.errors import BadInput, Conflict
from firstline.core.times import iso, utcnow
from firstline.knowledge.articles import Article
from firstline.knowledge.service import Knowledge
from firstline.knowledge.store import Change, Status


class Workflow:
    """Changes one partner's articles, in the name of one author."""

    def __init__(self, database: Database, knowledge: Knowledge, effects: Effects, partner: str, author: str) -> None:
        """Write to ``partner``'s own layer; ``author`` stands in versions and log."""
        self._database = database
        self._knowledge = knowledge
        self._effects = effects
        self._partner = partner
        self._author = author
        self.library = Library(knowledge, partner)

    async def save(
        self,
        slug: str,
        lang: str,
        content: Mapping[str, Any],
        *,
        expect_version: int | None,
        note: str = "",
        what: str | None = None,
    ) -> Entry:
        """Save a draft; editing a lower layer's article makes the partner's own copy.

        ``expect_version`` is None for a new article. Raises ``InvalidArticle``; ``EditedMeanwhile`` when
        ``expect_version`` is no longer the newest; ``Conflict`` with code ``slug_taken`` when a new article's name is
        in use.
        """
        article = article_from(slug, lang, content)
        before = await self.library.find(slug, lang)
        if expect_version is None and before is not None:
            raise Conflict(
                f"There is an article `{slug}` in `{lang}` already; open it, or choose another slug.", code="slug_taken"
            )
        if expect_version is not None and before is None:
            raise Conflict(f"There is no article `{slug}` in `{lang}` any more; save it as a new one.", code="gone")
        if before is not None and before.newest.version != expect_version:
            raise self._edited(before)
        own = before is not None and before.newest.layer == self._partner
        change = Change(
            note=note,
            what=what,
            other_facts=before is not None and not same_facts(before.newest.article, article),
        )
        if before is not None and own and before.newest.article == article:
            return before  # nothing was changed, so a published text stays published
        try:
            await self._knowledge.save(
                self._partner,
                article,
                author=self._author,
                expect_version=expect_version if own else 0,
                change=change,
            )
        except Conflict:
            # Somebody was faster between the check above and the store's own, which is the one that counts.
            raise self._edited(await self.library.get(slug, lang)) from None
        return await self.library.get(slug, lang)

    async def set_status(
        self,
        slug: str,
        lang: str,
        status: Status,
        *,
        expect_version: int,
        at: datetime | None = None,
        despite_lost: bool = False,
    ) -> tuple[Entry, Effect | None]:
        """Give the newest version a status, or plan its publishing for ``at``.

        Publishing and archiving return the effect on must-answer questions and raise ``LostAnswers`` when one would
        be lost, unless ``despite_lost``. Raises ``EditedMeanwhile``, ``Conflict`` for an article of a lower layer, and
        ``BadInput`` for an ``at`` that is past or has no meaning.
        """
        entry = await self.library.get(slug, lang)
        if entry.newest.layer != self._partner:
            raise Conflict(
                f"`{slug}` ({lang}) belongs to the layer `{entry.newest.layer}`; save a copy of your own first.",
                code="not_own",
            )
        if entry.newest.version != expect_version:
            raise self._edited(entry)
        if at is not None and (status != "published" or at.tzinfo is None or at <= utcnow()):
            raise BadInput(
                "`at` goes with the status published only, and names an instant to come, with its time zone.",
                code="bad_time",
            )
        effect = None
        if status in ("published", "archived"):
            edits: list[Article] = [entry.newest.article] if status == "published" else []
            removed = [] if edits else [(slug, lang)]
            effect = await self._effects.on_musts(self._partner, edits, removed)
            if (lost := effect.lost_musts) and not despite_lost:
                raise LostAnswers(lost, effect.as_json())
        what = f"{status}_despite_lost" if effect and effect.lost_musts else None
        try:
            await self._knowledge.set_status(
                self._partner,
                slug,
                lang,
                status,
                who=self._author,
                expect_version=expect_version,
                at=at,
                what=what,
            )
        except Conflict:
            raise self._edited(await self.library.get(slug, lang)) from None
        if at is not None:
            async with self._database.session() as session:
                await confirm(session, self._partner, slug, lang, effect.lost_musts if effect else ())
        return await self.library.get(slug, lang), effect

    async def restore(self, slug: str, lang: str, number: int, *, expect_version: int) -> Entry:
        """Save an old version's content as a new draft; raises as ``save`` does, and ``NotFound``."""
        old = await self.library.version(slug, lang, number)
        content = old.article.model_dump(mode="json", exclude={"slug", "lang"})
        return await self.save(slug, lang, content, expect_version=expect_version, note=f"= {number}", what="restored")

    @staticmethod
    def _edited(entry: Entry) -> EditedMeanwhile:
        newest = entry.newest
        return EditedMeanwhile(newest.version, newest.author, iso(newest.saved_at))
