"""Files and a virus scanner: what it finds is refused, and nothing is given out that it has not seen."""

import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.desk.attachments import judge_held

from .uploads import PNG, fetch, kept, start, upload

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def scanner(tmp_path: Path, make_app: Any) -> Any:
    """The setting of a command that finds EICAR, and fails while the file ``down`` lies beside it."""
    command = tmp_path / "scan"
    command.write_text(f'#!/bin/sh\n[ -e {tmp_path}/down ] && exit 2\ngrep -q EICAR "$1" && exit 1\nexit 0\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return str(command)


async def test_infected_files_are_refused_and_deleted(
    make_app: Any, database: Any, scanner: str, settings: Any
) -> None:
    async with scanning(make_app, scanner) as (http, _):
        customer = await start(http)
        answer = await upload(customer, EICAR, "eicar.txt")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "file_infected")
        clean = await upload(customer, PNG, client_id="f2")
        assert clean.json()["message"]["attachments"][0]["scanned"] is True
    assert len(kept(settings)) == 1


async def test_without_its_scanner_a_file_is_held_and_the_customer_is_told(
    make_app: Any, database: Any, scanner: str, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "down").touch()
    async with scanning(make_app, scanner) as (http, app):
        customer = await start(http)
        good = (await upload(customer, PNG, client_id="f1")).json()
        bad = (await upload(customer, EICAR, "eicar.txt", client_id="f2")).json()
        assert any("화면.png" in message["text"] for message in good["messages"])
        ids = [turn["message"]["attachments"][0]["id"] for turn in (good, bad)]
        assert [(await fetch(customer, file_id)).json()["error"]["code"] for file_id in ids] == ["file_held"] * 2
        parts = app.state.parts
        assert await judge_held(parts.database, parts.files) == 0
        (tmp_path / "down").unlink()
        assert await judge_held(parts.database, parts.files) == 2
        assert [(await fetch(customer, file_id)).status_code for file_id in ids] == [200, 404]
        states = [m["attachments"][0]["state"] for m in await customer.transcript() if m["attachments"]]
        assert states == ["ready", "refused"]
        assert "eicar.txt" in (await customer.transcript())[-1]["text"]
    assert len(kept(settings)) == 1


@pytest.mark.parametrize("setting", ["/no/such/scanner", "http://127.0.0.1:9/scan"])
async def test_a_scanner_that_is_not_there_holds_too(make_app: Any, database: Any, setting: str) -> None:
    async with scanning(make_app, setting) as (http, _):
        answer = await upload(await start(http))
        assert answer.json()["message"]["attachments"][0]["state"] == "held"


class scanning:  # noqa: N801 - reads as the verb it is
    """An app with a scanner, over HTTP."""

    def __init__(self, make_app: Any, setting: str) -> None:
        self.app = make_app(upload_scanner=setting, upload_scan_seconds=20.0)

    async def __aenter__(self) -> tuple[httpx.AsyncClient, Any]:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test")
        return self.http, self.app

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self.app.state.parts.database.close()
