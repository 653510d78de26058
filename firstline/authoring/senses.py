"""Counts what turns a sentence round: "not" and "only", in Korean by morphemes, in English by words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from firstline.knowledge.lexical import analyser

SENSES_FILE = Path(__file__).parent / "data" / "senses.yaml"
Sense = Literal["negation", "only"]
SENSES: tuple[Sense, ...] = ("negation", "only")


@dataclass(frozen=True)
class Weight:
    """How often a text says a sense outright, and how often it hints at it, by kind of hint."""

    said: int
    hinted: dict[str, int]

    def missing(self, other: "Weight") -> int:
        """Count what this text says and the ``other`` neither says nor hints at, where this one does not."""
        hints = sum(max(0, count - self.hinted[kind]) for kind, count in other.hinted.items())
        return self.said - other.said - hints


@dataclass(frozen=True)
class _Words:
    says: re.Pattern[str]
    hints: dict[str, re.Pattern[str]]


@lru_cache(maxsize=2048)
def weigh(text: str, lang: str) -> Mapping[Sense, Weight]:
    """Weigh both senses in a piece of Markdown, ``ko`` or ``en``; sentences seen lately are remembered."""
    written = _written(text, lang)
    weights: dict[Sense, Weight] = {}
    for sense in SENSES:
        words = _words(lang, sense)
        hinted = {kind: len(pattern.findall(written)) for kind, pattern in words.hints.items()}
        weights[sense] = Weight(len(words.says.findall(written)), hinted)
    return weights


def _written(text: str, lang: str) -> str:
    plain = _names(lang).sub(" ", text.replace("**", ""))
    if lang == "en":
        return plain
    return " ".join(f"{token.form}/{token.tag.split('-')[0]}" for token in analyser().tokenize(plain))


@cache
def _names(lang: str) -> re.Pattern[str]:
    return _pattern(_data()["names"][lang])


@cache
def _words(lang: str, sense: Sense) -> _Words:
    data = _data()[sense]
    hints = {kind: _pattern(alternatives[lang]) for kind, alternatives in data["hints"].items()}
    return _Words(_pattern(data["says"][lang]), hints)


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(SENSES_FILE.read_text("utf-8"))
    return data


def _pattern(alternatives: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(alternatives) or "(?!)", re.IGNORECASE)
