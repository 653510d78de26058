"""The measuring commands, over a small collection and with the built model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstline.core.settings import get_settings
from firstline.serve.cli import app

pytestmark = pytest.mark.model

ARTICLES = [("roof", "Open the hangar roof", "Turn the wheel."), ("ink", "Refill the ink", "Shake the bottle first.")]
QUESTIONS = [("how do I open the roof", ["roof"]), ("shake bottle", ["ink"]), ("tax return", [])]


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A collection, and a data folder of its own with the model that is built."""
    data, folder = tmp_path / "data", tmp_path / "small"
    models = get_settings().embedding_dir.parent
    data.mkdir()
    (data / "models").symlink_to(models.resolve())
    monkeypatch.setenv("FIRSTLINE_DATA_DIR", str(data))
    get_settings.cache_clear()
    folder.mkdir()
    rows = [{"id": name, "lang": "en", "title": title, "text": text} for name, title, text in ARTICLES]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked = [{"id": query, "lang": "en", "query": query, "relevant_article_ids": ids} for query, ids in QUESTIONS]
    (folder / "questions.jsonl").write_text("\n".join(map(json.dumps, asked)))
    yield folder
    get_settings.cache_clear()


def test_sets_puts_search_beside_both_baselines_in_every_form(collection: Path) -> None:
    done = CliRunner().invoke(app, ["eval", "sets", str(collection), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)["sets"]["small"]
    assert (found["articles"], found["n"]) == (2, 2)
    assert found["firstline"]["hit1"] == 1.0
    for baseline in ("bm25", "dense"):
        forms = found[baseline]["forms"]
        assert set(forms) == {"articles", "passages", "titles"}
        assert forms[found[baseline]["best"]]["hit1"] == max(form["hit1"] for form in forms.values())
    table = CliRunner().invoke(app, ["eval", "sets", str(collection)], env={"COLUMNS": "160"}).stdout
    assert "Firstline" in table and "BM25 (" in table and "dense (" in table


def test_knowledge_writes_the_card_beside_the_figures(collection: Path, tmp_path: Path) -> None:
    files = ["--questions", str(collection / "questions.jsonl"), "--articles", str(collection)]
    done = CliRunner().invoke(app, ["eval", "knowledge", *files, "--card", str(tmp_path / "card"), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["groups"]["en"]["unanswerable"] == 1
    card = json.loads((tmp_path / "card" / "card.json").read_text("utf-8"))
    assert card["collection"] == "small" and card["languages"][0]["groups"][0]["n"] == 2
    assert {entry["way"]: entry["n"] for entry in card["mirror"]} == {"start": 2, "sentence": 2}


def test_a_folder_without_questions_is_named(collection: Path) -> None:
    (collection / "questions.jsonl").unlink()
    done = CliRunner().invoke(app, ["eval", "sets", str(collection)])
    assert done.exit_code == 1 and "no file" in str(done.exception)
