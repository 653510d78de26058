"""Conversations of known customers: a signed identity is bound to a conversation, and a conversation to a customer."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.chat.identity import Vouched, vouched_for
from firstline.chat.partner_site import PartnerSites
from firstline.chat.service import Bind, conversation_of
from firstline.chat.tokens import Claim
from firstline.conversations.customer_models import IdentityUse, KnownCustomer
from firstline.conversations.models import Conversation
from firstline.core.database import Database
from firstline.core.errors import Conflict, NotSignedIn
from firstline.core.times import utcnow


class KnownCustomers:
    """Binds customers whom partners vouch for to their conversations."""

    def __init__(self, database: Database, charters: Charters, sites: PartnerSites) -> None:
        """Write to ``database``; ask ``sites`` for keys and ``charters`` for tiers."""
        self._database = database
        self._charters = charters
        self._sites = sites

    def read(self, partner: str, token: str) -> Vouched:
        """Return whom ``token`` vouches for; raises what ``vouched_for`` raises, and ``NotFound`` for the partner."""
        return vouched_for(self._sites, self._charters.get(partner), token)

    async def identify(self, claim: Claim, token: str) -> dict[str, Any]:
        """Bind the conversation of ``claim``; returns ``{"customer": {"id", "name"}}``.

        Raises ``Conflict`` (``other_customer``) where it is somebody else's.
        """
        vouched = self.read(claim.partner, token)
        async with self._database.session() as session:
            await self.bind(session, await conversation_of(session, claim), vouched)
        return {"customer": {"id": vouched.customer_id, "name": vouched.name}}

    def binder(self, vouched: Vouched | None) -> Bind | None:
        """Return what binds a new conversation to the customer, if there is one."""
        if vouched is None:
            return None

        async def bind(session: AsyncSession, conversation: Conversation) -> None:
            await self.bind(session, conversation, vouched)

        return bind

    async def bind(self, session: AsyncSession, conversation: Conversation, vouched: Vouched) -> None:
        """Keep who the customer is; the newest token of the same customer counts.

        Raises ``Conflict`` (``other_customer``), and ``NotSignedIn`` (``identity_used``) for a token that was shown in
        as many other conversations as the partner allows.
        """
        known = await session.get(KnownCustomer, conversation.id)
        if known is not None and known.customer_id != vouched.customer_id:
            raise Conflict("This conversation is another customer's; start a new one.", code="other_customer")
        await self._count(session, conversation, vouched)
        if known is None:
            known = KnownCustomer(conversation_id=conversation.id, partner=conversation.partner)
            session.add(known)
        known.customer_id, known.name, known.email = vouched.customer_id, vouched.name, vouched.email
        known.tier, known.verified_at = vouched.tier, utcnow()

    async def _count(self, session: AsyncSession, conversation: Conversation, vouched: Vouched) -> None:
        await session.execute(delete(IdentityUse).where(IdentityUse.expires_at < utcnow()))
        if await session.get(IdentityUse, (vouched.token_hash, conversation.id)) is not None:
            return
        used = select(func.count()).where(IdentityUse.token_hash == vouched.token_hash)
        rules = self._sites.get(conversation.partner).identity
        if rules is None or (await session.scalar(used) or 0) >= rules.conversations:
            message = "The signed identity was used too often; load the page again to get a new one."
            raise NotSignedIn(message, code="identity_used")
        use = IdentityUse(token_hash=vouched.token_hash, conversation_id=conversation.id, expires_at=vouched.expires)
        session.add(use)
