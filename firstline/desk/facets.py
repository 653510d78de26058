"""What a case can be found by, kept beside it: product, words of its questions, the customer's e-mail addresses."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Charters
from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.database import Database
from firstline.core.logs import get_logger, log_failure
from firstline.desk.models import Case
from firstline.desk.package import package_of
from firstline.desk.tool_models import CaseContact

_LONGEST_PRODUCT = 80
_LONGEST_TEXT = 20_000
_AT_ONCE = 200
_log = get_logger("desk.facets")


def folded(text: str) -> str:
    """Return ``text`` as it is compared: without upper case, runs of white space as one blank."""
    return " ".join(text.casefold().split())


async def note_facets(session: AsyncSession, case: Case, conversation: Conversation, charter: Charter) -> None:
    """Bring what the case is found by up to date with its conversation."""
    package = await package_of(session, case, conversation, charter)
    typed = [
        message.text
        for message in await store.transcript(session, conversation.id)
        if message.author == "customer" and not message.payload
    ]
    case.product = package.product_id[:_LONGEST_PRODUCT] if package.product_id else None
    case.search_text = folded("\n".join([case.number, *typed]))[:_LONGEST_TEXT]
    await _keep_contacts(session, case, {text.lower() for text in package.contacts if "@" in text})


async def fill_missing(database: Database, charters: Charters) -> int:
    """Note facets of cases that have none, such as those of an older version; return how many.

    Each case is its own transaction: one that can't be read holds up no other.
    """
    filled, after = 0, 0
    while True:
        async with database.reading() as session:
            query = select(Case.id).where(Case.search_text == "", Case.id > after).order_by(Case.id).limit(_AT_ONCE)
            missing = (await session.scalars(query)).all()
        if not missing:
            return filled
        for case_id in missing:
            after = case_id
            try:
                async with database.session() as session:
                    case = await session.get_one(Case, case_id)
                    conversation = await store.get_conversation(session, case.conversation_id)
                    await note_facets(session, case, conversation, charters.get(case.partner))
                filled += 1
            except Exception as error:
                log_failure(_log, "facets_failed", error, case_id=case_id)


async def _keep_contacts(session: AsyncSession, case: Case, contacts: set[str]) -> None:
    kept = set(await session.scalars(select(CaseContact.contact).where(CaseContact.case_id == case.id)))
    if gone := kept - contacts:
        await session.execute(delete(CaseContact).where(CaseContact.case_id == case.id, CaseContact.contact.in_(gone)))
    session.add_all(
        CaseContact(case_id=case.id, partner=case.partner, contact=contact) for contact in sorted(contacts - kept)
    )
