"""The app's own bot, replaced by a newly trained one while customers talk to it."""

import asyncio
import contextlib

from firstline.chat.bot_client import BotClient
from firstline.core.errors import Unavailable
from firstline.core.logs import get_logger
from firstline.core.settings import Settings
from firstline.serve.bot_process import BotProcess, bot_model

_log = get_logger("live_bot")
_LOOK_SECONDS = 2.0
_ASK_SECONDS = 0.25
_START_SECONDS = 120.0


class LiveBot:
    """One bot process that answers, and for a moment a second one: when the model file changes, a bot with the new
    model starts beside the old one, takes over once it answers, and the old one ends after its last turn.

    A conversation's turns come one after the other, and both processes keep them in the same tracker database, so a
    conversation never notices.
    """

    def __init__(self, settings: Settings, secret: str, internal_url: str) -> None:
        """Prepare the first process; raises ``SetupIncomplete`` when environment or model is missing."""
        self._settings, self._secret, self._internal_url = settings, secret, internal_url
        self._process = BotProcess(settings, secret, internal_url)
        self._watcher: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Address of the process that answers now."""
        return self._process.url

    async def start(self, client: BotClient) -> None:
        """Start the bot and watch for a new model, for which ``client`` is told where to turn to."""
        seen = self._stamp()
        await self._process.start()
        self._watcher = asyncio.create_task(self._watch(client, seen))

    async def stop(self) -> None:
        """End every process."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
        await self._process.stop()

    async def _watch(self, client: BotClient, seen: tuple[int, int] | None) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            now = self._stamp()
            if now is None or now == seen:
                continue
            seen = now
            try:
                await self._replace(client)
            except Exception as error:
                _log.error("bot_replacement_failed", error=type(error).__name__, exc_info=error)

    async def _replace(self, client: BotClient) -> None:
        fresh = BotProcess(self._settings, self._secret, self._internal_url)
        try:
            await fresh.start()
            await self._answers(client, fresh)
        except BaseException:
            # The old one goes on; what the new one said about its failure stands in the log above.
            await fresh.stop()
            raise
        old, self._process = self._process, fresh
        client.move_to(fresh.url)
        _log.info("bot_replaced", old_pid=old.pid, new_pid=fresh.pid)
        try:
            for _ in range(int(self._settings.bot_timeout_seconds / _ASK_SECONDS) + 1):
                if not client.open_turns(old.url):
                    break
                await asyncio.sleep(_ASK_SECONDS)
        finally:
            await old.stop()

    async def _answers(self, client: BotClient, process: BotProcess) -> None:
        for _ in range(int(_START_SECONDS / _ASK_SECONDS)):
            if await client.health(process.url):
                return
            if process.pid is None:
                raise Unavailable("The new bot ended instead of answering.")
            await asyncio.sleep(_ASK_SECONDS)
        raise Unavailable(f"The new bot did not answer within {_START_SECONDS:.0f} s.")

    def _stamp(self) -> tuple[int, int] | None:
        """Tell one model file from another: it is always replaced as a whole."""
        try:
            found = bot_model(self._settings).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns
