"""The bot's memory in PostgreSQL and its locks on Redis: another bot goes on where the first one stopped."""

import json
import os
import subprocess
import uuid
from typing import Any

import pytest

from firstline.core.settings import PROJECT_ROOT, get_settings

pytestmark = [pytest.mark.services, pytest.mark.bot]

SCRIPT = """
import asyncio, json, os, sys
import psycopg2
from rasa.core.lock_store import LockStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered
from rasa.utils.endpoints import EndpointConfig
from firstline_bot.event_log import EventLog

url, redis, name = sys.argv[1:]
domain = Domain.from_yaml("version: '3.1'\\nslots:\\n  s:\\n    type: any\\n    mappings: [{type: custom}]\\n")
told = {}

def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, UserUttered)]

async def say(store, text):
    tracker = await store.get_or_create_tracker(name, append_action_listen=False)
    tracker.update(UserUttered(text, {"name": "greet"}))
    tracker.update(SlotSet("s", text))
    await store.save(tracker)
    return tracker

async def main():
    one, other = EventLog(domain, db=url), EventLog(domain, db=url)
    first = await say(one, "메일이 안 와요")
    told["the same object again"] = (await one.retrieve(name)) is first
    await say(other, "b")
    told["what another wrote"] = texts(await one.retrieve(name))
    with psycopg2.connect(url) as killer, killer.cursor() as cursor:
        ours = "application_name = 'firstline_bot'"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {ours}")
    await say(one, "after the cut")
    told["after the cut"] = texts(await one.retrieve(name))
    tracker = await one.retrieve(name)
    tracker.update(SessionStarted())
    await one.save(tracker)
    told["latest session"] = texts(await other.retrieve(name)), (await other.retrieve(name)).get_slot("s")

    config = EndpointConfig(url=redis, type="firstline_bot.redis_locks.RedisLocks")
    locks, others = LockStore.create(config), LockStore.create(config)
    order = []
    async def turn(store, number):
        async with store.lock(name, wait_time_in_seconds=0.02):
            order.append(number)
            await asyncio.sleep(0.05)
            order.append(number)
    await asyncio.gather(*(turn((locks, others)[number % 2], number) for number in range(4)))
    told["turns"] = order

asyncio.run(main())
print(json.dumps(told))
"""


def test_another_bot_goes_on_and_a_cut_line_is_opened_again(database_url: str, redis_url: str) -> None:
    done = subprocess.run(
        [str(get_settings().bot_python), "-W", "ignore", "-c", SCRIPT, database_url, redis_url, uuid.uuid4().hex],
        env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT / "bot"), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told.pop("turns") == [0, 0, 1, 1, 2, 2, 3, 3]
    assert told == {
        "the same object again": True,
        "what another wrote": ["메일이 안 와요", "b"],
        "after the cut": ["메일이 안 와요", "b", "after the cut"],
        "latest session": [[], None],
    }
