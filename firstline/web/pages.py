"""The staff's pages: shells without data; their scripts fetch everything from the staff API with the session cookie."""

import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

from firstline.chat.widget import STATIC as WIDGET_FOLDER
from firstline.web.modules import below, modules_of

STATIC_URL = "/staff/static"
WIDGET_URL = "/widget/static"
STATIC_FOLDER = Path(__file__).parent / "static" / "staff"

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CSP,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


@router.get("/login")
async def login(request: Request) -> Response:
    """Serve the form that starts a staff session."""
    return _page(request, "login", "login")


@router.get("/desk")
async def desk(request: Request) -> Response:
    """Serve the agents' desk: queue and case."""
    return _page(request, "desk", "desk", "tools", "escalation", first="opening")


@router.get("/authors")
async def authors(request: Request) -> Response:
    """Serve the authors' console: list, editor, gaps, import and log."""
    return _page(request, "authors", "console", "authors", "editor", "diff")


@router.get("/staff")
async def staff(request: Request) -> Response:
    """Serve one's own account, and what the signed-in person keeps: people, audit log, resellers."""
    return _page(request, "staff", "console", "staff", "insights", "training", "diff")


def _page(request: Request, name: str, *sheets: str, first: str | None = None) -> Response:
    """Serve the shell for the script ``name``, with the style sheet of all pages and ``sheets``.

    ``first`` is a script of few modules that starts before the other's modules are all there.
    """
    words = {lang: _words(lang) for lang in ("ko", "en")}
    values = {"page": name, "sheets": ("base", *sheets), "static": STATIC_URL, "words": words}
    values["scripts"] = [script for script in (first, name) if script]
    values["modules"] = _modules(*values["scripts"])
    return _templates.TemplateResponse(request, "staff.html", values, headers=_HEADERS)


@cache
def _modules(*names: str) -> list[str]:
    scripts = [f"{STATIC_URL}/{name}.js" for name in names]
    find = below((STATIC_URL, STATIC_FOLDER), (WIDGET_URL, WIDGET_FOLDER))
    found = dict.fromkeys(module for script in scripts for module in modules_of(script, find))
    return [module for module in found if module not in scripts]


@cache
def _words(lang: str) -> dict[str, str]:
    table: dict[str, str] = json.loads((STATIC_FOLDER / "strings" / f"{lang}.json").read_text("utf-8"))
    return table
