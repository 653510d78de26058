"""The classifier without Rasa: the measure of closeness, and a fitted one stored and made again."""

import json
import subprocess

import pytest

from .conftest import ROOT

pytestmark = [pytest.mark.bot, pytest.mark.xdist_group("bot")]

MEASURE = """
import json
import numpy as np
from firstline_bot.message_classifier import MessageClassifier, within_measure
random = np.random.RandomState(0)
# Messages of an intent differ along the first direction alone; what tells the two intents apart is the second.
labels = ["a", "b"] * 50
points = np.stack([random.normal(size=100) * 4, [1.0, -1.0] * 50, random.normal(size=100) * 0.1], axis=1)
points = (points - points.mean(axis=0)).astype(np.float32)
measure = within_measure(points, labels, 0.5)
texts = [f"say {label} {place}" for place, label in enumerate(labels)]
fitted = MessageClassifier.fit(texts, points, labels, {"within": 0.5})
again = MessageClassifier.restore(*fitted.stored())
asked = fitted.probabilities(texts, points)
length = {e: MessageClassifier.fit(texts, points, labels, {"enough": e}).words(texts).sum() for e in (50, 200)}
print(json.dumps({
    "first": float(measure[0, 0]), "second": float(measure[1, 1]),
    "same": float(np.abs(asked - again.probabilities(texts, points)).max()),
    "right": float(np.mean([fitted.classes[row.argmax()] == label for row, label in zip(asked, labels)])),
    "few": float(length[200] / length[50]),
    "none": bool(np.array_equal(within_measure(points, labels, 0.0), np.eye(3))),
    "alike": bool(np.array_equal(within_measure(points * 0.0, labels, 0.5), np.eye(3))),
}))
"""


def test_what_varies_inside_an_intent_tells_less_and_the_measure_is_kept(
    bot_python: str, bot_environment: dict[str, str]
) -> None:
    command = [bot_python, "-c", MEASURE]
    done = subprocess.run(command, env=bot_environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["first"] < 1.0 < found["second"]
    assert found["same"] < 0.01 and found["right"] > 0.95
    # A hundred examples where two hundred are enough.
    assert found["few"] == pytest.approx(0.5)
    assert found["none"] and found["alike"]


NGRAMS = """
import json
import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from firstline_bot.ngrams import CharacterNgrams
from firstline_bot.normalise import jamo
texts = ["메일이 안 와요", "메일 안옴", "비밀번호 바꾸는 법", "reset my password", "password password reset"]
asked = [*texts, "mail", "??", "전혀 다른 말", ""]
fitted = CharacterNgrams(2).fit(texts)
views = [
    TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=2),
    TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2,
        preprocessor=lambda text: jamo(text.lower()),
    ),
]
wanted = hstack([view.fit(texts).transform(asked) for view in views]).toarray()
again = CharacterNgrams.restore(fitted.terms(), fitted.weights())
print(json.dumps({
    "off": float(np.abs(fitted.transform(asked).toarray() - wanted).max()),
    "kept": float(np.abs(again.transform(asked, 0.5).toarray() * 2 - wanted).max()),
    "filled": int((wanted > 0).sum()),
    "none": list(fitted.transform([]).shape) == [0, wanted.shape[1]],
}))
"""


def test_n_grams_are_weighed_as_scikit_learn_weighs_them(bot_python: str, bot_environment: dict[str, str]) -> None:
    command = [bot_python, "-c", NGRAMS]
    done = subprocess.run(command, env=bot_environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["off"] < 1e-6 and found["kept"] < 1e-6
    assert found["filled"] > 50 and found["none"]


FEW = """
import json
import numpy as np
from firstline_bot.message_classifier import MessageClassifier, names_as_examples
random = np.random.RandomState(0)
labels = ["card_arrival"] * 3 + ["top-up/failed"] * 477
points = random.normal(size=(480, 100)).astype(np.float32)
texts = [f"text {place}" for place in range(480)]
fits = [MessageClassifier.fit(texts[:n], points[:n], labels[:n], {"rank": 80}) for n in (120, 450, 480)]
names = [names_as_examples(labels, below) for below in (30, 3)]
print(json.dumps({"names": names, "kept": [fit.points.shape[1] for fit in fits]}))
"""


def test_rare_intents_count_their_names_and_few_examples_keep_few_directions(
    bot_python: str, bot_environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [bot_python, "-c", FEW], env=bot_environment, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    # 64 directions at least, one for every six examples, and never more than the setting says.
    assert json.loads(done.stdout) == {"names": [[["card arrival", "card_arrival"]], []], "kept": [64, 75, 80]}
