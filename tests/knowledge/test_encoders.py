import json
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings
from firstline.knowledge.encoder import Encoder, Vectors
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.knowledge.prepare_model import is_prepared, prepare_model
from firstline.knowledge.remembering_encoder import PreparedEncoder, RememberingEncoder, WrappedEncoder


class EncoderContract:
    """What every encoder promises; each implementation inherits it and gives the fixture ``encoder``."""

    def test_vectors_are_normalised_and_in_order(self, encoder: Encoder):
        texts = ["메일 안와요", "a much longer question about something else entirely, twice as long", "x", ""]
        texts += [f"{word} {'again ' * (number % 7 * 9)}{number}" for number, word in enumerate(["mail", "팀즈"] * 15)]
        vectors = encoder.encode_passages(texts)
        assert vectors.shape == (len(texts), encoder.dim) and vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
        alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
        assert np.sum(alone * vectors, axis=1).min() > 0.98

    def test_no_texts_give_no_vectors(self, encoder: Encoder):
        assert encoder.encode_queries([]).shape == (0, encoder.dim)

    def test_same_text_gives_the_same_vector_in_every_thread(self, encoder: Encoder):
        results: list[np.ndarray] = []
        threads = [threading.Thread(target=lambda: results.append(encoder.encode_queries(["팀즈"]))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 4 and all(np.array_equal(results[0], result) for result in results)

    def test_text_close_to_another_is_closer_than_a_foreign_one(self, encoder: Encoder):
        one, near, far = encoder.encode_queries(["reset my password", "reset a password", "coffee machine leaks"])
        assert one @ near > one @ far


class TestHashingEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return HashingEncoder()


class AskedOnce(HashingEncoder):
    """Refuses a question that it was asked before."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        assert not self.asked & set(texts), "asked twice"
        self.asked |= set(texts)
        return super().encode_queries(texts)


@pytest.mark.parametrize("wrapped", [RememberingEncoder, PreparedEncoder])
class TestWrappedEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, wrapped: type[WrappedEncoder]) -> Encoder:
        return wrapped(HashingEncoder())

    def test_a_question_is_asked_once(self, wrapped: type[WrappedEncoder]):
        encoder = wrapped(AskedOnce())
        first = encoder.encode_queries(["mail is late"])
        assert np.array_equal(encoder.encode_queries(["mail is late"]), first)
        assert (encoder.name, encoder.dim) == (HashingEncoder().name, HashingEncoder().dim)


def test_what_was_prepared_is_not_encoded_again():
    within, known = AskedOnce(), {}
    encoder = PreparedEncoder(within, known)
    encoder.prepare(["mail", "phone", "mail"])
    assert list(known) == ["mail", "phone"] and within.asked == {"mail", "phone"}
    vectors = encoder.encode_queries(["phone", "printer", "mail"])
    assert np.array_equal(vectors, HashingEncoder().encode_queries(["phone", "printer", "mail"]))


@pytest.mark.model
class TestOnnxEncoder(EncoderContract):
    @pytest.fixture
    def encoder(self, model: OnnxEncoder) -> Encoder:
        return model

    def test_meaning_counts_across_languages(self, encoder: Encoder):
        one, same, far = encoder.encode_queries(["비밀번호를 잊어버렸어요", "I forgot my password", "회의실 예약"])
        assert one @ same > one @ far

    @pytest.mark.parametrize("text", ["메일", "Outlook won't start!", "?!", "👍"])
    def test_prefix_and_ends_do_not_count(self, model: OnnxEncoder, text: str):
        folder = Settings().embedding_dir
        tokens = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(f"query: {text}")
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
        ids = np.array([tokens.ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = session.run(None, {entry.name: feed[entry.name] for entry in session.get_inputs()})[0][0]
        assert tokens.tokens[:4] == ["<s>", "▁que", "ry", ":"] and tokens.tokens[-1] == "</s>"
        expected = hidden[4:-1].mean(axis=0)
        found = model.encode_queries([text])[0]
        assert found @ expected / np.linalg.norm(expected) > 0.999
        assert found @ hidden.mean(axis=0) / np.linalg.norm(hidden.mean(axis=0)) < 0.999

    def test_a_blank_text_has_a_vector(self, model: OnnxEncoder):
        assert np.linalg.norm(model.encode_queries([" "])[0]) == pytest.approx(1)

    def test_long_text_is_cut_not_refused(self, encoder: Encoder):
        assert encoder.encode_passages(["긴 글 " * 5_000]).shape == (1, encoder.dim)


@pytest.mark.model
def test_preparing_twice_does_nothing(model: OnnxEncoder):
    told: list[str] = []
    assert prepare_model(Settings(), lambda step, done, total: told.append(step)) is False
    assert told == []


def test_missing_or_damaged_model_names_the_command(tmp_path: Path):
    with pytest.raises(SetupIncomplete, match="prepare_model"):
        OnnxEncoder.load(tmp_path)
    facts = {"name": "m", "dim": 3, "max_tokens": 8, "pooling": "mean", "normalize": True}
    facts |= {"query_prefix": "", "passage_prefix": "", "sha256": "0" * 64, "source": "builtin"}
    (tmp_path / "encoder.json").write_text(json.dumps(facts))
    (tmp_path / "model.onnx").write_bytes(b"broken")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SetupIncomplete, match="delete the folder"):
        OnnxEncoder.load(tmp_path)


@pytest.mark.model
@pytest.mark.parametrize(("fact", "value"), [("pooling", "mean"), ("source", "other")])
def test_a_model_of_another_release_is_not_prepared(model: OnnxEncoder, tmp_path: Path, fact: str, value: str):
    settings = Settings(data_dir=tmp_path)
    settings.embedding_dir.mkdir(parents=True)
    for name in ("model.onnx", "tokenizer.json"):
        (settings.embedding_dir / name).symlink_to(Settings().embedding_dir / name)
    facts = asdict(model.facts)
    (settings.embedding_dir / "encoder.json").write_text(json.dumps(facts))
    assert is_prepared(settings)
    (settings.embedding_dir / "encoder.json").write_text(json.dumps(facts | {fact: value}))
    assert not is_prepared(settings)


def test_another_model_in_the_settings_means_not_prepared(tmp_path: Path):
    settings = Settings(data_dir=tmp_path, embedding_model="some/other")
    assert not is_prepared(settings)
