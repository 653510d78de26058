"""``firstline escalation``: what is due, one case, and its packet."""

import asyncio
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.errors import FirstlineError
from firstline.core.settings import Settings, get_settings
from firstline.core.times import use_clock
from firstline.serve.cli import app as commands

from .filled import CREDIT

NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 23:00 in Korea


@pytest.fixture
async def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    for name in ("data_dir", "partners_dir", "database_url"):
        monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()

    async def run(*words: str) -> str:
        asked = ["escalation", *words, "--partner", "demo"]
        # The command has an event loop of its own.
        result = await asyncio.to_thread(CliRunner().invoke, commands, asked, env={"COLUMNS": "200"})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    yield run
    get_settings.cache_clear()


async def test_what_is_due_is_listed_until_the_answer_has_come(outage: Any, command: Callable[..., Any]) -> None:
    _, desk = outage
    number = desk.base.rsplit("/", 1)[1]
    begun = json.loads(await command("list", "--json"))
    assert begun["hops"] == []
    (claim,) = begun["credits"]
    assert (claim["case"], claim["safe"]) == (number, "2026-12-30") and "no_tenant" in claim["missing"]
    with use_clock(lambda: NIGHT):
        await desk.save(0)
        await desk.ok("POST", "/hand-on", json={"language": "ko", "revision": 1})
    with use_clock(lambda: NIGHT + timedelta(days=1)):
        (hop,) = json.loads(await command("list", "--json"))["hops"]
        assert (hop["case"], hop["level"], hop["due"], hop["late"]) == (
            number, "microsoft", "2026-11-24T04:00:00.000Z", True,
        )  # fmt: skip
        assert "(late)" in await command("list")
    await desk.ok("POST", "/answer", json={"text": "접수했습니다."})
    assert json.loads(await command("list", "--json"))["hops"] == []


async def test_a_case_is_shown_with_what_is_missing(outage: Any, command: Callable[..., Any]) -> None:
    _, desk = outage
    number = desk.base.rsplit("/", 1)[1]
    plain = await command("show", number, "--language", "ko")
    assert "Exchange Online" in plain and "제목을 입력해 주세요" in plain
    shown = await desk.ok("GET")
    read = json.loads(await command("show", number, "--json"))
    assert read["dossier"] == shown["dossier"] and read["missing"] == shown["missing"]
    with pytest.raises(FirstlineError, match="no case DEMO-9999"):
        await command("show", "DEMO-9999")
    assert "choose ko or en" in await command("show", number, "--language", "fr")


async def test_the_packet_is_written_once_it_is_complete_and_the_trail_says_so(
    outage: Any, command: Callable[..., Any], tmp_path: Path
) -> None:
    _, desk = outage
    number, file = desk.base.rsplit("/", 1)[1], tmp_path / "credit.zip"
    with pytest.raises(FirstlineError, match="no_tenant"):
        await command("export", number, str(file), "--kind", "credit")
    assert not file.exists()
    await desk.ok("PUT", "/credit", json={"credit": CREDIT, "revision": 0})
    with use_clock(lambda: NIGHT):
        assert "Wrote" in await command("export", number, str(file), "--kind", "credit")
        with pytest.raises(FirstlineError, match="can't be written"):
            await command("export", number, str(tmp_path / "none" / "x.zip"), "--kind", "credit")
    assert json.loads(zipfile.ZipFile(file).read("credit.json"))["credit"]["incident_id"] == "EX25194"
    events = (await desk.http.get(desk.base, headers=desk.headers)).json()["events"]
    exported = [event["actor"] for event in events if event["kind"] == "packet_exported"]
    assert exported == ["command line"], "what could not be written was not exported"
    assert "choose one of" in await command("export", number, str(file), "--kind", "all")
