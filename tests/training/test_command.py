"""``firstline training``: a file in, and who would gain."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.errors import FirstlineError
from firstline.core.settings import Settings, get_settings
from firstline.core.times import use_clock
from firstline.serve.cli import app
from firstline.training.service import Training

from .seed import FIGURES, NAMED, NOW


@pytest.fixture
async def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    for name in ("data_dir", "partners_dir", "database_url"):
        monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()

    async def run(*words: str) -> str:
        # The command has an event loop of its own, and the clock of the task that starts it.
        with use_clock(lambda: NOW):
            result = await asyncio.to_thread(CliRunner().invoke, app, ["training", *words], env={"COLUMNS": "200"})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    yield run
    get_settings.cache_clear()


async def test_a_file_and_the_radar(seeded: Training, command: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "현황.csv"
    file.write_bytes(FIGURES.encode("utf-16"))
    done = json.loads(await command("import", str(file), "--partner", "demo", "--json"))
    assert (done["encoding"], done["rows"], done["updated"]) == ("utf-16", 10, 10)
    found = json.loads(await command("radar", "--partner", "demo", "--json"))
    named = {one["key"]: [f"{r['why']} {r['product']}" for r in one["reasons"]] for one in found["customers"]}
    assert named == NAMED
    shown = await command("radar", "--partner", "demo", "--everybody")
    assert "no seats known" in shown and "5 of 10 customers; 6 questions of nobody known" in " ".join(shown.split())
    file.write_text("customer,date,seats\nA,yesterday,5\n", "utf-8")
    with pytest.raises(FirstlineError, match="line 2: 'yesterday' is no date"):
        await command("import", str(file), "--partner", "demo")
    with pytest.raises(FirstlineError, match="There is no partner 'nowhere'; known: demo"):
        await command("radar", "--partner", "nowhere")
