"""Talks in many conversations at once and times every turn."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np

from firstline.core.connections import light_connections
from firstline.core.garbage import leave_out_what_is_there
from firstline.serve.bench.server import cpu_seconds
from firstline.serve.bench.talks import Talk

_TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class Load:
    """What came of it: seconds per turn, wall seconds of all, turns without an answer, and the processor seconds that
    each process took.
    """

    conversations: int
    latencies: Sequence[float]
    seconds: float
    unanswered: int
    cpu: Mapping[str, float]

    @classmethod
    def together(cls, rounds: Sequence["Load"]) -> "Load":
        """Return what came of all ``rounds``, one or more of the same conversations and processes."""
        first = rounds[0]
        return cls(
            first.conversations,
            [latency for load in rounds for latency in load.latencies],
            sum(load.seconds for load in rounds),
            sum(load.unanswered for load in rounds),
            {name: sum(load.cpu[name] for load in rounds) for name in first.cpu},
        )

    def as_json(self) -> dict[str, Any]:
        """Return turns per second, percentiles in milliseconds, and milliseconds of processor time a turn."""
        cpu = {name: round(seconds * 1000 / len(self.latencies), 2) for name, seconds in self.cpu.items()}
        return {
            "conversations": self.conversations,
            "turns": len(self.latencies),
            "turns_per_second": round(len(self.latencies) / self.seconds, 2),
            "p50_ms": round(float(np.percentile(self.latencies, 50)) * 1000, 1),
            "p95_ms": round(float(np.percentile(self.latencies, 95)) * 1000, 1),
            "unanswered": self.unanswered,
            "cpu_ms": round(sum(cpu.values()), 2),
            "cpu_ms_of": cpu,
        }


async def talk_at_once(
    make: Callable[[httpx.AsyncClient], Talk],
    said: Iterator[tuple[str, str]],
    conversations: int,
    turns: int,
    processes: Mapping[str, int],
) -> Load:
    """Hold ``conversations`` at once, each of ``turns`` messages from ``said``, one after the other.

    ``processes`` are those that answer, by name; what this one takes to ask is not counted.
    """
    latencies: list[float] = []
    unanswered = 0
    leave_out_what_is_there()  # What is in memory from before is nobody's turn.
    # Whoever asks shares the processor with those who answer, and should take little of it.
    async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, transport=light_connections(conversations + 4)) as http:

        async def hold() -> None:
            nonlocal unanswered
            talk = make(http)
            for _ in range(turns):
                await talk.begin()
                lang, text = next(said)
                began = time.perf_counter()
                answered = await talk.say(lang, text)
                latencies.append(time.perf_counter() - began)
                unanswered += not answered

        before = {name: cpu_seconds(pid) for name, pid in processes.items()}
        began = time.perf_counter()
        await asyncio.gather(*(hold() for _ in range(conversations)))
        seconds = time.perf_counter() - began
        cpu = {name: cpu_seconds(pid) - before[name] for name, pid in processes.items()}
        return Load(conversations, latencies, seconds, unanswered, cpu)
