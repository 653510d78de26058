"""``firstline insights``: the same figures for a script, with their rows as files."""

import asyncio
import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import Settings, get_settings
from firstline.core.times import utcnow
from firstline.serve.bench.insights_fill import fill
from firstline.serve.cli import app
from firstline.serve.migrate import migrate

from ..conftest import POSTGRESQL
from ..databases import empty_database


async def seed(settings: Settings) -> None:
    if POSTGRESQL:
        await empty_database(POSTGRESQL)
    database = Database(settings.resolved_database_url)
    await migrate(database)
    charter = Charters(settings.partners_dir).get("demo")
    await fill(database, charter, "demo", 120, [("ko", "메일이 안 와요"), ("en", "Outlook is slow")], utcnow())
    await database.close()


def test_figures_and_files_agree_and_bad_words_are_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("data_dir", "partners_dir", "database_url"):
        monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()
    asyncio.run(seed(settings))
    try:
        asked = ["insights", "--partner", "demo"]
        done = CliRunner().invoke(app, [*asked, "--json", "--csv", str(tmp_path / "rows"), "--lang", "ko"])
        found = json.loads(done.output)
        rows = {}
        for file in (tmp_path / "rows").iterdir():
            with file.open(encoding="utf-8-sig", newline="") as lines:
                rows[file.name] = list(csv.DictReader(lines))
        assert sorted(rows) == ["cases.csv", "conversations.csv", "promises.csv", "searches.csv"]
        assert len(rows["conversations.csv"]) == found["volume"]["total"]["count"] > 5
        assert len(rows["searches.csv"]) == found["bot"]["searches"]["count"] > 5
        assert {row["language"] for row in rows["conversations.csv"]} == {"ko"}
        assert "no_answer" in CliRunner().invoke(app, asked).output
        for words in (["--since", "soon"], ["--lang", "fr"]):
            assert isinstance(CliRunner().invoke(app, asked + words).exception, BadInput)
    finally:
        get_settings.cache_clear()
