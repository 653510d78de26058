"""Rewriting an ONNX graph: the same numbers in 32 bits, closer ones in 8."""

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer, models, pre_tokenizers

from firstline.core.settings import get_settings
from firstline.knowledge.learn_smoothing import learn
from firstline.knowledge.model_builder import SMOOTHING_FILE
from firstline.knowledge.model_graph import products, smooth
from firstline.knowledge.onnx_encoder import MODEL_FILE

WIDTH, OUTPUTS = 16, 12
WORDS = [f"w{number}" for number in range(40)]
TEXTS = [" ".join(WORDS[start : start + 6]) for start in range(0, 34, 3)]


@pytest.fixture
def tokenizer() -> Tokenizer:
    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="w0"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return made


@pytest.fixture
def graph() -> ModelProto:
    """Embeds tokens, adds, normalises and multiplies; one channel is far larger than the others."""
    rng = np.random.default_rng(3)
    gamma = np.ones(WIDTH, np.float32)
    gamma[5] = 80.0
    values = {
        "table": rng.normal(size=(len(WORDS), WIDTH)),
        "bias": rng.normal(size=WIDTH),
        "gamma": gamma,
        "beta": rng.normal(size=WIDTH),
        "weights": rng.normal(size=(WIDTH, OUTPUTS)) / gamma[:, None],
    }
    initial = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in values.items()]
    norm = ["embedded", "embedded", "gamma", "beta", "bias"]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("SkipLayerNormalization", norm, ["normed"], domain="com.microsoft", epsilon=1e-12),
        helper.make_node("MatMul", ["normed", "weights"], ["product"], name="dense"),
    ]
    takes = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])]
    gives = [helper.make_tensor_value_info("product", TensorProto.FLOAT, [1, "tokens", OUTPUTS])]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    small = helper.make_graph(nodes, "small", takes, gives, initial)
    return helper.make_model(small, opset_imports=opsets, ir_version=9)


def run(model: ModelProto, tokenizer: Tokenizer) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
    )
    rows = [np.array([tokenizer.encode(text).ids], dtype=np.int64) for text in TEXTS]
    return np.concatenate([session.run(None, {"input_ids": row})[0][0] for row in rows])


def quantised(model: ModelProto, folder: Path) -> ModelProto:
    onnx.save(model, str(folder / "plain.onnx"))
    quantize_dynamic(folder / "plain.onnx", folder / "8bit.onnx", per_channel=True, weight_type=QuantType.QInt8)
    return onnx.load(str(folder / "8bit.onnx"))


def copied(model: ModelProto) -> ModelProto:
    return ModelProto.FromString(model.SerializeToString())


@pytest.fixture
def smoothed(graph: ModelProto, tokenizer: Tokenizer, tmp_path: Path) -> ModelProto:
    onnx.save(graph, str(tmp_path / "fused.onnx"))
    powers = learn(tmp_path / "fused.onnx", tokenizer, TEXTS)
    made = copied(graph)
    smooth(made, powers)
    return made


@pytest.mark.usefixtures("model")
def test_the_prepared_model_is_smoothed_and_its_norms_stand_apart() -> None:
    prepared = onnx.load(str(get_settings().embedding_dir / MODEL_FILE))
    steps = Counter(node.op_type for node in prepared.graph.node)
    assert steps["SkipLayerNormalization"] == 0 and steps["LayerNormalization"] == 24
    assert sum(node.op_type == "Mul" and node.name.startswith("smoothed_") for node in prepared.graph.node) == 48


def test_a_smoothed_graph_computes_the_same(graph: ModelProto, smoothed: ModelProto, tokenizer: Tokenizer) -> None:
    assert [node.op_type for node in smoothed.graph.node].count("Mul") == 1
    np.testing.assert_allclose(run(smoothed, tokenizer), run(graph, tokenizer), rtol=1e-4, atol=1e-4)


def test_smoothing_halves_what_8_bits_lose(
    graph: ModelProto, smoothed: ModelProto, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    exact = run(graph, tokenizer)
    plain, better = (np.abs(run(quantised(model, tmp_path), tokenizer) - exact).mean() for model in (graph, smoothed))
    assert better < plain / 2


def test_the_shipped_file_has_a_power_for_each_channel_of_the_built_in_model() -> None:
    with np.load(SMOOTHING_FILE) as powers:
        shapes = [powers[str(place)].shape for place in range(len(powers.files))]
    assert shapes == [(384,), (384,), (384,), (1536,)] * 12


def test_products_are_those_with_weights(graph: ModelProto) -> None:
    assert [(name, node.name, list(weights.dims)) for name, node, weights in products(graph)] == [
        ("0", "dense", [WIDTH, OUTPUTS])
    ]
