"""The whole handover package as plain text, for agents who work elsewhere."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations.models import Conversation
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.core.texts import string_table
from firstline.core.times import utcnow
from firstline.desk.models import Case
from firstline.desk.package import package_json
from firstline.desk.promises import due_text
from firstline.desk.story import summarise
from firstline.desk.telling import TRANSCRIPT

TEXTS = string_table(Path(__file__).parent / "texts")


class Stories:
    """Writes stories in the language of the partner's staff, with links that ``links`` signs."""

    def __init__(self, links: SignedLinks, settings: Settings) -> None:
        """Links lead to the settings' public address and are good for its days."""
        self._links = links
        self._settings = settings

    async def title(self, session: AsyncSession, case: Case, conversation: Conversation, charter: Charter) -> str:
        """Return what the case is about in a few words, none of them the customer's."""
        lang = charter.default_language
        package = await package_json(session, case, conversation, charter)
        if not package["category"]:
            return TEXTS.get(lang, "title.unknown")
        product = package["product"] or ""
        key = "title.with_product" if product else "title.without_product"
        return TEXTS.get(lang, key, category=_named(lang, "category", package["category"]), product=product)

    async def story(
        self, session: AsyncSession, case: Case, conversation: Conversation, charter: Charter, *, by_bot: bool = False
    ) -> str:
        """Return what is known, what was asked and shown, what was promised, and the link to all of it."""
        lang = charter.default_language
        package = await package_json(session, case, conversation, charter)
        summary = await summarise(session, conversation.id)
        until = utcnow() + timedelta(days=self._settings.transcript_link_days)
        token = self._links.make(TRANSCRIPT, (conversation.partner, conversation.id), until)
        link = f"{self._settings.base_url}/transcript/{token}?lang={lang}"
        parts = [
            TEXTS.get(lang, "story.head", number=case.number, partner=charter.partner.name.say(lang)),
            "\n".join(_facts(lang, case, package, charter)),
            "\n".join(_asked(lang, summary)),
            "\n".join(_shown(lang, summary, self._settings.base_url)),
            TEXTS.get(lang, "story.transcript", until=due_text(charter, until, lang), link=link),
            TEXTS.get(lang, "story.how_bot" if by_bot else "story.how"),
        ]
        return "\n\n".join(part for part in parts if part)


def _facts(lang: str, case: Case, package: dict[str, Any], charter: Charter) -> Iterator[str]:
    known = {
        "reason": _named(lang, "reason", case.reason),
        "category": _named(lang, "category", package["category"]) if package["category"] else None,
        "severity": (package["severity"] or {}).get(lang),
        "product": package["product"],
        "device": package["device"],
        "tried": package["tried"],
        "contact": package["contact"],
        "language": _named(lang, "language", package["language"]),
        "skipped": ", ".join(_named(lang, "question", name) for name in package["skipped"]),
    }
    for name, value in known.items():
        if value:
            yield TEXTS.get(lang, f"story.{name}", value=value)
    due = due_text(charter, case.respond_by, lang)
    yield TEXTS.get(lang, "story.respond_by", value=due) if due else TEXTS.get(lang, "story.no_promise")


def _asked(lang: str, summary: dict[str, Any]) -> Iterator[str]:
    if summary["questions"]:
        yield TEXTS.get(lang, "story.questions")
        yield from (f"- {question}" for question in summary["questions"])


def _shown(lang: str, summary: dict[str, Any], base: str) -> Iterator[str]:
    if summary["articles"]:
        yield TEXTS.get(lang, "story.articles")
    for article in summary["articles"]:
        judged = {True: "helped", False: "not_helped", None: "not_judged"}[article["helpful"]]
        yield f"- {article['title']} ({TEXTS.get(lang, f'story.{judged}')}) {whole(base, article.get('url'))}".rstrip()


def whole(base: str, address: str | None) -> str:
    """Return an address of ours with host, for people who read it elsewhere."""
    return f"{base}{address}" if address and address.startswith("/") else address or ""


def _named(lang: str, group: str, code: str) -> str:
    key = f"{group}.{code}"
    return TEXTS.get(lang, key) if key in TEXTS.keys() else code  # noqa: SIM118 - a method, no mapping
