"""Every route for staff with what it takes and who may call it: the table that the isolation test walks through.

A route that is missing here fails ``test_every_route_is_in_the_table``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, WebSocketRoute

from firstline.desk.permissions import Role

ELSEWHERE = {
    "/api/chat/": "customers, by their conversation's token",
    "/api/knowledge/search": "anybody",
    "/api/charter": "anybody",
    "/api/incidents": "anybody",
    "/api/helpdesks/": "help desks, by their signature; files by a signed link",
    "/internal/": "the bot, by its secret",
    "/transcript/": "whoever holds the signed link",
    "/articles/": "anybody: published articles and their pictures",
    "/widget": "anybody: no data",
    "/livez": "anybody: no data",
    "/readyz": "anybody: no data",
    "/healthz": "anybody: no data",
    "/metrics": "anybody inside: counts",
    "/openapi.json": "anybody: no data",
    "/api/docs": "anybody: no data",
    "/docs/oauth2-redirect": "anybody: no data",
}
"""How paths begin that ask for no session of staff, each with who may use it."""

PAGES = ("/", "/login", "/desk", "/authors", "/staff")
"""Pages without data: they ask the routes of the table for it."""

ANY: tuple[Role, ...] = ("author", "agent", "lead", "admin", "provider")
DESK: tuple[Role, ...] = ("agent", "lead", "admin")
LEAD: tuple[Role, ...] = ("lead", "admin")
AUTHORS: tuple[Role, ...] = ("author", "admin")
ADMIN: tuple[Role, ...] = ("admin",)
PROVIDER: tuple[Role, ...] = ("provider",)
NOBODY: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Route:
    """Who may call a route and with what; ``{number}`` and the like are filled from what the test made at ``demo``.

    ``theirs`` is the answer that another partner's people get: 404 where the path names something of ``demo``, else
    200, since they see their own. ``shows`` says that ``demo``'s own people find its secret word in the answer.
    ``silent`` says that a change leaves no trace in the audit log; ``first`` is a route to call before; ``shared`` that
    what the test made there is the team's, so that only ``LEAD`` may change it.
    """

    may: tuple[Role, ...]
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    files: str = ""
    theirs: int = 200
    shows: bool = False
    silent: bool = False
    first: str = ""
    shared: bool = False


PUBLIC = {
    "GET /api/staff/login": "whoever is to log in",
    "POST /api/staff/login": "whoever knows the password",
    "GET /api/staff/oidc/start": "whoever is to log in",
    "GET /api/staff/oidc/callback": "whoever comes back from the provider with the state this browser was given",
    "POST /api/staff/invitation": "whoever holds the invitation",
}
"""Routes without a session, each with who may use it."""

STAFF_ID = "{staff_id}"
"""Stands in a body for the id of the agent whom the test made at ``demo``."""

ARTICLE = {
    "title": "한 제목",
    "category": "problem",
    "questions": ["무엇이 안 되나요"],
    "body": "본문입니다.",
}

CANNED = {
    "shortcut": "hello",
    "title": {"ko": "인사", "en": "Greeting"},
    "text": {"ko": "안녕하세요.", "en": "Hello."},
}

DOSSIER = {
    "title": "메일이 오지 않음",
    "product": "Exchange Online",
    "severity": "B",
    "severity_reason": "영업팀 전체가 메일을 받지 못함",
    "english_summary": "Nobody in sales receives mail.",
    "issue_class": "unavailable",
    "tenant_id": "11111111-2222-3333-4444-555555555555",
    "tenant_domain": "customer.example",
    "first_seen": "2026-01-05T00:00:00Z",
    "health_checked_at": "2026-01-05T01:00:00Z",
    "tried": "다시 로그인",
    "relation_until": "2099-12-31",
    "contact_name": "김서연",
    "contact_email": "desk@partner.example",
    "consent": True,
}

ROUTES: dict[str, Route] = {
    "POST /api/staff/logout": Route(ANY),
    "GET /api/staff/me": Route(ANY),
    "POST /api/staff/password": Route(ANY, {"old": "a-long-test-password", "new": "quiet river stone lamp"}),
    "GET /api/staff/sessions": Route(ANY),
    "DELETE /api/staff/sessions": Route(ANY),
    "DELETE /api/staff/sessions/{session_id}": Route(ANY, theirs=404),
    "GET /api/staff/people": Route(ADMIN, shows=True),
    "POST /api/staff/people": Route(ADMIN, {"email": "new@example.com", "roles": ["agent"]}, theirs=201),
    "PATCH /api/staff/people/{staff_id}": Route(ADMIN, {"name": "새 이름"}, theirs=404),
    "POST /api/staff/people/{staff_id}/invitation": Route(ADMIN, theirs=404),
    "GET /api/staff/people/{staff_id}/sessions": Route(ADMIN, theirs=404),
    "DELETE /api/staff/people/{staff_id}/sessions": Route(ADMIN, theirs=404),
    "DELETE /api/staff/people/{staff_id}/sessions/{session_id}": Route(ADMIN, theirs=404),
    "GET /api/staff/audit": Route(ADMIN, shows=True),
    "GET /api/staff/audit.csv": Route(ADMIN, shows=True),
    "GET /api/staff/charter": Route(ADMIN),
    "GET /api/staff/charter/versions/{version}": Route(ADMIN),
    "POST /api/staff/charter": Route(ADMIN, {"text": "id: demo", "revision": "0"}, theirs=400),
    "POST /api/staff/charter/check": Route(ADMIN, {"text": "id: demo"}, silent=True),
    "GET /api/staff/training": Route(LEAD, query={"everybody": True}, shows=True),
    "GET /api/staff/training/radar.csv": Route(LEAD, shows=True),
    "POST /api/staff/training/import": Route(LEAD, files="figures.csv"),
    "GET /api/staff/training/customers/{customer_id}": Route(LEAD, theirs=404, shows=True),
    "GET /api/staff/training/customers/{customer_id}/letter": Route(
        LEAD, query={"course": "first-steps"}, theirs=404, shows=True
    ),
    "POST /api/staff/training/customers/{customer_id}/held": Route(
        LEAD, {"course": "first-steps", "held_on": "2026-01-05"}, theirs=404
    ),
    "DELETE /api/staff/training/customers/{customer_id}/held/{held_id}": Route(LEAD, theirs=404),
    "DELETE /api/staff/training/customers/{customer_id}": Route(LEAD, theirs=404),
    "GET /api/staff/resellers": Route(PROVIDER),
    "GET /api/staff/resellers/articles": Route(PROVIDER),
    "GET /api/staff/resellers/{partner}/cases": Route(PROVIDER, theirs=404),
    "GET /api/staff/resellers/{partner}/cases/{number}": Route(PROVIDER, theirs=404),
    "GET /api/staff/escalations": Route(PROVIDER),
    "GET /api/staff/escalations/{partner}/{number}": Route(PROVIDER, theirs=404),
    "POST /api/staff/escalations/{partner}/{number}/accept": Route(PROVIDER, theirs=404),
    "POST /api/staff/escalations/{partner}/{number}/ask": Route(PROVIDER, {"text": "더"}, theirs=404),
    "POST /api/staff/escalations/{partner}/{number}/answer": Route(PROVIDER, {"text": "답"}, theirs=404),
    "POST /api/staff/escalations/{partner}/{number}/pass-on": Route(
        PROVIDER, {"to": "microsoft", "language": "en"}, theirs=404
    ),
    "GET /api/staff/insights": Route(LEAD),
    "GET /api/staff/insights/gaps": Route(LEAD),
    "GET /api/staff/insights/rows": Route(LEAD),
    "GET /api/staff/insights/rows.csv": Route(LEAD),
    "GET /api/staff/resellers/{partner}/insights": Route(PROVIDER, theirs=404),
    "GET /api/staff/resellers/{partner}/insights/gaps": Route(PROVIDER, theirs=404),
    "GET /api/staff/resellers/{partner}/insights/rows": Route(PROVIDER, theirs=404),
    "GET /api/staff/resellers/{partner}/insights/rows.csv": Route(PROVIDER, theirs=404),
    "PUT /api/staff/partner": Route(PROVIDER, {"partner": "demo"}, theirs=404),
    "GET /api/desk/cases": Route(DESK, shows=True),
    "GET /api/desk/cases/{number}": Route(DESK, theirs=404, shows=True),
    "GET /api/desk/views": Route(DESK),
    "POST /api/desk/views": Route(DESK, {"name": "급한 건", "filter": {}}, theirs=201),
    "PUT /api/desk/views/default": Route(DESK, {"view": "{view}"}, theirs=404, silent=True),
    "PUT /api/desk/views/{view}": Route(DESK, {"name": "오늘", "filter": {}}, theirs=404, shared=True),
    "DELETE /api/desk/views/{view}": Route(DESK, theirs=404, shared=True),
    "GET /api/desk/filters": Route(DESK, shows=True),
    "GET /api/desk/cases/{number}/articles": Route(DESK, theirs=404, shows=True),
    "GET /api/desk/cases/{number}/past": Route(DESK, theirs=404),
    "GET /api/desk/cases/{number}/canned": Route(DESK, theirs=404, shows=True),
    "GET /api/desk/canned": Route(DESK, shows=True),
    "POST /api/desk/canned": Route(DESK, CANNED, theirs=201),
    "POST /api/desk/canned/starter": Route(DESK, shared=True),
    "PUT /api/desk/canned/{reply_id}": Route(DESK, CANNED | {"shortcut": "again"}, theirs=404, shared=True),
    "DELETE /api/desk/canned/{reply_id}": Route(DESK, theirs=404, shared=True),
    "POST /api/desk/cases/{number}/claim": Route(DESK, theirs=404),
    "POST /api/desk/cases/{number}/reply": Route(DESK, {"text": "안녕", "client_message_id": "x1"}, theirs=404),
    "POST /api/desk/cases/{number}/note": Route(DESK, {"text": "메모"}, theirs=404),
    "POST /api/desk/cases/{number}/typing": Route(DESK, {"on": True}, theirs=404, silent=True),
    "POST /api/desk/cases/{number}/release": Route(DESK, {"why": "교대"}, theirs=404),
    "POST /api/desk/cases/{number}/transfer": Route(
        DESK, {"to": STAFF_ID, "why": "교대"}, theirs=404, first="POST /api/desk/cases/{number}/claim"
    ),
    "POST /api/desk/cases/{number}/decline": Route(DESK, {}, theirs=404),
    "POST /api/desk/cases/{number}/assign": Route(LEAD, {"to": STAFF_ID}, theirs=404),
    "POST /api/desk/cases/{number}/take-over": Route(DESK, {"from_agent": STAFF_ID, "why": "급함"}, theirs=404),
    "GET /api/desk/cases/{number}/escalation": Route(DESK, theirs=404, shows=True),
    "PUT /api/desk/cases/{number}/escalation": Route(DESK, {"dossier": DOSSIER, "revision": 0}, theirs=404),
    "PUT /api/desk/cases/{number}/escalation/credit": Route(DESK, {"credit": {}, "revision": 1}, theirs=404),
    "POST /api/desk/cases/{number}/escalation/hand-on": Route(DESK, {"language": "ko", "revision": 2}, theirs=404),
    "POST /api/desk/cases/{number}/escalation/answer": Route(DESK, {"text": "접수함"}, theirs=404),
    "GET /api/desk/cases/{number}/escalation/packet": Route(DESK, theirs=404),
    "GET /api/desk/escalation/words": Route(DESK),
    "GET /api/desk/files": Route(DESK),
    "POST /api/desk/cases/{number}/files": Route(
        DESK, query={"name": "a.png", "client_message_id": "f2"}, files="raw", theirs=404
    ),
    "GET /api/desk/files/{file_id}": Route(DESK, theirs=404, shows=True),
    "POST /api/desk/cases/{number}/resolve": Route(DESK, {"solution": "고쳤습니다"}, theirs=404),
    "POST /api/desk/cases/{number}/return": Route(DESK, {"why": "간단함"}, theirs=404),
    "GET /api/desk/team": Route(DESK, shows=True),
    "PUT /api/desk/team/{staff_id}/capacity": Route(LEAD, {"cases": 3}, theirs=404),
    "PUT /api/desk/presence": Route(DESK, {"mode": "here"}, silent=True),
    "GET /api/desk/mentions": Route(DESK),
    "POST /api/desk/mentions/read": Route(DESK, {}, silent=True),
    "GET /api/desk/health": Route(DESK, shows=True),
    "POST /api/desk/health": Route(DESK, []),
    "PUT /api/desk/health": Route(DESK, []),
    "GET /api/desk/incidents": Route(DESK, shows=True),
    "POST /api/desk/incidents": Route(DESK, {"text": {"ko": "점검", "en": "Repair"}}, theirs=201),
    "POST /api/desk/incidents/{number}/end": Route(DESK, theirs=404),
    "WS /api/desk/ws": Route(DESK),
    "GET /api/authors/articles": Route(AUTHORS, shows=True),
    "GET /api/authors/articles/{slug}": Route(AUTHORS, theirs=404, shows=True),
    "POST /api/authors/articles/{slug}/{lang}/status": Route(
        AUTHORS, {"status": "archived", "expect_version": 1, "despite_lost": True}, theirs=404
    ),
    "PUT /api/authors/articles/{slug}/{lang}": Route(AUTHORS, {"article": ARTICLE, "expect_version": 1}, theirs=409),
    "GET /api/authors/articles/{slug}/{lang}/versions/{number}": Route(AUTHORS, theirs=404, shows=True),
    "GET /api/authors/articles/{slug}/{lang}/diff": Route(AUTHORS, query={"old": 1, "new": 1}, theirs=404),
    "POST /api/authors/articles/{slug}/{lang}/restore": Route(AUTHORS, {"version": 1, "expect_version": 2}, theirs=404),
    "POST /api/authors/articles/{slug}/{lang}/effect": Route(AUTHORS, {}, theirs=404, silent=True),
    "GET /api/staff/outbox": Route(LEAD, shows=True),
    "POST /api/staff/outbox/give-up": Route(LEAD, {"id": "{notice}", "reason": "not_needed"}, theirs=404),
    "POST /api/staff/outbox/retry": Route(LEAD, {}),
    "POST /api/authors/try": Route(AUTHORS, {"query": "비밀 문서"}, silent=True),
    "POST /api/authors/preview": Route(AUTHORS, {"body": "글"}, silent=True),
    "GET /api/authors/gaps": Route(AUTHORS),
    "POST /api/authors/gaps/draft": Route(AUTHORS, {"lang": "ko", "questions": ["무엇"]}, theirs=201),
    "POST /api/authors/import": Route(AUTHORS, files="a.md"),
    "GET /api/authors/export": Route(AUTHORS),
    "POST /api/authors/images": Route(AUTHORS, files="a.png", theirs=201),
    "GET /api/authors/log": Route(AUTHORS, shows=True),
}
"""The routes with a session, in an order in which a change that one makes leaves the next something to do."""


def routes_of(app: FastAPI) -> Iterator[str]:
    """Yield every route that is not said to be ``ELSEWHERE``, as ``METHOD /path`` with the parameters' names in it."""
    for context in iter_route_contexts(app.routes):
        path = str(context.path)
        if isinstance(context.original_route, Mount) or path in PAGES or path.startswith(tuple(ELSEWHERE)):
            continue
        if isinstance(context.original_route, WebSocketRoute):
            yield f"WS {path}"
        else:
            yield from (f"{method} {path}" for method in sorted(set(context.methods or ()) - {"HEAD"}))
