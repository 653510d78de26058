"""``firstline eval intents``: rows that can't be used, thresholds, and the whole command over a small folder."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.serve.cli import app
from firstline.serve.intents.collection import Collection, Example, read_collections
from firstline.serve.intents.measure import DRAWS, Plan, best_threshold, scope_figures
from firstline.serve.intents.trials import Answers

SUBJECTS = ["the roof", "a window", "my door", "the gate", "that hatch", "the lid"]
LEARNED = [(f"please open {name}", "open") for name in SUBJECTS] + [(f"paint {name} red", "paint") for name in SUBJECTS]
ASKED = [("open the cupboard please", "open"), ("paint the cupboard red", "paint")]
STRANGE = [
    "what is a whale",
    "sing me a song",
    "how old is the moon",
    "who won yesterday",
    "is it noon",
    "count to ten",
]


def write(folder: Path, name: str, part: str, rows: list[tuple[str, str]]) -> Path:
    path = folder / f"{name}_{part}.jsonl"
    lines = [json.dumps({"id": str(n), "lang": "en", "text": t, "intent": i}) for n, (t, i) in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "plain", "train", LEARNED)
    write(tmp_path, "plain", "test", ASKED)
    write(tmp_path, "scoped", "train", [*LEARNED, *((text, "oos") for text in STRANGE)])
    write(tmp_path, "scoped", "test", [*ASKED, ("why do cats purr", "oos")])
    return tmp_path


@pytest.mark.parametrize(
    ("part", "line", "words"),
    [
        ("train", "{", "needs {"),
        ("train", "[]", "needs {"),
        ("train", '{"text": "open it"}', "needs {"),
        ("train", '{"text": " ", "intent": "open"}', "'text' must be"),
        ("train", '{"text": "open it", "intent": 7}', "'intent' must be"),
        ("test", '{"text": "burn it", "intent": "burn"}', "intent 'burn'"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_file_and_line(folder: Path, part: str, line: str, words: str) -> None:
    path = folder / f"plain_{part}.jsonl"
    rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([rows[0], "", line, *rows[1:]]), "utf-8")
    with pytest.raises(BadInput) as raised:
        read_collections(folder)
    assert raised.value.message.startswith(f"{path}:3: ") and words in raised.value.message


def test_bytes_that_are_no_text_are_named_too(folder: Path) -> None:
    path = folder / "plain_train.jsonl"
    path.write_bytes(path.read_bytes() + b'{"text": "\xff", "intent": "open"}\n')
    with pytest.raises(BadInput, match=rf"{path}:{len(LEARNED) + 1}: "):
        read_collections(folder)


def test_what_the_folder_lacks_is_named(folder: Path) -> None:
    write(folder, "plain", "train", LEARNED[:2])
    with pytest.raises(BadInput, match="two intents"):
        read_collections(folder)
    write(folder, "plain", "train", LEARNED)
    (folder / "plain_test.jsonl").unlink()
    with pytest.raises(BadInput, match=r"no file .*plain_test\.jsonl"):
        read_collections(folder)
    done = CliRunner().invoke(app, ["eval", "intents", str(folder / "nowhere")])
    assert done.exit_code == 1 and "There is no folder" in str(done.exception)
    (folder / "nowhere").mkdir()
    with pytest.raises(BadInput, match="holds no <name>_train"):
        read_collections(folder / "nowhere")


def test_draws_differ_and_parts_ask_each_row_once(folder: Path) -> None:
    plain, scoped = read_collections(folder)
    drawn = [plain.draw(2, seed) for seed in range(1, 6)]
    assert all([row.intent for row in rows].count("open") == 2 and len(rows) == 4 for rows in drawn)
    assert len({tuple(row.text for row in rows) for rows in drawn}) > 1 and plain.draw(2, 3) == drawn[2]
    parts = list(scoped.folds(3))
    assert sorted(row.text for _, ask in parts for row in ask) == sorted(row.text for row in scoped.train)
    for fit, ask in parts:
        assert not set(fit) & set(ask) and [row.intent for row in ask].count("oos") == 2


def test_the_lowest_threshold_that_can_t_be_told_from_the_best_is_taken() -> None:
    # From 0.9 on one of 100 more is refused rightly and one of 1,000 wrongly, which 100 messages are too few to show.
    rows = [Example("a", "x")] * 1000 + [Example("b", "oos")] * 100
    guesses = [("x", 0.95)] * 999 + [("x", 0.85)] + [("x", 0.4)] * 99 + [("x", 0.85)]
    assert 0.4 < best_threshold(rows, guesses) <= 0.41
    assert 0.85 < best_threshold(rows * 10, guesses * 10) <= 0.86


def test_the_threshold_is_chosen_where_both_are_best_on_what_was_held_out() -> None:
    rows = [Example("a", "x"), Example("b", "x"), Example("c", "y"), Example("d", "oos"), Example("e", "oos")]
    guesses = [("x", 0.9), ("x", 0.55), ("x", 0.8), ("y", 0.5), ("oos", 0.7)]
    assert 0.5 < best_threshold(rows * 400, guesses * 400) <= 0.55
    refused = scope_figures(rows, guesses, 0.6)
    assert refused == {"in_scope_accuracy": 0.3333, "in_scope_unrefused": 0.6667, "recall": 1.0, "precision": 0.6667}
    assert scope_figures(rows, guesses, 0.0) == refused | {"in_scope_accuracy": 0.6667, "recall": 0.5, "precision": 1.0}


def test_the_test_part_has_no_say_in_the_threshold() -> None:
    rows = [Example(f"{intent} {n}", intent) for intent in ("x", "y", "oos") for n in range(5)]
    plan = Plan.of(Collection("c", rows, [Example("t", "x"), Example("u", "oos")]), 10)
    sure = {"x": 0.8, "y": 0.8, "oos": 0.3}
    parts = [Answers([("x" if row.intent == "oos" else row.intent, sure[row.intent]) for row in ask], 1.0)
             for _, ask in plan.folds]  # fmt: skip
    figures = plan.report([Answers([("x", 0.2), ("x", 0.9)], 1.0), *parts])["all"]
    assert figures["threshold"] == 0.31 and (figures["in_scope_accuracy"], figures["recall"]) == (0.0, 0.0)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own with the model that is built."""
    data, models = tmp_path / "data", get_settings().embedding_dir.parent
    data.mkdir()
    (data / "models").symlink_to(models.resolve())
    monkeypatch.setenv("FIRSTLINE_DATA_DIR", str(data))
    get_settings.cache_clear()
    yield data
    get_settings.cache_clear()


@pytest.mark.bot
@pytest.mark.model
def test_one_table_for_our_classifier_and_the_baseline(folder: Path, own_data: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "intents", str(folder), "--shots", "3", "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    plain, scoped = report["collections"]["plain"], report["collections"]["scoped"]
    assert (plain["intents"], plain["train"], plain["test"]) == (2, 12, 2)
    for system in ("firstline", "tfidf"):
        assert plain["systems"][system]["all"]["accuracy"] == 1.0
        assert len(plain["systems"][system]["few"]["draws"]) == DRAWS
        assert 0 <= scoped["systems"][system]["all"]["threshold"] <= 1
    assert scoped["systems"]["firstline"]["all"]["in_scope_unrefused"] == 1.0
    assert list((own_data / "cache" / "intents").iterdir()), "vectors are kept for the next time"
    table = CliRunner().invoke(app, ["eval", "intents", str(folder)], env={"COLUMNS": "160"})
    assert "TF-IDF" in table.stdout and "10 an intent" in table.stdout, table.output
