"""What a webhook is about, read from its documented shape; it is a sign to look, never the content itself.

Sources: Zammad's admin documentation, page "Webhook payload"; Chatwoot's user guide, pages "How to use webhooks" and
"How to use agent bots".
"""

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from firstline.core.errors import BadInput

T = TypeVar("T", bound=BaseModel)
_OF_CONVERSATIONS = (
    "conversation_status_changed",
    "conversation_updated",
    "conversation_resolved",
    "conversation_opened",
)
_OF_MESSAGES = ("message_created", "message_updated")


class _Id(BaseModel):
    id: int


class _ZammadEvent(BaseModel):
    ticket: _Id


class _Event(BaseModel):
    event: str


class _ConversationEvent(BaseModel):
    id: int


class _Talk(BaseModel):
    id: int
    status: str = ""


class _Choice(BaseModel):
    title: str


class _Attributes(BaseModel):
    submitted_values: list[_Choice] = Field(default_factory=list)


class _File(BaseModel):
    data_url: str | None = None


class MessageEvent(BaseModel):
    """A message in Chatwoot; ``submitted_values`` hold what a customer picked from the bot's options."""

    event: str
    id: int
    content: str | None = None
    message_type: Literal["incoming", "outgoing", "template", "activity"]
    private: bool = False
    content_attributes: _Attributes | None = None
    conversation: _Talk
    attachments: list[_File] = Field(default_factory=list)

    @property
    def picked(self) -> str:
        """The title that the customer picked, empty where nothing was."""
        values = self.content_attributes.submitted_values if self.content_attributes else []
        return values[0].title if self.event == "message_updated" and values else ""

    @property
    def is_customers(self) -> bool:
        """Whether the customer said it."""
        return bool(self.picked) or (self.event == "message_created" and self.message_type == "incoming")


def zammad_ticket(payload: Any) -> str:
    """Return the id of the ticket; raises ``BadInput`` with code ``bad_shape``."""
    return str(_read(_ZammadEvent, payload).ticket.id)


def chatwoot_conversation(payload: Any) -> str | None:
    """Return the conversation that has to be looked at, ``None`` for an event that changes nothing for us.

    Raises ``BadInput`` with code ``bad_shape``.
    """
    event = _read(_Event, payload).event
    if event in _OF_CONVERSATIONS:
        return str(_read(_ConversationEvent, payload).id)
    if event not in _OF_MESSAGES:
        return None
    message = _read(MessageEvent, payload)
    return None if message.message_type != "outgoing" or message.private else str(message.conversation.id)


def chatwoot_message(payload: Any) -> MessageEvent | None:
    """Return the message of an event of messages, ``None`` for any other; raises ``BadInput`` with ``bad_shape``."""
    return _read(MessageEvent, payload) if _read(_Event, payload).event in _OF_MESSAGES else None


def _read(shape: type[T], payload: Any) -> T:
    try:
        return shape.model_validate(payload)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise BadInput(
            f"The webhook is not of the documented shape: {where}: {first['msg'].lower()}.", code="bad_shape"
        ) from error
