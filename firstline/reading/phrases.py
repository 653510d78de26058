"""Set phrases about the conversation itself: start over, go back, the other one, another language, skip, why."""

import re
from enum import StrEnum
from functools import cache

from firstline.core.texts import Language
from firstline.reading.rules import HANGUL, bare, compiled, load

_LONGEST = 60


class Wish(StrEnum):
    """What a set phrase asks for."""

    KOREAN = "korean"
    ENGLISH = "english"
    START_OVER = "start_over"
    GO_BACK = "go_back"
    OTHER_ONE = "other_one"
    NEITHER = "neither"
    SKIP = "skip"
    STOP_ASKING = "stop_asking"
    WHY = "why"
    TO_BOT = "to_bot"
    NO_PERSON = "no_person"
    ENOUGH = "enough"
    COURTESY = "courtesy"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


ORDINALS = {Wish.FIRST: 0, Wish.SECOND: 1, Wish.THIRD: 2, Wish.FOURTH: 3, Wish.LAST: -1}
LANGUAGE_WISHES: dict[Wish, Language] = {Wish.KOREAN: "ko", Wish.ENGLISH: "en"}


def wish_of(text: str) -> Wish | None:
    """Return what ``text`` as a whole wishes for, or ``None`` when it is more than a set phrase, or none."""
    if len(text) > _LONGEST or text.startswith("/"):
        return None
    phrase = bare(text)
    if not phrase:
        return None
    rules = _rules()["ko" if HANGUL.search(phrase) else "en"]
    return next((wish for wish, patterns in rules if any(p.fullmatch(phrase) for p in patterns)), None)


@cache
def _rules() -> dict[str, list[tuple[Wish, list[re.Pattern[str]]]]]:
    content = load("phrases")
    table = {}
    for lang in ("ko", "en"):
        macros = content["macros"][lang]
        table[lang] = [
            (Wish(name), [compiled(rule, macros, f"phrases.yaml, {lang}.{name}") for rule in rules])
            for name, rules in content[lang].items()
        ]
    return table
