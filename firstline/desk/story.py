"""The story of a conversation for the agent: what was asked, what was shown and how it was judged."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store

_QUESTIONS_KEPT = 5


async def summarise(session: AsyncSession, conversation_id: str) -> dict[str, Any]:
    """Return ``{"questions": [...], "articles": [{"slug","lang","title","url","helpful"}], "turns": n}``.

    ``questions`` are the customer's own typed messages, latest last; button presses are left out.
    """
    questions: list[str] = []
    articles: dict[tuple[str, str], dict[str, Any]] = {}
    turns = 0
    for message in await store.transcript(session, conversation_id):
        if message.author == "customer":
            turns += 1
            if not message.payload:
                questions.append(message.text)
        for article in message.articles:
            entry = articles.setdefault(
                (article["slug"], article["lang"]),
                {key: article.get(key) for key in ("slug", "lang", "title", "url")} | {"helpful": None},
            )
            if message.helpful is not None:
                entry["helpful"] = message.helpful
    return {"questions": questions[-_QUESTIONS_KEPT:], "articles": list(articles.values()), "turns": turns}
