"""Which sites may show a partner's chat and call it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from firstline.chat.partner_site import PartnerSites, read_site
from firstline.core.errors import BadInput
from firstline.core.settings import PROJECT_ROOT, Settings

OWN, SHOP, OTHER = "http://test", "https://www.shop.example", "https://evil.example"
SITES = {
    "demo": "origins: any\n",
    "listed": f"origins: ['{SHOP}', 'https://*.partner.example']\n",
    "closed": None,
}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    for partner, site in SITES.items():
        folder = tmp_path / "partners" / partner
        folder.mkdir(parents=True)
        (folder / "charter.yaml").write_text(charter.replace("id: demo\n", f"id: {partner}\n", 1), "utf-8")
        if site:
            (folder / "site.yaml").write_text(site, "utf-8")
    return settings.model_copy(update={"partners_dir": tmp_path / "partners"})


async def start(http: httpx.AsyncClient, partner: str, origin: str | None) -> httpx.Response:
    headers = {"Origin": origin} if origin else {}
    return await http.post("/api/chat/conversations", json={"partner": partner}, headers=headers)


ALLOWED = [
    ("demo", OTHER, True), ("demo", "null", True), ("listed", SHOP, True), ("listed", OTHER, False),
    ("listed", "https://a.partner.example", True), ("listed", "https://partner.example", False),
    ("listed", "http://a.partner.example", False), ("listed", "https://evilpartner.example", False),
    ("listed", "https://www.shop.example.evil.example", False), ("listed", "null", False),
    ("listed", OWN, True), ("closed", OWN, True), ("closed", None, True), ("closed", SHOP, False),
]  # fmt: skip


async def test_a_site_may_call_the_chat_only_of_a_partner_that_lists_it(http: httpx.AsyncClient) -> None:
    for partner, origin, may in ALLOWED:
        answer = await start(http, partner, origin)
        assert answer.status_code == (201 if may else 403), (partner, origin, answer.text)
        if not may:
            assert answer.json()["error"]["code"] == "origin_not_allowed"
            continue
        headers = {"Authorization": f"Bearer {answer.json()['token']}", "Origin": origin or OWN}
        assert (await http.get("/api/chat/messages", headers=headers)).status_code == 200
        if partner != "demo":
            refused = await http.get("/api/chat/messages", headers=headers | {"Origin": OTHER})
            assert refused.json()["error"]["code"] == "origin_not_allowed"


async def test_cors_is_told_to_known_sites_alone(http: httpx.AsyncClient, settings: Settings) -> None:
    (settings.partners_dir / "demo" / "site.yaml").unlink()
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    known = await http.options("/api/chat/messages", headers={"Origin": SHOP, **ask})
    assert (known.status_code, known.headers["access-control-allow-origin"]) == (204, SHOP)
    assert "credentials" not in str(known.headers).lower()
    for path in ("/api/chat/messages", "/api/desk/cases", "/api/staff/login", "/actions/webhook"):
        for origin in (OTHER, SHOP) if "chat" not in path else (OTHER,):
            answer = await http.options(path, headers={"Origin": origin, **ask})
            assert "access-control-allow-origin" not in answer.headers, (path, origin)
    assert "access-control-allow-origin" not in (await start(http, "listed", OTHER)).headers
    assert (await start(http, "listed", SHOP)).headers["access-control-allow-origin"] == SHOP


async def test_only_listed_sites_may_hold_the_frame(http: httpx.AsyncClient) -> None:
    async def ancestors(partner: str) -> str:
        policy = (await http.get("/widget/frame", params={"partner": partner})).headers["content-security-policy"]
        return policy.partition("frame-ancestors")[2].strip()

    assert await ancestors("demo") == ""
    assert await ancestors("listed") == f"'self' {SHOP} https://*.partner.example"
    assert await ancestors("closed") == await ancestors("nowhere") == await ancestors("../demo") == "'self'"


async def test_the_socket_asks_for_the_origin_too(http: httpx.AsyncClient, address: str) -> None:
    token = (await start(http, "listed", None)).json()["token"]
    for origin, kind in ((OTHER, "error"), (SHOP, "ready"), (f"http://{address}", "ready")):
        async with websockets.connect(f"ws://{address}/api/chat/ws", origin=origin) as socket:
            await socket.send(json.dumps({"type": "auth", "token": token, "after": 9**9}))
            frame: dict[str, Any] = json.loads(await socket.recv())
            assert frame["type"] == kind, (origin, frame)
            assert kind == "ready" or frame["error"]["code"] == "origin_not_allowed"


@pytest.mark.parametrize(
    "text",
    ["origins: example.com", "origins: ['https://a.example/path']", "origins: ['*']", "origins: ['https://*']",
     "origin: any", "[", "origins: [\"https://a.example; script-src *\"]"],
)  # fmt: skip
def test_a_file_that_is_wrong_names_the_place_and_leaves_the_last_good_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "p").mkdir()
    path = tmp_path / "p" / "site.yaml"
    path.write_text(f"origins: ['{SHOP}']", "utf-8")
    sites = PartnerSites(tmp_path)
    assert sites.get("p").allows(SHOP)
    path.write_text(text, "utf-8")
    assert sites.get("p").allows(SHOP)
    with pytest.raises(BadInput, match=r"site\.yaml"):
        read_site(path)
