"""Cuts a passage to what fits a chat bubble."""

import re

from firstline.knowledge.chunking import Block, blocks, join, size_of

LIMIT = 1_000
"""Size of an excerpt, a Hangul syllable counted twice: about 700 characters of English, 450 of Korean."""

_SENTENCES = re.compile(r"(?<=[.!?。])\s+")


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
    return whole if size_of(whole) >= size_of(join(parts)) else f"{whole}\n…"
