"""A customer's data in one file: everything that erasing would take, and nothing of anybody else."""

import asyncio
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.chat.tracker import Tracker
from firstline.core.errors import BadInput, Conflict
from firstline.core.settings import Settings, get_settings
from firstline.customer_data import export, find
from firstline.serve.cli import app as cli

from .conftest import EMAIL, FILE_NAME, PNG, WORDS


async def exported(app: Any, settings: Settings, target: Path) -> int:
    database = app.state.parts.database
    async with database.session() as session:
        found = await find(session, "demo", email=EMAIL)
        return await export(session, Tracker(settings, database), settings.upload_dir, found, target, "command line")


async def test_all_of_one_and_nothing_of_another(
    app: Any, settings: Settings, customer: Any, new_customer: Any, tmp_path: Path
) -> None:
    other = await new_customer("en")
    await other.send("not theirs")
    target = tmp_path / "customer.zip"
    assert await exported(app, settings, target) > 20
    with zipfile.ZipFile(target) as archive:
        data = json.loads(archive.read("data.json"))
        (file,) = [name for name in archive.namelist() if name.startswith("files/")]
        assert (file.rpartition("/")[2], archive.read(file)) == (FILE_NAME, PNG)
    assert (data["conversations"], data["cases"], data["addresses"]) == ([customer.id], [customer.number], [EMAIL])
    texts = [message["text"] for message in data["tables"]["messages"]]
    assert texts == [message["text"] for message in await customer.transcript()]
    assert data["tables"]["case_ratings"][0]["comment"] == WORDS and data["tables"]["bot"]
    empty = {name for name, rows in data["tables"].items() if not rows}
    assert empty <= {"desk_lines", "mentions"}
    assert "not theirs" not in json.dumps(data)
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        await exported(app, settings, target)


async def test_the_commands(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, new_customer: Any
) -> None:
    """A script hands out what is kept, is stopped without ``--yes``, and erases."""
    number = (await (await new_customer()).send("/human"))["case"]["number"]
    for name in ("data_dir", "partners_dir", "database_url"):
        monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()

    async def run(*words: str) -> Any:
        whose = ["customer", *words, "--partner", "demo", "--case", number]
        return await asyncio.to_thread(CliRunner().invoke, cli, whose)

    file = tmp_path / "one.zip"
    assert json.loads((await run("export", str(file), "--json")).output)["cases"] == [number]
    assert isinstance((await run("erase")).exception, BadInput)
    assert isinstance((await run("erase", "--yes")).exception, Conflict)
    said = (await run("erase", "--yes", "--even-open", "--json")).output
    done = json.loads(said[said.index("{") :])
    assert done["cases"] == [number] and done["rows"]["messages"] > 1 and done["rewritten"] is True
    get_settings.cache_clear()
