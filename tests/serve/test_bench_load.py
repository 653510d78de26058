"""The benchmarks of load: what Locust's customers send and what is made of it, idle lines, memory over time, plots."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from firstline.core.errors import BadInput
from firstline.core.settings import Settings
from firstline.serve.bench.idle_sockets import IdleSockets, allow_files, make_conversations
from firstline.serve.bench.locust_run import Channel, Customers, Target, figures, knee
from firstline.serve.bench.plot import Series, plot
from firstline.serve.commands.bench_load import load
from firstline.serve.commands.bench_soak import slope


class Answering:
    """Stands in for an app and for Rasa: answers at once, every third turn not at all, and hands over at times."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.begun: list[int] = []
        self.app = FastAPI()
        self.app.post("/api/chat/conversations", status_code=201)(self.begin)
        self.app.post("/api/chat/messages")(self.say)
        self.app.post("/webhooks/rest/webhook")(self.rest)

    async def begin(self) -> dict[str, Any]:
        self.begun.append(len(self.texts))
        return {"token": f"t{len(self.begun)}", "messages": ["welcome"]}

    async def say(self, request: Request) -> Any:
        if request.headers["authorization"] != f"Bearer t{len(self.begun)}":
            return JSONResponse({}, 401)
        self.texts.append((await request.json())["text"])
        state = "waiting" if len(self.texts) % 5 == 0 else "bot"
        return {"messages": [] if len(self.texts) % 3 == 0 else ["answer"], "state": state}

    async def rest(self, request: Request) -> Any:
        self.texts.append((await request.json())["message"])
        return [] if len(self.texts) % 3 == 0 else [{"text": "answer"}]


@pytest.fixture
def answering() -> Iterator[tuple[Answering, str]]:
    answers = Answering()
    running = uvicorn.Server(uvicorn.Config(answers.app, port=0, log_config=None))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.01)
    yield answers, f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join()


@pytest.mark.parametrize("channel", ["app", "rest"])
def test_customers_say_one_thing_after_the_other_and_count_what_is_not_answered(
    answering: tuple[Answering, str], channel: Channel
) -> None:
    answers, url = answering
    seen = Customers(Target([url], channel, {}), users=1, seconds=2, pause=0.02).seen()
    assert seen["turns"] == len(answers.texts) > 5
    assert len(set(answers.texts)) == len(answers.texts)
    assert seen["errors"] == len(answers.texts) // 3
    assert seen["first_error"] == "HTTP 200 without an answer"
    assert 0 < seen["p50_ms"] <= seen["p95_ms"] <= seen["p99_ms"]
    if channel == "app":
        # A new conversation at first, and after each that went to a person.
        begun = [0, *range(5, len(answers.texts) + 1, 5)]
        assert answers.begun in (begun, begun[:-1])


def test_figures_are_of_the_turns_alone() -> None:
    turns = [(10.0 + number, 0.1 * number) for number in range(1, 5)]
    assert figures(turns, ["HTTP 500 without an answer"]) == {
        "turns": 4, "turns_per_second": 1.18, "p50_ms": 250.0, "p95_ms": 385.0, "p99_ms": 397.0, "errors": 1,
        "first_error": "HTTP 500 without an answer",
    }  # fmt: skip


def test_the_knee_is_where_more_customers_bring_little_more() -> None:
    rates = {1: 10.0, 2: 19.0, 4: 25.0, 8: 26.0, 16: 40.0}
    steps = [{"users": users, "turns_per_second": rate} for users, rate in rates.items()]
    assert knee(steps)["users"] == 4
    assert knee(steps[:1])["users"] == 1


def test_growth_is_that_of_the_second_half() -> None:
    grown = [(60.0 * at, {"app": 500.0 + min(at, 5) * 40}) for at in range(12)]
    assert slope(grown, "app") == {
        "first_mb": 500.0, "middle_mb": 700.0, "last_mb": 700.0, "most_mb": 700.0, "mb_an_hour": 0.0,
    }  # fmt: skip
    leaking = [(60.0 * at, {"bot": 300.0 + at}) for at in range(12)]
    assert slope(leaking, "bot")["mb_an_hour"] == pytest.approx(60.0)


def test_a_plot_has_a_line_for_each() -> None:
    drawn = plot("Title", "minutes", "MB", [Series("app", [(0, 10), (5, 20)]), Series("bot", [(0, 1)])])
    assert drawn.startswith("<svg") and drawn.count(">app<") == drawn.count(">bot<") == 1
    # Zero and the most lie at the edges of the same square for all.
    assert 'points="80.0,204.0 640.0,48.0"' in drawn


async def test_idle_lines_stand_and_hear_what_is_sent_to_them(settings: Settings, address: str) -> None:
    tokens = await make_conversations(settings, 12)
    lines = IdleSockets(f"http://{address}", [*tokens, "forged"])
    assert len(await lines.connect()) == lines.open == 12
    assert len(lines.refused) == 1
    took, lost = await lines.message(4)
    assert (len(took), lost) == (4, 0)
    await lines.close()
    await asyncio.sleep(0)
    assert lines.cut == []


def test_the_limit_of_open_files_leaves_room(tmp_path: Path) -> None:
    assert allow_files(10) > 10


@pytest.mark.parametrize("wrong", [{"users": "1,x"}, {"users": "0"}, {"users": ""}, {"redis_url": "redis://127.0.0.1"}])
def test_steps_that_can_not_be_measured_are_refused_before_anything_starts(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="--"):
        load(**wrong)
