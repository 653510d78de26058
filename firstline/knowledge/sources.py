"""Live articles as the index takes them: their lines, their passages, and what has to be embedded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from firstline.knowledge.articles import Article
from firstline.knowledge.chunking import Chunk, chunk
from firstline.knowledge.embedding_cache import PASSAGE, QUERY, key_of
from firstline.knowledge.examples import unanswered_lines

_MARKS = re.compile(r"[*`#|]|^\s*>\s?", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A live article with where it comes from."""

    article: Article
    version: int
    layer: str

    @property
    def key(self) -> tuple[str, str]:
        """Slug and language."""
        return self.article.slug, self.article.lang

    @property
    def state(self) -> str:
        """What tells this text in this place from any other."""
        return state_of(self.layer, self.version, self.article.sha256)


def state_of(layer: str, version: int, sha256: str) -> str:
    """Return what tells one version of an article in one layer from any other."""
    return f"{layer}/{version}/{sha256}"


def lines_of(article: Article) -> list[str]:
    """Return what is compared with a question as a whole: title, questions, symptoms."""
    return list(dict.fromkeys((article.title, *article.questions, *article.symptoms)))


def passages_of(article: Article) -> list[Chunk]:
    """Cut the article into passages."""
    return chunk(article.body)


def passage_text(title: str, piece: Chunk) -> str:
    """Return what is embedded and indexed for a passage: title, heading and text without Markdown's marks."""
    return _MARKS.sub("", "\n".join(part for part in (title, piece.heading, piece.text) if part))


def has_examples(sources: Sequence[Source]) -> bool:
    """Say whether any article holds customers' words beside its title."""
    return any(len(lines_of(source.article)) > 1 for source in sources)


def wanted_vectors(sources: Sequence[Source]) -> dict[str, tuple[str, str]]:
    """Return every text that an index of nothing but ``sources`` needs as a vector: ``{key: (role, text)}``.

    The questions that nothing answers are of use only where an article holds examples to tell them from.
    """
    lines = unanswered_lines() if has_examples(sources) else ()
    return {key_of(QUERY, line): (QUERY, line) for line in lines} | own_vectors(sources)


def own_vectors(sources: Sequence[Source]) -> dict[str, tuple[str, str]]:
    """Return the texts of ``sources`` themselves that are needed as vectors: ``{key: (role, text)}``."""
    lines = [line for source in sources for line in lines_of(source.article)]
    wanted = {key_of(QUERY, line): (QUERY, line) for line in lines}
    for source in sources:
        for piece in passages_of(source.article):
            text = passage_text(source.article.title, piece)
            wanted[key_of(PASSAGE, text)] = (PASSAGE, text)
    return wanted
