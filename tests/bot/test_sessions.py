"""When a conversation begins anew: as Rasa says it, without its walk through all events."""

import json
import subprocess

import pytest

from firstline.core.settings import PROJECT_ROOT, get_settings

SCRIPT = """
import json, time
from types import SimpleNamespace
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from firstline_bot.turn import is_session_over

told = {}
for minutes in (0, 60):
    config = {"session_expiration_time": minutes, "carry_over_slots_to_new_session": True}
    processor = SimpleNamespace(domain=Domain.from_dict({"version": "3.1", "session_config": config}))
    now = time.time()
    talks = {
        "nothing said": [SlotSet("s", 1, timestamp=now - 9999)],
        "just said": [UserUttered("a", timestamp=now - 9999), UserUttered("b", timestamp=now - 60)],
        "said long ago": [UserUttered("a", timestamp=now - 3700), BotUttered("b", timestamp=now)],
    }
    for name, events in talks.items():
        tracker = DialogueStateTracker.from_events("c", events)
        rasas = MessageProcessor._has_session_expired(processor, tracker)
        told[f"{name}, {minutes} minutes"] = [rasas, is_session_over(processor, tracker)]
print(json.dumps(told))
"""


@pytest.mark.bot
def test_a_session_is_over_when_rasa_says_so() -> None:
    done = subprocess.run(
        [str(get_settings().bot_python), "-W", "ignore", "-c", SCRIPT],
        env={"PYTHONPATH": str(PROJECT_ROOT / "bot"), "SQLALCHEMY_SILENCE_UBER_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "nothing said, 0 minutes": [False, False],
        "just said, 0 minutes": [False, False],
        "said long ago, 0 minutes": [False, False],
        "nothing said, 60 minutes": [False, False],
        "just said, 60 minutes": [False, False],
        "said long ago, 60 minutes": [True, True],
    }
