import os
import subprocess
import sys
from pathlib import Path

import pytest

from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.index import SearchIndex, Source, build_index, wanted_vectors
from firstline.knowledge.index_files import CURRENT, IndexFiles


@pytest.fixture
def index(make) -> SearchIndex:
    sources = [Source(make(), 1, "acme")]
    return build_index(sources, encode_missing(HashingEncoder(), wanted_vectors(sources)), {"mark": 1}, 256)


def test_new_generation_replaces_the_old_and_one_is_kept(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    assert files.current() is None and files.load() is None
    first = files.write(index)
    second = files.write(index)
    third = files.write(index)
    assert files.current() == third
    assert {entry.name for entry in tmp_path.iterdir() if entry.is_dir()} == {second, third}
    assert first != second


def test_what_a_killed_writer_left_is_neither_read_nor_kept(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    live = files.write(index)
    (tmp_path / ".part-dead").mkdir()
    (tmp_path / ".part-dead" / "meta.json").write_text("{}")
    (tmp_path / "complete-but-not-live").mkdir()
    assert files.current() == live and files.load() is not None
    files.write(index)
    assert not (tmp_path / ".part-dead").exists() and not (tmp_path / "complete-but-not-live").exists()


@pytest.mark.parametrize("pointer", ["", "gone", "../..", "\x00"])
def test_bad_pointer_means_no_index(tmp_path: Path, pointer: str):
    (tmp_path / CURRENT).write_text(pointer)
    assert IndexFiles(tmp_path).current() is None
    assert IndexFiles(tmp_path).meta() is None


def test_reader_sees_a_whole_index_while_a_writer_is_killed(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    files.write(index)
    script = (
        "import sys, pathlib\n"
        "from firstline.knowledge.index_files import IndexFiles\n"
        "files = IndexFiles(pathlib.Path(sys.argv[1])); index = files.load()\n"
        "print('ready', flush=True)\n"
        "while True: files.write(index)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ.copy()
    )
    try:
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
        for _ in range(200):
            assert files.current() is not None
    finally:
        writer.kill()
        writer.wait()
        if writer.stdout:
            writer.stdout.close()
    loaded = files.load()
    assert loaded is not None and loaded.meta == {"mark": 1}
