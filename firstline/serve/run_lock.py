"""One Firstline per data folder, on a port that is free."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from firstline.core.errors import Conflict


def take_run_lock(folder: Path) -> IO[str]:
    """Hold the data folder until the process ends; raises ``Conflict`` when another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = (folder / "run.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        who = handle.read().strip() or "another process"
        handle.close()
        raise Conflict(
            f"Firstline already runs on {folder} ({who}). Stop it, or give this one its own "
            "FIRSTLINE_DATA_DIR and PORT."
        ) from None
    handle.truncate(0)
    handle.write(f"process {os.getpid()}")
    handle.flush()
    return handle


def is_held(folder: Path) -> bool:
    """Say whether a Firstline holds the data folder now; changes nothing."""
    try:
        with (folder / "run.lock").open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def check_port(host: str, port: int) -> None:
    """Raise ``Conflict`` when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"Port {port} on {host} can't be used ({error.strerror}); choose another: PORT={port + 1} make run"
            ) from None
