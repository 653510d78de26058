"""Several apps with a bot each on one PostgreSQL and Redis, to be measured as one."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings
from firstline.serve.bench.databases import own_database
from firstline.serve.bench.locust_run import Target
from firstline.serve.bench.server import Server, copy_prepared


@contextmanager
def on_sqlite(settings: Settings, folder: Path) -> Iterator[Target]:
    """Serve a copy of what is prepared with one app and one bot."""
    copy_prepared(settings, folder)
    with ExitStack() as stack:
        yield _target([_started(stack, Server(folder))])


@contextmanager
def on_postgresql(settings: Settings, folder: Path, database: str, redis: str, apps: int) -> Iterator[Target]:
    """Serve with ``apps`` apps, each with a bot, on a database of their own at ``database``'s server.

    Raises ``SetupIncomplete`` when what the apps need can't be made there.
    """
    with own_database(database) as url, ExitStack() as stack:
        shared = {
            "FIRSTLINE_DATABASE_URL": url,
            "FIRSTLINE_REDIS_URL": redis,
            "FIRSTLINE_TOKEN_SECRET": secrets.token_urlsafe(32),
            "FIRSTLINE_BOT_SECRET": secrets.token_urlsafe(32),
        }
        first = folder / "app1"
        copy_prepared(settings, first)
        # Made on SQLite, of other revisions than this database will have.
        shutil.rmtree(first / "index")
        (first / "firstline.db").unlink()
        _prepare(first, shared)
        folders = [first]
        for number in range(2, apps + 1):
            folders.append(folder / f"app{number}")
            shutil.copytree(first, folders[-1], symlinks=True)
        yield _target([_started(stack, Server(one, environment=shared)) for one in folders])


def _started(stack: ExitStack, server: Server) -> Server:
    stack.callback(server.stop)
    server.start()
    return server


def _target(servers: list[Server]) -> Target:
    processes: dict[str, int] = {}
    for number, server in enumerate(servers, start=1):
        suffix = f" {number}" if len(servers) > 1 else ""
        processes |= {f"app{suffix}": server.pid, f"bot{suffix}": server.bot_pid}
    return Target([server.url for server in servers], "app", processes)


def _prepare(folder: Path, shared: dict[str, str]) -> None:
    command = [sys.executable, "-c", "from firstline.serve.cli import main; main()", "prepare"]
    environment = os.environ | shared | {"FIRSTLINE_DATA_DIR": str(folder), "FIRSTLINE_LOG_LEVEL": "WARNING"}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise SetupIncomplete(f"The database to measure on could not be filled.\n{done.stderr.decode()[-2000:]}")
