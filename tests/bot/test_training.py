"""Training refuses data that is wrong, by file and line, and keeps the model that was there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

pytestmark = pytest.mark.bot


def train(python: str, environment: dict[str, str], out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [python, "-m", "firstline_bot.train", "--out", str(out), *options]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("version: '3.1'\nnlu:\n  - intent: usage\n    examples: |\n      - fine\n      broken\n", 6),
        ("version: '3.1'\nnlu:\n  - intent: usage\n    examples: |\n      - fine\n      - \n", 6),
        ("version: '3.1'\nnlu:\n  - intent: no_such_intent\n    examples: |\n      - fine words\n", 5),
        ("version: '3.1'\nnlu:\n  - examples: |\n      - fine\n", 3),
        ("version: '3.1'\nnlu:\n  - intent: usage\n    examples: [a, b]\n", 3),
        ("version: '3.1'\nnlu: [\n", 3),
        ("just words\n", 1),
        ("version: '3.1'\nnlu:\n  - intent: usage\n    examples: |\n      - an [entity](name) here\n", 5),
    ],
)
def test_a_mistake_is_named_by_file_and_line(
    bot_python: str, bot_environment: dict[str, str], tmp_path: Path, content: str, line: int
) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "training_data", data)
    (data / "nlu" / "zz.en.yml").write_text(content, encoding="utf-8")
    out = tmp_path / "model.tar.gz"
    out.write_bytes(b"the old model")
    done = train(bot_python, bot_environment, out, "--data", str(data))
    assert done.returncode != 0
    assert f"{data / 'nlu' / 'zz.en.yml'}:{line}:" in done.stderr
    assert out.read_bytes() == b"the old model"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "model.tar.gz"}


def test_one_message_under_two_intents_is_refused(
    bot_python: str, bot_environment: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(ROOT / "training_data", data)
    text = "version: '3.1'\nnlu:\n  - intent: usage\n    examples: |\n      - ＴＨＡＮＫＳ a   lot\n"
    (data / "nlu" / "zz.en.yml").write_text(text, encoding="utf-8")
    done = train(bot_python, bot_environment, tmp_path / "m.tar.gz", "--data", str(data))
    assert done.returncode != 0
    assert f"{data / 'nlu' / 'zz.en.yml'}:5:" in done.stderr
    assert "'thanks'" in done.stderr


def test_a_missing_encoder_says_what_to_do(bot_python: str, bot_environment: dict[str, str], tmp_path: Path) -> None:
    environment = {**bot_environment, "FIRSTLINE_EMBEDDING_DIR": str(tmp_path)}
    done = train(bot_python, environment, tmp_path / "m.tar.gz")
    assert done.returncode != 0
    assert "FIRSTLINE_EMBEDDING_DIR" in done.stderr
