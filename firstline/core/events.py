"""Live events: publishers name a topic, each subscriber has its own bounded queue."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

Event = dict[str, Any]
Observer = Callable[[str, Event], None]

QUEUE_SIZE = 1000


class Hub:
    """Publish and subscribe by topic, such as ``conversation:<id>`` or ``desk:<partner>``.

    A subscriber that falls ``QUEUE_SIZE`` events behind is sent ``{"type": "overflow"}`` as its last event: it
    has to read the state anew. Nothing blocks the publisher.
    """

    def __init__(self) -> None:
        """Start with no subscribers."""
        self._queues: dict[str, set[asyncio.Queue[Event]]] = defaultdict(set)
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """Call ``observer`` with every topic and event from now on, before ``publish`` returns; it must not wait."""
        self._observers.append(observer)

    def publish(self, topic: str, event: Event) -> None:
        """Hand ``event`` to everybody who listens to ``topic``."""
        self.deliver(topic, event)

    def deliver(self, topic: str, event: Event) -> None:
        """Hand ``event`` to those who listen to ``topic`` in this process."""
        for observer in self._observers:
            observer(topic, event)
        for queue in list(self._queues.get(topic, ())):
            if queue.qsize() >= QUEUE_SIZE - 1:
                self._queues[topic].discard(queue)
                queue.put_nowait({"type": "overflow"})
            else:
                queue.put_nowait(event)

    def topics(self) -> list[str]:
        """Return the topics that somebody listens to."""
        return [topic for topic, queues in self._queues.items() if queues]

    def overflow(self) -> None:
        """Tell everybody in this process to read the state anew: events may have been missed."""
        for topic in list(self._queues):
            for queue in self._queues.pop(topic):
                if not queue.full():
                    queue.put_nowait({"type": "overflow"})

    async def run(self) -> None:
        """Pass events on to other processes until cancelled; inside one process there is nothing to do."""

    async def close(self) -> None:
        """Close what ``run`` opened."""

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
