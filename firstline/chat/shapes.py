"""What the customers' API answers, for the OpenAPI document: the shapes stand here, the values are made where they are
known. The tests hold every answer to them.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["ko", "en"]
State = Literal["bot", "waiting", "human", "closed"]


class Shape(BaseModel):
    """Base of answers: nothing comes that isn't named."""

    model_config = ConfigDict(extra="forbid")


class ButtonShape(Shape):
    """A button under a message."""

    title: str
    payload: str


class ArticleShape(Shape):
    """An article that a message shows; ``probability`` is ``null`` where it was named and not searched for."""

    slug: str
    lang: Language
    title: str
    excerpt: str
    url: str
    probability: float | None


class AttachmentShape(Shape):
    """A file that a message carries."""

    id: str
    name: str
    kind: str
    bytes: int
    state: Literal["ready", "held", "refused"]
    scanned: bool


class MessageShape(Shape):
    """A message of the transcript."""

    id: int
    author: Literal["customer", "bot", "agent", "system"]
    author_name: str | None
    text: str
    lang: Language
    buttons: list[ButtonShape]
    articles: list[ArticleShape]
    attachments: list[AttachmentShape]
    helpful: bool | None
    client_message_id: str | None
    created_at: str


class WaitShape(Shape):
    """How long the wait is likely to be; instants are ISO 8601."""

    typical_minutes: int
    most_minutes: int
    typical_at: str
    most_at: str
    sample: int
    text: str


class DutyShape(Shape):
    """Who is there for somebody who waits."""

    code: Literal["here", "nobody", "closed"]
    text: str | None
    route: str | None
    next_open: str | None


class RatingShape(Shape):
    """Whether and how the customer judged a closed case."""

    state: Literal["asked", "given", "unanswered"]
    score: int | None
    comment: str | None
    until: str | None


class CaseShape(Shape):
    """A case as its customer sees it."""

    number: str
    severity: str
    severity_name: str
    status: Literal["waiting", "human", "bot", "closing", "closed"]
    status_text: str
    position: int | None
    wait: WaitShape | None
    duty: DutyShape | None
    respond_by: str | None
    respond_by_text: str | None
    answered: bool
    open_now: bool
    contact_email: str | None
    rating: RatingShape | None


class ConversationShape(Shape):
    """A conversation as it stands, with all its messages or the later ones."""

    conversation_id: str
    state: State
    language: Language
    agent_name: str | None
    case: CaseShape | None
    messages: list[MessageShape]


class TokenShape(Shape):
    """A renewed token."""

    token: str
    token_expires_at: str


class StartedShape(ConversationShape, TokenShape):
    """A conversation that has just begun."""


class SaidShape(Shape):
    """What was said to something that the customer did."""

    messages: list[MessageShape]
    state: State
    case: CaseShape | None


class TurnShape(SaidShape):
    """A message as it was stored, and what was said to it."""

    message: MessageShape


class CustomerShape(Shape):
    """Who the customer is, as the partner's site says."""

    id: str
    name: str | None


class IdentifiedShape(Shape):
    """The answer to a signed identity."""

    customer: CustomerShape


class FileRulesShape(Shape):
    """What may be sent as a file."""

    max_bytes: int
    max_files: int
    endings: list[str]


def answers(status: int, *shapes: type[Shape]) -> dict[int | str, dict[str, Any]]:
    """Return what a route's ``responses`` says: with ``status`` it answers one of the ``shapes``."""
    first, *others = shapes
    model: Any = first
    for other in others:
        model = model | other
    return {status: {"model": model}}
