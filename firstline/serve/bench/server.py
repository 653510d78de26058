"""A Firstline of its own for measuring, on a copy of what was prepared."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from firstline.core.errors import SetupIncomplete, Unavailable
from firstline.core.settings import Settings
from firstline.serve.bot_process import bot_model, free_port

_START_SECONDS = 300.0
_GRACE_SECONDS = 20.0
# The audit log lets nothing be deleted.
_KEPT = "name LIKE 'knowledge_%' OR name LIKE 'sqlite_%' OR name IN ('alembic_version', 'audit_log')"


def copy_prepared(settings: Settings, folder: Path) -> None:
    """Copy what ``firstline prepare`` made into ``folder``: articles, without anything that came of serving them.

    Raises ``SetupIncomplete`` while something is missing. The embedding model is shared, not copied.
    """
    if not bot_model(settings).is_file() or not settings.index_dir.is_dir():
        raise SetupIncomplete("Nothing is prepared to measure; run `firstline prepare`.")
    (folder / "bot").mkdir(parents=True)
    for name in ("model.tar.gz", "trained.json"):
        shutil.copy(settings.bot_dir / name, folder / "bot" / name)
    shutil.copytree(settings.index_dir, folder / "index")
    (folder / "models").symlink_to(settings.embedding_dir.parent.resolve())
    source, target = sqlite3.connect(settings.data_dir / "firstline.db"), sqlite3.connect(folder / "firstline.db")
    try:
        with target:
            source.backup(target)
            served = target.execute(f"SELECT name FROM sqlite_master WHERE type = 'table' AND NOT ({_KEPT})")  # noqa: S608
            for (table,) in served.fetchall():
                target.execute(f"DELETE FROM {table}")  # noqa: S608 - a table's name
    finally:
        source.close()
        target.close()


class Server:
    """``firstline run`` as a child, on a free port and a data folder."""

    def __init__(self, folder: Path, *, with_bot: bool = True, environment: Mapping[str, str] | None = None) -> None:
        """Serve ``folder``, which ``copy_prepared`` filled; without a bot, customers reach people alone.

        ``environment`` adds settings, such as another database.
        """
        self.folder = folder
        self._with_bot = with_bot
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._environment = os.environ | {
            "FIRSTLINE_DATA_DIR": str(folder),
            "FIRSTLINE_DATABASE_URL": "",
            "FIRSTLINE_BOT_URL": "" if with_bot else "http://127.0.0.1:9",
            "FIRSTLINE_LOGIN_FREE_ATTEMPTS": "100000",
            "FIRSTLINE_PORT": str(port),
            "FIRSTLINE_LOG_LEVEL": "WARNING",
            "FIRSTLINE_MESSAGES_PER_MINUTE": "100000",
            "FIRSTLINE_CONVERSATIONS_PER_MINUTE": "100000",
            **(environment or {}),
        }
        self._environment.pop("PORT", None)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and return the seconds until ``/healthz``, or search where it has no bot, answers 200."""
        began = time.monotonic()
        command = [sys.executable, "-c", "from firstline.serve.cli import main; main()", "run"]
        with (self.folder / "run.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)  # noqa: S603
        ready = "/healthz" if self._with_bot else "/api/knowledge/search?partner=demo&q=mail"
        wait_for(f"{self.url}{ready}", self._process, self.folder / "run.log")
        return time.monotonic() - began

    def stop(self) -> None:
        """End it and its bot."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    @property
    def pid(self) -> int:
        """Process id of the app."""
        assert self._process is not None
        return self._process.pid

    @property
    def bot_pid(self) -> int:
        """Process id of the bot."""
        children = Path(f"/proc/{self.pid}/task").glob("*/children")
        pids = [int(pid) for path in children for pid in path.read_text().split()]
        return next(pid for pid in pids if b"firstline_bot" in Path(f"/proc/{pid}/cmdline").read_bytes())

    @property
    def bot_url(self) -> str:
        """Address of the bot's own channel."""
        variables = Path(f"/proc/{self.bot_pid}/environ").read_bytes().split(b"\0")
        port = next(value for name, _, value in (v.partition(b"=") for v in variables) if name == b"FIRSTLINE_BOT_PORT")
        return f"http://127.0.0.1:{port.decode()}"


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until ``url`` answers 200; raises ``Unavailable`` when the process ends or five minutes pass."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(url, timeout=60).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    tail = log.read_text("utf-8", errors="replace")[-2000:] if log.exists() else ""
    raise Unavailable(f"The server to measure did not start.\n{tail}")


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has taken so far, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Return a process's resident memory in MB, its private pages and its share of what others use too (PSS)."""
    return _told_mb(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")


def resident_mb(pid: int) -> float:
    """Return a process's resident memory in MB, with all of what it shares (RSS): it doesn't change with the others."""
    return _told_mb(Path(f"/proc/{pid}/status"), "VmRSS:")


def _told_mb(path: Path, name: str) -> float:
    if not path.exists():
        raise SetupIncomplete("Memory is read from /proc; run the benchmark on Linux.")
    row = next(line for line in path.read_text().splitlines() if line.startswith(name))
    return int(row.split()[1]) / 1024
