"""Articles as they stand in the database: statuses, layers, versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article
from firstline.knowledge.models import ArticleRow, VersionRow

Status = Literal["draft", "review", "published", "archived"]
STATUSES: tuple[Status, ...] = ("draft", "review", "published", "archived")
STARTER = "starter"
Key = tuple[str, str]
"""Slug and language of an article."""


@dataclass(frozen=True)
class StoredArticle:
    """One version of an article as it stands in a layer.

    What follows ``article`` is of the article as a whole, but for ``note`` and ``given_status`` (the last status that
    this very text was given).
    """

    layer: str
    version: int
    status: Status
    live: bool
    author: str
    saved_at: datetime
    article: Article
    note: str = ""
    given_status: Status = "draft"
    live_version: int | None = None
    updated_at: datetime | None = None
    facts_at: datetime | None = None
    scheduled_for: datetime | None = None
    scheduled_version: int | None = None
    scheduled_lost: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Slug and language."""
        return self.article.slug, self.article.lang

    @classmethod
    def of(cls, row: ArticleRow, version: VersionRow) -> "StoredArticle":
        """Take an article and one of its versions."""
        status: Status = row.status if row.newest_version == version.number else "published"  # type: ignore[assignment]
        return cls(
            layer=row.layer,
            version=version.number,
            status=status,
            live=row.live_version == version.number,
            author=version.author,
            saved_at=version.created_at,
            article=Article(**version.front_matter, body=version.body),
            note=version.note or "",
            given_status=version.status or status,  # type: ignore[arg-type]
            live_version=row.live_version,
            updated_at=row.updated_at,
            facts_at=row.facts_at,
            scheduled_for=row.scheduled_for,
            scheduled_version=row.scheduled_version,
            scheduled_lost=tuple(row.scheduled_lost.split("\n")) if row.scheduled_lost else (),
        )


@dataclass(frozen=True)
class Change:
    """What a save says of itself: a note, its name in the log, and whether it says other facts than the text before.

    ``follows`` is the version of a lower layer's article that this one was made from: numbers go on from there, so
    that whoever still looks at the lower layer's text is told of the newer one.
    """

    note: str = ""
    what: str | None = None
    other_facts: bool = False
    follows: int = 0


class SaveOptions(TypedDict, total=False):
    """How a text is saved: by whom, with which status (draft), and from which newest version on."""

    author: str
    status: Status
    expect_version: int | None
    change: Change


class StatusOptions(TypedDict, total=False):
    """How a status is given: by whom, from which newest version on, when, and under which name in the log."""

    who: str
    expect_version: int | None
    at: datetime | None
    what: str | None


def layers_for(partner: str, providers: Mapping[str, str] | None = None) -> list[str]:
    """Name the layers a partner's customers read, strongest first: the partner, its provider, the starter library.

    ``providers`` maps a partner to the partner that provides for it. Raises ``BadInput`` for the name ``starter``.
    """
    if partner == STARTER:
        raise BadInput(f"`{STARTER}` is the name of the starter library; choose another name for a partner")
    layers = [partner]
    if (provider := (providers or {}).get(partner)) and provider != partner:
        layers.append(provider)
    return [*layers, STARTER]
