"""Several apps with a bot each on one PostgreSQL and Redis, to be measured as one."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from firstline.core.settings import Settings
from firstline.serve.bench.databases import copy_rows, own_database
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
    """Serve with ``apps`` apps, each with a bot, on a database of their own at ``database``'s server."""
    with own_database(database) as url, ExitStack() as stack:
        shared = {
            "FIRSTLINE_DATABASE_URL": url,
            "FIRSTLINE_REDIS_URL": redis,
            "FIRSTLINE_TOKEN_SECRET": secrets.token_urlsafe(32),
            "FIRSTLINE_BOT_SECRET": secrets.token_urlsafe(32),
        }
        first = folder / "app1"
        copy_prepared(settings, first)
        # With the vectors and the revisions, so that the index that was copied counts.
        kept = first / "firstline.db"
        asyncio.run(copy_rows(f"sqlite+aiosqlite:///{kept}", url))
        kept.unlink()
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
