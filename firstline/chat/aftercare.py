"""What a customer leaves beside messages: an e-mail address for a wait, and a judgement of a closed case."""

from typing import Any

from firstline.charter import Charters
from firstline.chat.incoming import clean
from firstline.chat.service import ChatService, conversation_of
from firstline.chat.tokens import Claim
from firstline.conversations.masking import mask
from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk.contact import leave_email
from firstline.desk.queue import latest_case
from firstline.desk.rating import rate

LONGEST_COMMENT = 2000


class Aftercare:
    """Addresses and ratings as customers leave them."""

    def __init__(self, database: Database, charters: Charters, chat: ChatService, *, mails: bool) -> None:
        """Write to ``database``, judge by ``charters``, answer with ``chat``'s snapshots; ``mails``: we send some."""
        self._database = database
        self._charters = charters
        self._chat = chat
        self._mails = mails

    async def leave_email(self, claim: Claim, address: str | None, after: int) -> dict[str, Any]:
        """Keep or remove the address; return the conversation with its messages after ``after``."""
        async with self._database.session() as session:
            await leave_email(session, await conversation_of(session, claim), address, mails=self._mails)
        return await self._chat.snapshot(claim, after)

    async def rate(self, claim: Claim, score: int, comment: str | None, after: int) -> dict[str, Any]:
        """Keep the judgement of the conversation's newest case; personal data in the comment is masked."""
        words = mask(clean(comment, LONGEST_COMMENT))[0] if comment and comment.strip() else None
        async with self._database.session() as session:
            conversation = await conversation_of(session, claim)
            case = await latest_case(session, conversation.id)
            await rate(session, conversation, case, self._charters.get(claim.partner), score, words, utcnow())
        return await self._chat.snapshot(claim, after)
