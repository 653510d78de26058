"""Sentence features for Rasa from the encoder that app and bot share."""

from typing import Any, Dict, List, Optional, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from firstline_bot.encoder import SentenceEncoder, encoder_folder, encoder_sha, read_meta
from firstline_bot.normalise import normalise
from firstline_bot.training_vectors import vectors_of

SHA_KEY = "encoder_sha256"
VECTOR = "vector"
"""Name in a message's metadata of its sentence vector (dim,), where somebody made it before."""


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
        """Return the defaults."""
        return {SHA_KEY: "", "alias": None}

    def __init__(self, config: Dict[Text, Any], name: Text) -> None:
        """Find the encoder. Raises EncoderMissing, or ValueError when the model was trained on another encoder."""
        super().__init__(name, config)
        folder = encoder_folder()
        trained_on = config.get(SHA_KEY)
        if trained_on and trained_on != encoder_sha(folder):
            raise ValueError(f"The bot was trained on another encoder than the one in '{folder}'. Train the bot again.")
        self._folder = folder
        self._encoder: Optional[SentenceEncoder] = None
        self._dim = int(read_meta(folder)["dim"])

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
        vectors = [self._known(message) for message in chosen]
        missing = [row for row, vector in enumerate(vectors) if vector is None]
        if missing:
            texts = [normalise(chosen[row].get(TEXT)) for row in missing]
            for row, vector in zip(missing, self._loaded().encode(texts), strict=True):
                vectors[row] = vector
        for message, vector in zip(chosen, vectors, strict=True):
            assert vector is not None
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence vectors to all training examples: on every core, and known ones from the last training."""
        chosen = [message for message in training_data.training_examples if message.get(TEXT)]
        vectors = vectors_of(self._folder, [message.get(TEXT) for message in chosen])
        for message, vector in zip(chosen, vectors, strict=True):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return training_data

    def _known(self, message: Message) -> Optional[np.ndarray]:
        """Return the vector that came with the message; a button's payload is read by its name and needs none."""
        vector: Optional[np.ndarray] = (message.get("metadata") or {}).get(VECTOR)
        if vector is None:
            return np.zeros(self._dim, dtype=np.float32) if message.get(TEXT).startswith("/") else None
        if vector.shape != (self._dim,):
            raise ValueError(f"The vector sent has the shape {vector.shape}; the encoder's is ({self._dim},).")
        return vector

    def _loaded(self) -> SentenceEncoder:
        """Return the bot's own encoder, loaded when it is first needed: the app, which has one, sends its vectors."""
        if self._encoder is None:
            self._encoder = SentenceEncoder(self._folder)
        return self._encoder
