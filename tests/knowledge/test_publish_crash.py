"""A process that publishes is killed again and again: whatever it confirmed is found by the next one."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PUBLISHED = 100


@pytest.fixture(params=[20_000, 0], ids=["one segment", "segments merged beside"])
def publisher(request, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(Path(__file__).parent / "publisher.py"), str(tmp_path), str(request.param)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
    yield process
    assert process.stdin and process.stdout
    process.stdin.close()
    process.wait(30)
    process.stdout.close()


def start(publisher: subprocess.Popen[str]) -> int:
    assert publisher.stdin
    publisher.stdin.write("go\n")
    publisher.stdin.flush()
    return read(publisher)["process"]


def read(publisher: subprocess.Popen[str]) -> dict[str, int]:
    assert publisher.stdout
    word, number = publisher.stdout.readline().split()
    return {word: int(number)}


def test_what_was_confirmed_is_found_after_every_kill(publisher: subprocess.Popen[str]):
    rng = random.Random(7)
    confirmed = kills = 0
    while confirmed < PUBLISHED:
        child = start(publisher)
        told = read(publisher)
        # What was written when the kill came, but not confirmed, may be there or not; nothing else.
        assert told["found"] in (confirmed, confirmed + 1)
        confirmed = told["found"]
        for _ in range(rng.randint(0, 12)):
            told = read(publisher)
            confirmed = told["published"]
        time.sleep(rng.uniform(0, 0.05))
        os.kill(child, signal.SIGKILL)
        kills += 1
        while "dead" not in (told := read(publisher)):
            confirmed = told["published"]
    child = start(publisher)
    assert read(publisher)["found"] in (confirmed, confirmed + 1)
    os.kill(child, signal.SIGKILL)
    while "dead" not in read(publisher):
        pass
    assert kills >= 5
