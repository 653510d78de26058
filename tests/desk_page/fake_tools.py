"""The desk's tools by their contract: views, canned replies, articles and past cases."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from ..staff_pages import refuse
from .fake_desk import FakeDesk, stamp

BUILT_IN: dict[str, dict[str, list[str]]] = {
    "open": {"status": ["waiting", "human", "bot"]},
    "mine": {"status": ["mine"]},
    "unassigned": {"status": ["waiting"], "agent": ["none"]},
    "late": {"status": ["open"], "due": ["overdue", "warning"]},
    "closing": {"status": ["closing"]},
    "closed": {"status": ["closed"]},
}
VARIABLES = ["customer", "agent", "case", "respond_by", "hours", "partner", "severity", "product"]


def add_tools(app: FastAPI, desk: FakeDesk) -> None:
    @app.get("/api/desk/views")
    async def views() -> Any:
        built_in = [{"id": key, "scope": "built_in", "name": None, "filter": value} for key, value in BUILT_IN.items()]
        listed = [view | {"count": len(desk.rows(_lists(view["filter"])))} for view in [*built_in, *desk.views]]
        return {"views": listed, "default": desk.default_view, "may_share": desk.may_share, "now": stamp(0)}

    @app.post("/api/desk/views")
    async def save(request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("save_view", "", body))
        if any(view["name"] == body["name"] for view in desk.views):
            return refuse(409, "name_taken", "There is a view of that name.")
        desk.views.append({"id": f"v{next(desk.ids)}", **body})
        return JSONResponse({"view": desk.views[-1]}, 201)

    @app.put("/api/desk/views/default", status_code=204)
    async def choose(request: Request) -> None:
        desk.default_view = (await request.json())["view"]

    @app.put("/api/desk/views/{view}")
    async def change(view: str, request: Request) -> Any:
        body = await request.json()
        found = next(known for known in desk.views if known["id"] == view)
        found |= body
        return {"view": found}

    @app.delete("/api/desk/views/{view}", status_code=204)
    async def delete(view: str) -> None:
        desk.views = [known for known in desk.views if known["id"] != view]

    @app.get("/api/desk/filters")
    async def filters() -> Any:
        return {
            "severities": [{"id": "impaired", "name": {"ko": "업무 불편", "en": "Impaired"}}],
            "categories": ["problem", "usage"],
            "products": [{"id": "teams", "name": {"ko": "Teams", "en": "Teams"}}],
            "reasons": ["complaint", "human"],
            "agents": [{"id": 1, "name": "김서연"}],
            "languages": ["ko", "en"],
        }

    @app.get("/api/desk/cases/{number}/articles")
    async def articles(number: str, q: str = "") -> Any:
        asked = desk.cases[number]["summary"]["questions"]
        desk.calls.append(("articles", number, {"q": q}))
        found = [article for article in desk.articles if not q or q in article["title"]]
        return {"lang": desk.cases[number]["language"], "queries": [q] if q else asked, "articles": found}

    @app.get("/api/desk/cases/{number}/past")
    async def past(number: str) -> Any:
        return {"cases": desk.past.get(number, [])}

    @app.get("/api/desk/cases/{number}/canned")
    async def filled(number: str) -> Any:
        lang = desk.cases[number]["language"]
        return {"replies": [_filled(reply, number, lang) for reply in desk.canned]}

    @app.get("/api/desk/canned")
    async def canned() -> Any:
        return {"replies": desk.canned, "variables": VARIABLES, "may_share": desk.may_share}

    @app.post("/api/desk/canned")
    async def add(request: Request) -> Response:
        body = await request.json()
        desk.calls.append(("canned", "", body))
        if "{custmer}" in str(body["text"]):
            details = {"variables": ["custmer"]}
            return refuse(400, "unknown_variable", "There is no variable {custmer}.", details)
        desk.canned.append({"id": next(desk.ids), "updated_by": "김서연", **body})
        return JSONResponse({"reply": desk.canned[-1]}, 201)

    @app.post("/api/desk/canned/starter")
    async def starter() -> Any:
        texts = {"title": {"ko": "첫인사", "en": "Greeting"}, "text": {"ko": "안녕하세요.", "en": "Hello."}}
        desk.canned.append({"id": next(desk.ids), "scope": "team", "shortcut": "hello", "updated_by": "팀장", **texts})
        return {"added": 1, "kept": 0}

    @app.delete("/api/desk/canned/{reply}", status_code=204)
    async def remove(reply: int) -> None:
        desk.canned = [known for known in desk.canned if known["id"] != reply]


def _lists(wanted: dict[str, Any]) -> dict[str, list[str]]:
    return {key: value if isinstance(value, list) else [value] for key, value in wanted.items() if value}


def _filled(reply: dict[str, Any], number: str, lang: str) -> dict[str, Any]:
    text = reply["text"].get(lang) or next(iter(reply["text"].values()))
    missing = ["product"] if "{product}" in text else []
    return {
        "id": reply["id"],
        "scope": reply["scope"],
        "shortcut": reply["shortcut"],
        "title": reply["title"].get(lang) or reply["shortcut"],
        "text": text.replace("{case}", number),
        "lang": lang,
        "missing": missing,
    }
