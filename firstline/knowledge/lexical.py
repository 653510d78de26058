"""What word search sees of a text: words, Korean morphemes and Hangul bigrams."""

import re
from functools import cache
from pathlib import Path

import yaml
from kiwipiepy import Kiwi

from firstline.knowledge.normalise import brand_words, normalise

_WORD = re.compile(r"[a-z0-9]+(?:[._'-][a-z0-9]+)*|[가-힣]+", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]+")
_PLURAL = re.compile(r"(?<=[a-z]{3})(?:'s|ies|ses|s|ing|ed)$")
_MORPHEMES = ("NNG", "NNP", "NNB", "NR", "VV", "VA", "XR", "SL", "SN", "MAG")
_STOP_WORDS_FILE = Path(__file__).parent / "data" / "stop_words.yaml"
_STOP_WORDS = frozenset(" ".join(yaml.safe_load(_STOP_WORDS_FILE.read_text("utf-8")).values()).split())


def tokens(text: str) -> list[str]:
    """Cut text into search terms.

    Latin words lower-case without their commonest endings; Korean morphemes that carry meaning; and, marked with
    ``_``, pairs of neighbouring syllables across spaces, so that spacing does not matter.
    """
    plain = brand_words(normalise(text)).lower()
    found: list[str] = []
    for word in _WORD.findall(plain):
        if word[0].isascii() and word not in _STOP_WORDS:
            found.append(_PLURAL.sub("", word))
    if _HANGUL.search(plain):
        for morpheme in analyser().tokenize(plain):
            carries_meaning = morpheme.tag.split("-")[0] in _MORPHEMES and not morpheme.form[0].isascii()
            if carries_meaning and morpheme.form not in _STOP_WORDS:
                found.append(morpheme.form)
        joined = re.sub(r"(?<=[가-힣])\s+(?=[가-힣])", "", plain)
        for run in _HANGUL.findall(joined):
            found.extend(f"_{run[place : place + 2]}" for place in range(len(run) - 1))
    return found


def words(text: str) -> set[str]:
    """Return the plain lower-case words of a text, as people type them."""
    return {word.lower() for word in _WORD.findall(normalise(text))}


def warm_up() -> None:
    """Load the Korean analyser now (some seconds) rather than at the first query."""
    tokens("준비")


@cache
def analyser() -> Kiwi:
    """Return the analyser of Korean morphemes, one for the process."""
    # Its dictionary of names of several words takes 190 MB and changes one question in a thousand.
    return Kiwi(num_workers=1, load_multi_dict=False)
