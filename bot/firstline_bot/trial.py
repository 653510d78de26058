"""``python -m firstline_bot.trial JOB``: fits the classifier to some messages and asks it about others, without Rasa.

For measuring it on collections that aren't ours. JOB is a JSON file, a list of ``{"fit", "intents", "ask"}``. Prints
lines of JSON: ``{"done", "total"}`` while sentence vectors are made, then for each trial in order
``{"seconds", "guesses": [[intent, probability], ...]}``.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import numpy as np

from firstline_bot.encoder import encoder_folder
from firstline_bot.message_classifier import MessageClassifier, names_as_examples
from firstline_bot.normalise import normalise
from firstline_bot.training_vectors import encode_all

_BLOCK = 1024


def main(job: Path) -> None:
    """Do the job. Raises EncoderMissing without an encoder, ValueError for a trial without two intents."""
    trials: List[Dict[str, Any]] = json.loads(job.read_text(encoding="utf-8"))
    for trial in trials:
        named = names_as_examples(trial["intents"])
        trial["fit"] += [text for text, _ in named]
        trial["intents"] += [intent for _, intent in named]
    texts = [text for trial in trials for text in (*trial["fit"], *trial["ask"])]
    vectors = encode_all(encoder_folder(), texts, lambda done, total: _print({"done": done, "total": total}))
    for trial in trials:
        began = time.monotonic()
        fit = [vectors[normalise(text)] for text in trial["fit"]]
        classifier = MessageClassifier.fit(trial["fit"], _stacked(fit), trial["intents"], {})
        seconds = round(time.monotonic() - began, 2)
        guesses: List[List[Any]] = []
        for start in range(0, len(trial["ask"]), _BLOCK):
            asked = trial["ask"][start : start + _BLOCK]
            table = classifier.probabilities(asked, _stacked([vectors[normalise(text)] for text in asked]))
            guesses += [[classifier.classes[row.argmax()], round(float(row.max()), 4)] for row in table]
        _print({"seconds": seconds, "guesses": guesses})


def _stacked(rows: List[np.ndarray]) -> np.ndarray:
    return np.stack(rows).astype(np.float32)


def _print(told: Dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
