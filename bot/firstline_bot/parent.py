"""Ends this process when the one that started it is gone, however that one ended."""

import os
import signal
import threading
import time

_POLL_SECONDS = 0.5
_GRACE_SECONDS = 3.0


def follow_parent() -> None:
    """Watch the parent in a thread: SIGTERM to ourselves when it is gone, and a hard end if that does not help."""
    # The starter may be gone before we look, so it can name itself.
    parent = int(os.environ.get("FIRSTLINE_BOT_PARENT") or os.getppid())

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
