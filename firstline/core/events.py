"""Live events inside one process: publishers name a topic, each subscriber has its own bounded queue."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

Event = dict[str, Any]

QUEUE_SIZE = 1000


class Hub:
    """Publish and subscribe by topic, such as ``conversation:<id>`` or ``desk:<partner>``.

    A subscriber that falls ``QUEUE_SIZE`` events behind is sent ``{"type": "overflow"}`` as its last event: it
    has to read the state anew. Nothing blocks the publisher.
    """

    def __init__(self) -> None:
        """Start with no subscribers."""
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)

    def publish(self, topic: str, event: Event) -> None:
        """Hand ``event`` to everybody who listens to ``topic``."""
        for queue in list(self._queues.get(topic, ())):
            if queue.qsize() >= QUEUE_SIZE - 1:
                self._queues[topic].discard(queue)
                queue.put_nowait({"type": "overflow"})
            else:
                queue.put_nowait(event)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[asyncio.Queue[Event]]:
        """Listen to ``topics`` until the block ends."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE_SIZE)
        for topic in topics:
            self._queues[topic].add(queue)
        try:
            yield queue
        finally:
            for topic in topics:
                self._queues[topic].discard(queue)
                if not self._queues[topic]:
                    del self._queues[topic]
