"""Rasa's intent classifier of this bot: trains, stores and asks the message classifier."""

import json
from typing import Any, Dict, List, Optional, Sequence, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from firstline_bot.encoder import encoder_folder
from firstline_bot.message_classifier import DEFAULTS, MessageClassifier, names_as_examples
from firstline_bot.normalise import has_content, normalise
from firstline_bot.partner_files import PartnerFiles
from firstline_bot.partner_intents import Chosen, PartnerIntents
from firstline_bot.training_vectors import vectors_of

RANKING = "intent_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(RasaIntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking` on every message.

    A message without a letter or digit ("👍", "???") is known only if training holds just that message; otherwise its
    confidence is 0 and the fallback takes it: a sentence vector of punctuation says nothing.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        """Return the components that must stand before this one."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        """Return the packages this component imports."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """Return the defaults.

        Those of the message classifier, and `least_confidence`: an intent that needs to be surer than others to be
        believed, with the probability below which its confidence is 0.
        """
        return {**DEFAULTS, "least_confidence": {}, "ranking_length": 10}

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained classifier."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._classifier: Optional[MessageClassifier] = None
        self._wordless: Dict[str, str] = {}
        self._texts: List[str] = []
        self._files = PartnerFiles()
        self._partners: Optional[PartnerIntents] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentClassifier":
        """Create an untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        """Accept any configuration; wrong values fail in training."""

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all examples that hold a text and an intent. Raises ValueError without two intents."""
        examples = [item for item in training_data.intent_examples if item.get(TEXT) and item.get(INTENT)]
        texts = [item.get(TEXT) for item in examples]
        labels = [item.get(INTENT) for item in examples]
        vectors = _vectors(examples)
        if named := names_as_examples(labels):
            texts += [text for text, _ in named]
            labels += [intent for _, intent in named]
            vectors = np.vstack([vectors, vectors_of(encoder_folder(), [text for text, _ in named])])
        self._classifier = MessageClassifier.fit(texts, vectors, labels, self._config)
        self._wordless = {
            normalise(text): label for text, label in zip(texts, labels, strict=True) if not has_content(text)
        }
        self._texts = texts
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the most likely intent and the ranking of each message that has a text."""
        if self._classifier is None:
            raise RuntimeError("The intent classifier has not been trained.")
        chosen = [message for message in messages if message.get(TEXT)]
        if not chosen:
            return messages
        vectors = _vectors(chosen)
        table = self._classifier.probabilities([message.get(TEXT) for message in chosen], vectors)
        for message, row, vector in zip(chosen, table, vectors, strict=True):
            ranking = self._ranking(message.get(TEXT), row)
            found = self._of_partner(message, vector)
            if found is not None:
                ranking = _put_first(found, ranking)
                if found.entity is not None:
                    name, value = found.entity
                    message.set(ENTITIES, [{"entity": name, "value": value}], add_to_output=True)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages

    def _of_partner(self, message: Message, vector: np.ndarray) -> Optional[Chosen]:
        """Return the intent of the partner's own that the message has, if it has one."""
        text, partner = message.get(TEXT), (message.get("metadata") or {}).get("partner")
        file = self._files.of(partner)
        if not file.intents or self._partners is None or text.startswith("/") or not has_content(text):
            return None
        return self._partners.choose(partner, file, text, vector)

    def _ranking(self, text: str, row: np.ndarray) -> List[Dict[Text, Any]]:
        assert self._classifier is not None
        text = normalise(text)
        if not has_content(text):
            known = self._wordless.get(text)
            row = np.array([float(name == known) for name in self._classifier.classes])
        else:
            top = int(row.argmax())
            if row[top] < float(self._config["least_confidence"].get(self._classifier.classes[top], 0.0)):
                row = row.copy()
                row[top] = 0.0
        order = np.argsort(-row, kind="stable")[: int(self._config["ranking_length"])]
        return [
            {INTENT_NAME_KEY: self._classifier.classes[index], PREDICTED_CONFIDENCE_KEY: float(row[index])}
            for index in order
        ]

    def _persist(self) -> None:
        """Write numbers and names only: nothing in the model file can run code when it is read."""
        assert self._classifier is not None
        numbers, terms = self._classifier.stored()
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / "arrays.npz", **numbers)
            words = {"terms": terms, "wordless": self._wordless, "texts": self._texts}
            (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentClassifier":
        """Load a trained classifier. Raises ValueError when the model file does not hold one."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
                numbers = {name: stored[name] for name in stored.files}
            words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        component._wordless = words["wordless"]
        component._classifier = MessageClassifier.restore(numbers, words["terms"])
        component._texts = words["texts"]
        component._partners = PartnerIntents(component._classifier, component._texts)
        return component


def _put_first(found: Chosen, ranking: List[Dict[Text, Any]]) -> List[Dict[Text, Any]]:
    """Return the ranking with the partner's intent before all others, which share what it leaves."""
    first = {INTENT_NAME_KEY: found.intent, PREDICTED_CONFIDENCE_KEY: found.confidence}
    rest = [
        {**entry, PREDICTED_CONFIDENCE_KEY: entry[PREDICTED_CONFIDENCE_KEY] * (1.0 - found.confidence)}
        for entry in ranking
        if entry[INTENT_NAME_KEY] != found.intent
    ]
    return [first, *rest]


def _vectors(messages: Sequence[Message]) -> np.ndarray:
    rows = [message.get_dense_features(TEXT, [])[1] for message in messages]
    return np.vstack([row.features for row in rows]).astype(np.float32)
