"""A partner's own intents: told from ours by the same kernel, solved for its few examples alone, at once."""

import base64
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.sparse import vstack

from firstline_bot.kernel_classifier import KernelClassifier
from firstline_bot.message_classifier import DEFAULTS, MessageClassifier, balanced
from firstline_bot.normalise import normalise
from firstline_bot.partner_files import PartnerFile

_OURS = ""
# Of our examples so many that are nearest to each of the partner's stand against it, and so many of all kinds.
_NEAREST = 12
_OF_ALL_KINDS = 800
# Chosen so that none of the development messages is taken for the intents of a partner in the tests.
_LEAST = 0.4


@dataclass(frozen=True)
class Chosen:
    """The intent a message gets, what goes with it as an entity (name, value), and the probability."""

    intent: str
    entity: Optional[Tuple[str, str]]
    confidence: float


class PartnerIntents:
    """One classifier a partner, made anew when its file changes; no partner's examples reach another's messages."""

    def __init__(self, base: MessageClassifier, texts: Sequence[str]) -> None:
        """`texts`: the examples `base` was fitted on, in their order."""
        self._base = base
        self._texts = texts
        self._made: Dict[str, Tuple[Tuple[int, int], Optional[KernelClassifier]]] = {}

    def choose(self, partner: str, file: PartnerFile, text: str, vector: np.ndarray) -> Optional[Chosen]:
        """Return the partner's intent that the message has, None where it is one of ours."""
        if not file.intents:
            return None
        exact = normalise(text).casefold()
        for intent in file.intents:
            if any(normalise(example).casefold() == exact for example in intent["examples"]):
                return _chosen(intent, 1.0)
        made = self._made.get(partner)
        if made is None or made[0] != file.stamp:
            made = self._made[partner] = (file.stamp, self._fit(file.intents))
        classifier = made[1]
        if classifier is None:
            return None
        row = classifier.probabilities(*self._base.parts([text], vector[None, :]))[0]
        top = int(row.argmax())
        if classifier.classes[top] == _OURS or row[top] < _LEAST:
            return None
        named = next(intent for intent in file.intents if intent["name"] == classifier.classes[top])
        return _chosen(named, float(row[top]))

    def _fit(self, intents: List[Dict[str, Any]]) -> Optional[KernelClassifier]:
        pairs = [(example, intent["name"]) for intent in intents for example in intent["examples"]]
        if not pairs:
            return None
        texts = [text for text, _ in pairs]
        own, own_words = self._base.parts(texts, np.concatenate([_vectors(intent) for intent in intents]))
        rows = self._against(texts, own)
        words = self._base.words([self._texts[row] for row in rows])
        labels = [name for _, name in pairs] + [_OURS] * len(rows)
        return KernelClassifier.fit(
            np.vstack([own, self._base.points[rows]]),
            vstack([own_words, words]).tocsr(),
            labels,
            balanced(labels, float(DEFAULTS["balance"])),
            width=float(DEFAULTS["width"]),
            smoothing=float(DEFAULTS["smoothing"]),
        )

    def _against(self, texts: Sequence[str], own: np.ndarray) -> np.ndarray:
        """Return which of our examples stand against the partner's: the nearest, and some of all kinds."""
        points = self._base.points
        nearest = np.argpartition(-(own @ points.T), _NEAREST, axis=1)[:, :_NEAREST] if len(points) > _NEAREST else []
        spread = np.linspace(0, len(points) - 1, min(_OF_ALL_KINDS, len(points))).astype(int)
        taken = {normalise(text).casefold() for text in texts}
        rows = np.unique(np.concatenate([np.ravel(nearest).astype(int), spread]))
        return np.array([row for row in rows if normalise(self._texts[row]).casefold() not in taken], dtype=int)


def _vectors(intent: Dict[str, Any]) -> np.ndarray:
    """Return the vectors of the intent's examples, (examples, dim), as the app made them."""
    flat = np.frombuffer(base64.b64decode(intent["vectors"]), dtype="<f4")
    return flat.reshape(len(intent["examples"]), -1)


def _chosen(intent: Dict[str, Any], confidence: float) -> Chosen:
    if intent.get("slug"):
        return Chosen(intent["intent"], ("slug", intent["slug"]), confidence)
    own = intent["intent"] == "partner_answer"
    return Chosen(intent["intent"], ("extra", intent["name"]) if own else None, confidence)
