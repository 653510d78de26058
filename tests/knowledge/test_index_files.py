import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from firstline.knowledge.array_file import read_arrays, write_arrays
from firstline.knowledge.embedding_cache import encode_missing
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.index import SearchIndex, build_index
from firstline.knowledge.index_files import MANIFEST, IndexFiles
from firstline.knowledge.limits import Limits
from firstline.knowledge.sources import Source, wanted_vectors

META = {"model": "hashing-256", "revisions": {"acme": 1}}


@pytest.fixture
def index(make) -> SearchIndex:
    sources = [Source(make(questions=["I forgot my password", "locked out of my account"]), 1, "acme")]
    return build_index(sources, encode_missing(HashingEncoder(), wanted_vectors(sources)), META, 256)


def names(folder: Path, start: str) -> set[str]:
    return {entry.name for entry in folder.iterdir() if entry.name.startswith(start)}


def test_a_new_index_replaces_the_old_and_one_is_kept(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    assert files.manifest() is None and files.load(Limits()) is None
    written = [files.write(index) for _ in range(3)]
    assert files.manifest() == written[2].meta
    assert names(tmp_path, "segment-") == {entry.segments[0].folder for entry in written[1:]}
    assert names(tmp_path, "frame-") == {entry.meta["frame"] for entry in written[1:]}


@given(
    arrays.arrays(
        st.sampled_from(["<f4", "<i8", "<u2"]), arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5)
    ),
    st.booleans(),
)
def test_arrays_are_read_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, turn: bool):
    written = np.asfortranarray(array) if turn else array
    path = tmp_path_factory.mktemp("arrays") / "arrays.bin"
    write_arrays(path, {"before": np.arange(3), "one": written, "after": np.ones(2)})
    read = read_arrays(path)
    np.testing.assert_array_equal(read["one"], array)
    assert (read["one"].flags.f_contiguous, read["one"].flags.c_contiguous) == (
        written.flags.f_contiguous, written.flags.c_contiguous,
    )  # fmt: skip
    assert read["before"].tolist() == [0, 1, 2] and read["after"].tolist() == [1, 1]


def test_what_is_scored_row_by_row_or_column_by_column_scores_the_same(tmp_path: Path, index: SearchIndex):
    loaded = IndexFiles(tmp_path).write(index)
    (held,) = loaded.lines.parts
    assert held.flags.f_contiguous and not index.lines.parts[0].flags.f_contiguous
    query = np.random.default_rng(1).normal(size=held.shape[1]).astype(np.float32)
    np.testing.assert_allclose(loaded.lines.products(query), index.lines.products(query), atol=1e-4)


def test_segments_that_did_not_change_are_not_written_again(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    first = files.write(index)
    second = files.write(first)
    assert second.segments[0] is first.segments[0]
    assert second.meta["segments"] == first.meta["segments"] and second.meta["id"] != first.meta["id"]


def test_what_a_killed_writer_left_is_not_read_and_goes_after_an_hour(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    live = files.write(index)
    (tmp_path / ".part-dead").mkdir()
    (tmp_path / ".part-dead" / "arrays.bin").write_text("half")
    (tmp_path / "segment-never-named").mkdir()
    loaded = files.load(Limits())
    assert loaded is not None and loaded.meta == live.meta
    files.write(index)
    assert (tmp_path / ".part-dead").exists() and not (tmp_path / "segment-never-named").exists()
    os.utime(tmp_path / ".part-dead", (time.time() - 4000,) * 2)
    files.write(index)
    assert not (tmp_path / ".part-dead").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 4, "segments": ["../.."]}', "\x00"])
def test_bad_manifest_means_no_index(tmp_path: Path, text: str):
    (tmp_path / MANIFEST).write_text(text)
    assert IndexFiles(tmp_path).load(Limits()) is None


def test_reader_sees_a_whole_index_while_a_writer_is_killed(tmp_path: Path, index: SearchIndex):
    files = IndexFiles(tmp_path)
    files.write(index)
    script = (
        "import sys, pathlib\n"
        "from firstline.knowledge.index_files import IndexFiles\n"
        "from firstline.knowledge.limits import Limits\n"
        "from dataclasses import replace\n"
        "files = IndexFiles(pathlib.Path(sys.argv[1])); index = files.load(Limits())\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    index.segments = [replace(segment, folder='') for segment in index.segments]\n"
        "    index = files.write(index)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ.copy()
    )
    try:
        assert writer.stdout and writer.stdout.readline() == b"ready\n"
        for _ in range(200):
            assert files.manifest() is not None
    finally:
        writer.kill()
        writer.wait()
        if writer.stdout:
            writer.stdout.close()
    loaded = files.load(Limits())
    assert loaded is not None and loaded.meta["revisions"] == {"acme": 1}
