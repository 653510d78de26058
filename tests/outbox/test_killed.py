"""The worker is killed while it delivers, again and again: every notice arrives, and each under one id only."""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.outbox.models import Notice

MAILS, HOOKS, KILLS = 60, 60, 5
# A killed worker's lease and what it had set aside are free again after two minutes; the next one comes later.
MINUTES = 5


async def test_every_notice_arrives_once_though_the_worker_is_killed(
    mail_settings: Settings, database: Database, postbox: Any, receiver: Any, put_notice: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "partners" / "demo"
    folder.mkdir(parents=True)
    hook = {"url": receiver.url, "secret_env": "DEMO_HOOK"}
    (folder / "notices.yaml").write_text(json.dumps({"webhooks": [hook]}), "utf-8")
    for number in range(MAILS):
        await put_notice(f"mail{number}", "email", "kim@example.com", body=f"본문 {number}")
    for number in range(HOOKS):
        await put_notice(f"hook{number}", "webhook", receiver.url, number=number)

    def arrived() -> int:
        return len(postbox.mails) + len(receiver.requests)

    for life in range(KILLS + 1):
        worker = await _start(mail_settings, tmp_path, life * MINUTES)
        try:
            if life < KILLS:
                before = arrived()
                await _until(lambda before=before: arrived() >= before + 10, worker)
            else:
                await _until_done(database, worker)
        finally:
            os.killpg(worker.pid, signal.SIGKILL)
            await worker.wait()

    mails = [message_from_bytes(envelope.content, policy=default) for envelope in postbox.mails]
    seen = {mail["Message-ID"]: mail.get_content().strip() for mail in mails}
    assert seen == {f"<mail{number}@example.com>": f"본문 {number}" for number in range(MAILS)}
    bodies = {(headers["webhook-id"], body) for _, headers, body in receiver.requests}
    assert sorted(ident for ident, _ in bodies) == sorted(f"hook{number}" for number in range(HOOKS))
    assert max(Counter(mail["Message-ID"] for mail in mails).values()) <= KILLS + 1


async def _start(settings: Settings, tmp_path: Path, ahead: int) -> asyncio.subprocess.Process:
    given = settings.model_dump(mode="json", include=_NEEDED) | {"partners_dir": str(tmp_path / "partners")}
    environment = os.environ | {"DEMO_HOOK": "a secret of the test", "PYTHONPATH": str(PROJECT_ROOT)}
    script = str(Path(__file__).parent / "worker.py")
    return await asyncio.create_subprocess_exec(
        sys.executable, script, json.dumps(given), str(ahead), env=environment, start_new_session=True
    )


_NEEDED = {
    "data_dir", "database_url", "smtp_host", "smtp_port", "smtp_security", "smtp_from", "outgoing_allowed",
}  # fmt: skip


async def _until(condition: Any, worker: asyncio.subprocess.Process) -> None:
    while not condition():
        assert worker.returncode is None, "the worker ended by itself"
        await asyncio.sleep(0.005)


async def _until_done(database: Database, worker: asyncio.subprocess.Process) -> None:
    while True:
        async with database.reading() as session:
            left = await session.scalar(select(func.count()).select_from(Notice).where(Notice.state != "sent"))
        if not left:
            return
        assert worker.returncode is None, "the worker ended by itself"
        await asyncio.sleep(0.1)
