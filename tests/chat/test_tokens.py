"""A customer's token: it ends, is renewed, survives a rotation of its secret, and opens nothing else."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import websockets
from pydantic import SecretStr

from firstline.chat.tokens import Tokens
from firstline.core.errors import Conflict, SetupIncomplete
from firstline.core.secrets import kept_secrets, rotate_token_secret, token_keys
from firstline.core.settings import Settings
from firstline.core.times import utcnow

WEEK, QUARTER = timedelta(days=7), timedelta(days=90)


def tokens_of(settings: Settings, life: timedelta = WEEK) -> Tokens:
    return Tokens(token_keys(settings), life, QUARTER)


async def resume(http: Any, token: str, **headers: str) -> tuple[int, str]:
    answer = await http.get("/api/chat/conversation", headers={"Authorization": f"Bearer {token}", **headers})
    body = answer.json()
    return answer.status_code, body.get("error", body).get("code", body.get("conversation_id"))


async def test_a_token_ends_and_says_so(http: Any, settings: Settings, new_customer: Any) -> None:
    customer = await new_customer()
    assert customer.started["token_expires_at"] > (utcnow() + timedelta(days=6)).isoformat()
    over = tokens_of(settings, timedelta(0)).make("demo", customer.id)
    assert await resume(http, customer.token) == (200, customer.id)
    assert await resume(http, over) == (401, "expired_token")
    later = await http.post("/api/chat/token", headers={"Authorization": f"Bearer {over}"})
    assert (later.status_code, later.json()["error"]["code"]) == (401, "expired_token")


async def test_a_renewed_token_opens_the_same_conversation_and_never_outlives_the_longest(
    http: Any, settings: Settings, new_customer: Any
) -> None:
    customer = await new_customer()
    await customer.send("안녕하세요")
    tokens = tokens_of(settings)
    nearly = tokens.make("demo", customer.id, born=utcnow() - QUARTER + timedelta(hours=1))
    renewed = (await http.post("/api/chat/token", headers={"Authorization": f"Bearer {nearly}"})).json()
    assert await resume(http, renewed["token"]) == (200, customer.id)
    assert renewed["token_expires_at"] < (utcnow() + timedelta(hours=2)).isoformat()
    fresh = (await http.post("/api/chat/token", headers=customer.headers)).json()["token"]
    claim = tokens.read(fresh)
    assert (claim.partner, claim.conversation_id, claim.born) == (
        "demo", customer.id, tokens.read(customer.token).born
    )  # fmt: skip


@pytest.mark.parametrize("part", range(5))
async def test_no_part_of_a_token_can_be_changed(http: Any, new_customer: Any, part: int) -> None:
    customer = await new_customer()
    other = await new_customer()
    parts = customer.token.split(".")
    parts[part] = ["rival", other.id, "1", "99999999999", "A" * 43][part]
    assert await resume(http, ".".join(parts)) == (401, "bad_token")


async def test_a_token_of_another_partner_is_refused_where_one_is_named(http: Any, new_customer: Any) -> None:
    customer = await new_customer()
    assert await resume(http, customer.token, **{"X-Firstline-Partner": "demo"}) == (200, customer.id)
    assert await resume(http, customer.token, **{"X-Firstline-Partner": "rival"}) == (401, "bad_token")


async def test_an_erased_conversation_is_not_renewed(http: Any, settings: Settings, new_customer: Any) -> None:
    gone = tokens_of(settings).make("demo", "00000000-0000-0000-0000-000000000000")
    answer = await http.post("/api/chat/token", headers={"Authorization": f"Bearer {gone}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_conversation")


async def test_what_the_secret_before_signed_counts_until_the_next_rotation(
    http: Any, settings: Settings, new_customer: Any
) -> None:
    """The running app takes a rotation over at once."""
    customer = await new_customer()
    rotate_token_secret(settings)
    assert await resume(http, customer.token) == (200, customer.id)
    newer = (await http.post("/api/chat/token", headers=customer.headers)).json()["token"]
    rotate_token_secret(settings)
    assert await resume(http, customer.token) == (401, "bad_token")
    assert await resume(http, newer) == (200, customer.id)
    rotate_token_secret(settings, leaked=True)
    assert await resume(http, newer) == (401, "bad_token")
    assert (settings.data_dir / "secrets.json").stat().st_mode & 0o077 == 0
    assert set(kept_secrets(settings.data_dir)) == {"bot_secret", "token_secret"}


async def test_secrets_of_the_environment_rotate_there(settings: Settings) -> None:
    first, second = "the first secret of all", "another secret after it"
    old = tokens_of(settings.model_copy(update={"token_secret": SecretStr(first)})).make("demo", "c1")
    given = settings.model_copy(update={"token_secret": SecretStr(second), "token_secret_before": SecretStr(first)})
    assert tokens_of(given).read(old).conversation_id == "c1"
    with pytest.raises(Conflict, match="FIRSTLINE_TOKEN_SECRET_BEFORE"):
        rotate_token_secret(given)
    for wrong in ({"token_secret_before": SecretStr(first)}, {"token_secret": SecretStr("a" * 40)}):
        with pytest.raises(SetupIncomplete):
            token_keys(settings.model_copy(update=wrong))


async def test_an_open_socket_ends_with_its_token_and_takes_only_its_own_conversations_next(
    address: str, settings: Settings, new_customer: Callable[..., Any]
) -> None:
    customer, other = await new_customer(), await new_customer()
    soon = tokens_of(settings, timedelta(seconds=3))
    url = f"ws://{address}/api/chat/ws"
    async with websockets.connect(url) as stays, websockets.connect(url) as follows, websockets.connect(url) as ends:
        for socket in (stays, follows):
            await socket.send(json.dumps({"type": "auth", "token": customer.token, "after": 0}))
            await answered(socket, "ready")
        await stays.send(json.dumps({"type": "token", "token": soon.make("demo", other.id)}))
        await stays.send(json.dumps({"type": "ping"}))
        await answered(stays, "pong")
        await follows.send(json.dumps({"type": "token", "token": soon.make("demo", customer.id)}))
        await ends.send(json.dumps({"type": "auth", "token": soon.make("demo", customer.id), "after": 0}))
        for socket in (ends, follows):
            assert (await answered(socket, "error"))["error"]["code"] == "expired_token"
            await socket.wait_closed()
            assert socket.close_code == 4401
        await stays.send(json.dumps({"type": "ping"}))
        await answered(stays, "pong")


async def answered(socket: Any, kind: str) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while (frame := json.loads(await socket.recv()))["type"] != kind:
            pass
    return dict(frame)
