"""A customer whom the partner's site knows: its signed word counts where it holds, and nothing else does."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import utcnow

SECRET, BEFORE = "a secret of the partner's own server", "the secret that it had until last week"
RSA, EC = RSAKey.generate_key(2048), ECKey.generate_key("P-256")
HS = "{algorithm: HS256, secret_env: DEMO_IDENTITY}"
BOTH = f"[{HS}, {{algorithm: HS256, secret_env: DEMO_IDENTITY_BEFORE}}]"
PUBLIC = "[{algorithm: RS256, public_key: rsa.pem}, {algorithm: ES256, public_key: ec.pem}]"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("DEMO_IDENTITY", SECRET)
    monkeypatch.setenv("DEMO_IDENTITY_BEFORE", BEFORE)
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    for partner, keys in (("demo", BOTH), ("public", PUBLIC), ("none", None)):
        folder = tmp_path / "partners" / partner
        folder.mkdir(parents=True)
        (folder / "charter.yaml").write_text(charter.replace("id: demo\n", f"id: {partner}\n", 1), "utf-8")
        (folder / "rsa.pem").write_bytes(RSA.as_pem(private=False))
        (folder / "ec.pem").write_bytes(EC.as_pem(private=False))
        if keys:
            (folder / "site.yaml").write_text(f"identity: {{conversations: 2, keys: {keys}}}\n", "utf-8")
    return settings.model_copy(update={"partners_dir": tmp_path / "partners"})


def signed(key: Any = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    now = int(utcnow().timestamp())
    said = {"aud": "firstline", "sub": "C-77", "iat": now, "exp": now + 600, "name": "김서연", "tier": "plus", **claims}
    key = OctKey.import_key(key) if isinstance(key, str) else key
    return jwt.encode({"alg": algorithm}, {k: v for k, v in said.items() if v is not None}, key, [algorithm])


async def start(http: httpx.AsyncClient, identity: str | None, partner: str = "demo") -> httpx.Response:
    body = {"partner": partner, "locale": "ko", "identity": identity}
    return await http.post("/api/chat/conversations", json=body)


def bearer(started: httpx.Response) -> dict[str, str]:
    assert started.status_code == 201, started.text
    return {"Authorization": f"Bearer {started.json()['token']}"}


def unsigned(**claims: Any) -> str:
    parts = [{"alg": "none"}, json.loads(base64.urlsafe_b64decode(signed(**claims).split(".")[1] + "=="))]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def confused() -> str:
    """The partner's public key, which anybody may know, taken for a shared secret."""
    body = signed(RSA, "RS256").split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
    digest = hmac.new(RSA.as_pem(private=False), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def at(**seconds: int) -> dict[str, int]:
    """Times in a token, in seconds from the moment it is made."""
    return {claim: int(utcnow().timestamp()) + after for claim, after in seconds.items()}


REFUSED: dict[str, tuple[Callable[[], str], str]] = {
    "forged": (lambda: signed("another secret that is long enough, too"), "bad_identity"),
    "changed": (lambda: signed()[:-3] + "AAA", "bad_identity"),
    "unsigned": (unsigned, "bad_identity"),
    "public key as a secret": (confused, "bad_identity"),
    "no token": (lambda: "x", "bad_identity"),
    "expired": (lambda: signed(**at(iat=-7200, exp=-3700)), "expired_identity"),
    "without an end": (lambda: signed(exp=None), "bad_identity"),
    "without a beginning": (lambda: signed(iat=None), "bad_identity"),
    "from the future": (lambda: signed(**at(iat=900, exp=1000)), "bad_identity"),
    "for too long": (lambda: signed(**at(exp=90_000)), "bad_identity"),
    "for others": (lambda: signed(aud="another"), "bad_identity"),
    "for nobody": (lambda: signed(aud=None), "bad_identity"),
    "of nobody": (lambda: signed(sub=None), "bad_identity"),
    "of a blank": (lambda: signed(sub=" "), "bad_identity"),
    "of a number": (lambda: signed(sub=7), "bad_identity"),
    "with an unknown tier": (lambda: signed(tier="gold"), "bad_identity"),
    "with a bad address": (lambda: signed(email="nobody"), "bad_identity"),
    "with line breaks": (lambda: signed(name="a\nb"), "bad_identity"),
    "with a list": (lambda: signed(name=["a"]), "bad_identity"),
}


async def test_what_does_not_hold_starts_no_conversation_not_even_an_unknown_customers(
    app: Any, http: httpx.AsyncClient
) -> None:
    headers = bearer(await start(http, None))
    for what, (make, code) in REFUSED.items():
        answer = await start(http, make())
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, code), (what, answer.text)
        later = await http.put("/api/chat/identity", json={"identity": make()}, headers=headers)
        assert (later.status_code, later.json()["error"]["code"]) == (401, code), what
    answer = await start(http, signed(), "none")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "no_identity")
    for token in (signed(), confused()):
        refused = await start(http, token, "public")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "bad_identity")


async def test_both_keys_count_while_they_are_rotated_and_public_ones_too(http: httpx.AsyncClient) -> None:
    for partner, token in (
        ("demo", signed()),
        ("demo", signed(BEFORE)),
        ("public", signed(RSA, "RS256")),
        ("public", signed(EC, "ES256")),
    ):
        bearer(await start(http, token, partner))


async def test_tier_address_and_past_cases_come_from_the_identity(http: httpx.AsyncClient, new_agent: Any) -> None:
    agent = await new_agent()
    numbers = []
    for email in ("seoyeon@customer.example", None):
        headers = bearer(await start(http, signed(email=email, jti=str(email))))
        body = {"text": "/human", "client_message_id": "m1"}
        sent = (await http.post("/api/chat/messages", json=body, headers=headers)).json()
        numbers.append(sent["case"]["number"])
    first, second = [(await http.get(f"/api/desk/cases/{number}", headers=agent)).json() for number in numbers]
    assert [case["tier"] for case in (first, second)] == ["plus", "plus"]
    known = first["package"]
    assert known["customer"] == {"id": "C-77", "name": "김서연", "email": "seoyeon@customer.example"}
    assert "seoyeon@customer.example" in known["contact"]
    past = (await http.get(f"/api/desk/cases/{numbers[1]}/past", headers=agent)).json()["cases"]
    assert [(case["number"], case["same"]) for case in past] == [(numbers[0], "customer")]
    unknown = bearer(await start(http, None))
    sent = await http.post("/api/chat/messages", json={"text": "/human", "client_message_id": "m1"}, headers=unknown)
    case = (await http.get(f"/api/desk/cases/{sent.json()['case']['number']}", headers=agent)).json()
    assert (case["tier"], case["package"]["customer"]) == ("basic", None)


async def test_a_token_counts_in_few_conversations_and_a_conversation_has_one_customer(
    http: httpx.AsyncClient,
) -> None:
    token = signed()
    first = bearer(await start(http, token))
    bearer(await start(http, token))
    again = await http.put("/api/chat/identity", json={"identity": token}, headers=first)
    assert again.json() == {"customer": {"id": "C-77", "name": "김서연"}}
    third = await start(http, token)
    assert (third.status_code, third.json()["error"]["code"]) == (401, "identity_used")
    other = await http.put("/api/chat/identity", json={"identity": signed(sub="C-78")}, headers=first)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "other_customer")


async def test_a_weak_or_missing_secret_recognises_nobody(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for weak in ("", "short", "a" * 40):
        monkeypatch.setenv("DEMO_IDENTITY", weak)
        answer = await start(http, signed())
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "setup_incomplete")
