"""Finds the help desk of a partner by its file, and knows what a case is called there."""

from firstline.core.errors import FirstlineError
from firstline.helpdesks.chatwoot import Chatwoot
from firstline.helpdesks.chatwoot_bot import ChatwootBot
from firstline.helpdesks.desk import Helpdesk, Opened
from firstline.helpdesks.models import HelpdeskTicket
from firstline.helpdesks.partner_file import HelpdeskFile, HelpdeskFiles
from firstline.helpdesks.zammad import Zammad
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Outgoing


class Desks:
    """The partners' help desks, each call with the file as it is now."""

    def __init__(self, files: HelpdeskFiles, outgoing: Outgoing) -> None:
        """Read ``files``; call with ``outgoing``."""
        self._files = files
        self._outgoing = outgoing

    def file(self, partner: str) -> HelpdeskFile:
        """Return the partner's file; raises ``NotNow`` while it is wrong."""
        try:
            return self._files.get(partner)
        except FirstlineError as error:
            raise NotNow(error.message) from error

    def of(self, partner: str, name: str) -> Helpdesk:
        """Return the help desk called ``name``.

        Raises ``Never`` when the partner's file doesn't describe it any more, ``NotNow`` without its token.
        """
        zammad = self.file(partner).zammad
        if name == "chatwoot":
            return self.chatwoot(partner)
        if zammad:
            return Zammad(self._outgoing, zammad)
        raise Never(f"partners/{partner}/helpdesk.yaml does not describe {name} any more; put it back, then try again")

    def chatwoot(self, partner: str) -> Chatwoot:
        """Return the partner's Chatwoot; raises as ``of`` does."""
        file = self.file(partner).chatwoot
        if file is None:
            raise Never(f"partners/{partner}/helpdesk.yaml does not describe chatwoot any more; put it back")
        return Chatwoot(self._outgoing, file)

    def bot(self, partner: str) -> ChatwootBot:
        """Return Firstline as the partner's agent bot; raises as ``of`` does."""
        chatwoot = self.file(partner).chatwoot
        if chatwoot is None or chatwoot.agent_bot is None:
            raise Never(f"partners/{partner}/helpdesk.yaml describes no chatwoot.agent_bot any more")
        return ChatwootBot(self._outgoing, chatwoot, chatwoot.agent_bot)


def opened(ticket: HelpdeskTicket) -> Opened:
    """Return what the case is called there."""
    return Opened(ticket.reference, ticket.label, ticket.contact)
