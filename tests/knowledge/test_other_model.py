"""Another embedding model than the built-in one: a folder that a partner names in the settings."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from firstline.core.settings import Settings
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.knowledge.prepare_model import is_prepared

pytestmark = pytest.mark.model

# Runs in a process of its own: the app never loads torch, and neither do the tests.
MAKE_MODEL = """
import sys, torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
folder = sys.argv[1]
torch.manual_seed(7)
special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
letters = [chr(code) for code in range(97, 123)]
words = {word: at for at, word in enumerate([*special, *letters, *("##" + letter for letter in letters)])}
tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
names = dict(zip(["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"], special))
PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **names).save_pretrained(folder + "/plain")
config = BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                    intermediate_size=64, max_position_embeddings=64)
BertModel(config, add_pooling_layer=False).save_pretrained(folder + "/plain")
transformer = Transformer(folder + "/plain", max_seq_length=64)
SentenceTransformer(modules=[transformer, Pooling(32, pooling_mode="cls")], prompts={"query": "ask: "},
                    device="cpu").save(folder + "/small-model", create_model_card=False)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("other")
    subprocess.run([sys.executable, "-c", MAKE_MODEL, str(made)], check=True, capture_output=True)
    return made


def prepare(data: Path, model: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"FIRSTLINE_DATA_DIR": str(data), "FIRSTLINE_EMBEDDING_MODEL": model}
    command = [sys.executable, "-m", "firstline.knowledge.prepare_model"]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_folder_becomes_the_encoder_and_the_built_in_one_is_asked_for_again(folder: Path) -> None:
    settings = Settings(data_dir=folder, embedding_model=str(folder / "small-model"))
    done = prepare(folder, settings.embedding_model)
    assert done.returncode == 0, done.stderr
    assert "[4/4] done" in done.stdout
    encoder = OnnxEncoder.load(settings.embedding_dir)
    assert encoder.dim == 32 and encoder.name.startswith("small-model@")
    queries, passages = encoder.encode_queries(["reset"]), encoder.encode_passages(["ask: reset"])
    assert np.allclose(queries, passages, atol=1e-5)
    assert is_prepared(settings)
    assert not is_prepared(Settings(data_dir=folder, embedding_model="builtin"))


def test_a_folder_without_a_model_is_named_and_what_was_there_stays(folder: Path, tmp_path: Path) -> None:
    done = prepare(tmp_path, str(folder / "no-such-model"))
    assert done.returncode == 1
    assert "no-such-model" in done.stderr and "FIRSTLINE_EMBEDDING_MODEL" in done.stderr
    assert not (tmp_path / "models" / "embedding").exists()
