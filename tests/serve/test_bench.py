"""The benchmarks' own parts: what they count, and what they refuse."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings
from firstline.serve.bench.default_bot import DefaultBot
from firstline.serve.bench.load import Load, talk_at_once
from firstline.serve.bench.server import copy_prepared
from firstline.serve.bench.talks import messages, never_again


class Echo:
    """A talk that leaves every third message without an answer."""

    together = 0
    most = 0

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def begin(self) -> None:
        pass

    async def say(self, lang: str, text: str) -> bool:
        Echo.together += 1
        Echo.most = max(Echo.most, Echo.together)
        await asyncio.sleep(0)
        Echo.together -= 1
        self.heard.append(text)
        return len(self.heard) % 3 != 0


async def test_every_conversation_says_all_its_messages_at_once_with_the_others() -> None:
    talks: list[Echo] = []

    def make(_http: httpx.AsyncClient) -> Echo:
        talks.append(Echo())
        return talks[-1]

    said = never_again([("en", "a"), ("ko", "b"), ("en", "c")])
    load = await talk_at_once(make, said, 5, 7, {"this": os.getpid()})
    assert [len(talk.heard) for talk in talks] == [7] * 5
    assert Echo.most == 5
    heard = [text for talk in talks for text in talk.heard]
    assert len(set(heard)) == len(heard)
    assert (len(load.latencies), load.unanswered) == (35, 5 * 2)
    assert load.cpu["this"] >= 0


def test_figures_are_turns_a_second_and_milliseconds() -> None:
    figures = Load(2, [0.1, 0.2, 0.3, 0.4], 2.0, 1, {"app": 0.08, "bot": 0.02}).as_json()
    assert figures == {
        "conversations": 2, "turns": 4, "turns_per_second": 2.0, "p50_ms": 250.0, "p95_ms": 385.0, "unanswered": 1,
        "cpu_ms": 25.0, "cpu_ms_of": {"app": 20.0, "bot": 5.0},
    }  # fmt: skip


def test_rounds_are_counted_together() -> None:
    rounds = [Load(2, [0.1, 0.2], 1.0, 1, {"bot": 0.01}), Load(2, [0.3, 0.4], 3.0, 0, {"bot": 0.03})]
    figures = Load.together(rounds).as_json()
    assert figures == {
        "conversations": 2, "turns": 4, "turns_per_second": 1.0, "p50_ms": 250.0, "p95_ms": 385.0, "unanswered": 1,
        "cpu_ms": 10.0, "cpu_ms_of": {"bot": 10.0},
    }  # fmt: skip


def test_messages_are_in_both_languages() -> None:
    assert {lang for lang, _text in messages()} == {"ko", "en"}


def test_nothing_prepared_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetupIncomplete, match="firstline prepare"):
        copy_prepared(Settings(data_dir=tmp_path / "empty"), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_the_default_bot_has_every_intent_of_ours_and_one_answer_to_each(tmp_path: Path) -> None:
    python = tmp_path / "python"
    # Stands in for Rasa: what is looked at is the project it is given.
    python.write_text("#!/bin/sh\ntouch model.tar.gz\n")
    python.chmod(0o700)
    bot = DefaultBot(Settings(data_dir=tmp_path, bot_python=python))
    assert bot.training() is None
    assert set(bot.train()) == {"seconds", "cpu_seconds"}
    assert bot.training() == bot.train()
    quick = DefaultBot(Settings(data_dir=tmp_path, bot_python=python), epochs=2)
    assert quick.training() is None and quick.model != bot.model
    domain = yaml.safe_load((bot.model.parent / "domain.yml").read_text("utf-8"))
    assert {"greet", "problem", "nlu_fallback"} <= set(domain["intents"])
    assert set(domain["responses"]) == {f"utter_{intent}" for intent in domain["intents"]}
    rules = yaml.safe_load((bot.model.parent / "data" / "rules.yml").read_text("utf-8"))["rules"]
    assert {rule["steps"][0]["intent"] for rule in rules} == set(domain["intents"])


async def test_what_is_measured_on_holds_articles_and_nobodys_conversation(
    settings: Settings, app: Any, new_customer: Any, new_agent: Any, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await app.state.parts.knowledge.ensure_ready("demo")
    await (await new_customer("ko")).send("/human")
    person = {"email": "new@example.com", "roles": ["agent"]}
    assert (await http.post("/api/staff/people", json=person, headers=await new_agent("boss", "admin"))).is_success
    for file in (settings.bot_dir / "model.tar.gz", settings.bot_dir / "trained.json", settings.index_dir / "there"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    copy_prepared(settings, tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "firstline.db")) as copy:
        tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        filled = {table for table in tables if copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0]}
        assert "knowledge_articles" in filled
        assert not copy.execute("PRAGMA foreign_key_check").fetchall()
    assert {table for table in filled if not table.startswith(("knowledge_", "sqlite_"))} == {
        "alembic_version",
        "audit_log",
    }
