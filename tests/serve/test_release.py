"""A newly trained bot takes the place of the one in use, also in the middle of a talk, unless it is worse."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.chat.bot_client import BotClient, BotFailed
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.serve.live_bot import LiveBot
from firstline.serve.release import ModelRefused, release

SECRET = "a-secret-of-some-length"


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with a bot in use that understands 90 % of the messages."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("bot_stand_in.py")}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("BOT_STAND_IN_TRAINS", str(tmp_path / "next.json"))
    settings = Settings(
        data_dir=tmp_path, partners_dir=PROJECT_ROOT / "partners", bot_python=python, bot_secret=SECRET, _env_file=None
    )
    (settings.embedding_dir).mkdir(parents=True)
    (settings.embedding_dir / "encoder.json").write_text("{}")
    settings.bot_dir.mkdir()
    put(settings.bot_dir / "model.tar.gz", "old", 0.9)
    return settings


@pytest.fixture
def judged_by(tmp_path: Path) -> Path:
    folder = tmp_path / "evaluation"
    folder.mkdir()
    rows = [
        {"id": f"{lang}{n}", "lang": lang, "text": f"{route} {n}", "route": route}
        for lang in ("ko", "en")
        for n, route in enumerate(["usage", "problem", "greet"] * 33)
    ]
    (folder / "routes_some.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def put(path: Path, name: str, right: float) -> None:
    path.with_suffix(".new").write_text(json.dumps({"name": name, "right": right}))
    path.with_suffix(".new").replace(path)


def in_use(settings: Settings) -> str:
    model: dict[str, Any] = json.loads((settings.bot_dir / "model.tar.gz").read_text())
    return str(model["name"])


def test_a_better_bot_is_taken_and_its_figures_are_kept(trained: Settings, judged_by: Path) -> None:
    put(trained.data_dir / "next.json", "new", 0.95)
    said: list[str] = []
    release(trained, said.append, judged_by=judged_by)
    assert in_use(trained) == "new"
    kept = json.loads((trained.bot_dir / "trained.json").read_text())
    assert set(kept["accuracy"]) == {"ko", "en"} and min(kept["accuracy"].values()) > 0.94
    put(trained.data_dir / "next.json", "newer", 0.96)
    release(trained, said.append, judged_by=judged_by)
    assert said.count("Judging the bot in use") == 1, "what was judged by these files is not judged again"


def test_a_worse_bot_is_refused_and_kept_beside(trained: Settings, judged_by: Path) -> None:
    put(trained.data_dir / "next.json", "worse", 0.8)
    with pytest.raises(ModelRefused, match="accept-worse"):
        release(trained, lambda _: None, judged_by=judged_by)
    assert in_use(trained) == "old"
    assert "worse" in (trained.bot_dir / "refused.tar.gz").read_text()
    release(trained, lambda _: None, accept_worse=True, judged_by=judged_by)
    assert in_use(trained) == "worse"


def test_within_the_margin_it_is_taken(trained: Settings, judged_by: Path) -> None:
    put(trained.data_dir / "next.json", "new", 0.88)
    release(trained.model_copy(update={"bot_worse_margin": 0.1}), lambda _: None, judged_by=judged_by)
    assert in_use(trained) == "new"


@pytest.fixture
async def running(trained: Settings) -> AsyncIterator[tuple[LiveBot, BotClient]]:
    live = LiveBot(trained, SECRET, "")
    async with httpx.AsyncClient() as http:
        client = BotClient(http, live.url, SECRET, timeout=8, concurrency=8, queue=100)
        await live.start(client)
        await until(client, "old")
        yield live, client
        await live.stop()


async def until(client: BotClient, model: str) -> None:
    async with asyncio.timeout(60):
        while await client.health() != model:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def say(client: BotClient, text: str) -> str:
    (message,) = await client.turn(conversation_id="c", message_id="1", text=text, lang="en", partner="demo")
    return message.text


async def test_no_turn_is_lost_while_the_bot_is_replaced(trained: Settings, running: tuple[LiveBot, BotClient]) -> None:
    live, client = running
    old = live.url
    answers: list[str] = []
    replaced = asyncio.Event()

    async def talk() -> None:
        while not replaced.is_set() or answers[-1].startswith("old"):
            answers.append(await say(client, "slowly" if len(answers) % 5 == 0 else "hello"))

    talks = [asyncio.create_task(talk()) for _ in range(4)]
    put(trained.bot_dir / "model.tar.gz", "new", 1.0)
    await until(client, "new")
    replaced.set()
    await asyncio.gather(*talks)
    assert {answer.split(":")[0] for answer in answers} == {"old", "new"}
    assert live.url != old
    async with asyncio.timeout(30):
        while await client.health(old):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_bot_that_does_not_start_leaves_the_old_one_in_place(
    trained: Settings, running: tuple[LiveBot, BotClient]
) -> None:
    _, client = running
    broken = trained.bot_dir / "broken"
    broken.write_text("no model")
    broken.replace(trained.bot_dir / "model.tar.gz")
    await asyncio.sleep(4)
    assert await say(client, "hello") == "old: hello"
    put(trained.bot_dir / "model.tar.gz", "mended", 1.0)
    await until(client, "mended")


async def test_the_secret_and_the_failure_of_a_turn_are_as_before(running: tuple[LiveBot, BotClient]) -> None:
    _, client = running
    client.move_to("http://127.0.0.1:9")
    with pytest.raises(BotFailed):
        await say(client, "hello")
    assert client.open_turns("http://127.0.0.1:9") == 0
