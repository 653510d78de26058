"""Files that a customer sends and fetches; a file is a message like any other."""

from pathlib import Path
from typing import Any

from firstline.charter import Charters
from firstline.chat.service import ChatService, conversation_of
from firstline.chat.tokens import Claim
from firstline.conversations import store
from firstline.core.database import Database
from firstline.desk.attachments import add_from_customer, check_room, file_of
from firstline.files.kinds import KINDS
from firstline.files.models import StoredFile
from firstline.files.store import FileStore
from firstline.files.transfer import Incoming


class ChatFiles:
    """Files of conversations, as customers see them."""

    def __init__(self, database: Database, charters: Charters, chat: ChatService, files: FileStore, most: int) -> None:
        """Keep bytes in ``files`` and rows in ``database``; a conversation holds ``most`` files."""
        self._database = database
        self._charters = charters
        self._chat = chat
        self._files = files
        self._most = most

    async def rules(self, claim: Claim) -> dict[str, Any]:
        """Return what may be sent: ``max_bytes``, ``max_files`` and the ``endings`` of names."""
        async with self._database.reading() as session:
            await conversation_of(session, claim)
        endings = [f".{ending}" for kind in sorted(self._files.kinds) for ending in KINDS[kind].endings]
        return {"max_bytes": self._files.max_bytes, "max_files": self._most, "endings": endings}

    async def send(self, claim: Claim, incoming: Incoming, name: str, client_message_id: str) -> dict[str, Any]:
        """Take a file as the customer's message and return its reply; the same id again changes nothing.

        The state counts as it is when the last byte is there. Raises what ``FileStore.receive`` raises, ``Conflict``
        when the conversation holds too many files, and ``NotFound`` without the conversation.
        """
        async with self._database.reading() as session:
            conversation = await conversation_of(session, claim)
            before = await store.sent_before(session, conversation.id, client_message_id)
            if before is None:
                await check_room(session, conversation.id, self._most)
        if before is not None:
            return await self._chat.reply_to(claim, before.id)
        async with self._files.receive(incoming.pieces, incoming.declared) as received, self._chat.in_turn(claim):
            async with self._database.session() as session:
                conversation = await conversation_of(session, claim)
                message = await store.sent_before(session, conversation.id, client_message_id)
                if message is None:
                    await check_room(session, conversation.id, self._most)
                    charter = self._charters.get(claim.partner)
                    message = await add_from_customer(session, conversation, charter, received, name, client_message_id)
                    await self._files.keep(received)
            return await self._chat.reply_to(claim, message.id)

    async def fetch(self, claim: Claim, file_id: str) -> tuple[StoredFile, Path]:
        """Return a file of the claim's own conversation; raises ``NotFound`` for every other one."""
        async with self._database.reading() as session:
            file = await file_of(session, claim.partner, file_id, claim.conversation_id)
        return file, self._files.find(file.id)
