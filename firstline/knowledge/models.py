"""Tables of the knowledge base."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from firstline.core.database import Base
from firstline.core.times import UtcDateTime, utcnow


class ArticleRow(Base):
    """An article of one layer: which version is live, and the state of the newest one.

    ``layer`` is a partner's or provider's slug, or ``starter``. ``status`` is that of the newest version (draft,
    review, published or archived); ``live_version`` is what customers see, None for nothing. ``scheduled_version`` goes
    live at ``scheduled_for`` and may lose the must-answer questions in ``scheduled_despite`` (one a line);
    ``scheduled_lost`` are others it would lose, which hold it back. ``facts_at`` is when a saved text last said other
    facts than the one before. ``revision`` is that of its layer when what is live last changed.
    """

    __tablename__ = "knowledge_articles"
    __table_args__ = (
        UniqueConstraint("layer", "slug", "lang"),
        Index("ix_knowledge_articles_layer_revision", "layer", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    layer: Mapped[str] = mapped_column(String(80), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    lang: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(16))
    newest_version: Mapped[int]
    live_version: Mapped[int | None]
    scheduled_version: Mapped[int | None] = mapped_column(default=None)
    scheduled_for: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)
    scheduled_by: Mapped[str | None] = mapped_column(String(200), default=None)
    scheduled_despite: Mapped[str | None] = mapped_column(Text, default=None)
    scheduled_lost: Mapped[str | None] = mapped_column(Text, default=None)
    facts_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class VersionRow(Base):
    """One saved text of an article; never changed, never removed. ``status`` is the last one given to this text."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("knowledge_articles.id"), index=True)
    number: Mapped[int]
    front_matter: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(200))
    status: Mapped[str | None] = mapped_column(String(16), default=None)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class LayerRow(Base):
    """How often what is live in a layer has changed."""

    __tablename__ = "knowledge_layers"

    layer: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision: Mapped[int]


class HiddenRow(Base):
    """An article of a lower layer that a partner's customers don't see, as long as ``hidden``.

    ``revision`` is that of the partner's layer when this last changed.
    """

    __tablename__ = "knowledge_hidden"

    partner: Mapped[str] = mapped_column(String(80), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    hidden: Mapped[bool]
    revision: Mapped[int]


class ArticleEvent(Base):
    """Who did what to an article, and when; never changed, never removed."""

    __tablename__ = "knowledge_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    layer: Mapped[str] = mapped_column(String(80), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    lang: Mapped[str] = mapped_column(String(2))
    version: Mapped[int | None]
    who: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(32))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utcnow)


class EmbeddingRow(Base):
    """A vector computed before, by model and SHA-256 of the text; float32 bytes."""

    __tablename__ = "knowledge_embeddings"

    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class KnowledgeState(Base):
    """Small facts to remember, such as which edition of the starter library was imported."""

    __tablename__ = "knowledge_state"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
