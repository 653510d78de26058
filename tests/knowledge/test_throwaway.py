"""Vectors of other people's texts are computed once, whichever run wants them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from firstline.knowledge.embedding_cache import PASSAGE, QUERY, key_of
from firstline.knowledge.encoder import Vectors
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.throwaway import cached_vectors


class CountingEncoder(HashingEncoder):
    """Remembers what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__(64)
        self.asked: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        # Questions come through here as well.
        self.asked += texts
        return super().encode_passages(texts)


def wanted(*texts: str, role: str = PASSAGE) -> dict[str, tuple[str, str]]:
    return {key_of(role, text): (role, text) for text in texts}


def test_only_what_no_run_has_seen_is_encoded(tmp_path: Path):
    encoder = CountingEncoder()
    first = cached_vectors(wanted("licences", "mail"), encoder, tmp_path)
    encoder.asked.clear()
    again = cached_vectors(wanted("mail", "phones") | wanted("mail", role=QUERY), encoder, tmp_path)
    assert sorted(encoder.asked) == ["mail", "phones"]
    assert again.keys() == (wanted("mail", "phones") | wanted("mail", role=QUERY)).keys()
    np.testing.assert_array_equal(again[key_of(PASSAGE, "mail")], first[key_of(PASSAGE, "mail")])
    np.testing.assert_array_equal(again[key_of(QUERY, "mail")], encoder.encode_queries(["mail"])[0])


def test_a_damaged_file_is_encoded_anew(tmp_path: Path):
    encoder = CountingEncoder()
    cached_vectors(wanted("licences"), encoder, tmp_path)
    for path in tmp_path.rglob("*.npz"):
        path.write_bytes(path.read_bytes()[:50])
    encoder.asked.clear()
    cached_vectors(wanted("licences"), encoder, tmp_path)
    assert encoder.asked == ["licences"]
    encoder.asked.clear()
    cached_vectors(wanted("licences"), encoder, tmp_path)
    assert encoder.asked == []
