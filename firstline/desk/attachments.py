"""Files in a conversation: as messages of the customer or the agent, with everything that a message brings about."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter
from firstline.conversations import store
from firstline.conversations.models import Conversation, Message
from firstline.conversations.states import State
from firstline.core.database import Database, publish_later
from firstline.core.errors import Conflict, NotFound
from firstline.core.times import utcnow
from firstline.desk import work
from firstline.desk.customer import add_to_case, write_after_close
from firstline.desk.history import TEXTS, alert, open_case_of, record
from firstline.desk.models import Staff
from firstline.desk.queue import find_case
from firstline.files.models import StoredFile
from firstline.files.names import kept_name
from firstline.files.scan import Verdict
from firstline.files.store import FileStore, Received

# A file is no words: what reads a customer's words leaves out messages with a payload.
FILE_PAYLOAD = "/file"


async def check_room(session: AsyncSession, conversation_id: str, most: int) -> None:
    """Raise ``Conflict`` when the conversation holds ``most`` files already."""
    query = select(func.count()).where(StoredFile.conversation_id == conversation_id, StoredFile.state != "refused")
    if int((await session.scalar(query)) or 0) >= most:
        raise Conflict(f"A conversation may hold {most} files; this one does.", code="too_many_files")


async def add_from_customer(
    session: AsyncSession,
    conversation: Conversation,
    charter: Charter,
    received: Received,
    name: str,
    client_message_id: str,
) -> Message:
    """Add the file as the customer's message and react by the state: receipt, reopening, or the way to a person."""
    file = _stored(conversation, received, name, "customer")
    message = await store.add_message(
        session,
        conversation,
        "customer",
        file.name,
        payload=FILE_PAYLOAD,
        client_message_id=client_message_id,
        attachments=[attachment_json(file)],
        answered_at=utcnow(),
    )
    await _attach(session, conversation, file, message)
    lang = conversation.language
    if conversation.state == State.CLOSED:
        await write_after_close(session, conversation, charter, charter.closing.reopen_days)
    else:
        await add_to_case(session, conversation, charter, message)
    if conversation.state == State.BOT:
        buttons = [{"title": TEXTS.get(lang, "files.person"), "payload": "/human"}]
        await store.add_message(session, conversation, "system", TEXTS.get(lang, "files.bot"), buttons=buttons)
    if file.state == "held":
        await store.add_message(session, conversation, "system", TEXTS.get(lang, "files.held", name=file.name))
    return message


async def add_from_agent(
    session: AsyncSession, staff: Staff, number: str, received: Received, name: str, client_message_id: str
) -> Message:
    """Send the file to the customer as the agent's message; raises ``Conflict`` unless the agent has the case."""
    _, conversation = await find_case(session, staff.partner, number)
    file = _stored(conversation, received, name, staff.email)
    message = await work.reply(
        session, staff, number, file.name, client_message_id, attachments=[attachment_json(file)]
    )
    if message.attachments[0]["id"] == file.id:  # else it was sent before, and this is the same one again
        await _attach(session, conversation, file, message)
    return message


async def check_speaker(session: AsyncSession, staff: Staff, number: str) -> Conversation:
    """Return the case's conversation; raises ``NotFound``, or ``Conflict`` when somebody else speaks there."""
    _, conversation = await find_case(session, staff.partner, number)
    if conversation.state != State.HUMAN or conversation.agent_id != staff.id:
        raise Conflict(f"Claim case {number} first.", code="not_yours")
    return conversation


async def file_of(session: AsyncSession, partner: str, file_id: str, conversation_id: str | None = None) -> StoredFile:
    """Return a file that may be handed out; with ``conversation_id`` only that conversation's.

    Raises ``NotFound`` for anything else, without telling what there is, and ``Conflict`` for one that is held.
    """
    file = await session.get(StoredFile, file_id)
    foreign = file is None or file.partner != partner or conversation_id not in (None, file.conversation_id)
    if file is None or foreign or file.state == "refused":
        raise NotFound("There is no such file.", code="no_file")
    if file.state == "held":
        raise Conflict("The file is still waiting for the scanner; try again later.", code="file_held")
    return file


async def judge_held(database: Database, files: FileStore) -> int:
    """Ask the scanner again about held files; release or delete them, and tell the conversation. Return how many."""
    async with database.reading() as session:
        held = list(await session.scalars(select(StoredFile.id).where(StoredFile.state == "held")))
    settled = 0
    for file_id in held:
        verdict = await files.judge(file_id)
        if verdict is Verdict.UNKNOWN:
            continue
        async with database.session() as session:
            await _settle(session, file_id, verdict)
        if verdict is Verdict.INFECTED:
            files.delete(file_id)
        settled += 1
    return settled


def attachment_json(file: StoredFile) -> dict[str, Any]:
    """Return a file as messages carry it."""
    return {
        "id": file.id,
        "name": file.name,
        "kind": file.kind,
        "bytes": file.bytes,
        "state": file.state,
        "scanned": file.scanned,
    }


def _stored(conversation: Conversation, received: Received, name: str, sent_by: str) -> StoredFile:
    now: datetime = utcnow()
    return StoredFile(
        id=received.id,
        partner=conversation.partner,
        conversation_id=conversation.id,
        name=kept_name(name, received.kind),
        kind=received.kind,
        bytes=received.bytes,
        sha256=received.sha256,
        state="held" if received.verdict is Verdict.UNKNOWN else "ready",
        scanned=received.verdict is Verdict.CLEAN,
        sent_by=sent_by,
        created_at=now,
    )


async def _attach(session: AsyncSession, conversation: Conversation, file: StoredFile, message: Message) -> None:
    file.message_id = message.id
    session.add(file)
    case = await open_case_of(session, conversation.id)
    if case is not None:
        record(session, case, "file", file.sent_by, {"name": file.name})
    await session.flush()


async def _settle(session: AsyncSession, file_id: str, verdict: Verdict) -> None:
    found = await session.get_one(StoredFile, file_id)
    conversation = await store.get_conversation(session, found.conversation_id)
    file = await session.get_one(StoredFile, file_id, populate_existing=True)
    if file.state != "held":
        return
    file.state = "refused" if verdict is Verdict.INFECTED else "ready"
    file.scanned = verdict is Verdict.CLEAN
    message = await session.get_one(Message, file.message_id)
    message.attachments = [attachment_json(file)]
    publish_later(session, store.topic(conversation.id), {"type": "message", "message": store.message_json(message)})
    if file.state == "refused":
        text = TEXTS.get(conversation.language, "files.infected", name=file.name)
        await store.add_message(session, conversation, "system", text)
    case = await open_case_of(session, conversation.id)
    if case is not None:
        record(session, case, f"file_{file.state}", "scanner", {"name": file.name})
        alert(session, case, "file")
