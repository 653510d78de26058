"""Vectors of training messages: the same ones from the cache, and a damaged cache harms nothing."""

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import EMBEDDING_DIR, ROOT

pytestmark = pytest.mark.bot

ENCODE = """
import json, sys
from pathlib import Path
from firstline_bot.training_vectors import begin, vectors_of
folder, texts = Path(sys.argv[1]), sys.argv[2:]
begin(folder, texts[:-1])
print(json.dumps([row[:3].round(5).tolist() for row in vectors_of(folder, texts)]))
"""
TEXTS = ["hello there", "메일이 안 와요", "hello  there", "a longer message about licences and seats", "new"]


def encode(python: str, environment: dict[str, str], cache: Path, *texts: str) -> list[list[float]]:
    command = [python, "-c", ENCODE, str(EMBEDDING_DIR), *texts]
    environment = environment | {"FIRSTLINE_BOT_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    vectors: list[list[float]] = json.loads(done.stdout)
    return vectors


def test_the_cache_gives_the_same_vectors_may_be_damaged_and_leaves_nothing_behind(
    bot_python: str, bot_environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "bot-vectors-of-another-encoder.npz").write_bytes(b"stale")
    first = encode(bot_python, bot_environment, tmp_path, *TEXTS)
    assert len(first) == len(TEXTS) and first[0] == first[2] != first[1]
    (file,) = tmp_path.iterdir()
    kept = file.read_bytes()
    assert encode(bot_python, bot_environment, tmp_path, *TEXTS) == first
    for damaged in (b"", b"no archive", kept[: len(kept) // 2]):
        file.write_bytes(damaged)
        assert encode(bot_python, bot_environment, tmp_path, *TEXTS) == first
        assert {path.name for path in tmp_path.iterdir()} == {file.name}
