"""Log-in by an OpenID Connect provider: who gets in, and every answer that doesn't hold."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings
from firstline.core.times import utcnow
from firstline.desk.oidc import forget_old_logins
from firstline.desk.staff import add_staff, find_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app

from ..conftest import PASSWORD, ScriptedBot
from ..staff_pages import Served
from .provider import CLIENT, SECRET, Provider, build

EMAIL = "minji@example.com"


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    provider = Provider()
    with Served(build(provider)) as url:
        provider.url = url
        yield provider


@pytest.fixture
def provider(served: Provider) -> Provider:
    served.reset()
    return served


@pytest.fixture
def make_app(settings: Settings, bot: ScriptedBot, provider: Provider) -> Callable[..., FastAPI]:
    def make(**changes: Any) -> FastAPI:
        known = {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
        used = settings.model_copy(update={"public_url": "http://test", "oidc_name": "회사"} | known | changes)
        return create_app(used, HashingEncoder(), bot_transport=bot, starter=None)

    return make


async def to_provider(http: Any, **query: str) -> str:
    """Begin a log-in and return where the provider sends the browser back to, as a path."""
    begun = await http.get("/api/staff/oidc/start", params={"partner": "demo"} | query)
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient() as browser:
        back = urlsplit((await browser.get(begun.headers["location"])).headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://test/api/staff/oidc/callback"
    return f"{back.path}?{back.query}"


async def log_in(http: Any, **query: str) -> Any:
    return await http.get(await to_provider(http, **query))


def problem(answer: Any) -> str:
    where = urlsplit(answer.headers["location"])
    assert (answer.status_code, where.path) == (303, "/login"), answer.text
    assert "firstline_staff" not in answer.cookies
    return parse_qs(where.query)["problem"][0]


async def add(app: FastAPI, password: str | None = PASSWORD, partner: str = "demo", **fields: Any) -> None:
    async with app.state.parts.database.session() as session:
        staff = await add_staff(session, partner, EMAIL, ("agent",), password, "민지")
        for name, value in fields.items():
            setattr(staff, name, value)


async def test_a_verified_address_opens_the_account_that_has_it(http: Any, app: FastAPI, person: Any) -> None:
    await add(app)
    assert (await http.get("/api/staff/login")).json() == {"oidc": {"name": "회사"}}
    answer = await log_in(http, after="/desk#DEMO-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk#DEMO-1")
    cookie = answer.headers.get_list("set-cookie")[-1]
    assert "firstline_staff=" in cookie and "HttpOnly" in cookie and "SameSite=strict" in cookie
    me = (await http.get("/api/staff/me")).json()["staff"]
    assert (me["email"], me["partner"]) == (EMAIL, "demo")
    assert [one["how"] for one in (await http.get("/api/staff/sessions")).json()["sessions"]] == ["oidc"]
    http.cookies.clear()
    entry = (await (await person("admin", "admin")).audit(action="login"))[0]
    assert (entry["action"], entry["who"], entry["data"]) == ("login.succeeded", EMAIL, {"how": "oidc"})


BAD_TOKENS: dict[str, dict[str, Any]] = {
    "wrong nonce": {"claims": {"nonce": "another"}},
    "no nonce": {"claims": {"nonce": None}},
    "wrong audience": {"claims": {"aud": "another"}},
    "meant for another": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "wrong issuer": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": int(time.time()) - 3600}},
    "from tomorrow": {"claims": {"iat": int(time.time()) + 86400}},
    "another key": {"sign_with": RSAKey.generate_key(2048, {"kid": "k1"})},
    "signed with the secret": {"sign_with": OctKey.import_key(SECRET), "algorithm": "HS256"},
}


@pytest.mark.parametrize("name", BAD_TOKENS)
async def test_a_token_that_does_not_hold_opens_nothing(
    http: Any, app: FastAPI, provider: Provider, person: Any, name: str
) -> None:
    await add(app)
    for field, value in BAD_TOKENS[name].items():
        setattr(provider, field, value)
    assert problem(await log_in(http)) == "oidc_token"
    entry = (await (await person("admin", "admin")).audit(action="login"))[0]
    assert (entry["action"], entry["data"]) == ("login.failed", {"how": "oidc", "reason": "oidc_token"})


@pytest.mark.parametrize("verified", [False, None, "no"])
async def test_an_address_that_is_not_verified_opens_nothing(
    http: Any, app: FastAPI, provider: Provider, verified: Any
) -> None:
    await add(app)
    provider.person["email_verified"] = verified
    assert problem(await log_in(http)) == "oidc_email"


async def test_entra_id_says_in_its_own_words_that_an_address_is_verified(
    http: Any, app: FastAPI, provider: Provider
) -> None:
    await add(app)
    provider.person = {"sub": "u-1", "email": EMAIL.upper(), "xms_edov": True}
    assert (await log_in(http)).headers["location"] == "/desk"


async def test_a_stranger_gets_no_account(http: Any, app: FastAPI, provider: Provider, person: Any) -> None:
    await add(app)
    provider.person["email"] = "stranger@example.com"
    assert problem(await log_in(http)) == "oidc_no_account"
    admin = await person("admin", "admin")
    assert (await admin.audit(action="login"))[0]["who"] == "stranger@example.com"
    people = (await admin.ok("GET", "/api/staff/people"))["people"]
    assert {one["email"] for one in people} == {EMAIL, "admin@example.com"}


async def test_the_partner_is_the_one_asked_for_or_the_only_one(http: Any, app: FastAPI) -> None:
    await add(app, partner="far")
    assert problem(await log_in(http)) == "oidc_no_account"
    assert (await log_in(http, partner="")).headers["location"] == "/desk"
    await add(app, partner="total")
    http.cookies.clear()
    assert (await log_in(http, partner="")).headers["location"] == "/desk"  # Bound, so there is only one.


@pytest.mark.parametrize(
    ("password", "fields"), [(None, {}), (None, {"invitation_until": utcnow()}), (PASSWORD, {"disabled_at": utcnow()})]
)
async def test_an_account_without_password_needs_an_open_invitation(
    http: Any, app: FastAPI, password: str | None, fields: dict[str, Any]
) -> None:
    await add(app, password, **fields)
    assert problem(await log_in(http)) == "oidc_no_account"


async def test_an_invitation_is_taken_by_the_providers_log_in(http: Any, person: Any) -> None:
    admin = await person("admin", "admin")
    made = await admin.ok("POST", "/api/staff/people", json={"email": EMAIL, "name": "민지", "roles": ["author"]})
    assert (await log_in(http)).headers["location"] == "/authors"
    http.cookies.clear()
    people = {one["email"]: one["state"] for one in (await admin.ok("GET", "/api/staff/people"))["people"]}
    assert people[EMAIL] == "active"
    token = made["invitation"]["url"].partition("#invitation=")[2]
    used = await http.post("/api/staff/invitation", json={"token": token, "password": PASSWORD})
    assert used.status_code == 404
    assert (await log_in(http)).headers["location"] == "/authors"


async def test_an_account_stays_with_its_person_until_a_new_link_unbinds_it(
    http: Any, app: FastAPI, provider: Provider, person: Any
) -> None:
    await add(app)
    assert (await log_in(http)).headers["location"] == "/desk"
    provider.person = {"sub": "u-1", "email": "married@example.com", "email_verified": True}
    assert (await log_in(http)).headers["location"] == "/desk"
    provider.person = {"sub": "u-2", "email": EMAIL, "email_verified": True}
    assert problem(await log_in(http)) == "oidc_no_account"
    http.cookies.clear()
    admin = await person("admin", "admin")
    async with app.state.parts.database.session() as session:
        staff = await find_staff(session, "demo", EMAIL)
    assert staff is not None
    made = await admin.ok("POST", f"/api/staff/people/{staff.id}/invitation")
    token = made["invitation"]["url"].partition("#invitation=")[2]
    assert (await http.post("/api/staff/invitation", json={"token": token, "password": PASSWORD})).status_code == 200
    assert (await log_in(http)).headers["location"] == "/desk"


async def test_a_state_is_good_once_in_its_own_browser_and_for_a_while(http: Any, app: FastAPI) -> None:
    await add(app)
    back = await to_provider(http)
    kept = {"Cookie": f"firstline_oidc={http.cookies['firstline_oidc']}"}
    http.cookies.clear()
    assert problem(await http.get(back)) == "oidc_state"
    assert problem(await http.get(back, headers=kept)) == "oidc_state", "a state that was brought back is used"
    back = await to_provider(http)
    assert (await http.get(back)).headers["location"] == "/desk"
    assert problem(await http.get(back)) == "oidc_state"
    assert problem(await http.get("/api/staff/oidc/callback")) == "oidc_state"
    back = await to_provider(http)
    async with app.state.parts.database.session() as session:
        await forget_old_logins(session, utcnow().replace(year=utcnow().year + 1))
    assert problem(await http.get(back)) == "oidc_state"


async def test_a_no_of_the_provider_and_its_silence_are_told_apart(http: Any, app: FastAPI, provider: Provider) -> None:
    await add(app)
    provider.says_no = True
    assert problem(await log_in(http)) == "oidc_refused"
    provider.says_no = False
    back = await to_provider(http)
    provider.down = True
    assert problem(await http.get(back)) == "oidc_unavailable"
    assert problem(await http.get("/api/staff/oidc/start")) == "oidc_unavailable"


@pytest.mark.parametrize("after", ["//evil.example/", "https://evil.example", "/desk/../x", "/api/staff/logout"])
async def test_the_way_back_never_leaves_the_staff_pages(http: Any, app: FastAPI, after: str) -> None:
    await add(app)
    assert (await log_in(http, after=after)).headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"oidc_client_id": ""}, "OIDC_CLIENT_ID"),
        ({"oidc_client_secret": SecretStr("")}, "OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://idp.example.com"}, "https"),
    ],
)
def test_half_a_setup_is_refused_at_the_start(make_app: Any, changes: dict[str, Any], word: str) -> None:
    with pytest.raises(SetupIncomplete, match=word):
        make_app(**changes)


async def test_without_a_provider_there_is_the_password_alone(make_app: Any, database: Any) -> None:
    app = make_app(oidc_issuer="")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        assert (await client.get("/api/staff/login")).json() == {"oidc": None}
        for path in ("start", "callback"):
            assert (await client.get(f"/api/staff/oidc/{path}")).status_code == 404
    await app.state.parts.database.close()
