"""Worker, mail server and receiver die while notices go out, again and again: each arrives, under one id only."""

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.outbox.models import Notice

from .conftest import free_port

EACH = 60
"""Notices of each kind."""
WORKERS = 2
SERVER_KILLS = 10
# A killed worker's lease and what it had set aside are free again after two minutes; the next one comes later.
MINUTES = 5
HERE = Path(__file__).parent


class Process:
    """A program that is killed without warning and started again."""

    def __init__(self, script: str, *arguments: str) -> None:
        self._command = (sys.executable, str(HERE / script), *arguments)

    async def start(self, *more: str) -> None:
        environment = os.environ | {"DEMO_HOOK": "a secret of the test", "PYTHONPATH": str(PROJECT_ROOT)}
        self.process = await asyncio.create_subprocess_exec(
            *self._command, *more, env=environment, start_new_session=True
        )

    async def kill(self) -> None:
        assert self.process.returncode is None, "it ended by itself"
        os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()


async def test_every_notice_arrives_once_whatever_is_killed(
    settings: Settings, database: Database, put_notice: Any, tmp_path: Path
) -> None:
    mail_port, hook_port = free_port(), free_port()
    hook = {"url": f"http://127.0.0.1:{hook_port}/", "secret_env": "DEMO_HOOK"}
    (tmp_path / "partners" / "demo").mkdir(parents=True)
    (tmp_path / "partners" / "demo" / "notices.yaml").write_text(json.dumps({"webhooks": [hook]}), "utf-8")
    for number in range(EACH):
        await put_notice(f"mail{number}", "email", "kim@example.com", body=f"본문 {number}")
        await put_notice(f"hook{number}", "webhook", hook["url"], number=number)
    files = {"smtp": tmp_path / "mails", "http": tmp_path / "hooks"}
    servers = {
        kind: Process("servers.py", kind, str(port), str(files[kind]))
        for kind, port in (("smtp", mail_port), ("http", hook_port))
    }
    worker = Process("worker.py", _given(settings, tmp_path, mail_port))

    def taken(kind: str) -> list[tuple[str, str]]:
        path = files[kind]
        return [tuple(json.loads(line)) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def arrived() -> int:
        return len({ident for kind in files for ident, _ in taken(kind)})

    draw = random.Random(6)
    for server in servers.values():
        await server.start()
    try:
        for life in range(WORKERS):
            await worker.start(str(life * MINUTES))
            for _ in range(SERVER_KILLS // WORKERS):
                await _more(arrived, draw.randint(3, 8), worker)
                victim = servers[draw.choice(sorted(servers))]
                await victim.kill()
                await victim.start()
            if life < WORKERS - 1:
                await worker.kill()
        await _until_done(database, worker)
    finally:
        for process in (*servers.values(), worker):
            await process.kill()

    mails, hooks = taken("smtp"), taken("http")
    assert dict(mails) == {f"<mail{number}@example.com>": f"본문 {number}" for number in range(EACH)}
    assert sorted(dict(hooks)) == sorted(f"hook{number}" for number in range(EACH))
    assert len(set(mails)) == len(set(hooks)) == EACH, "a repetition says the same under the same id"
    most = max(Counter(ident for ident, _ in [*mails, *hooks]).values())
    assert most <= SERVER_KILLS + WORKERS, "nothing is repeated that was not interrupted"


def _given(settings: Settings, tmp_path: Path, mail_port: int) -> str:
    needed = settings.model_dump(mode="json", include={"data_dir", "database_url"})
    return json.dumps(
        needed
        | {
            "partners_dir": str(tmp_path / "partners"), "smtp_host": "127.0.0.1", "smtp_port": mail_port,
            "smtp_security": "none", "smtp_from": "desk@example.com", "outgoing_allowed": "127.0.0.0/8",
            "notice_delay_seconds": 0.2, "notice_longest_delay_seconds": 1, "notice_attempts": 500,
        }
    )  # fmt: skip


async def _more(arrived: Callable[[], int], count: int, worker: Process) -> None:
    """Wait until so many more arrived, or everything has."""
    enough = min(arrived() + count, 2 * EACH)
    while arrived() < enough:
        assert worker.process.returncode is None, "the worker ended by itself"
        await asyncio.sleep(0.005)


async def _until_done(database: Database, worker: Process) -> None:
    while True:
        async with database.reading() as session:
            left = await session.scalar(select(func.count()).select_from(Notice).where(Notice.state != "sent"))
        if not left:
            return
        assert worker.process.returncode is None, "the worker ended by itself"
        await asyncio.sleep(0.1)
