"""One of the staff, with hands on the API."""

from typing import Any

import httpx

from firstline.desk.models import Staff


class Person:
    """One of the staff, signed in."""

    def __init__(self, http: httpx.AsyncClient, staff: Staff, token: str) -> None:
        self.http, self.staff, self.token = http, staff, token

    async def call(self, method: str, path: str, **parts: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | parts.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **parts)

    async def ok(self, method: str, path: str, **parts: Any) -> Any:
        answer = await self.call(method, path, **parts)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else {}

    async def refused(self, status: int, code: str, method: str, path: str, **parts: Any) -> httpx.Response:
        answer = await self.call(method, path, **parts)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
        return answer

    async def audit(self, **filters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.ok("GET", "/api/staff/audit", params=filters))["entries"]
        return found
