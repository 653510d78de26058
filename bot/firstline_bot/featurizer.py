"""Sentence features for Rasa from the encoder that app and bot share."""

import os
from pathlib import Path
from typing import Any, Dict, List, Text, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from firstline_bot.encoder import SentenceEncoder, read_meta
from firstline_bot.normalise import normalise

FOLDER_VARIABLE = "FIRSTLINE_EMBEDDING_DIR"
SHA_KEY = "encoder_sha256"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EmbeddingFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one sentence vector to every message.

    The encoder's checksum is written into the model's configuration, so a model trained on one encoder refuses to
    run on another and Rasa's training cache does not mix them.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return the components that must stand before this one: none."""
        return []

    @staticmethod
    def required_packages() -> List[Text]:
        """Return the packages this component imports."""
        return ["onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults; `model_dir` is used when FIRSTLINE_EMBEDDING_DIR is not set."""
        return {"model_dir": "", "threads": 1, "batch_size": 64, SHA_KEY: "", "alias": None}

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        """Load the encoder. Raises EncoderMissing, or ValueError when the model was trained on another encoder."""
        super().__init__(name, config)
        folder = encoder_folder(config)
        self._batch_size = int(config["batch_size"])
        trained_on = config.get(SHA_KEY)
        if trained_on and trained_on != encoder_sha(folder):
            raise ValueError(f"The bot was trained on another encoder than the one in '{folder}'. Train the bot again.")
        self._encoder = SentenceEncoder(folder, threads=int(config["threads"]))

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "EmbeddingFeaturizer":
        """Create the component for training or prediction."""
        return cls(config, execution_context.node_name)

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Accept any configuration; wrong folders are reported when the encoder is loaded."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Add the sentence vector to each message that holds a text."""
        chosen = [message for message in messages if message.get(TEXT)]
        if chosen:
            vectors = self._encoder.encode([normalise(message.get(TEXT)) for message in chosen], self._batch_size)
            for message, vector in zip(chosen, vectors, strict=True):
                message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence vectors to all training examples, in batches."""
        self.process(training_data.training_examples)
        return training_data


def encoder_folder(config: Dict[Text, Any]) -> Path:
    """Return the encoder's folder: from the environment, else from the configuration."""
    return Path(os.environ.get(FOLDER_VARIABLE) or config.get("model_dir") or "var/models/embedding")


def encoder_sha(folder: Path) -> str:
    """Return the checksum that `encoder.json` gives for the encoder."""
    meta = read_meta(folder)
    return str(meta.get("sha256") or meta.get("name", ""))
