"""An installation in good health, made of as little as the doctor looks at; tests spoil one thing each."""

import asyncio
import json
import os
import shutil
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.staff import add_staff
from firstline.knowledge.index import FORMAT, made_of
from firstline.knowledge.onnx_encoder import FACTS_FILE, MODEL_FILE, OWN_TOKENS, TOKENIZER_FILE, EncoderFacts
from firstline.serve.cli import app
from firstline.serve.migrate import migrate
from firstline.serve.prepare import fingerprint

from ..conftest import PASSWORD

FACTS = EncoderFacts("tiny", 4, 16, OWN_TOKENS, True, "", "", "0" * 64, "builtin")


class Installation:
    """What the environment says, and the folders it names."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.partners = folder / "partners"
        self._monkeypatch = monkeypatch
        for name in os.environ:
            if name.startswith("FIRSTLINE_") or name == "PORT":
                monkeypatch.delenv(name)
        monkeypatch.chdir(folder)  # no .env
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.set(data_dir=self.data, partners_dir=self.partners, port=self.port, bot_python=sys.executable)

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            self._monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(value))

    @property
    def settings(self) -> Settings:
        return Settings()

    def examine(self) -> tuple[int, dict[str, dict[str, Any]]]:
        """Return the exit code, and the findings by code."""
        done = CliRunner().invoke(app, ["doctor", "--json"])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        found = json.loads(done.output[done.output.index("{\n") :])
        assert found["ok"] is (done.exit_code == 0)
        return done.exit_code, {item["code"]: item for check in found["checks"] for item in check["findings"]}

    def sql(self, *statements: str) -> None:
        async def run() -> None:
            database = Database(self.settings.resolved_database_url)
            async with database.engine.begin() as connection:
                for statement in statements:
                    await connection.exec_driver_sql(statement)
            await database.close()

        asyncio.run(run())

    def edit_charter(self, old: str, new: str) -> None:
        file = self.partners / "demo" / "charter.yaml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def installation(in_health: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    made = Installation(tmp_path, monkeypatch)
    shutil.copytree(PROJECT_ROOT / "partners", made.partners)
    shutil.copytree(in_health, made.data)
    return made


@pytest.fixture(scope="session")
def in_health(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder, made once."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("in_health"), _env_file=None)
    write(settings.embedding_dir / FACTS_FILE, json.dumps(asdict(FACTS)))
    for name in (MODEL_FILE, TOKENIZER_FILE):
        write(settings.embedding_dir / name, "x")
    manifest = {"format": FORMAT, "id": "1", "segments": [], "frame": "f", **made_of(FACTS.full_name, {})}
    write(settings.index_dir / "demo" / "manifest.json", json.dumps(manifest))
    write(settings.bot_dir / "model.tar.gz", "x")
    write(settings.bot_dir / "trained.json", json.dumps({"fingerprint": fingerprint(settings)}))
    asyncio.run(_fill(settings))
    return settings.data_dir


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


async def _fill(settings: Settings) -> None:
    database = Database(settings.resolved_database_url)
    await migrate(database)
    async with database.session() as session:
        await add_staff(session, "demo", "lead@example.com", ["lead", "admin"], PASSWORD, "lead")
    await database.close()
