"""Nobody, a wrong role and another partner's people get nothing out of any route for staff, and change nothing."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from firstline.core.times import utcnow
from firstline.desk.models import Staff, StaffSession
from firstline.desk.permissions import ACTING_ROLES, ROLES, Role

from .demo import EVERY_ROLE, SECRET, Demo, ask, everything, session_id
from .routes import LEAD, PUBLIC, ROUTES, routes_of

HTTP = [route for route in ROUTES if not route.startswith("WS ")]


def test_every_route_is_in_the_table(app: FastAPI) -> None:
    there = set(routes_of(app))
    assert len(there) > 40
    assert sorted(there - set(ROUTES) - set(PUBLIC)) == [], "say in tests/staff/routes.py who may call it"
    assert sorted((set(ROUTES) | set(PUBLIC)) - there) == [], "the table names routes that are gone"


def test_no_route_elsewhere_asks_for_a_session_of_staff(app: FastAPI) -> None:
    asking = {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        if {"staff": []} in operation.get("security", [])
    }
    assert asking == set(HTTP)


async def test_nobody_and_who_has_a_bad_token_get_401(
    app: FastAPI, http: Any, person: Any, new_customer: Any, demo: Demo
) -> None:
    database = app.state.parts.database
    names = ("forged", "expired", "revoked", "off", "idle", "customer")
    bad = [await person(name, *EVERY_ROLE) for name in names]
    forged, expired, revoked, off, idle, customer = bad
    customer.token = (await new_customer()).token
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


STRANGERS: list[tuple[str, tuple[Role, ...], str]] = [
    *((f"{role}-elsewhere", (role,), "far") for role in ROLES),
    ("all-elsewhere", ROLES, "far"),
    ("other-provider", ("provider",), "rival"),
    ("other-provider-at-its-reseller", ("provider",), "rival"),
    ("own-providers-people", ("author", "agent", "lead", "admin"), "total"),
]
"""Name, roles, partner."""


async def test_each_role_of_another_partner_sees_and_changes_nothing(app: FastAPI, person: Any, demo: Demo) -> None:
    database = app.state.parts.database
    before = await everything(database)
    tried = 0
    for name, roles, partner in STRANGERS:
        for route in HTTP:
            stranger = await person(name, *roles, partner=partner)
            if acts := name.endswith("-at-its-reseller"):
                await stranger.ok("PUT", "/api/staff/partner", json={"partner": "far"})
            answer = await ask(stranger, demo, route)
            tried += 1
            wanted = _answers_to_strangers(route, ACTING_ROLES if acts else roles, acts)
            assert answer.status_code in wanted, (name, route, answer.text)
            assert SECRET not in answer.text, (name, route)
            assert answer.status_code == 404 or demo.names["number"] not in answer.text, (name, route)
    assert tried == len(STRANGERS) * len(HTTP)
    after = await everything(database)
    assert before - after == set(), "rows of demo were changed or deleted"
    assert not [row for row in after - before if "'demo'" in row]


def _answers_to_strangers(route: str, held: Sequence[Role], acts: bool) -> tuple[int, ...]:
    """Return the statuses that may come; 409 where the one before has made the same at their own partner."""
    table = ROUTES[route]
    if not set(held) & set(table.may):
        # Who acts at a reseller may go on to another of theirs; this one is not.
        return (404,) if acts and route == "PUT /api/staff/partner" else (403,)
    if route == "POST /api/staff/password" or (table.shared and table.theirs == 200 and not set(held) & set(LEAD)):
        return (403,)
    return {200: (200, 204), 201: (201, 409)}.get(table.theirs, (table.theirs,))


async def test_every_change_is_in_the_audit_log_without_a_customers_word(app: FastAPI, person: Any, demo: Demo) -> None:
    database = app.state.parts.database
    # These need more than the table has, and are tested beside.
    elsewhere = {"POST /api/staff/password", "PUT /api/staff/partner", "POST /api/desk/cases/{number}/decline"}
    elsewhere |= {"POST /api/staff/charter"}
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
