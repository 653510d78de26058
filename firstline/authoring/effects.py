"""What an edit changes for customers, before it is published."""

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence

from firstline.authoring.past_questions import PastQuestion, past_questions
from firstline.authoring.replay import Effect, Question, Replayer
from firstline.core.database import Database
from firstline.knowledge.articles import Article
from firstline.knowledge.service import Knowledge


class Effects:
    """Compares the live answers with those after an edit; nothing that customers see changes."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        """Read past questions from ``database`` and search through ``knowledge``."""
        self._database = database
        self._knowledge = knowledge

    async def of_edit(self, partner: str, article: Article) -> Effect:
        """Replay the newest past questions, the article's own ones and every must-answer question."""
        async with self._database.reading() as session:
            asked = await past_questions(session, partner)
        texts = [text for text in (*article.questions, *article.symptoms) if text not in article.must_answer]
        own = [Question(text, article.lang, "own", article.slug) for text in texts]
        questions = [*await self._musts(partner, [article]), *own, *_distinct(asked)]
        return await self._compare(partner, [article], (), questions)

    async def on_musts(
        self,
        partner: str,
        edits: Sequence[Article],
        removed: Collection[tuple[str, str]] = (),
        after: Sequence[Article] = (),
    ) -> Effect:
        """Ask the must-answer questions of all live articles, and of ``edits`` in their new form.

        ``after`` are other edits that are taken to be live already.
        """
        questions = await self._musts(partner, [*after, *edits])
        if not questions:
            return Effect.nothing()
        return await self._compare(partner, edits, removed, questions, after)

    async def _musts(self, partner: str, edits: Sequence[Article]) -> list[Question]:
        articles = {
            (stored.article.slug, stored.article.lang): stored.article
            for stored in await self._knowledge.articles(partner)
        }
        articles |= {(article.slug, article.lang): article for article in edits}
        return [
            Question(text, article.lang, "must", article.slug)
            for article in articles.values()
            for text in article.must_answer
        ]

    async def _compare(
        self,
        partner: str,
        edits: Sequence[Article],
        removed: Collection[tuple[str, str]],
        questions: Sequence[Question],
        after: Sequence[Article] = (),
    ) -> Effect:
        knowledge = self._knowledge
        live = await (knowledge.edited_index(partner, after) if after else knowledge.index(partner))
        edited = await knowledge.edited_index(partner, [*after, *edits], removed)
        replayer = Replayer(self._knowledge.encoder, self._knowledge.ranker)
        return await asyncio.to_thread(replayer.compare, live, edited, questions)


def _distinct(asked: Sequence[PastQuestion]) -> list[Question]:
    """Count equal questions; an article that ever helped with one is the expected answer to it."""
    counts = Counter((question.lang, question.text) for question in asked)
    liked: dict[tuple[str, str], str] = {}
    for question in asked:
        if question.liked is not None:
            liked.setdefault((question.lang, question.text), question.liked)
    return [Question(text, lang, "past", liked.get((lang, text)), count) for (lang, text), count in counts.items()]
