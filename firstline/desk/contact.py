"""The e-mail address that a customer leaves with a case: answers are announced there, or people write themselves."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Conversation
from firstline.core.errors import BadInput, Conflict
from firstline.core.times import utcnow
from firstline.desk.history import TEXTS, alert, open_case_of, record
from firstline.desk.noting import note


async def leave_email(
    session: AsyncSession, conversation: Conversation, address: str | None, *, mails: bool = False
) -> None:
    """Keep ``address`` with the open case, or take it away with ``None``; the customer is told what becomes of it.

    ``mails`` says that notices go out by e-mail; the address then gets the case's number and promise, and a link.
    The same address again changes nothing. Raises ``BadInput`` for what is no address and ``Conflict`` without an
    open case.
    """
    kept = None if address is None else _valid(address)
    case = await open_case_of(session, conversation.id)
    if case is None:
        raise Conflict("There is no open case that an address could go with.", code="no_open_case")
    if case.contact_email == kept:
        return
    case.contact_email = kept
    record(session, case, "contact" if kept else "contact_removed", "customer")
    alert(session, case, "contact")
    if kept and mails:
        note(session, case, "opened", utcnow(), to="customer")
    key = "contact.removed" if not kept else "contact.kept_mailed" if mails else "contact.kept"
    await store.add_message(session, conversation, "system", TEXTS.get(conversation.language, key, address=kept or ""))


def _valid(address: str) -> str:
    try:
        return validate_email(address.strip(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise BadInput(f"This is no e-mail address: {error}", code="bad_email") from error
