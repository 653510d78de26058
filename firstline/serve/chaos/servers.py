"""A PostgreSQL and a Redis of the run's own, from the programs that are installed."""

import asyncio
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from firstline.core.errors import Unavailable
from firstline.serve.bot_process import free_port
from firstline.serve.chaos.child import Child

_OWNER = "postgres"


def postgresql_folder() -> Path | None:
    """Return the folder with the newest installed ``initdb`` and ``postgres``, ``None`` where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def missing() -> str:
    """Return why no servers can be started here; empty where they can."""
    if postgresql_folder() is None:
        return "PostgreSQL's programs (initdb, postgres) are not installed"
    if shutil.which("redis-server") is None:
        return "redis-server is not installed"
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or not _owner_exists()):
        return "PostgreSQL does not run as root, and there is no setpriv or no user postgres to run it as"
    return ""


def postgresql(folder: Path) -> tuple[Child, str]:
    """Make a cluster below ``folder`` and return its process, not started yet, and the database's address.

    Raises ``Unavailable`` when it can't be made.
    """
    programs, data, port = postgresql_folder(), folder / "postgresql", free_port()
    assert programs is not None
    data.mkdir()
    as_owner: list[str] = []
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_OWNER)
        os.chown(data, owner.pw_uid, owner.pw_gid)
        as_owner = ["setpriv", f"--reuid={_OWNER}", f"--regid={_OWNER}", "--init-groups"]
    make = [*as_owner, str(programs / "initdb"), "-D", str(data), "-U", "firstline", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run([*make, "--no-sync", "--locale=C.UTF-8"], cwd="/", capture_output=True, text=True)  # noqa: S603
    if made.returncode:
        raise Unavailable(f"No PostgreSQL could be made for the run: {made.stderr[-500:]}")
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-c", f"port={port}"]
    serve = [*as_owner, str(programs / "postgres"), "-D", str(data), *options]
    ask = [str(programs / "pg_isready"), "-q", "-U", "firstline", "-h", "127.0.0.1", "-p", str(port)]
    child = Child(
        "database", "database", serve, {"PATH": os.environ["PATH"]}, folder / "database.log", _says_yes(ask), Path("/")
    )
    return child, f"postgresql://firstline@127.0.0.1:{port}/postgres"


def redis(folder: Path) -> tuple[Child, str]:
    """Return a Redis that keeps nothing over its end, not started yet, and its address."""
    data, port = folder / "redis", free_port()
    data.mkdir()
    serve = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(data)]

    async def ready() -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"PING\r\n")
            answer = await asyncio.wait_for(reader.read(16), 2)
            writer.close()
        except (OSError, TimeoutError):
            return False
        return answer.startswith(b"+PONG")

    child = Child("redis", "redis", serve, {"PATH": os.environ["PATH"]}, folder / "redis.log", ready)
    return child, f"redis://127.0.0.1:{port}/0"


def _says_yes(command: list[str]):  # type: ignore[no-untyped-def]
    async def ready() -> bool:
        asking = await asyncio.create_subprocess_exec(*command)
        return await asking.wait() == 0

    return ready


def _owner_exists() -> bool:
    try:
        pwd.getpwnam(_OWNER)
    except KeyError:
        return False
    return True
