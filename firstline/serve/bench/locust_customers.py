"""Locust's customers: each says one thing after the other and waits for the whole answer. Run by ``locust_run.py``.

What is measured stands in the environment, as Locust starts this file as a program of its own; so does the file for
what was seen.
"""

import json
import os
import uuid
from itertools import islice
from pathlib import Path
from typing import Any

import gevent
from locust import FastHttpUser, constant, events, task

from firstline.serve.bench.talks import messages, never_again

_TURN = "turn"
_said = islice(never_again(messages()), int(os.environ["FIRSTLINE_BENCH_SKIP"]), None)
_URLS = os.environ["FIRSTLINE_BENCH_URLS"].split(",")
_PAUSE = float(os.environ["FIRSTLINE_BENCH_PAUSE"])


class Customer(FastHttpUser):
    """Somebody who writes and waits; with several apps each request goes to the next, as from a balancer."""

    abstract = True
    wait_time = constant(_PAUSE)
    connection_timeout = network_timeout = 120.0
    _asked = 0

    def post(self, name: str, path: str, body: dict[str, Any], token: str = "") -> Any:
        """Send JSON and return what came; an answer without messages counts as a failure."""
        self._asked += 1
        url = f"{_URLS[self._asked % len(_URLS)]}{path}"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with self.client.post(url, json=body, headers=headers, name=name, catch_response=True) as answer:
            # Who could not be reached has the status 0, which Locust takes for a good one.
            found: Any = answer.json() if 200 <= answer.status_code < 300 else {}
            if not (found.get("messages") if isinstance(found, dict) else found):
                answer.failure(str(getattr(answer, "error", None) or f"HTTP {answer.status_code} without an answer"))
            return found


class AppCustomer(Customer):
    """A customer over the app's HTTP API."""

    abstract = os.environ["FIRSTLINE_BENCH_CHANNEL"] != "app"
    _token = ""

    @task
    def say(self) -> None:
        """Send a message as the widget does; where a person takes over, begin anew."""
        if not self._token:
            begun = self.post("begin", "/api/chat/conversations", {"partner": "demo", "locale": "ko"})
            self._token = begun.get("token", "")
        body = {"text": next(_said)[1], "client_message_id": uuid.uuid4().hex}
        turn = self.post(_TURN, "/api/chat/messages", body, self._token)
        if turn.get("state") != "bot":
            self._token = ""


class RestCustomer(Customer):
    """A customer over Rasa's ``rest`` channel."""

    abstract = os.environ["FIRSTLINE_BENCH_CHANNEL"] != "rest"

    @task
    def say(self) -> None:
        """Send a message."""
        if not self._asked:
            self._id = uuid.uuid4().hex
        self.post(_TURN, "/webhooks/rest/webhook", {"sender": self._id, "message": next(_said)[1]})


_turns: list[tuple[float, float]] = []
_failures: list[str] = []


def _read_clock(**_more: Any) -> None:
    """Let gevent look at the clock, which it read before all was imported; else the time is over too early."""
    gevent.get_hub().loop.update_now()


def _note(name: str, start_time: float, response_time: float, exception: Any, **_more: Any) -> None:
    if exception is not None:
        _failures.append(str(exception))
    if name == _TURN:
        _turns.append((start_time, response_time / 1000))


def _write(**_more: Any) -> None:
    Path(os.environ["FIRSTLINE_BENCH_OUT"]).write_text(json.dumps({"turns": _turns, "failures": _failures}), "utf-8")


events.init.add_listener(_read_clock)  # type: ignore[no-untyped-call]
events.request.add_listener(_note)  # type: ignore[no-untyped-call]
events.quit.add_listener(_write)  # type: ignore[no-untyped-call]
