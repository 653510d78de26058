"""The request inside a message: without the greeting, the thanks or the correction that stand around it."""

import re
from functools import cache

from firstline.reading.rules import compiled, load

_BETWEEN = r"[\s,.!?;:~^ㅋㅎㅠㅜ…\-😀-🙏☺❤️👍]*"
_LETTERS = re.compile(r"[^\W\d_]")
_HANGUL_SYLLABLE = re.compile(r"[가-힣]")
_FEWEST_SYLLABLES = 3
_FEWEST_WORDS = 2


def request_in(text: str) -> str:
    """Return ``text`` without courtesies and correcting words around it; all of it when little else is left."""
    rest = text
    before, after, enough = _rules()
    while match := next(filter(None, (rule.match(rest) for rule in before)), None):
        rest = rest[match.end() :]
    while match := next(filter(None, (rule.search(rest) for rule in after)), None):
        rest = rest[: match.start()]
    rest = rest.strip()
    if any(rule.fullmatch(rest) for rule in enough):
        return text
    return rest if rest != text.strip() and _says_something(rest) else text


def declines_person(text: str) -> bool:
    """Tell whether ``text`` puts a person aside and goes on: "no, not an agent, how do I ..."."""
    match = next(filter(None, (rule.match(text) for rule in _no_person())), None)
    return match is not None and _says_something(text[match.end() :])


def corrects(text: str) -> bool:
    """Tell whether ``text`` begins by putting aside what was said before: "no, I mean ...", "그게 아니라 ..."."""
    return any(rule.match(text) for rule in _corrections())


def _says_something(text: str) -> bool:
    if _HANGUL_SYLLABLE.search(text):
        return (
            len(_HANGUL_SYLLABLE.findall(text)) >= _FEWEST_SYLLABLES or len(_LETTERS.findall(text)) > _FEWEST_SYLLABLES
        )
    return len(text.split()) >= _FEWEST_WORDS


@cache
def _no_person() -> list[re.Pattern[str]]:
    rules = load("openings")["before"]["no_person"]
    return [compiled(rf"{_BETWEEN}(?:{rule})", {}, "openings.yaml, before.no_person") for rule in rules]


@cache
def _corrections() -> list[re.Pattern[str]]:
    content = load("openings")
    rules = [*content["before"]["correction"], *content["puts_aside"]]
    return [compiled(rf"{_BETWEEN}(?:{rule})", {}, "openings.yaml, puts_aside") for rule in rules]


@cache
def _rules() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]], list[re.Pattern[str]]]:
    content = load("openings")
    before = [
        compiled(rf"{_BETWEEN}(?:{rule}){_BETWEEN}", {}, f"openings.yaml, before.{name}")
        for name, rules in content["before"].items()
        for rule in rules
    ]
    after = [
        compiled(rf"(?<=[요다까죠,.!?~\n]){_BETWEEN}(?:{rule}){_BETWEEN}$", {}, "openings.yaml, after")
        for rule in content["after"]["courtesy"]
    ]
    enough = [compiled(rf"(?:{rule}){_BETWEEN}", {}, "openings.yaml, enough") for rule in content["enough"]]
    return before, after, enough
