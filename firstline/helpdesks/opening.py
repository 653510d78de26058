"""A new case goes to the help desk that the partner chose: settled by the event of its opening, once."""

from sqlalchemy import select

from firstline.core.database import Database, insert_if_absent
from firstline.core.times import utcnow
from firstline.desk.queue import locked_case
from firstline.helpdesks.desks import Desks
from firstline.helpdesks.models import OPENING, HelpdeskTalk, HelpdeskTicket
from firstline.outbox.models import Notice
from firstline.outbox.store import put


class HelpdeskEvents:
    """What the outbox's channel ``event`` does about help desks, beside telling people."""

    def __init__(self, database: Database, desks: Desks) -> None:
        """Write to ``database`` what the partners' files want."""
        self._database = database
        self._desks = desks

    async def send(self, event: Notice) -> None:
        """Let a case that was opened follow into the partner's help desk; raises ``NotNow`` while its file is wrong.

        A case from a conversation that stands in their Chatwoot already is theirs by itself.
        """
        chosen = self._desks.file(event.partner).chosen if event.kind == "opened" else None
        if chosen is None or event.content.get("to") == "customer":
            return
        async with self._database.session() as session:
            case, conversation = await locked_case(session, event.partner, event.case_number)
            talk = await session.scalar(
                select(HelpdeskTalk.id).where(HelpdeskTalk.conversation_id == conversation.id).limit(1)
            )
            if talk is not None:
                return
            now = utcnow()
            await insert_if_absent(
                session, HelpdeskTicket, case_id=case.id, partner=case.partner, desk=chosen, reference="", label="",
                contact="", by_bot=False, state=OPENING, reason="", solved=False, carried_to=0, sending=0, placed_to=0,
                seen_to=0, followed_at=now, opened_at=now,
            )  # fmt: skip
            case.helpdesk = chosen
            await put(session, event, "helpdesk", chosen, {"what": "opened"}, now)
