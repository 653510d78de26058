"""What the partner ``demo`` has, with a secret word in all of it, and hands that call a route of the table on it."""

import base64
import re
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select

from firstline.core.database import Base, Database
from firstline.core.times import utcnow
from firstline.desk import presence
from firstline.desk.audit import audit
from firstline.desk.models import Staff, StaffSession
from firstline.outbox.models import Notice

from .people import Person
from .routes import ROUTES, STAFF_ID, Route

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


async def make_demo(app: FastAPI, new_customer: Any, person: Any) -> Demo:
    """Let somebody of every role, and a customer, leave the secret word wherever one can."""
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
        "version": "2026-11",
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


async def everything(database: Database) -> set[str]:
    """Return every row of every table but those that a mere call changes."""
    rows: set[str] = set()
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in ("staff_sessions", "login_failures", "knowledge_layers"):
                rows |= {f"{table.name} {row}" for row in (await session.execute(select(table))).all()}
    return rows
