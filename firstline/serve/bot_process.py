"""Starts the bot as a child process, starts it again when it dies, and ends it with the app."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from firstline.core.errors import SetupIncomplete
from firstline.core.logs import get_logger
from firstline.core.settings import PROJECT_ROOT, Settings

_log = get_logger("bot_process")
_SHORTEST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STABLE_SECONDS = 60.0
_GRACE_SECONDS = 5.0
_NOWHERE = "http://127.0.0.1:9"


def bot_model(settings: Settings) -> Path:
    """Return the trained bot's file."""
    return settings.bot_dir / "model.tar.gz"


def free_port() -> int:
    """Return a port on the loopback address that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BotProcess:
    """The bot under supervision; ``url`` stays the same over restarts."""

    def __init__(self, settings: Settings, secret: str, internal_url: str, *, model: Path | None = None) -> None:
        """Prepare the child; raises ``SetupIncomplete`` when its environment or model is missing.

        ``internal_url`` is where the app answers it; empty for a bot that only understands, with an encoder of its own.
        Without a ``model`` file it is the one in use.
        """
        model = model or bot_model(settings)
        if not settings.bot_python.exists():
            raise SetupIncomplete("The bot's environment is missing; run `make setup`.")
        if not model.is_file():
            raise SetupIncomplete("The bot isn't trained; run `make train`.")
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._python = str(settings.bot_python)
        self._environment = os.environ | {
            "PYTHONPATH": str(PROJECT_ROOT / "bot"),
            "FIRSTLINE_BOT_PARENT": str(os.getpid()),
            "FIRSTLINE_BOT_TURN_SECONDS": str(max(1.0, settings.bot_timeout_seconds - 1)),
            "FIRSTLINE_BOT_CONCURRENCY": str(settings.bot_concurrency),
            "FIRSTLINE_BOT_PORT": str(self._port),
            "FIRSTLINE_BOT_MODEL": str(model),
            "FIRSTLINE_BOT_SECRET": secret,
            "FIRSTLINE_ACTION_URL": f"{internal_url or _NOWHERE}/actions/webhook",
            "FIRSTLINE_VECTOR_URL": f"{internal_url}/vectors" if internal_url else "",
            "FIRSTLINE_EMBEDDING_DIR": str(settings.embedding_dir),
            "FIRSTLINE_BOT_PARTNERS": str(settings.bot_dir / "partners"),
            "FIRSTLINE_TRACKER_DB": settings.tracker_address,
            "FIRSTLINE_LOG_JSON": str(settings.log_json).lower(),
            "FIRSTLINE_REDIS_URL": settings.redis_url.get_secret_value(),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the child and keep it alive."""
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        """End the child: asked first, killed after a grace period."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(_GRACE_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    @property
    def pid(self) -> int | None:
        """Process id of the running bot, ``None`` while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def _spawn(self) -> None:
        # A session of its own: Ctrl-C reaches the app alone, which then ends the bot in order.
        self._process = await asyncio.create_subprocess_exec(
            *(self._python, "-m", "firstline_bot"),
            env=self._environment,
            cwd=PROJECT_ROOT / "bot",
            start_new_session=True,
            stdout=sys.stderr,
        )
        _log.info("bot_started", pid=self._process.pid)

    async def _keep_alive(self) -> None:
        pause = _SHORTEST_PAUSE
        clock = asyncio.get_running_loop()
        while True:
            began = clock.time()
            assert self._process is not None
            code = await self._process.wait()
            if clock.time() - began > _STABLE_SECONDS:
                pause = _SHORTEST_PAUSE
            reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            _log.error("bot_ended", reason=reason, restart_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            await self._spawn()
