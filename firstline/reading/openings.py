"""The request inside a message: without the greeting, the thanks or the correction that stand around it."""

import re
from functools import cache

from firstline.reading.rules import compiled, load

_BETWEEN = r"[\s,.!?;:~^ㅋㅎㅠㅜ…\-😀-🙏☺❤️👍]*"
# Many rules begin with signs of their own: without a bound a row of signs would be shared out in every way there is.
_AT_FIRST = _BETWEEN.removesuffix("*") + "{0,20}"
_SIGNS = " \t\n,.!?;:~^…-"
_LETTERS = re.compile(r"[^\W\d_]")
_HANGUL_SYLLABLE = re.compile(r"[가-힣]")
_FEWEST_SYLLABLES = 3
_FEWEST_WORDS = 2
_LONGEST_ENDING = 200
"""Thanks at the end are looked for in so many characters: from each of them to the end all has to be read."""


def request_in(text: str) -> str:
    """Return ``text`` without courtesies and correcting words around it; all of it when little else is left."""
    rest = text
    before, after, enough = _rules()
    while match := _first(before, rest):
        rest = match.string[match.end() :]
    while match := next(filter(None, (rule.search(rest, max(0, len(rest) - _LONGEST_ENDING)) for rule in after)), None):
        rest = rest[: match.start()]
    rest = rest.strip()
    if any(rule.fullmatch(rest) for rule in enough):
        return text
    return rest if rest != text.strip() and _says_something(rest) else text


def declines_person(text: str) -> bool:
    """Tell whether ``text`` puts a person aside and goes on: "no, not an agent, how do I ..."."""
    match = _first(_no_person(), text)
    return match is not None and _says_something(match.string[match.end() :])


def corrects(text: str) -> bool:
    """Tell whether ``text`` begins by putting aside what was said before: "no, I mean ...", "그게 아니라 ..."."""
    return _first(_corrections(), text) is not None


def _first(rules: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    """Return the first rule's match at the beginning of ``text``, whose first signs don't count."""
    begun = text.lstrip(_SIGNS)
    return next(filter(None, (rule.match(begun) for rule in rules)), None)


def _says_something(text: str) -> bool:
    if _HANGUL_SYLLABLE.search(text):
        return (
            len(_HANGUL_SYLLABLE.findall(text)) >= _FEWEST_SYLLABLES or len(_LETTERS.findall(text)) > _FEWEST_SYLLABLES
        )
    return len(text.split()) >= _FEWEST_WORDS


@cache
def _no_person() -> list[re.Pattern[str]]:
    rules = load("openings")["before"]["no_person"]
    return [compiled(rf"{_AT_FIRST}(?:{rule})", {}, "openings.yaml, before.no_person") for rule in rules]


@cache
def _corrections() -> list[re.Pattern[str]]:
    content = load("openings")
    rules = [*content["before"]["correction"], *content["puts_aside"]]
    return [compiled(rf"{_AT_FIRST}(?:{rule})", {}, "openings.yaml, puts_aside") for rule in rules]


@cache
def _rules() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]], list[re.Pattern[str]]]:
    content = load("openings")
    before = [
        compiled(rf"{_AT_FIRST}(?:{rule}){_BETWEEN}", {}, f"openings.yaml, before.{name}")
        for name, rules in content["before"].items()
        for rule in rules
    ]
    after = [
        compiled(rf"(?<=[요다까죠,.!?~\n]){_BETWEEN}(?:{rule}){_BETWEEN}$", {}, "openings.yaml, after")
        for rule in content["after"]["courtesy"]
    ]
    enough = [compiled(rf"(?:{rule}){_BETWEEN}", {}, "openings.yaml, enough") for rule in content["enough"]]
    return before, after, enough
