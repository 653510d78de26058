"""Cuts a passage to what fits a chat bubble."""

import re
from collections.abc import Sequence

from firstline.knowledge.chat_markdown import chat_markdown, plain_text
from firstline.knowledge.chunking import Block, Chunk, blocks, join, size_of

LIMIT = 1_000
"""Size of an excerpt, a Hangul syllable counted twice: about 700 characters of English, 450 of Korean."""

MORE = "…"
_SENTENCES = re.compile(r"(?<=[.!?。])\s+")
_STEP = re.compile(r"^\s{0,3}\d{1,3}[.)]\s", re.MULTILINE)


def excerpt_of(chunks: Sequence[Chunk], place: int, limit: int = LIMIT) -> str:
    """Return what a customer is shown of the passage at ``place`` of an article's ``chunks``.

    The article's lead, which is written as the answer, stands first; then the passage's section under its heading, or,
    for the lead itself, the section of steps right below it. Where both do not fit, the passage stands alone under its
    heading. A section that was cut into several passages is shown whole where it fits; else an ellipsis on a line of
    its own stands where something is missing, before or after.
    """
    section = _section(chunks, place)
    whole = _text(chunks, section)
    heading = _heading(chunks[place])
    room = limit - size_of(heading)
    if size_of(whole) > room:
        own = excerpt(chat_markdown(chunks[place].text), room)
        before = f"{MORE}\n" if place > section.start else ""
        after = f"\n{MORE}" if place + 1 < section.stop and not own.endswith(MORE) else ""
        return f"{heading}{before}{own}{after}"
    if heading:
        lead = "" if chunks[0].heading else f"{_text(chunks, _section(chunks, 0))}\n\n"
        together = f"{lead}{heading}{whole}"
        return together if size_of(together) <= limit else f"{heading}{whole}"
    if section.stop < len(chunks):
        steps = _text(chunks, _section(chunks, section.stop))
        together = f"{whole}\n\n{_heading(chunks[section.stop])}{steps}"
        if _STEP.match(steps) and not _STEP.search(whole) and size_of(together) <= limit:
            return together
    return whole


def excerpt(text: str, limit: int = LIMIT) -> str:
    """Keep whole blocks of Markdown from the start while they fit; a step or a number is never cut.

    Where even the first block is too long, whole sentences of it are kept; a single sentence stays whole. What was
    left out is marked by an ellipsis on a line of its own.
    """
    parts = blocks(text)
    kept: list[Block] = []
    for part in parts:
        if kept and size_of(join([*kept, part])) > limit:
            break
        kept.append(part)
    if not kept:
        return ""
    first = kept[0]
    if len(kept) == 1 and size_of(first.text) > limit and not first.is_item:
        sentences = _SENTENCES.split(first.text)
        short = sentences[0]
        for sentence in sentences[1:]:
            if size_of(short) + size_of(sentence) + 1 > limit:
                break
            short += f" {sentence}"
        kept = [Block(short, False)]
    elif len(kept) > 1 and len(kept) < len(parts) and parts[len(kept)].is_item and not kept[-1].is_item:
        kept.pop()  # a line that announces a list of which nothing follows
    whole = join(kept)
    return whole if size_of(whole) >= size_of(join(parts)) else f"{whole}\n{MORE}"


def _heading(chunk: Chunk) -> str:
    name = plain_text(chunk.heading.rsplit(" > ", 1)[-1])
    return f"**{name}**\n\n" if name else ""


def _section(chunks: Sequence[Chunk], place: int) -> range:
    """Return the places of the passages that stand with this one under one heading."""
    first = last = place
    while first > 0 and chunks[first - 1].heading == chunks[place].heading:
        first -= 1
    while last + 1 < len(chunks) and chunks[last + 1].heading == chunks[place].heading:
        last += 1
    return range(first, last + 1)


def _text(chunks: Sequence[Chunk], places: range) -> str:
    return chat_markdown(join([part for place in places for part in blocks(chunks[place].text)]))
