"""Whether a partner's Korean texts hold the tone it chose."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT = "any"
_DATA = Path(__file__).parent / "data" / "tone.yaml"
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def tones() -> list[str]:
    """Return the tones a partner may choose."""
    return [*_rules()["tones"], DEFAULT]


def complaints(text: str, tone: str) -> list[str]:
    """Return what a Korean text does that its tone, or any polite text, does not; in words, one each."""
    rules = _rules()
    found = [f"'{word}' is no word for customers" for word in rules["refused"] if word in text]
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if re.search(rules["blunt"], sentence):
            found.append(f"'{sentence[-12:]}' is not polite")
        elif tone != DEFAULT and not re.search(rules["asks"], sentence):
            others = (pattern for name, pattern in rules["tones"].items() if name != tone)
            if any(re.search(pattern, sentence) for pattern in others):
                found.append(f"'{sentence[-12:]}' leaves the tone `{tone}`")
    return found


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    return rules
