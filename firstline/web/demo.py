"""The demo partner's page: a believable site with the widget on it."""

import json
from functools import cache
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from starlette.staticfiles import StaticFiles

from firstline.core.texts import Language

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
}
_STATIC = Path(__file__).parent / "static" / "demo"


def demo_router() -> APIRouter:
    """Return ``/`` and its files under ``/demo/static``."""
    router = APIRouter(include_in_schema=False)
    templates = Jinja2Templates(directory=Path(__file__).parent / "templates")

    @router.get("/")
    async def demo(request: Request, lang: Literal["ko", "en"] = "ko") -> Response:
        values = {"partner": "demo", "lang": lang, "strings": _strings(lang)}
        return templates.TemplateResponse(request, "demo.html", values, headers=_HEADERS)

    router.mount("/demo/static", StaticFiles(directory=_STATIC), name="demo")
    return router


@cache
def _strings(lang: Language) -> dict[str, str]:
    table: dict[str, str] = json.loads((_STATIC / f"strings.{lang}.json").read_text("utf-8"))
    return table
