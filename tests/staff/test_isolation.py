"""Nobody, a wrong role and another partner's people get nothing out of any route for staff, and change nothing."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn
import websockets
from fastapi import FastAPI
from sqlalchemy import select, update

from firstline.core.database import Base, Database
from firstline.core.times import utcnow
from firstline.desk import presence
from firstline.desk.audit import audit
from firstline.desk.models import Staff, StaffSession
from firstline.desk.permissions import ROLES
from firstline.desk.session_keeping import follow_ended
from firstline.outbox.models import Notice

from ..conftest import PASSWORD
from .conftest import Person
from .routes import LEAD, PUBLIC, ROUTES, STAFF_ID, Route, routes_of

SECRET = "붉은고래칠십삼"
EVERY_ROLE = ("author", "agent", "lead", "admin", "provider")
ARTICLE = (
    f"---\nslug: secret-page\nlang: ko\ntitle: {SECRET} 문서\ncategory: problem\n"
    f"questions:\n- {SECRET} 안내\n---\n{SECRET} 본문"
)
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ISSUE = {
    "id": "EX1",
    "title": f"{SECRET} 장애",
    "service": "Exchange Online",
    "feature": "Mail",
    "classification": "incident",
    "status": "serviceDegradation",
    "impactDescription": SECRET,
    "isResolved": False,
    "startDateTime": "2026-11-27T00:00:00Z",
    "lastModifiedDateTime": "2026-11-27T01:00:00Z",
}


FIGURES = f"customer,domain,date,seats\n{SECRET},secret.example,2026-01-01,5\n"


class Demo:
    """What the partner ``demo`` has, all of it with the secret word in it."""

    def __init__(self, owner: Person, names: dict[str, str]) -> None:
        self.owner, self.names = owner, names

    def path(self, route: str) -> str:
        path = route.partition(" ")[2].replace("/versions/{number}", "/versions/1")
        path = path.replace("/incidents/{number}", "/incidents/{incident}")
        return re.sub(r"\{(\w+)\}", lambda found: self.names[found[1]], path)


@pytest.fixture
async def demo(app: FastAPI, new_customer: Any, person: Any) -> Demo:
    owner = await person(SECRET, *EVERY_ROLE)
    customer = await new_customer()
    await customer.send(f"{SECRET} 질문입니다")
    number = (await customer.send("/human"))["case"]["number"]
    await owner.ok("POST", f"/api/desk/cases/{number}/note", json={"text": SECRET})
    await owner.ok("POST", "/api/desk/health", json=[ISSUE])
    words = {"ko": SECRET, "en": SECRET}
    incident = (await owner.ok("POST", "/api/desk/incidents", json={"text": words}))["incident"]["id"]
    await owner.ok("POST", "/api/authors/import", files={"files": ("secret-page.md", ARTICLE)})
    await owner.ok("POST", "/api/staff/training/import", files={"files": ("figures.csv", FIGURES)})
    listed = await owner.ok("GET", "/api/staff/training", params={"everybody": True})
    customer_id = listed["customers"][0]["id"]
    course = {"course": "first-steps", "held_on": "2026-01-05"}
    held = await owner.ok("POST", f"/api/staff/training/customers/{customer_id}/held", json=course)
    target = await person("target", "agent")
    async with app.state.parts.database.session() as session:
        audit(session, owner.staff, "staff.changed", SECRET)
        where = {"channel": "email", "kind": "opened", "target": f"{SECRET}@example.com", "state": "dead"}
        session.add(Notice(id="undelivered", key="undelivered", partner="demo", **where))
        hour = timedelta(hours=1)
        await presence.open_line(session, target.staff, "window", utcnow(), gone_after=hour, capacity=4)
    upload = {"name": "log.txt", "client_message_id": "f1"}
    sent = await customer.http.post("/api/chat/files", params=upload, content=SECRET.encode(), headers=customer.headers)
    assert sent.status_code == 201, sent.text
    view = {"name": SECRET, "filter": {}, "scope": "team"}
    reply = {"scope": "team", "shortcut": "secret", "title": {"ko": SECRET, "en": SECRET}}
    reply["text"] = {"ko": SECRET, "en": SECRET}
    names = {
        "view": (await owner.ok("POST", "/api/desk/views", json=view))["view"]["id"],
        "reply_id": str((await owner.ok("POST", "/api/desk/canned", json=reply))["reply"]["id"]),
        "file_id": sent.json()["message"]["attachments"][0]["id"],
        "customer_id": str(customer_id),
        "held_id": str(held["held"]["id"]),
        "number": number,
        "incident": str(incident),
        "slug": "secret-page",
        "lang": "ko",
        "partner": "demo",
        "staff_id": str(target.staff.id),
        "session_id": await session_id(app.state.parts.database, target.staff),
    }
    return Demo(owner, names)


async def session_id(database: Database, staff: Staff) -> str:
    async with database.reading() as session:
        query = select(StaffSession.id).where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
        return str(await session.scalar(query.order_by(StaffSession.created_at.desc())))


async def ask(caller: Person | httpx.AsyncClient, demo: Demo, route: str, **more: Any) -> httpx.Response:
    sample = ROUTES.get(route, Route(()))
    parts: dict[str, Any] = {"params": sample.query, **more}
    if sample.files == "raw":
        parts["content"] = PICTURE
    elif sample.files:
        page = ARTICLE.replace("secret-page", "other-page").replace(SECRET, "다른")
        contents = {"png": PICTURE, "csv": FIGURES.replace(SECRET, "other").replace("secret.", "other.")}
        parts["files"] = {"files": (sample.files, contents.get(sample.files.rpartition(".")[2], page))}
    elif sample.body is not None:
        parts["json"] = sample.body
        if isinstance(sample.body, dict):
            named = {STAFF_ID: int(demo.names["staff_id"]), "{view}": demo.names["view"], "{notice}": "undelivered"}
            parts["json"] = {
                key: named.get(value, value) if isinstance(value, str) else value for key, value in sample.body.items()
            }
    call = caller.call if isinstance(caller, Person) else caller.request
    return await call(route.partition(" ")[0], demo.path(route), **parts)


HTTP = [route for route in ROUTES if not route.startswith("WS ")]


def test_every_route_is_in_the_table(app: FastAPI) -> None:
    there = set(routes_of(app))
    assert len(there) > 40
    assert sorted(there - set(ROUTES) - set(PUBLIC)) == [], "say in tests/staff/routes.py who may call it"
    assert sorted((set(ROUTES) | set(PUBLIC)) - there) == [], "the table names routes that are gone"


async def test_nobody_and_who_has_a_bad_token_get_401(app: FastAPI, http: Any, person: Any, demo: Demo) -> None:
    database = app.state.parts.database
    bad = [await person(name, *EVERY_ROLE) for name in ("forged", "expired", "revoked", "off", "idle")]
    forged, expired, revoked, off, idle = bad
    forged.token = forged.token[:-1] + ("A" if forged.token[-1] != "A" else "B")
    now, long_ago = utcnow(), utcnow() - timedelta(hours=4, minutes=1)
    async with database.session() as session:
        change = update(StaffSession)
        of = StaffSession.staff_id
        await session.execute(change.where(of == expired.staff.id).values(expires_at=now))
        await session.execute(change.where(of == idle.staff.id).values(last_seen_at=long_ago))
        await session.execute(update(Staff).where(Staff.id == off.staff.id).values(disabled_at=now))
    await demo.owner.ok("DELETE", f"/api/staff/people/{revoked.staff.id}/sessions")
    before = await everything(database)
    for route in HTTP:
        for caller in (http, *bad):
            answer = await ask(caller, demo, route)
            assert answer.status_code == 401, (route, answer.text)
            assert SECRET not in answer.text
    assert await everything(database) == before


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_call_what_the_table_says(app: FastAPI, person: Any, demo: Demo, role: str) -> None:
    for route in HTTP:
        if role in ROUTES[route].may:
            continue
        answer = await ask(await person(f"only-{role}", role), demo, route)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_role"), route
        assert SECRET not in answer.text
    for route in HTTP:
        if role in ROUTES[route].may:
            answer = await ask(await person(f"only-{role}", role), demo, route)
            assert answer.status_code not in (401, 422, 500), (route, answer.text)
            of_the_team = ROUTES[route].shared and role not in LEAD
            refused = "wrong_role" if of_the_team else "wrong_password"
            assert (answer.status_code == 403) or not of_the_team, route
            assert answer.status_code != 403 or answer.json()["error"]["code"] == refused, route


async def test_ones_own_people_find_the_secret_where_it_is(person: Any, demo: Demo) -> None:
    """Else the tests on other partners would look for what nobody could find."""
    for route in HTTP:
        if ROUTES[route].shows:
            answer = await ask(demo.owner, demo, route)
            assert SECRET in answer.text.encode().decode("unicode_escape", "ignore") or SECRET in answer.text, route


@pytest.mark.parametrize("partner", ["far", "rival"])
async def test_another_partners_people_see_and_change_nothing(
    app: FastAPI, person: Any, demo: Demo, partner: str
) -> None:
    database = app.state.parts.database
    before = await everything(database)
    for route in HTTP:
        answer = await ask(await person("stranger", *EVERY_ROLE, partner=partner), demo, route)
        wanted = 403 if route == "POST /api/staff/password" else ROUTES[route].theirs
        expected = {200: (200, 204)}.get(wanted, (wanted,))
        assert answer.status_code in expected, (route, answer.text)
        assert SECRET not in answer.text, route
        assert answer.status_code == 404 or demo.names["number"] not in answer.text, route
    after = await everything(database)
    assert before - after == set(), "rows of demo were changed or deleted"
    assert not [row for row in after - before if "'demo'" in row]


async def test_every_change_is_in_the_audit_log_without_a_customers_word(app: FastAPI, person: Any, demo: Demo) -> None:
    database = app.state.parts.database
    # These need more than the table has, and are tested beside.
    elsewhere = {"POST /api/staff/password", "PUT /api/staff/partner", "POST /api/desk/cases/{number}/decline"}
    for route in HTTP:
        if route.startswith("GET ") or ROUTES[route].silent or route in elsewhere or "/escalations/{partner}" in route:
            continue
        whose = await person("target" if "/people/" in route else "doer", *EVERY_ROLE)
        demo.names["session_id"] = await session_id(database, whose.staff)
        if ROUTES[route].first:
            await ask(await person("doer", *EVERY_ROLE), demo, ROUTES[route].first)
        (newest, *_) = await demo.owner.audit(limit=1)
        answer = await ask(await person("doer", *EVERY_ROLE), demo, route)
        assert answer.status_code < 300, (route, answer.text)
        added = [entry for entry in await demo.owner.audit() if entry["id"] > newest["id"]]
        assert [entry["who"] for entry in added] == ["doer@example.com"] * len(added) != [], route
        assert all(entry["address"] == "127.0.0.1" for entry in added)
    text = json.dumps(await demo.owner.audit(limit=500), ensure_ascii=False)
    assert SECRET not in text.replace(f"{SECRET}@example.com", "").replace(f'"target": "{SECRET}"', "")


async def test_a_provider_reads_its_resellers_and_no_other(person: Any, demo: Demo) -> None:
    ours = await person("ours", "provider", partner="total")
    listed = await ours.ok("GET", "/api/staff/resellers")
    assert [(row["partner"], row["open"], row["waiting"]) for row in listed["resellers"]] == [("demo", 1, 1)]
    assert SECRET in (await ask(ours, demo, "GET /api/staff/resellers/{partner}/cases")).text
    assert SECRET in (await ask(ours, demo, "GET /api/staff/resellers/{partner}/cases/{number}")).text
    for partner in ("far", "total", "rival", "nowhere"):
        await ours.refused(404, "no_reseller", "GET", f"/api/staff/resellers/{partner}/cases")
        await ours.refused(404, "no_reseller", "PUT", "/api/staff/partner", json={"partner": partner})
    await ours.refused(403, "wrong_role", "POST", f"/api/desk/cases/{demo.names['number']}/claim")


async def test_a_provider_acts_as_lead_after_an_explicit_switch(settings: Any, person: Any, demo: Demo) -> None:
    ours = await person("ours", "provider", "admin", partner="total")
    claim = f"/api/desk/cases/{demo.names['number']}/claim"
    await ours.refused(404, "no_case", "POST", claim)
    staff = (await ours.ok("PUT", "/api/staff/partner", json={"partner": "demo"}))["staff"]
    assert (staff["partner"], staff["home"], staff["roles"]) == ("demo", "total", ["lead"])
    assert (await ours.ok("GET", "/api/staff/me"))["staff"] == staff
    await ours.ok("POST", claim)
    await ours.refused(403, "wrong_role", "GET", "/api/staff/people")
    await ours.refused(403, "wrong_role", "GET", "/api/authors/log")
    (claimed,) = await demo.owner.audit(action="case.claimed")
    assert (claimed["who"], claimed["home"]) == ("ours@example.com", "total")
    assert (await demo.owner.audit(action="partner.switched"))[0]["who"] == "ours@example.com"
    await ours.ok("PUT", "/api/staff/partner", json={"partner": None})
    await ours.refused(404, "no_case", "POST", claim)

    await ours.ok("PUT", "/api/staff/partner", json={"partner": "demo"})
    charter = settings.partners_dir / "demo" / "charter.yaml"
    charter.write_text(charter.read_text("utf-8").replace("  provider: total\n", "  provider: rival\n"), "utf-8")
    await ours.refused(404, "no_case", "POST", claim)
    assert (await ours.ok("GET", "/api/staff/me"))["staff"]["partner"] == "total"


async def everything(database: Database) -> set[str]:
    """Return every row of every table but those that a mere call changes."""
    rows: set[str] = set()
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in ("staff_sessions", "login_failures", "knowledge_layers"):
                rows |= {f"{table.name} {row}" for row in (await session.execute(select(table))).all()}
    return rows


@pytest.fixture
async def server(app: FastAPI) -> AsyncIterator[str]:
    running = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None, ws="websockets-sansio"))
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110 - the server offers no event
        await asyncio.sleep(0.01)
    yield f"ws://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    await task


async def frame(socket: Any, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (found := json.loads(await socket.recv()))["type"] != kind:
            pass
    return dict(found)


async def closed(socket: Any) -> int:
    async with asyncio.timeout(20):
        try:
            while True:
                await socket.recv()
        except websockets.ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0


SOCKETS = [route.partition(" ")[2] for route in ROUTES if route.startswith("WS ")]


@pytest.mark.parametrize("path", SOCKETS)
async def test_sockets_are_shut_to_nobody_wrong_roles_and_forged_tokens(server: str, person: Any, path: str) -> None:
    refused = [role for role in ROLES if role not in ROUTES[f"WS {path}"].may]
    tokens = [("", "not_signed_in"), ("forged", "not_signed_in")]
    tokens += [((await person(f"only-{role}", role)).token, "wrong_role") for role in refused]
    for token, code in tokens:
        async with websockets.connect(f"{server}{path}") as socket:
            await socket.send(json.dumps({"type": "auth", "token": token}))
            assert (await frame(socket, "error"))["error"]["code"] == code
            assert await closed(socket) == 4401
    me = await person("minji")
    cookie = {"Cookie": f"firstline_staff={me.token}", "Origin": "https://evil.example"}
    async with websockets.connect(f"{server}{path}", additional_headers=cookie) as socket:
        await socket.send(json.dumps({"type": "ping"}))
        assert (await frame(socket, "error"))["error"]["code"] == "not_signed_in"


async def test_a_socket_shows_its_own_partner_alone(server: str, person: Any, demo: Demo) -> None:
    stranger = await person("stranger", *EVERY_ROLE, partner="far")
    async with websockets.connect(f"{server}/api/desk/ws") as socket:
        await socket.send(json.dumps({"type": "auth", "token": stranger.token}))
        await frame(socket, "ready")
        await socket.send(json.dumps({"type": "watch", "number": demo.names["number"]}))
        assert (await frame(socket, "error"))["error"]["code"] == "no_case"
        await demo.owner.ok("POST", f"/api/desk/cases/{demo.names['number']}/claim")
        await socket.send(json.dumps({"type": "ping"}))
        assert json.loads(await socket.recv()) == {"type": "pong"}


@pytest.mark.parametrize("how", ["revoked", "disabled", "password", "logout", "elsewhere"])
async def test_an_open_socket_ends_with_its_session(
    app: FastAPI, server: str, person: Any, second_process: Any, how: str
) -> None:
    admin, agent = await person("admin", "admin"), await person("agent")
    other = await person("agent")
    async with (
        websockets.connect(f"{server}/api/desk/ws") as socket,
        websockets.connect(f"{server}/api/desk/ws") as bystander,
    ):
        for line, who in ((socket, agent), (bystander, admin)):
            await line.send(json.dumps({"type": "auth", "token": who.token}))
            await frame(line, "ready")
        path = f"/api/staff/people/{agent.staff.id}"
        if how == "revoked":
            await admin.ok("DELETE", f"{path}/sessions")
        elif how == "disabled":
            await admin.ok("PATCH", path, json={"disabled": True})
        elif how == "password":
            link = (await admin.ok("POST", f"{path}/invitation"))["invitation"]["url"]
            body = {"token": link.partition("=")[2], "password": PASSWORD}
            await admin.ok("POST", "/api/staff/invitation", json=body)
        elif how == "logout":
            await agent.ok("POST", "/api/staff/logout")
            await other.ok("GET", "/api/staff/me")
        else:
            since = utcnow()
            headers = {"Authorization": f"Bearer {admin.token}"}
            assert (await second_process.delete(f"{path}/sessions", headers=headers)).status_code == 200
            await follow_ended(app.state.parts.database, since)
        assert await closed(socket) == 4401
        await bystander.send(json.dumps({"type": "ping"}))
        await frame(bystander, "pong")
