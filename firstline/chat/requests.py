"""What a customer asks for in one message: one request, or several that are answered one after the other."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from firstline.core.errors import FirstlineError
from firstline.core.texts import Language
from firstline.knowledge.search import SearchResponse
from firstline.reading.openings import request_in
from firstline.reading.parts import parts_of

# A part whose meaning is less sure than this tells more about the part before it.
_SURE = 0.6
_FALLBACK = "nlu_fallback"
_OUT_OF_SCOPE = "out_of_scope"
# These are asked of the articles: what they want is the article that answers.
_ASKED_OF_ARTICLES = frozenset({"billing_subscription", "provisioning_configuration", "problem", "updates", "usage"})
_NO_REQUEST = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "helped", "not_helped", "bot_challenge",
     "complaint", "billing_details", "skip_question"}
)  # fmt: skip


class Understanding(Protocol):
    """The bot, as far as it tells what one message means."""

    async def parse(self, text: str) -> dict[str, Any]:
        """Return ``intent`` with ``name`` and ``confidence``."""
        ...


class Library(Protocol):
    """The articles, as far as they can be searched."""

    async def search(self, partner: str, query: str, lang: Language | None = None, k: int = 3) -> SearchResponse:
        """Return what answers ``query``."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What a part asks for: the bot's intent, and the article that answers it, if one does."""

    intent: str
    slug: str | None

    def differs_from(self, other: "Wanted") -> bool:
        """Tell whether these are two requests and not two sides of one."""
        return self.slug != other.slug if self.slug and other.slug else self.intent != other.intent


class Requests:
    """Tells the requests in a message apart."""

    def __init__(self, bot: Understanding, library: Library) -> None:
        """Ask ``bot`` what a part means and ``library`` whether it is a question of its own."""
        self._bot = bot
        self._library = library

    async def of(self, partner: str, text: str, lang: Language) -> list[str]:
        """Return the requests in their order; one, without the courtesies around it, unless each is clearly its own.

        A part that is no request of its own stays with the one before it, so that no word is lost. Where the bot
        can't be asked, the message is one request.
        """
        whole = request_in(text)
        parts = parts_of(whole)
        if len(parts) < 2:
            return [whole]
        try:
            wanted = await asyncio.gather(*(self._wanted(partner, part, lang) for part in parts))
        except (FirstlineError, OSError, ValueError, KeyError, TypeError):
            return [whole]
        requests: list[tuple[str, Wanted | None]] = []
        for part, want in zip(parts, wanted, strict=True):
            before, other = requests[-1] if requests else ("", None)
            if not requests or (want and other and want.differs_from(other)):
                requests.append((part, want))
            else:
                requests[-1] = (f"{before} {part}", other or want)
        return [part for part, _ in requests] if len(requests) > 1 else [whole]

    async def _wanted(self, partner: str, part: str, lang: Language) -> Wanted | None:
        """Return what a part asks for; ``None`` where it is no clear request."""
        parsed = await self._bot.parse(part)
        ranking = [item for item in parsed.get("intent_ranking") or [parsed["intent"]] if item["name"] != _FALLBACK]
        intent, sure = str(ranking[0]["name"]), float(ranking[0]["confidence"])
        if intent in _NO_REQUEST:
            return None
        slug = None
        if intent in _ASKED_OF_ARTICLES or intent == _OUT_OF_SCOPE:
            found = await self._library.search(partner, part, lang, k=1)
            slug = found.results[0].slug if found.answered else None
        return Wanted(intent, slug) if slug or (sure >= _SURE and intent != _OUT_OF_SCOPE) else None
