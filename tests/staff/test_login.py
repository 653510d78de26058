"""Logging in: throttled per account and address, the same answer for everybody, seen in the audit log."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.desk.throttle import Throttle

from ..conftest import PASSWORD

WRONG = "not the right password"


async def log_in(http: Any, email: str, password: str, partner: str = "demo") -> httpx.Response:
    body = {"partner": partner, "email": email, "password": password}
    answer: httpx.Response = await http.post("/api/staff/login", json=body)
    http.cookies.clear()
    return answer


async def fail(http: Any, email: str, times: int) -> None:
    for _ in range(times):
        answer = await log_in(http, email, WRONG)
        assert answer.status_code == 401


async def test_too_many_failures_cost_a_wait_that_the_right_password_has_to_keep_too(
    http: Any, with_password: str
) -> None:
    await fail(http, with_password, 5)
    for password in (WRONG, PASSWORD):
        answer = await log_in(http, with_password, password)
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "too_many")
        assert 1 <= int(answer.headers["Retry-After"]) <= 10


async def test_the_wait_outlives_a_restart_and_counts_in_every_process(
    http: Any, second_process: Any, with_password: str
) -> None:
    await fail(http, with_password, 3)
    await fail(second_process, with_password, 2)
    assert (await log_in(http, with_password, PASSWORD)).status_code == 429
    assert (await log_in(second_process, with_password, PASSWORD)).status_code == 429


async def test_a_success_forgives_the_account(http: Any, with_password: str) -> None:
    for _ in range(3):
        await fail(http, with_password, 4)
        assert (await log_in(http, with_password, PASSWORD)).status_code == 200


async def test_one_address_can_not_try_account_after_account(http: Any, with_password: str) -> None:
    for number in range(20):
        await fail(http, f"someone{number}@example.com", 1)
    assert (await log_in(http, with_password, PASSWORD)).status_code == 429


@pytest.mark.parametrize(
    ("email", "partner"),
    [
        ("minji@example.com", "demo"),
        ("nobody@example.com", "demo"),
        ("minji@example.com", "total"),
        ("off@example.com", "demo"),
        ("minji@example.com", "nowhere"),
    ],
)
async def test_who_has_an_account_is_not_told(
    http: Any, person: Any, with_password: str, email: str, partner: str
) -> None:
    admin, off = await person("admin", "admin"), await person("off")
    await admin.ok("PATCH", f"/api/staff/people/{off.staff.id}", json={"disabled": True})
    answers = [await log_in(http, email, WRONG, partner) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    errors = [answer.json()["error"] for answer in answers]
    assert {(error["code"], error["message"]) for error in errors[:5]} == {
        ("wrong_login", "Partner, e-mail address or password is wrong.")
    }


async def test_a_disabled_account_does_not_log_in_with_its_right_password(
    http: Any, person: Any, with_password: str
) -> None:
    admin = await person("admin", "admin")
    people = (await admin.ok("GET", "/api/staff/people"))["people"]
    (minji,) = [row for row in people if row["email"] == with_password]
    await admin.ok("PATCH", f"/api/staff/people/{minji['id']}", json={"disabled": True})
    assert (await log_in(http, with_password, PASSWORD)).json()["error"]["code"] == "wrong_login"
    await admin.ok("PATCH", f"/api/staff/people/{minji['id']}", json={"disabled": False})
    assert (await log_in(http, with_password, PASSWORD)).status_code == 200


async def test_the_admin_sees_failures_and_waits(http: Any, person: Any, with_password: str) -> None:
    admin = await person("admin", "admin")
    await log_in(http, with_password, PASSWORD)
    await fail(http, with_password, 5)
    await log_in(http, "my secret password", WRONG)
    (blocked,) = await admin.audit(action="login.blocked")
    assert (blocked["target"], blocked["data"], blocked["address"]) == (with_password, {"seconds": 10}, "127.0.0.1")
    failed = await admin.audit(action="login.failed")
    assert [(entry["target"], entry["data"]["reason"]) for entry in failed] == [
        ("-", "no_account"),
        *[(with_password, "password")] * 5,
    ]
    assert len(await admin.audit(action="login.succeeded")) == 1


@given(st.integers(1, 50), st.integers(1, 600), st.integers(1, 7200), st.integers(0, 10_000))
def test_the_wait_never_shrinks_and_never_passes_the_longest(free: int, delay: int, longest: int, count: int) -> None:
    throttle = Throttle(free, delay, longest)
    waits = [throttle.wait(count + more, free) for more in range(3)]
    assert waits == sorted(waits)
    assert all(wait <= longest for wait in waits)
    assert (waits[0] == 0) == (count < free)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(make_app: Any, with_password: str) -> None:
    for url, secure in (("http://desk.example", False), ("https://desk.example", True)):
        app = make_app(public_url=url)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=url) as client:
            cookie = (await log_in(client, with_password, PASSWORD)).headers["Set-Cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie and ("secure" in cookie) == secure
        await app.state.parts.database.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-Firstline-Request": "1"}, 200),
        ({"X-Firstline-Request": "1", "Origin": "http://test", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"X-Firstline-Request": "1", "Origin": "https://evil.example"}, 403),
        ({"X-Firstline-Request": "1", "Origin": "null"}, 403),
        ({"X-Firstline-Request": "1", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-Firstline-Request": "1", "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_another_site_can_not_use_the_cookie(
    http: Any, person: Any, headers: dict[str, str], status: int
) -> None:
    me = await person("minji")
    http.cookies.set("firstline_staff", me.token)
    answer = await http.delete("/api/staff/sessions", headers=headers)
    assert answer.status_code == status, answer.text
    if status == 403:
        assert answer.json()["error"]["code"] == "csrf"
