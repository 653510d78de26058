"""Read and write conversations and their transcripts inside a session's transaction."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.models import Conversation, ConversationEvent, Message
from firstline.conversations.states import Event, State, next_state, usual_actor
from firstline.core.database import publish_later
from firstline.core.errors import NotFound
from firstline.core.texts import Language
from firstline.core.times import iso, utcnow

_TOPIC = "conversation:"
# Statements of every turn, made once: to make one takes longer than SQLite needs to answer it.
_CONVERSATION = (
    select(Conversation)
    .where(Conversation.id == bindparam("conversation_id"))
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LATER = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation_id"), Message.id > bindparam("after"))
    .order_by(Message.id)
)
_OFFERED = (
    select(Message.author, Message.buttons)
    .where(Message.conversation_id == bindparam("conversation_id"))
    .order_by(Message.id.desc())
)
_OFFERED_LAST = _OFFERED.limit(bindparam("most"))
_SENT_BEFORE = select(Message).where(
    Message.conversation_id == bindparam("conversation_id"), Message.client_message_id == bindparam("client_message_id")
)


def topic(conversation_id: str) -> str:
    """Return the hub's topic for one conversation."""
    return f"{_TOPIC}{conversation_id}"


def of_topics(topics: Iterable[str]) -> list[str]:
    """Return the ids of the conversations among the hub's ``topics``."""
    return [topic.removeprefix(_TOPIC) for topic in topics if topic.startswith(_TOPIC)]


async def create_conversation(session: AsyncSession, partner: str, language: Language) -> Conversation:
    """Add a conversation in state ``bot``."""
    conversation = Conversation(
        id=str(uuid.uuid4()), partner=partner, language=language, state=State.BOT, bot_failures=0
    )
    session.add(conversation)
    await session.flush()
    return conversation


async def get_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """Return a conversation as it is in this transaction; raises ``NotFound``."""
    found = await session.scalar(_CONVERSATION, {"conversation_id": conversation_id})
    if found is None:
        raise NotFound("There is no such conversation; start a new one.", code="no_conversation")
    return found


async def add_message(
    session: AsyncSession, conversation: Conversation, author: str, text: str, **fields: Any
) -> Message:
    """Append a message to the transcript; whoever listens gets it after the commit.

    ``fields`` are further columns of ``Message``; ``lang`` is the conversation's language unless given.
    """
    message = Message(
        conversation_id=conversation.id,
        author=author,
        text=text,
        **{"lang": conversation.language, "buttons": [], "articles": [], "attachments": [], **fields},
    )
    session.add(message)
    conversation.updated_at = utcnow()
    await session.flush()
    publish_later(session, topic(conversation.id), {"type": "message", "message": message_json(message)})
    return message


def change_state(
    session: AsyncSession, conversation: Conversation, event: Event, *, actor: str = "", why: str = ""
) -> State:
    """Move the conversation on and keep who did it and why; raises ``Conflict`` when ``event`` can't happen now.

    ``actor`` is an agent's e-mail address, or ``customer``, ``bot`` or ``clock``; who it usually is unless given.
    """
    before, state = conversation.state, next_state(conversation.state, event)
    conversation.state = state
    if state != State.CLOSED:
        conversation.outcome = None
    if conversation.state in (State.BOT, State.WAITING):
        conversation.agent_id = conversation.agent_name = None
    session.add(
        ConversationEvent(
            conversation_id=conversation.id,
            event=event,
            from_state=before,
            to_state=state,
            actor=actor or usual_actor(event),
            why=why,
        )
    )
    publish_later(session, topic(conversation.id), {"type": "state"})
    return state


async def note_seen(session: AsyncSession, conversation_id: str, message_id: int) -> bool:
    """Keep the last message that the customer saw, and tell who listens; say whether that is news."""
    newest = select(func.max(Message.id)).where(Message.conversation_id == conversation_id)
    seen = min(message_id, await session.scalar(newest) or 0)
    change = (
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.customer_seen < seen)
        .values(customer_seen=seen, updated_at=Conversation.updated_at)
        .returning(Conversation.id)
    )
    is_news = await session.scalar(change) is not None
    if is_news:
        publish_later(session, topic(conversation_id), {"type": "seen", "id": seen})
    return is_news


async def transcript(session: AsyncSession, conversation_id: str, after: int = 0) -> Sequence[Message]:
    """Return the messages with an id above ``after``, in order."""
    return (await session.scalars(_LATER, {"conversation_id": conversation_id, "after": after})).all()


async def offered_last(
    session: AsyncSession, conversation_id: str, limit: int | None = 40
) -> list[tuple[str, list[dict[str, str]]]]:
    """Return author and buttons of the ``limit`` newest messages, the newest first."""
    if limit is None:
        rows = await session.execute(_OFFERED, {"conversation_id": conversation_id})
    else:
        rows = await session.execute(_OFFERED_LAST, {"conversation_id": conversation_id, "most": limit})
    return [(author, buttons) for author, buttons in rows]


async def sent_before(session: AsyncSession, conversation_id: str, client_message_id: str) -> Message | None:
    """Return the message that this client id already stored, if any."""
    key = {"conversation_id": conversation_id, "client_message_id": client_message_id}
    return (await session.scalars(_SENT_BEFORE, key)).first()


async def replies_to(session: AsyncSession, message: Message) -> list[Message]:
    """Return what was said after a customer's message and before the customer's next one."""
    replies: list[Message] = []
    for later in await transcript(session, message.conversation_id, message.id):
        if later.author == "customer":
            break
        replies.append(later)
    return replies


def message_json(message: Message) -> dict[str, Any]:
    """Return a message in the shape the chat API promises."""
    return {
        "id": message.id,
        "author": message.author,
        "author_name": message.author_name,
        "text": message.text,
        "lang": message.lang,
        "buttons": message.buttons,
        "articles": message.articles,
        "attachments": message.attachments,
        "helpful": message.helpful,
        "client_message_id": message.client_message_id,
        "created_at": iso(message.created_at or utcnow()),
    }
