"""``firstline backup``, ``verify`` and ``restore`` as a script uses them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.database import Database
from firstline.core.errors import Conflict
from firstline.core.settings import Settings, get_settings
from firstline.serve.cli import app
from firstline.serve.migrate import migrate


def run(monkeypatch: pytest.MonkeyPatch, place: Settings, *words: str) -> Any:
    monkeypatch.setenv("FIRSTLINE_DATA_DIR", str(place.data_dir))
    monkeypatch.setenv("FIRSTLINE_DATABASE_URL", "")
    get_settings.cache_clear()
    try:
        return CliRunner().invoke(app, list(words))
    finally:
        get_settings.cache_clear()


def test_from_one_folder_to_another(monkeypatch: pytest.MonkeyPatch, empty_place: Settings, tmp_path: Path) -> None:
    async def prepare() -> None:
        database = Database(empty_place.resolved_database_url)
        await migrate(database)
        await database.close()

    asyncio.run(prepare())
    there = empty_place.model_copy(update={"data_dir": tmp_path / "there"})
    taken = json.loads(run(monkeypatch, empty_place, "backup", str(tmp_path), "--json").output)
    file = taken["file"]
    assert taken["rows"]["messages"] == 0 and Path(file).parent == tmp_path
    assert run(monkeypatch, there, "restore", file).exit_code == 0
    checked = run(monkeypatch, there, "verify", file, "--installation", "--json")
    assert (checked.exit_code, json.loads(checked.output)["ok"]) == (0, True)
    again = run(monkeypatch, there, "restore", file)
    assert isinstance(again.exception, Conflict) and again.exit_code == 1

    (there.data_dir / "secrets.json").write_text("{}")
    checked = run(monkeypatch, there, "verify", file, "--installation")
    assert checked.exit_code == 1 and "secrets.json stands in no backup" in checked.output
