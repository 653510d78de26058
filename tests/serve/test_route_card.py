"""The model card: figures that can be checked by hand, on a bot that understands what its model file says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from firstline.serve.route_card import measure_route_card
from firstline.serve.route_evaluation import Guess


def row(route: str, lang: str = "en") -> dict[str, str]:
    return {"id": "1", "lang": lang, "text": f"about {route}", "route": route}


def card(*pairs: tuple[str, str, float]) -> Any:
    rows = [row(meant) for meant, _, _ in pairs]
    return measure_route_card("some.jsonl", rows, [Guess(taken, {taken: sure}) for _, taken, sure in pairs])


def test_recall_precision_and_f1_of_a_route() -> None:
    (english,) = card(("usage", "usage", 0.9), ("usage", "problem", 0.6), ("problem", "problem", 0.8)).languages
    usage = next(entry for entry in english.routes if entry.route == "usage")
    assert (usage.n, usage.taken, usage.recall.value, usage.precision.value) == (2, 1, 0.5, 1.0)
    assert usage.f1 == pytest.approx(2 / 3, abs=1e-4)
    assert [(c.route, c.taken_for, c.texts) for c in english.confusions] == [("usage", "problem", ["about usage"])]
    assert english.accuracy.value == pytest.approx(2 / 3, abs=1e-4)


def test_the_largest_recall_at_a_precision_of_95_in_100() -> None:
    right = [("out_of_scope", "out_of_scope", 0.9 - n / 100) for n in range(8)]
    wrong = [("usage", "out_of_scope", 0.7)]
    (english,) = card(*right, *wrong, ("out_of_scope", "out_of_scope", 0.6), ("out_of_scope", "usage", 0.9)).languages
    assert (english.shipped.recall, english.shipped.precision) == (0.9, 0.9)
    assert (english.precise.recall, english.precise.precision) == (0.8, 1.0)
    assert english.precise.threshold == pytest.approx(0.83)


def test_without_anything_out_of_scope_there_is_no_recall() -> None:
    (english,) = card(("usage", "usage", 0.9)).languages
    assert english.shipped.recall is None and english.precise is None and english.curve == []


def test_a_probability_that_comes_true_has_no_error() -> None:
    (english,) = card(*[("usage", "usage" if n < 8 else "problem", 0.8) for n in range(10)]).languages
    assert english.reliability.error == 0.0
    assert [(b.n, b.said, b.right) for b in english.reliability.bins] == [(10, 0.8, 0.8)]


FIRSTLINE = Path(sys.executable).with_name("firstline")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a bot that understands 90 % of all messages, and a file with messages to it."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("bot_stand_in.py")}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "model.tar.gz").write_text(json.dumps({"name": "some", "right": 0.9}))
    monkeypatch.setenv("FIRSTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("FIRSTLINE_BOT_PYTHON", str(python))
    rows = [
        {"id": f"{lang}{n}", "lang": lang, "text": f"{route} {n}", "route": route}
        for lang in ("ko", "en")
        for n, route in enumerate(["usage", "greet", "out_of_scope", "human"] * 25)
    ]
    messages = tmp_path / "messages.jsonl"
    messages.write_text("".join(json.dumps(entry) + "\n" for entry in rows))
    return messages


def evaluate(messages: Path, folder: Path, *options: str) -> str:
    command = [str(FIRSTLINE), "eval", "routes", "--messages", str(messages), "--card", str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_command_writes_page_plots_and_figures_and_says_the_same_as_json(asked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "card"
    said = json.loads(evaluate(asked, folder, "--json"))
    written = json.loads((folder / "card.json").read_text("utf-8"))
    assert said["card"] == written
    assert [language["lang"] for language in written["languages"]] == ["ko", "en"]
    assert {path.name for path in folder.iterdir()} == {"index.html", "card.json", "ko.svg", "en.svg"}
    page = (folder / "index.html").read_text("utf-8")
    assert page.count("<svg") == 2 and "Model card" in page and "out_of_scope" in page
    plain = evaluate(asked, folder)
    assert "out of scope as shipped: recall" in plain and "index.html" in plain
