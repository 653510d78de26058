"""Names and numbers in a message: product, device, severity words, case number, e-mail, phone, amounts and dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from firstline.reading.numbers import amounts_in, dates_in
from firstline.reading.rules import HANGUL, compiled, load

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?![\w-])", re.ASCII)
_PHONE = re.compile(
    r"(?<![\w-])(?:\+\d{1,3}[ .-]?)?\(?0?\d{1,3}\)?[ .-]?\d{3,4}[ .-]\d{4}(?![\w-])|(?<!\d)01\d{8,9}(?!\d)"
)
_CASE = re.compile(r"(?<![\w-])[A-Za-z][A-Za-z0-9]{1,30}\s?-\s?\d{4,6}(?![\w-])", re.ASCII)


@dataclass(frozen=True)
class Entity:
    """One finding: ``text`` as it was typed at ``start``, ``value`` in one form.

    Values: ids of products and devices as in ``names.yaml``; ``down``, ``partial``, ``hindered``, ``question`` or
    ``urgent`` for ``severity``; amounts as ``"KRW 12000"``; dates as ``YYYY-MM-DD``, ``--MM-DD`` without a year, or
    the words where they only make sense on the day they are said.
    """

    kind: str
    value: str
    text: str
    start: int


def entities_of(text: str) -> list[Entity]:
    """Return what ``text`` names, in the order of the text; where two rules meet, the longer finding counts."""
    return list(_entities_of(text))


# A conversation is read again with each of its messages.
@lru_cache(maxsize=4096)
def _entities_of(text: str) -> tuple[Entity, ...]:
    kept: list[Entity] = []
    taken = bytearray(len(text))
    for entity in sorted(_all(text), key=lambda entity: (-len(entity.text), entity.start)):
        place = slice(entity.start, entity.start + len(entity.text))
        if entity.kind == "severity":
            kept.append(entity)
        elif not any(taken[place]):
            kept.append(entity)
            taken[place] = b"\1" * len(entity.text)
    return tuple(sorted(kept, key=lambda entity: entity.start))


def last_value(text: str, kind: str) -> str | None:
    """Return the value of the last entity of ``kind`` in ``text``."""
    return next((entity.value for entity in reversed(entities_of(text)) if entity.kind == kind), None)


def name_of(kind: str, value: str, lang: str) -> str:
    """Return the name of a ``product`` or ``device`` as people read it; an unknown value as it is."""
    known = _names()[f"{kind}s"].get(value)
    return str(known["name"]["ko" if lang == "ko" else "en"]) if known else value


def is_known(kind: str, value: str) -> bool:
    """Say whether a ``product`` or ``device`` is one of ours, and not the customer's own words."""
    return value in _names()[f"{kind}s"]


def asked_products() -> list[str]:
    """Return the products that a customer is offered to choose from."""
    return list(_names()["asked_products"])


def lost_device(text: str) -> bool:
    """Tell whether ``text`` says that a device with the company's data on it is lost or stolen."""
    gone, carriers = _gone()
    device = any(entity.kind == "device" for entity in entities_of(text)) or carriers.search(text)
    return bool(device and gone.search(text))


def name_alone(text: str, lang: str) -> str | None:
    """Return the name that ``text`` says and no more: "Outlook", "메일이요", "question about Teams"."""
    found = next(((kind, value, m) for kind, value, rule in _subjects() for m in rule.finditer(text)), None)
    if found is None:
        return None
    kind, value, match = found
    if not _beside().fullmatch(f"{text[: match.start()]} {text[match.end() :]}"):
        return None
    return str(_names()[kind][value]["name"]["ko" if lang == "ko" else "en"])


def others_product(text: str, lang: str) -> tuple[str, bool] | None:
    """Return another maker's product that ``text`` is about, and whether its name alone leaves that open.

    ``None`` where a product of ours is named as well, or something moves from theirs to ours.
    """
    if any(entity.kind == "product" for entity in entities_of(text)) or _moves().search(text):
        return None
    for value, rule in _others():
        if rule.search(text):
            known = _names()["others"][value]
            return str(known["name"]["ko" if lang == "ko" else "en"]), bool(known.get("reaches"))
    return None


@cache
def _gone() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = _names()
    return compiled("|".join(names["gone"]), {}, "names.yaml, gone"), compiled(
        _words(names["carriers"]), {}, "names.yaml, carriers"
    )


@cache
def _subjects() -> list[tuple[str, str, re.Pattern[str]]]:
    return [
        (kind, value, compiled(_words(general), {}, f"names.yaml, {kind}.{value}"))
        for kind in ("products", "areas")
        for value, known in _names()[kind].items()
        if (general := [word for word in known["words"] if word not in _names()["specific"]])
    ]


@cache
def _beside() -> re.Pattern[str]:
    return compiled(
        rf"(?:(?:{'|'.join(_names()['beside_name'])})(?![a-z])|[\W_ㄱ-ㅎㅏ-ㅣ])*", {}, "names.yaml, beside_name"
    )


@cache
def _others() -> list[tuple[str, re.Pattern[str]]]:
    return [
        (value, compiled("|".join(known["rules"]), {}, f"names.yaml, others.{value}"))
        for value, known in _names()["others"].items()
    ]


@cache
def _moves() -> re.Pattern[str]:
    return compiled("|".join(_names()["moves"]), {}, "names.yaml, moves")


@cache
def _names() -> dict[str, Any]:
    return load("names")


def _all(text: str) -> Iterator[Entity]:
    for kind, value, rule in _rules():
        for match in rule.finditer(text):
            yield Entity(kind, value, match[0], match.start())
    for kind, rule in (("email", _EMAIL), ("phone", _PHONE)):
        for match in rule.finditer(text):
            yield Entity(kind, match[0], match[0], match.start())
    for match in _CASE.finditer(text):
        yield Entity("case_number", re.sub(r"\s", "", match[0]).upper(), match[0], match.start())
    for kind, findings in (("amount", amounts_in(text)), ("date", dates_in(text))):
        for value, typed, start in findings:
            yield Entity(kind, value, typed, start)


@cache
def _rules() -> list[tuple[str, str, re.Pattern[str]]]:
    names = _names()
    rules = [
        (kind, value, compiled(_words(known["words"]), {}, f"names.yaml, {kind}s.{value}"))
        for kind in ("product", "device")
        for value, known in names[f"{kind}s"].items()
    ]
    return rules + [
        ("severity", level, compiled("|".join(patterns), {}, f"names.yaml, severity.{level}"))
        for level, patterns in _names()["severity"].items()
    ]


def _words(words: list[str]) -> str:
    """A Hangul word may go on with a particle but not begin inside a word: 패스워드 holds no 워드."""
    return "|".join(
        rf"(?<![가-힣]){re.escape(word)}" if HANGUL.search(word) else rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])"
        for word in sorted(words, key=len, reverse=True)
    )
