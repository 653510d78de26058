"""Accounts: an admin adds, changes and disables; an invitation sets a password once; bad passwords are refused."""

from typing import Any

import pytest

from ..conftest import PASSWORD
from .test_login import log_in

BAD_PASSWORDS = [
    ("short", "password_short"),
    ("password1234", "password_common"),
    ("qwertyuiop12", "password_common"),
    ("1234567890", "password_common"),
    ("sora@example.com", "password_common"),
    ("SORA@EXAMPLE.COM", "password_common"),
    ("x" * 1025, None),
]


async def invited(admin: Any, email: str = "sora@example.com", roles: tuple[str, ...] = ("agent",)) -> tuple[Any, str]:
    made = await admin.ok("POST", "/api/staff/people", json={"email": email, "name": "소라", "roles": list(roles)})
    url, _, token = made["invitation"]["url"].partition("#invitation=")
    assert url.endswith("/login") and token
    return made["person"], token


async def test_an_invitation_sets_a_password_once(http: Any, person: Any) -> None:
    admin = await person("admin", "admin")
    account, token = await invited(admin, roles=("agent", "author"))
    assert account["state"] == "invited" and account["roles"] == ["author", "agent"]
    accept = {"token": token, "password": PASSWORD}
    accepted = await http.post("/api/staff/invitation", json=accept)
    assert (accepted.status_code, accepted.json()) == (200, {"partner": "demo", "email": "sora@example.com"})
    assert (await log_in(http, "sora@example.com", PASSWORD)).json()["staff"]["roles"] == ["author", "agent"]
    again = await http.post("/api/staff/invitation", json=accept)
    assert (again.status_code, again.json()["error"]["code"]) == (404, "no_invitation")
    assert [entry["action"] for entry in await admin.audit(target="sora@example.com")] == [
        "login.succeeded",
        "password.changed",
        "staff.added",
    ]


async def test_a_newer_invitation_makes_the_older_one_void(http: Any, person: Any) -> None:
    admin = await person("admin", "admin")
    account, first = await invited(admin)
    second = (await admin.ok("POST", f"/api/staff/people/{account['id']}/invitation"))["invitation"]["url"]
    for token, status in ((first, 404), (second.partition("=")[2], 200)):
        answer = await http.post("/api/staff/invitation", json={"token": token, "password": PASSWORD})
        assert answer.status_code == status


@pytest.mark.parametrize(("password", "code"), BAD_PASSWORDS)
async def test_a_password_that_is_guessed_first_is_refused(
    http: Any, person: Any, password: str, code: str | None
) -> None:
    _, token = await invited(await person("admin", "admin"))
    answer = await http.post("/api/staff/invitation", json={"token": token, "password": password})
    assert answer.status_code == (400 if code else 422)
    assert answer.json()["error"]["code"] == (code or "invalid_request")
    good = await http.post("/api/staff/invitation", json={"token": token, "password": PASSWORD})
    assert good.status_code == 200


async def test_ones_own_password_needs_the_old_one_and_ends_other_sessions(
    http: Any, person: Any, with_password: str
) -> None:
    me, elsewhere = await person("minji"), await person("minji")
    change = {"old": "wrong old password", "new": "quiet river stone lamp"}
    await me.refused(403, "wrong_password", "POST", "/api/staff/password", json=change)
    await elsewhere.ok("GET", "/api/staff/me")
    await me.ok("POST", "/api/staff/password", json=change | {"old": PASSWORD})
    await me.ok("GET", "/api/staff/me")
    await elsewhere.refused(401, "not_signed_in", "GET", "/api/staff/me")
    assert (await log_in(http, with_password, PASSWORD)).status_code == 401
    assert (await log_in(http, with_password, "quiet river stone lamp")).status_code == 200


async def test_the_old_password_can_not_be_guessed_with_a_stolen_session(person: Any, with_password: str) -> None:
    me = await person("minji")
    for _ in range(5):
        body = {"old": "a guess of many", "new": "quiet river stone lamp"}
        await me.refused(403, "wrong_password", "POST", "/api/staff/password", json=body)
    await me.refused(429, "too_many", "POST", "/api/staff/password", json=body)


async def test_disabling_ends_sessions_at_once(person: Any) -> None:
    admin, agent = await person("admin", "admin"), await person("agent")
    await agent.ok("GET", "/api/desk/cases")
    path = f"/api/staff/people/{agent.staff.id}"
    assert (await admin.ok("PATCH", path, json={"disabled": True}))["person"]["state"] == "disabled"
    await agent.refused(401, "not_signed_in", "GET", "/api/desk/cases")
    await admin.refused(409, "disabled", "POST", f"{path}/invitation")
    await admin.ok("PATCH", path, json={"disabled": False})
    await agent.refused(401, "not_signed_in", "GET", "/api/desk/cases")


async def test_a_changed_role_counts_from_the_next_call(person: Any) -> None:
    admin, somebody = await person("admin", "admin"), await person("somebody", "author")
    await somebody.refused(403, "wrong_role", "GET", "/api/desk/cases")
    path = f"/api/staff/people/{somebody.staff.id}"
    await admin.ok("PATCH", path, json={"roles": ["lead"], "name": "소라"})
    await somebody.ok("GET", "/api/desk/cases")
    await somebody.refused(403, "wrong_role", "GET", "/api/authors/log")
    (changed,) = await admin.audit(action="staff.changed")
    assert changed["data"] == {"fields": ["name", "roles"], "roles": ["lead"]}


async def test_the_last_admin_stays(person: Any) -> None:
    admin = await person("admin", "admin")
    path = f"/api/staff/people/{admin.staff.id}"
    await admin.refused(409, "last_admin", "PATCH", path, json={"roles": ["agent"]})
    await admin.refused(400, "own_account", "PATCH", path, json={"disabled": True})
    second = await person("second", "admin", "agent")
    await admin.ok("PATCH", path, json={"roles": ["agent"]})
    await second.refused(409, "last_admin", "PATCH", f"/api/staff/people/{second.staff.id}", json={"roles": ["agent"]})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"email": "no address", "roles": ["agent"]}, "bad_email"),
        ({"email": "a@example.com", "roles": ["owner"]}, "bad_role"),
        ({"email": "ADMIN@example.com", "roles": ["agent"]}, "account_exists"),
        ({"email": "a@example.com", "roles": []}, "invalid_request"),
    ],
)
async def test_a_bad_account_is_refused(person: Any, body: dict[str, Any], code: str) -> None:
    admin = await person("admin", "admin")
    answer = await admin.call("POST", "/api/staff/people", json=body)
    assert answer.json()["error"]["code"] == code
    assert len((await admin.ok("GET", "/api/staff/people"))["people"]) == 1
