"""Questions that go on with the one before: "and on Mac?", "아이폰은요?"."""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml

from firstline.core.texts import Language
from firstline.knowledge.chunking import ITEM
from firstline.knowledge.lexical import tokens
from firstline.knowledge.normalise import language_of, normalise
from firstline.knowledge.search import SearchResponse
from firstline.knowledge.service import Knowledge

_FILE = Path(__file__).parent / "data" / "follow_ups.yaml"
_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[가-힣]+", re.IGNORECASE)
_HEADING = re.compile(r"\*\*[^*]+\*\*")
MOST_SUBJECTS = 2
MOST_BEFORE_ELLIPSIS = 3


@dataclass(frozen=True)
class Marks:
    """One language's entry of ``data/follow_ups.yaml``."""

    most_words: int
    marks: re.Pattern[str]
    elliptic: re.Pattern[str]
    complete: re.Pattern[str]
    pointing: re.Pattern[str]
    light: frozenset[str]
    deeds: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What a search found; ``together``: it was found behind the question before.

    ``nothing_new``: only the passage that the customer has just read, and neither it nor its heading names what is
    asked now. ``part``: the lines that name it, as a list, where all that was found has just been read.
    """

    response: SearchResponse
    nothing_new: bool = False
    together: bool = False
    part: str = ""


async def search_on(knowledge: Knowledge, partner: str, text: str, lang: Language, before: str, k: int = 3) -> Found:
    """Search for ``text``, said after an answer to ``before`` (empty: after none).

    A text that goes on is searched alone and behind ``before``; the response's ``query`` says which of the two counts.
    Together counts where it is likely enough to be given, or likelier than alone. The passage shown is then the one of
    that article that fits ``text`` itself, if what ``text`` names stands there.
    """
    alone = await knowledge.search(partner, text, lang, k)
    if not before or not goes_on(text):
        return Found(alone)
    together = await knowledge.search(partner, f"{before} {text}", lang, k)
    if not together.results or not (together.answered or _likely(together) > _likely(alone)):
        return Found(alone)
    first, *others = together.results
    passage = await knowledge.passage_for(partner, first.slug, first.lang, text)
    subjects = subjects_of(text)
    if not subjects or _names(passage.heading, passage.excerpt, subjects):
        first = replace(first, excerpt=passage.excerpt, heading=passage.heading, url=passage.url)
    read = next(iter((await knowledge.search(partner, before, lang, 1)).results), None)
    if read is None or (read.slug, read.lang) != (first.slug, first.lang):
        return Found(replace(together, results=[first, *others]), together=True)
    # An answer's lead stands with the steps below it; a long section's pieces have one heading.
    whole = first.excerpt in read.excerpt
    known = whole or read.heading == first.heading
    nothing_new = known and not _names(first.heading, first.excerpt, subjects)
    part = _lines_naming(first.excerpt, subjects) if whole else ""
    return Found(replace(together, results=[first, *others]), nothing_new, together=True, part=part)


def goes_on(text: str) -> bool:
    """Say whether ``text`` reads as if it went on with the question before it.

    It is short, and: it names no subject of its own, at most what is to be done; or it ends by pointing back; or it
    leaves out what is asked; or it is marked as going on and is no complete question or report. What these are says
    ``data/follow_ups.yaml``. Whether there is something to go on with is for the caller to know.
    """
    text = normalise(text)
    marks = _marks(language_of(text) or "ko")
    words = _words(text)
    if not words or len(words) > marks.most_words:
        return False
    plain = " ".join(words)
    named = subjects_of(text)
    subjects = len(named)
    if marks.deeds.issuperset(named) or (marks.pointing.search(plain) and subjects <= MOST_SUBJECTS):
        return True
    if marks.elliptic.search(plain):
        return subjects <= MOST_BEFORE_ELLIPSIS
    return subjects <= MOST_SUBJECTS and bool(marks.marks.search(plain)) and not marks.complete.search(plain)


def subjects_of(text: str) -> list[str]:
    """Return the words (Korean: morphemes) that name what the text is about; numbers name nothing."""
    lang = language_of(text) or "ko"
    terms = _words(text) if lang == "en" else [term for term in tokens(text) if not term.startswith("_")]
    light = _marks(lang).light
    return [term for term in terms if term not in light and not term.isdigit()]


def _names(heading: str, passage: str, subjects: list[str]) -> bool:
    """Say whether a passage names any of the subjects."""
    there = set(tokens(f"{heading} {passage}"))
    return not there.isdisjoint(term for subject in subjects for term in (subject, *tokens(subject)))


def _lines_naming(passage: str, subjects: list[str]) -> str:
    """Return the steps and paragraphs of a passage that name any of the subjects, each as an item of a list."""
    lines = [line.strip() for line in passage.splitlines()]
    items = [ITEM.sub("", line) for line in lines if line and not _HEADING.fullmatch(line)]
    return "\n".join(f"- {item}" for item in items if _names("", item, subjects))


def _likely(response: SearchResponse) -> float:
    return response.results[0].probability if response.results else 0.0


def _words(text: str) -> list[str]:
    return [found.replace("’", "'").lower() for found in _WORD.findall(normalise(text))]


@cache
def _marks(lang: str) -> Marks:
    entry = yaml.safe_load(_FILE.read_text("utf-8"))[lang]
    rules = ("marks", "elliptic", "complete", "pointing")
    marks, elliptic, complete, pointing = (re.compile("|".join(entry[key])) for key in rules)
    light, deeds = (frozenset(entry[key].split()) for key in ("light", "deeds"))
    return Marks(entry["most_words"], marks, elliptic, complete, pointing, light, deeds)
