"""A case of an outage at the desk, and its way up over the API."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from .filled import DOSSIER

EVIDENCE = {"service": "EX25194 Exchange Online", "when": "2026-11-15", "affected": "네 시간, 서울 30명"}
HANDOFF = {"handoff": {"reason": "service_credit", "category": "billing_subscription", "evidence": EVIDENCE}}


class Desk:
    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str], number: str) -> None:
        self.http, self.headers, self.base = http, headers, f"/api/desk/cases/{number}"

    async def call(self, method: str, path: str = "", **parts: Any) -> httpx.Response:
        return await self.http.request(method, f"{self.base}/escalation{path}", headers=self.headers, **parts)

    async def ok(self, method: str, path: str = "", **parts: Any) -> dict[str, Any]:
        answer = await self.call(method, path, **parts)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def save(self, revision: int, **changes: Any) -> dict[str, Any]:
        return await self.ok("PUT", json={"dossier": DOSSIER | changes, "revision": revision})


@pytest.fixture
async def outage(
    http: httpx.AsyncClient, bot: Any, new_customer: Callable[..., Any], new_agent: Callable[..., Any]
) -> tuple[Any, Desk]:
    bot.script["메일이 안 됐는데 크레딧 받을 수 있나요"] = [{"text": "담당자에게 연결합니다.", "custom": HANDOFF}]
    customer = await new_customer()
    turn = await customer.send("메일이 안 됐는데 크레딧 받을 수 있나요")
    return customer, Desk(http, await new_agent(), turn["case"]["number"])
