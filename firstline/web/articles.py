"""The partner's articles as pages: ``/articles/{partner}/{lang}`` and ``/articles/{partner}/{lang}/{slug}``."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from starlette.staticfiles import StaticFiles

from firstline.charter import Charters
from firstline.core.errors import NotFound
from firstline.core.texts import LANGUAGES, Language, string_table
from firstline.knowledge.articles import CATEGORIES
from firstline.knowledge.rendering import render
from firstline.knowledge.service import Knowledge
from firstline.knowledge.store import StoredArticle

_STATIC = Path(__file__).parent / "static" / "articles"
_STATIC_URL = "/article-files"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_OTHER: dict[Language, Language] = {"ko": "en", "en": "ko"}


def article_router(knowledge: Knowledge, charters: Charters) -> APIRouter:
    """Return the article pages and their files; whatever is missing is a page too, with status 404."""
    router = APIRouter(include_in_schema=False)
    pages = _Pages(knowledge, charters)

    @router.get("/articles/{partner}/{lang}")
    async def listing(request: Request, partner: str, lang: str) -> Response:
        return await pages.listing(request, partner, lang)

    @router.get("/articles/{partner}/{lang}/{slug}")
    async def article(request: Request, partner: str, lang: str, slug: str) -> Response:
        return await pages.article(request, partner, lang, slug)

    router.mount(_STATIC_URL, StaticFiles(directory=_STATIC), name="article-files")
    return router


class _Pages:
    def __init__(self, knowledge: Knowledge, charters: Charters) -> None:
        self._knowledge = knowledge
        self._charters = charters
        self._templates = Jinja2Templates(directory=Path(__file__).parent / "templates")

    async def listing(self, request: Request, partner: str, lang: str) -> Response:
        if (spoken := _language(lang)) is None or (base := self._base(partner, spoken)) is None:
            return self._missing(request, partner, lang)
        return self._page(request, "articles.html", base | {"groups": await self._groups(partner, spoken)})

    async def article(self, request: Request, partner: str, lang: str, slug: str) -> Response:
        if (spoken := _language(lang)) is None or (base := self._base(partner, spoken)) is None:
            return self._missing(request, partner, lang)
        live = {(entry.article.slug, entry.article.lang): entry for entry in await self._knowledge.articles(partner)}
        found = live.get((slug, spoken))
        twin = live.get((slug, _OTHER[spoken]))
        if found is None:
            groups = await self._groups(partner, spoken)
            return self._page(request, "article_missing.html", base | {"twin": twin, "groups": groups}, 404)
        rendered = render(found.article.body)
        related = [
            entry
            for name in found.article.see_also
            if (entry := live.get((name, spoken)) or live.get((name, _OTHER[spoken])))
        ]
        values = {"stored": found, "html": rendered.html, "contents": rendered.headings, "related": related}
        return self._page(request, "article.html", base | values | {"twin": twin})

    def _missing(self, request: Request, partner: str, lang: str) -> Response:
        spoken = _language(lang) or "ko"
        base = self._base(partner, spoken) or self._texts(spoken) | {"partner": "", "partner_name": "Firstline"}
        return self._page(request, "article_missing.html", base | {"twin": None, "groups": []}, 404)

    def _base(self, partner: str, lang: Language) -> dict[str, Any] | None:
        try:
            name = self._charters.get(partner).partner.name.root
        except NotFound:
            return None
        return self._texts(lang) | {
            "partner": partner,
            "partner_name": name.get(lang) or next(iter(name.values())),
            "chat": f"/widget/frame?{urlencode({'partner': partner, 'locale': lang})}",
        }

    @staticmethod
    def _texts(lang: Language) -> dict[str, Any]:
        texts = string_table(_STATIC / "strings").table(lang)
        return {"t": texts, "lang": lang, "other": _OTHER[lang], "static": _STATIC_URL}

    async def _groups(self, partner: str, lang: Language) -> list[tuple[str, list[StoredArticle]]]:
        stored = await self._knowledge.articles(partner)
        own = [entry for entry in stored if entry.article.lang == lang]
        grouped = [(name, [entry for entry in own if entry.article.category == name]) for name in CATEGORIES]
        return [(name, sorted(entries, key=lambda e: e.article.title)) for name, entries in grouped if entries]

    def _page(self, request: Request, name: str, values: dict[str, Any], status: int = 200) -> Response:
        return self._templates.TemplateResponse(request, name, values, status_code=status, headers=_HEADERS)


def _language(lang: str) -> Language | None:
    return next((known for known in LANGUAGES if known == lang), None)
