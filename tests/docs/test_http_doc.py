"""docs/http.md names every route of the app, and none that isn't there."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, WebSocketRoute

from firstline.core.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "http.md"
OF_THE_FRAMEWORK = ("/openapi.json", "/api/docs", "/docs/oauth2-redirect")


def routes_of(app: FastAPI) -> Iterator[str]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, Mount) or str(context.path).startswith(OF_THE_FRAMEWORK):
            continue
        if isinstance(context.original_route, WebSocketRoute):
            yield f"WS {context.path}"
        else:
            yield from (f"{method} {context.path}" for method in set(context.methods or ()) - {"HEAD"})


def documented() -> list[str]:
    return re.findall(r"^### `([A-Z]+ /\S*)`$", PAGE.read_text("utf-8"), re.MULTILINE)


def test_every_route_is_documented(app: FastAPI) -> None:
    routes = set(routes_of(app))
    assert "POST /api/chat/messages" in routes
    assert sorted(routes - set(documented())) == []


def test_every_documented_route_exists_once(app: FastAPI) -> None:
    assert sorted(set(documented()) - set(routes_of(app))) == []
    assert len(documented()) == len(set(documented()))


def test_the_openapi_document_has_every_status_that_the_page_names(app: FastAPI) -> None:
    document, missing, held = app.openapi()["paths"], [], 0
    for section in PAGE.read_text("utf-8").split("\n### `")[1:]:
        method, path = section.partition("`")[0].split()
        if operation := document.get(path, {}).get(method.lower()):
            told = re.findall(r"^- (?:Reply|Errors)\b.*(?:\n  .*)*", section, re.MULTILINE)
            statuses = set(re.findall(r"\b[2345]\d\d\b(?=[ ,:.]|$)", " ".join(told)))
            held += len(statuses)
            missing += [f"{method} {path}: {status}" for status in sorted(statuses - set(operation["responses"]))]
    assert held > 200
    assert missing == []
