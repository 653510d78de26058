"""Telling people who are not looking: an event of a case becomes e-mails and webhooks, by the partner's own rules.

What happens to a case is noted (``noting.note``) in its transaction; the outbox hands it to ``Telling`` afterwards,
which writes one notice for each receiver. Words stand in ``texts``. Staff are left in peace outside the hours of the
charter's chat calendar, unless the charter serves that severity at any hour; customers' mails are answers, and webhooks
go to programs: neither is held.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Charters, NoOpenTime, is_open, next_opening
from firstline.conversations.models import Conversation, Message
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.signed_links import SignedLinks
from firstline.core.times import iso, utcnow
from firstline.desk.history import TEXTS
from firstline.desk.models import Case
from firstline.desk.promises import due_text
from firstline.desk.queue import locked_case
from firstline.desk.staff import list_staff
from firstline.desk.terms import terms_of
from firstline.outbox.models import DEAD, PENDING, Notice
from firstline.outbox.partner_file import Partners
from firstline.outbox.store import put

TRANSCRIPT = "transcript"
# An address that is given again and again for one case is somebody else's more often than not.
_ADDRESSES = 3


class Telling:
    """The outbox's channel ``event``."""

    def __init__(
        self, database: Database, charters: Charters, partners: Partners, links: SignedLinks, settings: Settings
    ) -> None:
        """Read ``database`` and the partners' files; write notices with links that ``links`` signs."""
        self._database = database
        self._charters = charters
        self._partners = partners
        self._links = links
        self._settings = settings

    async def send(self, event: Notice) -> None:
        """Write a notice for each receiver of ``event``, with the case held; done again it writes none twice."""
        async with self._database.session() as session:
            case, conversation = await locked_case(session, event.partner, event.case_number)
            charter, wanted = await terms_of(session, case), self._partners.get(event.partner)
            if self._settings.smtp_host and event.kind in wanted.mail_customers:
                await self._tell_customer(session, event, case, conversation, charter)
            if event.content.get("to") == "customer":
                return
            if event.content.get("to") == "agent":
                if self._settings.smtp_host and event.kind in wanted.mail_agents:
                    await self._tell_agent(session, event, case, charter)
                return
            if self._settings.smtp_host and event.kind in wanted.mail_leads:
                await self._tell_leads(session, event, case, charter)
            for hook in wanted.webhooks:
                if event.kind in hook.events:
                    await put(session, event, "webhook", hook.url, _facts(case, event), utcnow())

    async def _tell_customer(
        self, session: AsyncSession, event: Notice, case: Case, conversation: Conversation, charter: Charter
    ) -> None:
        address = case.contact_email
        if not address or not await self._is_news(session, event, conversation, address):
            return
        lang, until = conversation.language, utcnow() + timedelta(days=self._settings.transcript_link_days)
        token = self._links.make(TRANSCRIPT, (conversation.partner, conversation.id), until)
        message = await session.get(Message, event.content.get("message", 0))
        key = event.kind if event.kind != "opened" or case.respond_by else "opened_best_effort"
        content = self._mail(
            charter,
            lang,
            f"customer.{key}",
            number=case.number,
            respond_by=due_text(charter, case.respond_by, lang),
            said=message.text if message else "",
            link=f"{self._settings.base_url}/transcript/{token}?lang={lang}",
            until=due_text(charter, until, lang),
        )
        await put(session, event, "email", address, content | {"message": event.content.get("message", 0)}, utcnow())

    async def _is_news(self, session: AsyncSession, event: Notice, conversation: Conversation, address: str) -> bool:
        """Say whether the customer has neither seen it in the chat nor been told by mail in this absence."""
        mails = select(Notice).where(Notice.channel == "email", Notice.case_number == event.case_number)
        mails = mails.where(Notice.partner == event.partner, Notice.kind == event.kind)
        if event.kind == "opened":
            counted = mails.with_only_columns(func.count(func.distinct(Notice.target)))
            known = await session.scalar(mails.where(Notice.target == address).with_only_columns(Notice.id).limit(1))
            return known is None and (await session.scalar(counted) or 0) < _ADDRESSES
        if event.kind != "replied":
            return True
        if conversation.customer_seen >= event.content["message"]:
            return False
        earlier = select(Notice.content).where(
            Notice.channel == "event", Notice.kind == "replied", Notice.partner == event.partner,
            Notice.case_number == event.case_number, Notice.id != event.id, Notice.state == PENDING,
        )  # fmt: skip
        waiting = [item["message"] for item in await session.scalars(earlier)]
        if any(message > event.content["message"] for message in waiting):
            return False  # a later reply's event is on its way and speaks for this one
        told = mails.where(Notice.target == address, Notice.state != DEAD).with_only_columns(Notice.content)
        last = await session.scalar(told.order_by(Notice.created_at.desc()).limit(1))
        return last is None or conversation.customer_seen >= last.get("message", 0)

    async def _tell_leads(self, session: AsyncSession, event: Notice, case: Case, charter: Charter) -> None:
        lang, now = charter.default_language, utcnow()
        content = self._mail(
            charter,
            lang,
            f"lead.{event.kind}",
            number=case.number,
            severity=charter.severities[case.severity].name.say(lang),
            respond_by=due_text(charter, case.respond_by, lang) or TEXTS.get(lang, "notices.no_time"),
            link=f"{self._settings.base_url}/desk?case={case.number}",
        )
        for lead in await list_staff(session, case.partner, "team.keep"):
            await put(session, event, "email", lead.email, content, after_quiet(charter, case, now))

    async def _tell_agent(self, session: AsyncSession, event: Notice, case: Case, charter: Charter) -> None:
        """Tell the agent who has the case, or the leads where nobody has it."""
        lang, agent = charter.default_language, event.content.get("agent")
        content = self._mail(
            charter,
            lang,
            f"agent.{event.content['outcome']}",
            number=case.number,
            said=event.content["said"],
            link=f"{self._settings.base_url}/desk?case={case.number}",
        )
        workers = await list_staff(session, case.partner, "case.work")
        found = [one for one in workers if one.id == agent] or [one for one in workers if one.may("team.keep")]
        for one in found:
            await put(session, event, "email", one.email, content, after_quiet(charter, case, utcnow()))

    def _mail(self, charter: Charter, lang: str, key: str, **values: object) -> dict[str, Any]:
        partner = charter.partner.name.say(lang)
        values["partner"] = partner
        return {
            "subject": TEXTS.get(lang, f"notices.{key}.subject", **values),
            "body": TEXTS.get(lang, f"notices.{key}.body", **values),
            "sender_name": partner,
            "lang": lang,
        }


def after_quiet(charter: Charter, case: Case, now: datetime) -> datetime:
    """Return when staff may be told: now, or at the next opening while it is quiet.

    It is never quiet for a case that the charter counts round the clock or sends to somebody on call.
    """
    target = charter.target(case.tier, case.severity).first_response
    if target is not None and not target.best_effort and target.clock == "round_the_clock":
        return now
    if is_open(now, charter.main_calendar) or charter.route(case.tier, case.severity) == "on_call":
        return now
    try:
        return next_opening(now, charter.main_calendar)
    except NoOpenTime:
        return now


def _facts(case: Case, event: Notice) -> dict[str, Any]:
    """Return what a program is told: numbers, codes and times, never a word of the customer."""
    return {
        "partner": case.partner,
        "case": case.number,
        "status": case.status,
        "severity": case.severity,
        "tier": case.tier,
        "category": case.category,
        "language": case.language,
        "opened_at": iso(case.opened_at),
        "respond_by": iso(case.respond_by) if case.respond_by else None,
        "promises": event.content.get("promises", []),
    }
