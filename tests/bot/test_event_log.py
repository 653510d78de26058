"""The tracker's database: nothing is lost, nothing is written twice, and another process may go on."""

import json
import subprocess
from pathlib import Path

import pytest

from firstline.core.settings import PROJECT_ROOT, get_settings

SCRIPT = """
import asyncio, json, sqlite3, sys
from pathlib import Path
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from firstline_bot.event_log import EventLog

path = sys.argv[1]
domain = Domain.from_yaml("version: '3.1'\\nslots:\\n  s:\\n    type: any\\n    mappings: [{type: custom}]\\n")
told = {}

def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]

async def main():
    one, other = EventLog(domain, db=path), EventLog(domain, db=path)
    pragmas = ("journal_mode", "synchronous")
    told["modes"] = [one.table.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    async def say(store, text):
        tracker = await store.get_or_create_tracker("c", append_action_listen=False)
        tracker.update(UserUttered(text, {"name": "greet"}))
        tracker.update(SlotSet("s", text))
        await store.save(tracker)
        return tracker

    first = await say(one, "a")
    told["the same object again"] = (await one.retrieve("c")) is first
    await one.save(first)
    await say(other, "b")
    told["what another wrote"] = texts(await one.retrieve("c"))

    thrown_away = await one.retrieve("c")
    thrown_away.update(UserUttered("never saved"))
    told["thrown away"] = texts(await one.retrieve("c"))
    new = await one.get_or_create_tracker("d", append_action_listen=False)
    new.update(UserUttered("never saved"))
    told["a new one thrown away"] = await one.retrieve("d")

    with sqlite3.connect(path, isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        try:
            await say(one, "while locked")
        except sqlite3.OperationalError as error:
            told["locked"] = str(error)
        writer.execute("ROLLBACK")
    told["after the lock"] = texts(await one.retrieve("c"))

    copied = (await one.retrieve("c")).copy()
    copied.update(UserUttered("c"))
    await one.save(copied)
    tracker = await one.retrieve("c")
    told["a copy adds what is new"] = texts(tracker)

    tracker.update_with_events([SessionStarted(), SlotSet("s", "kept"), ActionExecuted("action_listen")], domain)
    await one.save(tracker)
    await say(one, "next day")
    fresh = await other.retrieve("c")
    told["latest session"] = [texts(fresh), fresh.get_slot("s")]
    told["all sessions"] = texts(await other.retrieve_full_tracker("c"))
    rasa = SQLTrackerStore(domain, dialect="sqlite", db=path)
    told["as rasa reads it"] = texts(await rasa.retrieve_full_tracker("c"))
    told["keys"] = [list(await one.keys()), list(await rasa.keys())]

asyncio.run(main())
print(json.dumps(told))
"""


@pytest.mark.bot
def test_events_are_written_once_and_found_by_every_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(get_settings().bot_python), "-W", "ignore", "-c", SCRIPT, str(tmp_path / "tracker.db")],
        env={"PYTHONPATH": str(PROJECT_ROOT / "bot"), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    # 1 is NORMAL: commits wait for no disk.
    assert told == {
        "modes": ["wal", 1],
        "the same object again": True,
        "what another wrote": ["a", "b"],
        "thrown away": ["a", "b"],
        "a new one thrown away": None,
        "locked": "database is locked",
        "after the lock": ["a", "b"],
        "a copy adds what is new": ["a", "b", "c"],
        "latest session": [["next day"], "next day"],
        "all sessions": ["a", "b", "c", "next day"],
        "as rasa reads it": ["a", "b", "c", "next day"],
        "keys": [["c"], ["c"]],
    }
