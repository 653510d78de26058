"""The story of a conversation for the agent: what was asked, what was shown and how it was judged."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Message
from firstline.core.times import iso
from firstline.reading.phrases import wish_of

_QUESTIONS_KEPT = 5
_SAID_KEPT = 200


async def summarise(session: AsyncSession, conversation_id: str) -> dict[str, Any]:
    """Return ``{"questions": [...], "articles": [{"slug","lang","title","url","helpful"}], "turns": n}``.

    ``questions`` are the customer's own typed messages, latest last; button presses and set phrases are left out.
    """
    questions: list[str] = []
    articles: dict[tuple[str, str], dict[str, Any]] = {}
    turns = 0
    for message in await store.transcript(session, conversation_id):
        if message.author == "customer":
            turns += 1
            if not message.payload and wish_of(message.text) is None:
                questions.append(message.text)
        for article in message.articles:
            entry = articles.setdefault(
                (article["slug"], article["lang"]),
                {key: article.get(key) for key in ("slug", "lang", "title", "url")} | {"helpful": None},
            )
            if message.helpful is not None:
                entry["helpful"] = message.helpful
    return {"questions": questions[-_QUESTIONS_KEPT:], "articles": list(articles.values()), "turns": turns}


def trail(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return what the bot did with each typed message, in order.

    ``{"message", "asked", "at", "answered", "shown": [{"slug", "lang", "title", "url", "version", "probability",
    "passage", "searched", "helpful"}], "nearest", "said"}``: ``answered`` is ``None`` where nothing was searched,
    ``nearest`` the article that was not likely enough, ``said`` the bot's words where they showed no article.
    """
    steps: list[dict[str, Any]] = []
    for message in messages:
        if message.author == "customer":
            if not message.payload and wish_of(message.text) is None:
                steps.append(_step(message))
        elif message.author == "bot" and steps:
            _add_reply(steps[-1], message)
    return [step for step in steps if step["shown"] or step["said"] or step["answered"] is not None]


def _step(message: Message) -> dict[str, Any]:
    return {
        "message": message.id,
        "asked": message.text,
        "at": iso(message.created_at),
        "answered": None,
        "shown": [],
        "nearest": None,
        "said": "",
    }


def _add_reply(step: dict[str, Any], message: Message) -> None:
    receipt = message.receipt or {}
    if "answered" in receipt and step["answered"] is not True:
        step["answered"] = bool(receipt["answered"])
        step["nearest"] = None if receipt["answered"] else receipt.get("nearest")
    for article in message.articles:
        own = receipt if (receipt.get("article"), receipt.get("lang")) == (article["slug"], article["lang"]) else {}
        step["shown"].append(
            {key: article.get(key) for key in ("slug", "lang", "title", "url", "probability")}
            | {
                "version": own.get("version"),
                "passage": own.get("passage") or article.get("excerpt"),
                "searched": own.get("asked"),
                "helpful": message.helpful,
            }
        )
    if not message.articles and not step["said"]:
        step["said"] = message.text[:_SAID_KEPT]
