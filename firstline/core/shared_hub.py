"""Live events between processes: what one publishes reaches the subscribers of all, over Redis."""

import asyncio
import contextlib
import json
import uuid
from typing import Any

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from firstline.core.events import Event, Hub
from firstline.core.logs import get_logger
from firstline.core.redis_away import REDIS_AWAY

_log = get_logger("shared_hub")
CHANNEL = "firstline:events"
_UNSENT = 10_000
_SHORTEST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0


class SharedHub(Hub):
    """A hub whose events also go to every other process with the same Redis.

    Subscribers here are served at once, whether Redis is there or not. Redis keeps no events: after every connection
    that was lost, each subscriber here is sent ``{"type": "overflow"}``, since it may have missed something and has to
    read the state anew. Events that could not be sent meanwhile are dropped for the same reason.
    """

    def __init__(self, url: str) -> None:
        """Prepare for the Redis at ``url``; nothing is opened before ``run``.

        Raises ``ValueError`` for a bad address.
        """
        super().__init__()
        # A connection that mends itself unseen would hide that events were missed.
        self._redis = redis.Redis.from_url(
            url, socket_connect_timeout=2, health_check_interval=10, retry=Retry(NoBackoff(), 0)
        )
        self._me = uuid.uuid4().hex
        self._unsent: asyncio.Queue[str] = asyncio.Queue(_UNSENT)
        self._others_missed = False
        self.connected = asyncio.Event()

    def publish(self, topic: str, event: Event) -> None:
        """Hand ``event`` to everybody who listens to ``topic``, here and in the other processes."""
        self.deliver(topic, event)
        if not self.connected.is_set():
            self._others_missed = True
            return
        try:
            self._unsent.put_nowait(json.dumps([self._me, topic, event], separators=(",", ":")))
        except asyncio.QueueFull:
            # The connection stands still without having failed; ending it tells everybody to read anew.
            self.connected.clear()

    async def run(self) -> None:
        """Send and receive until cancelled; a failure is logged, then tried again."""
        pause = _SHORTEST_PAUSE
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(CHANNEL)
                    self.overflow()
                    if self._others_missed:
                        await self._redis.publish(CHANNEL, json.dumps([self._me, None, None]))
                    self._others_missed = False
                    _log.info("shared_events_connected")
                    pause = _SHORTEST_PAUSE
                    await self._exchange(channel)
            except REDIS_AWAY as error:
                _log.error("shared_events_lost", error=type(error).__name__, retry_in_seconds=pause)
            finally:
                self.connected.clear()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def close(self) -> None:
        """Close every connection."""
        with contextlib.suppress(*REDIS_AWAY):
            await self._redis.aclose()

    async def _exchange(self, channel: Any) -> None:
        while not self._unsent.empty():
            self._unsent.get_nowait()
        self.connected.set()
        sending = asyncio.create_task(self._send())
        try:
            while self.connected.is_set():
                message = await channel.get_message(timeout=1.0)
                if message is not None:
                    self._receive(message["data"])
        finally:
            self._others_missed = True  # What was on its way may be lost.
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self) -> None:
        while True:
            waiting = [await self._unsent.get()]
            while not self._unsent.empty() and len(waiting) < 100:
                waiting.append(self._unsent.get_nowait())
            try:
                async with self._redis.pipeline(transaction=False) as batch:
                    for event in waiting:
                        batch.publish(CHANNEL, event)
                    await batch.execute()
            except REDIS_AWAY as error:
                _log.error("shared_events_not_sent", error=type(error).__name__, events=len(waiting))
                self.connected.clear()
                return

    def _receive(self, data: bytes) -> None:
        sender, topic, event = json.loads(data)
        if sender == self._me:
            return
        if topic is None:
            self.overflow()
        else:
            self.deliver(topic, event)
