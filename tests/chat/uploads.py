"""Files sent in tests: what is sent, how, and by whom."""

from pathlib import Path
from typing import Any

import httpx

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(64)


async def upload(
    who: Any, data: Any = PNG, name: str = "화면.png", client_id: str = "f1", **headers: str
) -> httpx.Response:
    answer: httpx.Response = await who.http.post(
        "/api/chat/files",
        params={"name": name, "client_message_id": client_id},
        content=data,
        headers=who.headers | headers,
    )
    return answer


async def fetch(who: Any, file_id: str) -> httpx.Response:
    answer: httpx.Response = await who.http.get(f"/api/chat/files/{file_id}", headers=who.headers)
    return answer


def kept(settings: Any) -> list[Path]:
    return [path for path in (settings.data_dir / "uploads").rglob("*") if path.is_file()]


class start:  # noqa: N801 - reads as the verb it is
    """``await start(http)``: a customer on an app of its own."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    def __await__(self) -> Any:
        return self._start().__await__()

    async def _start(self) -> Any:
        answer = await self.http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return self

    async def transcript(self) -> list[dict[str, Any]]:
        answer = await self.http.get("/api/chat/messages", headers=self.headers)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages
