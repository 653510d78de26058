"""Turns beyond those that the bot answers at once wait in the order in which they came."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .conftest import AT_ONCE, TURN_SECONDS, ActionServer, Bot, say

pytestmark = pytest.mark.bot

WAITING = 3
STEP_SECONDS = 0.1


@pytest.fixture
def release(action_server: ActionServer) -> threading.Semaphore:
    """What an action waits for before it answers: one is let go for each release."""
    let_go = threading.Semaphore(0)

    def wait(_: dict[str, Any]) -> dict[str, Any]:
        assert let_go.acquire(timeout=20)
        return say("utter_helped")

    action_server.answers["action_answer"] = wait
    return let_go


def wait_until(seen: Callable[[], bool]) -> None:
    """Return as soon as it is so; whoever waits in vain finds out by what comes next."""
    end = time.monotonic() + TURN_SECONDS
    while not seen() and time.monotonic() < end:
        time.sleep(0.005)


def test_turns_beyond_the_limit_wait_and_are_begun_in_their_order(
    bot: Bot, action_server: ActionServer, conversation: str, release: threading.Semaphore
) -> None:
    names = [f"{conversation}-{number}" for number in range(AT_ONCE + WAITING)]

    def begun() -> list[str]:
        return [request["sender_id"] for request in action_server.requests if request["sender_id"] in names]

    with ThreadPoolExecutor(len(names)) as pool:
        futures = []
        for number, name in enumerate(names, start=1):
            futures.append(pool.submit(bot.turn, "outlook is slow", conversation_id=name))
            if number <= AT_ONCE:
                wait_until(lambda: len(begun()) == number)  # noqa: B023 - asked before the next round
            else:
                time.sleep(STEP_SECONDS)
        before = begun()
        # One by one: of two that are let go at once either may come to its action first.
        for number in range(AT_ONCE + 1, len(names) + 1):
            release.release()
            wait_until(lambda: len(begun()) == number)  # noqa: B023 - asked before the next round
        release.release(AT_ONCE)
        answers = [future.result() for future in futures]
    assert before == names[:AT_ONCE]
    assert begun() == names
    assert [answer.status_code for answer in answers] == [200] * len(names)


def test_a_turn_that_was_given_up_gives_its_place_to_the_next(
    bot: Bot, conversation: str, release: threading.Semaphore
) -> None:
    names = [f"{conversation}-{number}" for number in range(AT_ONCE)]
    with ThreadPoolExecutor(len(names)) as pool:
        hung = list(pool.map(lambda name: bot.turn("outlook is slow", conversation_id=name), names))
    release.release(AT_ONCE + 1)
    assert [answer.status_code for answer in hung] == [504] * AT_ONCE
    assert bot.turn("outlook is slow", conversation_id=conversation).status_code == 200
