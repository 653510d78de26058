"""Runs Locust without its page, as a program of its own: it changes how its process does input and output."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

import numpy as np

from firstline.core.errors import SetupIncomplete, Unavailable
from firstline.serve.bench.server import cpu_seconds, memory_mb

Channel = Literal["app", "rest"]
_FILE = Path(__file__).with_name("locust_customers.py")
_MOST_TURNS = 20_000
"""More than one run holds: each says other texts, so that nothing is remembered from the run before."""

_runs = count()


@dataclass(frozen=True)
class Target:
    """What answers: its addresses, the channel spoken there, and the processes by name."""

    urls: Sequence[str]
    channel: Channel
    processes: Mapping[str, int]


def check_locust() -> None:
    """Raise ``SetupIncomplete`` where Locust is not installed."""
    if importlib.util.find_spec("locust") is None:
        raise SetupIncomplete("Locust is not installed here; run `make setup`, or install `locust`.")


class Customers:
    """``users`` who talk to a target for ``seconds``, each pausing ``pause`` seconds after an answer."""

    def __init__(self, target: Target, users: int, seconds: float, pause: float = 0.0) -> None:
        """Start them."""
        self._folder = tempfile.TemporaryDirectory(prefix="firstline-bench-locust-")
        self._out = Path(self._folder.name) / "seen.json"
        command = [
            *(sys.executable, "-m", "locust", "-f", str(_FILE), "--headless", "--host", target.urls[0]),
            *("-u", str(users), "-r", str(users), "-t", f"{max(1, round(seconds))}s", "--stop-timeout", "120"),
            *("--loglevel", "ERROR", "--exit-code-on-error", "0", "--only-summary"),
        ]
        environment = os.environ | {
            "FIRSTLINE_BENCH_URLS": ",".join(target.urls),
            "FIRSTLINE_BENCH_CHANNEL": target.channel,
            "FIRSTLINE_BENCH_PAUSE": str(pause),
            "FIRSTLINE_BENCH_SKIP": str(next(_runs) * _MOST_TURNS),
            "FIRSTLINE_BENCH_OUT": str(self._out),
        }
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, env=environment, stdout=pipe, stderr=subprocess.STDOUT)  # noqa: S603

    def seen(self) -> dict[str, Any]:
        """Wait for their end and return ``figures``; raises ``Unavailable`` with Locust's words where no turn came."""
        told, _ = self._process.communicate()
        seen = json.loads(self._out.read_text("utf-8")) if self._out.is_file() else {"turns": []}
        self._folder.cleanup()
        if not seen["turns"]:
            raise Unavailable(f"Locust measured no turn.\n{told.decode('utf-8', 'replace')[-2000:]}")
        return figures(seen["turns"], seen["failures"])

    def running(self) -> bool:
        """Say whether they are still talking."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End them."""
        if self.running():
            self._process.kill()
            self._process.wait()


def step(target: Target, users: int, seconds: float) -> dict[str, Any]:
    """Let ``users`` talk and return ``figures``, with the processor time a turn and the memory of each process."""
    before = {name: cpu_seconds(pid) for name, pid in target.processes.items()}
    found = Customers(target, users, seconds).seen()
    cpu = {name: cpu_seconds(pid) - before[name] for name, pid in target.processes.items()}
    memory = {name: round(memory_mb(pid), 1) for name, pid in target.processes.items()}
    return {
        "users": users,
        **found,
        "cpu_ms_of": {name: round(used * 1000 / found["turns"], 1) for name, used in cpu.items()},
        "memory_mb_of": memory,
        "memory_mb": round(sum(memory.values()), 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


def figures(turns: Sequence[tuple[float, float]], failures: Sequence[str]) -> dict[str, Any]:
    """Return turns a second, p50, p95 and p99 in milliseconds, and errors; ``turns`` are (began, took), in seconds."""
    took = [took for _began, took in turns]
    seconds = max(began + took for began, took in turns) - min(began for began, _took in turns)
    return {
        "turns": len(turns),
        "turns_per_second": round(len(turns) / max(seconds, 0.001), 2),
        **{f"p{p}_ms": round(float(np.percentile(took, p)) * 1000, 1) for p in (50, 95, 99)},
        "errors": len(failures),
        "first_error": failures[0] if failures else None,
    }


def knee(steps: Sequence[Mapping[str, Any]], gain: float = 0.1) -> Mapping[str, Any]:
    """Return the step after which more users bring less than ``gain`` more turns a second."""
    best = steps[0]
    for following in steps[1:]:
        if following["turns_per_second"] < best["turns_per_second"] * (1 + gain):
            break
        best = following
    return best
