"""A customer's message from Chatwoot is taken down for the bot: masked before it is kept, and once only."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations.masking import mask
from firstline.core.database import insert_if_absent
from firstline.core.times import utcnow
from firstline.helpdesks.agent_bot import CHANNEL, DESK
from firstline.helpdesks.events import MessageEvent
from firstline.outbox.models import PENDING, Notice

_PENDING = "pending"


async def take_in(session: AsyncSession, partner: str, message: MessageEvent, longest: int) -> bool:
    """Write the notice that answers ``message``; say ``False`` for one that is there, or has no words and no files."""
    words, masked = mask((message.picked or message.content or "").strip())
    links = [file.data_url for file in message.attachments if file.data_url]
    text = "\n".join([words, *links] if words else links)[:longest]
    if not text:
        return False
    kind = "picked" if message.picked else "message"
    key = f"{CHANNEL}:{partner}:{kind}:{message.id}"
    known = await session.scalar(select(func.count()).where(Notice.key == key))
    now = utcnow()
    await insert_if_absent(
        session, Notice, id=uuid.uuid4().hex, key=key, partner=partner, channel=CHANNEL, kind=kind, case_number="",
        target=str(message.conversation.id), state=PENDING, attempts=0, error="", created_at=now, next_at=now,
        content={
            "id": message.id,
            "mark": f"{DESK}-{message.id}{'-picked' if message.picked else ''}",
            "text": text,
            "masked": sorted(masked),
            "only_files": not words,
            "for_bot": message.conversation.status == _PENDING,
        },
    )  # fmt: skip
    return not known
