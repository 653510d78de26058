"""Where on an article's page a passage stands."""

from collections.abc import Sequence
from urllib.parse import quote

from firstline.knowledge.chunking import Chunk
from firstline.knowledge.rendering import anchor_for


def anchor_of(chunks: Sequence[Chunk], heading: str) -> str:
    """Return the fragment (``#steps``) of the heading of a passage among ``chunks``; empty for the lead.

    Headings without text of their own have no passage but stand in the path of those below, so all are counted.
    """
    used: set[str] = set()
    known: dict[str, str] = {}
    for piece in chunks:
        names = piece.heading.split(" > ") if piece.heading else []
        for depth in range(1, len(names) + 1):
            path = " > ".join(names[:depth])
            if path not in known:
                known[path] = anchor_for(names[depth - 1], used)
    return f"#{quote(known[heading])}" if heading in known else ""
