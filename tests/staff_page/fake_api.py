"""The API about accounts by its contract, over an office in memory, served beside the real pages."""

from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from firstline.charter.publishing import revision_of
from firstline.core.settings import PROJECT_ROOT
from firstline.web.staff.charter import checked

from ..staff_pages import COOKIE, refuse, staff_pages
from .office import LINK, TOKEN, Office

DEMO_CHARTER = PROJECT_ROOT / "partners" / "demo" / "charter.yaml"


def build(office: Office) -> FastAPI:
    app = staff_pages()

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/api/") and path not in ("/api/staff/login", "/api/staff/invitation"):
            if request.cookies.get(COOKIE) != "good" or not office.signed_in:
                return refuse(401, "not_signed_in", "Log in.")
            if request.method != "GET" and request.headers.get("X-Firstline-Request") != "1":
                return refuse(403, "csrf", "Header missing.")
            if refused := office.refusals.pop(f"{request.method} {path}", None):
                return refuse(*refused, "Refused.")
        answer: Response = await call_next(request)
        return answer

    @app.get("/api/staff/me")
    async def me() -> Any:
        return {"staff": office.me}

    @app.post("/api/staff/password")
    async def password(request: Request) -> Response:
        office.calls.append(("password", await request.json()))
        return Response(status_code=204)

    @app.post("/api/staff/invitation")
    async def accept(request: Request) -> Any:
        body = await request.json()
        office.calls.append(("accept", body))
        if body["token"] != TOKEN:
            return refuse(404, "no_invitation", "Used or too old.")
        if len(body["password"]) < 10:
            return refuse(400, "password_short", "Too short.")
        return {"partner": "demo", "email": "sora@example.test"}

    @app.get("/api/staff/people")
    async def people() -> Any:
        return {"people": office.people}

    @app.post("/api/staff/people")
    async def add(request: Request) -> Any:
        body = await request.json()
        office.calls.append(("add", body))
        if "@" not in body["email"]:
            return refuse(400, "bad_email", "No address.")
        added = office.person(len(office.people) + 1, body["name"], body["email"], "invited", *body["roles"])
        return JSONResponse({"person": added, "invitation": {"url": LINK, "hours": 72}}, 201)

    @app.patch("/api/staff/people/{number}")
    async def change(number: int, request: Request) -> Any:
        body = await request.json()
        office.calls.append(("change", dict(body)))
        person = next(one for one in office.people if one["id"] == number)
        if "disabled" in body:
            person["state"] = "disabled" if body.pop("disabled") else "active"
        return {"person": person | body}

    @app.post("/api/staff/people/{number}/invitation")
    async def invite(number: int) -> Any:
        office.calls.append(("invite", number))
        return {"person": office.people[0], "invitation": {"url": LINK, "hours": 72}}

    @app.get("/api/staff/sessions")
    async def sessions() -> Any:
        return {"sessions": office.sessions}

    @app.delete("/api/staff/sessions")
    async def end_others() -> Any:
        office.sessions = [one for one in office.sessions if one["current"]]
        return {"ended": 1}

    @app.get("/api/staff/people/{number}/sessions")
    async def of_somebody(number: int) -> Any:
        return {"sessions": [one for one in office.sessions if not one["current"]]}

    @app.delete("/api/staff/sessions/{session}")
    @app.delete("/api/staff/people/{number}/sessions/{session}")
    async def end(session: str, number: int = 0) -> Response:
        office.calls.append(("end", [number, session]))
        office.sessions = [one for one in office.sessions if one["id"] != session]
        return Response(status_code=204)

    @app.get("/api/staff/audit")
    async def audit(request: Request) -> Any:
        asked = dict(request.query_params)
        office.calls.append(("audit", asked))
        found = [one for one in office.log if one["id"] < int(asked.get("before", 10_000))]
        return {"entries": found[:3], "more": len(found) > 3, "groups": ["case", "login"]}

    @app.get("/api/staff/audit.csv")
    async def export(request: Request) -> Response:
        office.calls.append(("export", dict(request.query_params)))
        return Response("at,who\r\n", media_type="text/csv")

    @app.get("/api/staff/charter")
    async def charter() -> Any:
        version = {"version": "2026-11", "valid_from": "2026-11-01", "valid_to": None, "in_force": True}
        text = office.charter or DEMO_CHARTER.read_text("utf-8")
        return {"text": text, "revision": revision_of(text), "versions": [version], "writable": True}

    @app.post("/api/staff/charter/check")
    async def check(request: Request) -> Any:
        body = await request.json()
        office.calls.append(("check", body))
        return checked(body["text"], datetime.fromisoformat(body["at"]) if body["at"] else None) | {
            "next": {"version": "2026-12", "valid_from": "2026-12-01", "problem": None}
        }

    @app.post("/api/staff/charter")
    async def publish_charter(request: Request) -> Any:
        body = await request.json()
        now = await charter()
        if body["revision"] != now["revision"]:
            return refuse(409, "charter_changed", "Somebody was first.")
        office.charter = body["text"]
        return await charter()

    @app.get("/api/staff/training")
    async def training() -> Any:
        return {"counts": {"customers": 0}, "customers": [], "courses": [], "definitions": {}, "found": 0}

    @app.get("/api/staff/resellers")
    async def resellers() -> Any:
        return {"resellers": office.resellers, "now": "2026-11-28T00:00:00Z"}

    @app.get("/api/staff/resellers/articles")
    async def articles() -> Any:
        used = {"used_by": ["saebyeok"], "replaced_by": ["noeul"]}
        return {"articles": [{"slug": "vm-quota", "lang": "ko", "title": "가상 머신 할당량"} | used]}

    @app.get("/api/staff/outbox")
    async def notices(state: str) -> Any:
        found = [one for one in office.notices if one["state"] == {"dead": "dead", "failing": "pending"}[state]]
        return {"notices": found, "counts": office.notice_counts, "ways": office.notice_ways}

    @app.post("/api/staff/outbox/{what}")
    async def act_on_notice(what: str, request: Request) -> Any:
        body = await request.json()
        office.calls.append((what, body))
        office.notices = [one for one in office.notices if body["id"] not in (None, one["id"])]
        return {"count": 1}

    @app.get("/api/staff/escalations")
    async def from_below() -> Any:
        return {"escalations": office.below, "now": "2026-11-28T00:00:00Z"}

    @app.get("/api/staff/escalations/{partner}/{number}")
    async def below(partner: str, number: str) -> Any:
        return office.dossier(number)

    @app.post("/api/staff/escalations/{partner}/{number}/{what}")
    async def act_below(partner: str, number: str, what: str, request: Request) -> Any:
        office.calls.append((what, await request.json() if await request.body() else {}))
        shown = office.dossier(number)
        if what == "accept":
            office.below[0]["accepted_by"] = office.me["email"]
        else:
            office.below = office.below[1:]
        return shown

    @app.put("/api/staff/partner")
    async def act(request: Request) -> Any:
        body = await request.json()
        office.calls.append(("act", body))
        office.act_at(body["partner"])
        return {"staff": office.me}

    return app
