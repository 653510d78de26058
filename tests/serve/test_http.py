"""What every address shares: one shape of error, a request id, size limits, and public terms."""

import math
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request

from firstline.core.row_ids import LARGEST_ID
from firstline.serve.http_errors import install_error_handlers
from firstline.serve.middleware import RequestContext


async def test_every_error_has_one_shape(http: Any) -> None:
    for method, path, body in (
        ("GET", "/nowhere", None),
        ("DELETE", "/api/chat/messages", None),
        ("POST", "/api/chat/conversations", {"partner": 5, "extra": 1}),
        ("GET", "/api/charter?partner=nobody", None),
        ("GET", "/api/charter?partner=demo&at=yesterday", None),
        ("GET", "/api/knowledge/search?partner=demo&q=%20", None),
    ):
        answer = await http.request(method, path, json=body)
        assert 400 <= answer.status_code < 500, path
        error = answer.json()["error"]
        assert set(error) == {"code", "message", "request_id"}
        assert error["request_id"] == answer.headers["X-Request-Id"]


async def test_request_id_is_taken_over_when_sane(http: Any) -> None:
    assert (await http.get("/nowhere", headers={"X-Request-Id": "abc-1"})).headers["X-Request-Id"] == "abc-1"
    odd = (await http.get("/nowhere", headers={"X-Request-Id": "x" * 100})).headers["X-Request-Id"]
    assert odd != "x" * 100


@pytest.mark.parametrize("declared", [True, False])
async def test_a_giant_body_is_refused(http: Any, declared: bool) -> None:
    async def parts() -> Any:
        for _ in range(40):
            yield b"x" * 50_000

    content = b"x" * 2_000_000 if declared else parts()
    answer = await http.post("/api/chat/conversations", content=content)
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize(
    ("at", "open_now", "next_open"),
    [
        ("2026-11-23T10:00:00+09:00", True, None),
        ("2026-11-23T12:30:00+09:00", False, "2026-11-23T13:00:00+09:00"),
        ("2026-11-23T20:00:00+09:00", False, "2026-11-24T09:00:00+09:00"),
        ("2026-12-25T12:00:00+09:00", False, "2026-12-28T09:00:00+09:00"),
    ],
)
@pytest.mark.parametrize("lang", ["ko", "en"])
async def test_hours_are_true_at_the_moment(
    http: Any, at: str, open_now: bool, next_open: str | None, lang: str
) -> None:
    terms = (await http.get("/api/charter", params={"partner": "demo", "lang": lang, "at": at})).json()
    assert terms["open_now"] is open_now
    if next_open:
        assert terms["next_open"] == next_open
    assert {s["id"] for s in terms["severities"]} == {"general", "impaired", "production_impaired", "production_down"}
    down = terms["severities"][0]["targets"]["basic"]["first_response"]
    assert down["value"] == 1 and down["respond_by"]


@pytest.mark.parametrize("at", ["2026-11-23T12:30:00", "2026-11-23T12:30:00+09:00", "2026-11-23T03:30:00Z"])
async def test_a_moment_without_a_zone_is_the_partners_own(http: Any, at: str) -> None:
    terms = (await http.get(f"/api/charter?partner=demo&at={at}")).json()
    assert (terms["at"], terms["open_now"]) == ("2026-11-23T12:30:00+09:00", False)


async def test_health_names_what_is_missing(http: Any, bot: Any, app: Any) -> None:
    bot.down = True
    answer = await http.get("/healthz")
    assert answer.status_code == 503
    assert set(answer.json()["missing"]) == {"bot", "index"}


async def test_actions_need_the_secret(http: Any) -> None:
    answer = await http.post("/internal/actions/webhook", json={"next_action": "action_answer"})
    assert answer.status_code == 401


@pytest.fixture
def crashing() -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestContext)
    install_error_handlers(app)

    @app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("nobody raised this on purpose")

    @app.post("/read")
    async def read(request: Request) -> int:
        return len(await request.body())

    return app


async def test_a_crash_is_answered_under_its_requests_id(crashing: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(crashing), base_url="http://test") as http:
        answer = await http.get("/crash", headers={"X-Request-Id": "abc-1"})
    assert answer.status_code == 500
    assert (answer.headers["X-Request-Id"], answer.json()["error"]["request_id"]) == ("abc-1", "abc-1")
    assert "nobody raised" not in answer.text


async def test_a_caller_who_hangs_up_in_the_middle_is_no_crash(crashing: FastAPI) -> None:
    frames = [{"type": "http.request", "body": b"half of", "more_body": True}, {"type": "http.disconnect"}]
    sent: list[Any] = []

    async def receive() -> Any:
        return frames.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/read",
        "headers": [],
        "query_string": b"",
        "http_version": "1.1",
    }
    with structlog.testing.capture_logs() as lines:
        await crashing(scope, receive, send)
    assert sent == []
    assert not [line for line in lines if line["event"] == "request_crashed"]


def test_every_number_that_comes_in_has_bounds_that_a_database_holds(app: FastAPI) -> None:
    document = app.openapi()
    known = document["components"]["schemas"]

    def unbound(schema: dict[str, Any], where: str) -> Iterator[str]:
        if "$ref" in schema:
            schema = known[schema["$ref"].rsplit("/", 1)[1]]
        for part in schema.get("anyOf", ()):
            yield from unbound(part, where)
        for name, part in schema.get("properties", {}).items():
            yield from unbound(part, f"{where}.{name}")
        if "items" in schema:
            yield from unbound(schema["items"], f"{where}[]")
        bounds = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        if schema.get("type") == "integer" and not -LARGEST_ID <= bounds[0] <= bounds[1] <= LARGEST_ID:
            yield where

    found = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                found += unbound(parameter["schema"], f"{method} {path}?{parameter['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                found += unbound(content.get("schema", {}), f"{method} {path}")
    # An agent's capacity has narrower bounds of its own, with words of its own.
    assert found == ["put /api/desk/team/{staff_id}/capacity.cases"]


async def test_a_number_beyond_what_a_database_holds_is_refused_in_words(new_customer: Any) -> None:
    customer = await new_customer()
    for number, status in ((LARGEST_ID, 200), (LARGEST_ID + 1, 422), (2**70, 422)):
        answer = await customer.http.get(f"/api/chat/messages?after={number}", headers=customer.headers)
        assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == "invalid_request"
