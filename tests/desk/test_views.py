"""Saved views: an agent's own, the team's, the one the desk opens with, and what each of them counts."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

BUILT_IN = ["open", "mine", "unassigned", "late", "closing", "closed"]
COMPLAINTS = {"status": ["open"], "reason": ["complaint"], "sort": "newest"}


@pytest.fixture
async def desk(http: httpx.AsyncClient, new_agent: Callable[..., Any]) -> Callable[..., Any]:
    agents: dict[str, dict[str, str]] = {}

    async def call(who: str, method: str, path: str, body: Any = None) -> httpx.Response:
        if who not in agents:
            role, _, partner = who.partition("@")
            agents[who] = await new_agent(role + partner, role.split("-")[0], partner or "demo")
        return await http.request(method, f"/api/desk/{path}", json=body, headers=agents[who])

    return call


async def names(desk: Callable[..., Any], who: str) -> list[str | None]:
    return [view["name"] for view in (await desk(who, "GET", "views")).json()["views"][len(BUILT_IN) :]]


async def test_every_desk_has_the_built_in_views_with_true_counts(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    numbers = []
    for _ in range(3):
        customer = await new_customer()
        numbers.append((await customer.send("/human"))["case"]["number"])
    assert (await desk("agent", "POST", f"cases/{numbers[0]}/claim")).status_code == 200
    body = (await desk("agent", "GET", "views")).json()
    assert [view["id"] for view in body["views"]] == BUILT_IN and body["default"] == "open"
    counts = {view["id"]: view["count"] for view in body["views"]}
    assert counts == {"open": 3, "mine": 1, "unassigned": 2, "late": 0, "closing": 0, "closed": 0}
    colleague = {view["id"]: view["count"] for view in (await desk("agent-b", "GET", "views")).json()["views"]}
    assert colleague["mine"] == 0 and colleague["open"] == 3


async def test_a_change_shows_in_the_counts_at_once_also_for_colleagues(
    desk: Callable[..., Any], new_customer: Callable[..., Any]
) -> None:
    teams = {"name": "Teams", "scope": "team", "filter": {"status": ["open"], "product": ["teams"]}}
    assert (await desk("lead", "POST", "views", teams)).status_code == 201
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]

    async def counts(who: str) -> list[int]:
        views = {
            view["name"] or view["id"]: view["count"] for view in (await desk(who, "GET", "views")).json()["views"]
        }
        return [views[name] for name in ("open", "mine", "unassigned", "Teams")]

    assert [await counts(who) for who in ("agent", "agent-b")] == [[1, 0, 1, 0]] * 2
    await customer.send("Teams 회의에 들어갈 수 없습니다")
    assert [await counts(who) for who in ("agent", "agent-b")] == [[1, 0, 1, 1]] * 2
    await desk("agent", "POST", f"cases/{number}/claim")
    assert [await counts(who) for who in ("agent", "agent-b")] == [[1, 1, 0, 1], [1, 0, 0, 1]]
    await desk("agent", "POST", f"cases/{number}/release", {"why": ""})
    assert [await counts(who) for who in ("agent", "agent-b")] == [[1, 0, 1, 1]] * 2


async def test_an_agents_own_view_is_kept_changed_and_deleted(desk: Callable[..., Any]) -> None:
    answer = await desk("agent", "POST", "views", {"name": " 불만 ", "filter": COMPLAINTS})
    assert answer.status_code == 201
    view = answer.json()["view"]
    assert view["name"] == "불만" and view["scope"] == "own" and view["filter"]["reason"] == ["complaint"]
    assert await names(desk, "agent-b") == []
    changed = {"name": "영어 불만", "filter": COMPLAINTS | {"language": ["en"]}}
    assert (await desk("agent", "PUT", f"views/{view['id']}", changed)).json()["view"]["filter"]["language"] == ["en"]
    assert await names(desk, "agent") == ["영어 불만"]
    assert (await desk("agent", "DELETE", f"views/{view['id']}")).status_code == 204
    assert await names(desk, "agent") == []


async def test_the_teams_views_are_everybodys_and_only_leads_change_them(desk: Callable[..., Any]) -> None:
    body = {"name": "Complaints", "scope": "team", "filter": COMPLAINTS}
    refused = await desk("agent", "POST", "views", body)
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "wrong_role"
    view = (await desk("admin", "POST", "views", body)).json()["view"]
    assert await names(desk, "agent") == ["Complaints"]
    assert (await desk("agent", "PUT", f"views/{view['id']}", body | {"scope": "own"})).status_code == 403
    assert (await desk("agent", "DELETE", f"views/{view['id']}")).status_code == 403
    assert await names(desk, "agent") == ["Complaints"]


async def test_nobody_reaches_anothers_view(desk: Callable[..., Any]) -> None:
    own = (await desk("agent", "POST", "views", {"name": "a", "filter": {}})).json()["view"]["id"]
    team = (await desk("admin", "POST", "views", {"name": "b", "scope": "team", "filter": {}})).json()["view"]["id"]
    stranger = "admin@reseller"
    for who, view in (("agent-b", own), ("admin", own), (stranger, own), (stranger, team)):
        for method, body in (("PUT", {"name": "x", "filter": {}}), ("DELETE", None)):
            assert (await desk(who, method, f"views/{view}", body)).status_code == 404
        assert (await desk(who, "PUT", "views/default", {"view": view})).status_code in (204, 404)
    assert (await desk(stranger, "PUT", "views/default", {"view": team})).status_code == 404
    assert await names(desk, stranger) == []


async def test_the_desk_opens_with_the_chosen_view_until_it_is_gone(desk: Callable[..., Any]) -> None:
    view = (await desk("agent", "POST", "views", {"name": "a", "filter": {}})).json()["view"]["id"]
    for chosen in ("mine", view):
        assert (await desk("agent", "PUT", "views/default", {"view": chosen})).status_code == 204
        assert (await desk("agent", "GET", "views")).json()["default"] == chosen
    assert (await desk("agent-b", "GET", "views")).json()["default"] == "open"
    assert (await desk("agent", "PUT", "views/default", {"view": "v999"})).status_code == 404
    await desk("agent", "DELETE", f"views/{view}")
    assert (await desk("agent", "GET", "views")).json()["default"] == "open"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": "  ", "filter": {}}, 400, "empty"),
        ({"name": "x" * 61, "filter": {}}, 422, "invalid_request"),
        ({"name": "x", "filter": {"colour": "red"}}, 422, "invalid_request"),
        ({"name": "x", "scope": "world", "filter": {}}, 422, "invalid_request"),
        ({"name": "taken", "filter": {}}, 409, "name_taken"),
    ],
)
async def test_a_bad_view_is_refused(desk: Callable[..., Any], body: Any, status: int, code: str) -> None:
    await desk("agent", "POST", "views", {"name": "taken", "filter": {}})
    answer = await desk("agent", "POST", "views", body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    for built_in in ("open", "v", "v-1", "v99999999999"):
        assert (await desk("agent", "DELETE", f"views/{built_in}")).status_code == 404
