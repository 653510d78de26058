"""The bot as a process: what survives it, what ends it, what it refuses to start with."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ..garbage import hook, share_left_out
from .conftest import ROOT, ActionServer, StartBot, say

pytestmark = pytest.mark.bot


def test_a_killed_bot_remembers(start_bot: StartBot, action_server: ActionServer, tmp_path: Path) -> None:
    conversation, tracker = os.urandom(8).hex(), tmp_path / "tracker.db"
    expecting = {"event": "slot", "name": "expecting", "value": "person"}
    action_server.answers["action_answer"] = say("utter_no_answer", [expecting])
    message = {"conversation_id": conversation, "message_id": "m1", "request_id": "r"}
    first = start_bot(tracker)
    before = first.turn("outlook is slow", **message).json()
    first.end(signal.SIGKILL)

    second = start_bot(tracker)
    assert second.turn("outlook is slow", **message).json() == before
    assert len(action_server.calls(conversation)) == 1
    second.turn("yes please", conversation_id=conversation)
    request = action_server.calls(conversation)[-1]
    assert request["tracker"]["slots"]["expecting"] == "person"
    assert [event["text"] for event in request["tracker"]["events"] if event["event"] == "user"] == [
        "outlook is slow",
        "yes please",
    ]

    # A store that can't be written must not pass for one that can.
    with sqlite3.connect(tracker, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert second.turn("hello", conversation_id=conversation).status_code >= 500
        other.execute("ROLLBACK")
    other.close()
    assert second.turn("hello", conversation_id=conversation).status_code == 200

    assert second.end() == 0
    assert "outlook is slow" not in second.log.read_text()


def test_no_search_for_garbage_walks_through_the_model(start_bot: StartBot, tmp_path: Path) -> None:
    bot = start_bot(tmp_path / "tracker.db", PYTHONPATH=os.pathsep.join([str(ROOT / "bot"), hook(tmp_path)]))
    assert bot.turn("hello", conversation_id="c").status_code == 200
    assert bot.end() == 0
    assert share_left_out(tmp_path, bot.process.pid) > 0.8


def test_the_bot_ends_with_the_process_that_started_it(
    bot_python: str, bot_environment: dict[str, str], model_file: Path, tmp_path: Path
) -> None:
    environment = {
        **bot_environment,
        "FIRSTLINE_BOT_SECRET": "x" * 16,
        "FIRSTLINE_BOT_PORT": "9",
        "FIRSTLINE_BOT_MODEL": str(model_file),
        "FIRSTLINE_ACTION_URL": "http://127.0.0.1:9",
        "FIRSTLINE_TRACKER_DB": str(tmp_path / "tracker.db"),
    }
    script = (
        "import os, subprocess, sys; os.environ['FIRSTLINE_BOT_PARENT'] = str(os.getpid()); "
        "process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(process.pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, bot_python, "-m", "firstline_bot"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 30
    while is_running(child) and time.monotonic() < deadline:
        threading.Event().wait(0.1)
    assert not is_running(child)


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"FIRSTLINE_BOT_SECRET": "short"}, "FIRSTLINE_BOT_SECRET"),
        ({"FIRSTLINE_BOT_MODEL": "/nowhere/model.tar.gz"}, "FIRSTLINE_BOT_MODEL"),
        ({"FIRSTLINE_ACTION_URL": ""}, "FIRSTLINE_ACTION_URL"),
        ({"FIRSTLINE_BOT_PORT": "http"}, "FIRSTLINE_BOT_PORT"),
        ({"FIRSTLINE_BOT_CONCURRENCY": "0"}, "FIRSTLINE_BOT_CONCURRENCY"),
        ({"FIRSTLINE_BOT_CONCURRENCY": "many"}, "FIRSTLINE_BOT_CONCURRENCY"),
    ],
)
def test_a_wrong_setting_is_named_at_once(
    bot_python: str, bot_environment: dict[str, str], changes: dict[str, str], named: str
) -> None:
    settings = {
        "FIRSTLINE_BOT_SECRET": "x" * 16,
        "FIRSTLINE_BOT_MODEL": __file__,
        "FIRSTLINE_ACTION_URL": "http://127.0.0.1:9",
        "FIRSTLINE_BOT_PORT": "9",
    }
    done = subprocess.run(
        [bot_python, "-m", "firstline_bot"],
        env={**bot_environment, **settings, **changes},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    assert named in done.stderr
