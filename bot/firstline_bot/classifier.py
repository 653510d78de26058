"""Intent classifier: sentence vectors and character n-grams into one calibrated logistic regression."""

import json
from typing import Any, Dict, List, Optional, Sequence, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier as RasaIntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack

from firstline_bot.ngrams import CharacterNgrams
from firstline_bot.normalise import has_content, normalise
from firstline_bot.probabilities import CalibratedRegression

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

        `C`: inverse regularisation; `balance`: 0 counts every example once, 1 gives every intent the same total
        weight; `example_weights`: factor by intent; `ngram_weight`: length of the n-gram part beside the vector's 1;
        `folds`: parts of the data used to learn how sure the probabilities may be; `least_confidence`: an intent
        that needs to be surer than others to be believed, with the probability below which its confidence is 0.
        """
        return {
            "C": 10.0,
            "balance": 0.5,
            "example_weights": {},
            "ngram_weight": 0.8,
            "ngram_min_count": 2,
            "folds": 3,
            "least_confidence": {},
            "max_iter": 100,
            "ranking_length": 10,
        }

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Make an untrained classifier."""
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._centre: Optional[np.ndarray] = None
        self._ngrams: Optional[CharacterNgrams] = None
        self._regression: Optional[CalibratedRegression] = None
        self._wordless: Dict[str, str] = {}

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
        if len(set(labels)) < 2:
            raise ValueError("The training data must hold examples of two intents or more.")
        vectors = _vectors(examples)
        self._centre = vectors.mean(axis=0)
        self._ngrams = CharacterNgrams(int(self._config["ngram_min_count"])).fit(texts)
        self._wordless = {
            normalise(item.get(TEXT)): item.get(INTENT) for item in examples if not has_content(item.get(TEXT))
        }
        self._regression = CalibratedRegression.fit(
            *self._parts(vectors, texts),
            labels,
            self._weights(labels),
            strength=float(self._config["C"]),
            folds=int(self._config["folds"]),
            max_iter=int(self._config["max_iter"]),
        )
        self._persist()
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Set the most likely intent and the ranking of each message that has a text."""
        if self._regression is None:
            raise RuntimeError("The intent classifier has not been trained.")
        chosen = [message for message in messages if message.get(TEXT)]
        if not chosen:
            return messages
        table = self._regression.probabilities(
            self._features(_vectors(chosen), [message.get(TEXT) for message in chosen])
        )
        for message, row in zip(chosen, table, strict=True):
            ranking = self._ranking(message.get(TEXT), row)
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str, row: np.ndarray) -> List[Dict[Text, Any]]:
        assert self._regression is not None
        text = normalise(text)
        if not has_content(text):
            known = self._wordless.get(text)
            row = np.array([float(name == known) for name in self._regression.classes])
        else:
            top = int(row.argmax())
            if row[top] < float(self._config["least_confidence"].get(self._regression.classes[top], 0.0)):
                row = row.copy()
                row[top] = 0.0
        order = np.argsort(-row, kind="stable")[: int(self._config["ranking_length"])]
        return [
            {INTENT_NAME_KEY: self._regression.classes[index], PREDICTED_CONFIDENCE_KEY: float(row[index])}
            for index in order
        ]

    def _features(self, vectors: np.ndarray, texts: Sequence[str]) -> csr_matrix:
        centred, ngrams = self._parts(vectors, texts)
        return csr_matrix(hstack([csr_matrix(centred), ngrams]))

    def _parts(self, vectors: np.ndarray, texts: Sequence[str]) -> Tuple[np.ndarray, csr_matrix]:
        """Vectors of this encoder lie close together: moved to their centre and stretched again they tell apart."""
        assert self._ngrams is not None and self._centre is not None
        centred = vectors - self._centre
        centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
        return centred.astype(np.float32), self._ngrams.transform(texts) * float(self._config["ngram_weight"])

    def _weights(self, labels: Sequence[str]) -> np.ndarray:
        names, inverse, counts = np.unique(np.asarray(labels), return_inverse=True, return_counts=True)
        shares = (counts.mean() / counts) ** float(self._config["balance"])
        factors = np.array([float(self._config["example_weights"].get(name, 1.0)) for name in names])
        weights: np.ndarray = (shares * factors)[inverse]
        return weights / weights.mean()

    def _persist(self) -> None:
        """Write numbers and names only: nothing in the model file can run code when it is read."""
        assert self._regression is not None and self._ngrams is not None and self._centre is not None
        with self._model_storage.write_to(self._resource) as folder:
            idf = {f"idf_{name}": value for name, value in self._ngrams.weights().items()}
            np.savez(folder / "arrays.npz", centre=self._centre, **idf, **self._regression.arrays())
            words = {"terms": self._ngrams.terms(), "wordless": self._wordless}
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
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            with np.load(folder / "arrays.npz", allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        classifier._centre = arrays["centre"]
        classifier._wordless = words["wordless"]
        classifier._ngrams = CharacterNgrams.restore(
            words["terms"], {name: arrays[f"idf_{name}"] for name in words["terms"]}
        )
        classifier._regression = CalibratedRegression.restore(arrays)
        return classifier


def _vectors(messages: Sequence[Message]) -> np.ndarray:
    rows = [message.get_dense_features(TEXT, [])[1] for message in messages]
    return np.vstack([row.features for row in rows]).astype(np.float32)
