"""Cases in a Chatwoot, by its application API.

Sources, for the shapes of requests and answers: Chatwoot's published API description (OpenAPI), groups "Contacts",
"Conversations", "Messages", "Inboxes" and "Profile"; its user guide, pages "How to use webhooks" and "How to create an
API channel inbox".
"""

from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from firstline.helpdesks.api import Api, Refused
from firstline.helpdesks.desk import Opened, Opening, Said, Standing
from firstline.helpdesks.partner_file import ChatwootFile
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import secret_of

_INCOMING, _OUTGOING = 0, 1
_PAGES = 20
_CASE = "firstline_case"


class _Contact(BaseModel):
    id: int
    identifier: str | None = None


class _Contacts(BaseModel):
    payload: list[_Contact]


class _InboxOfContact(BaseModel):
    source_id: str


class _NewContactPayload(BaseModel):
    contact: _Contact
    contact_inbox: _InboxOfContact | None = None


class _NewContact(BaseModel):
    payload: _NewContactPayload


class _Conversation(BaseModel):
    id: int
    custom_attributes: dict[str, Any] = Field(default_factory=dict)


class _Standing(_Conversation):
    status: Literal["open", "resolved", "pending", "snoozed"]


class _Conversations(BaseModel):
    payload: list[_Conversation]


class _Sender(BaseModel):
    name: str | None = None
    available_name: str | None = None
    type: str | None = None


class _File(BaseModel):
    data_url: str | None = None
    file_type: str | None = None


class _Message(BaseModel):
    id: int
    content: str | None = None
    message_type: int
    private: bool = False
    sender: _Sender | None = None
    sender_type: str | None = None
    attachments: list[_File] = Field(default_factory=list)


class _Made(BaseModel):
    id: int


class _Messages(BaseModel):
    payload: list[_Message]


class _Toggled(BaseModel):
    current_status: str


class _ToggleAnswer(BaseModel):
    payload: _Toggled


class _Inbox(BaseModel):
    id: int
    channel_type: str


class _Account(BaseModel):
    id: int


class _Profile(BaseModel):
    id: int
    accounts: list[_Account]


class Chatwoot:
    """One partner's Chatwoot. The customer is a contact of its own for each conversation, without any address."""

    name = "chatwoot"

    def __init__(self, outgoing: Outgoing, file: ChatwootFile) -> None:
        """Use the token that ``file`` names; raises ``NotNow`` when it isn't set."""
        self._file = file
        self._root = Api(outgoing, file.url, {"api_access_token": secret_of(file.token_env)})
        self._at = f"/api/v1/accounts/{file.account}"

    async def find(self, opening: Opening) -> Opened | None:
        """Look for the conversation's contact, and the case's number among the contact's conversations."""
        contact = await self._contact(opening)
        if contact is None:
            return None
        found = await self._root.call(_Conversations, "GET", f"{self._at}/contacts/{contact.id}/conversations")
        for conversation in found.payload:
            if conversation.custom_attributes.get(_CASE) == opening.number:
                return _opened(conversation.id, contact)
        return None

    async def open(self, opening: Opening) -> Opened:
        """Make the contact where there is none yet, the conversation, and the story as a private note."""
        contact = await self._contact(opening) or await self._make_contact(opening)
        body = {
            "source_id": f"{_identifier(opening)}-{opening.number}",
            "inbox_id": self._file.inbox,
            "contact_id": contact.id,
            "status": "open",
            "custom_attributes": {_CASE: opening.number},
        }
        made = await self._root.call(_Conversation, "POST", f"{self._at}/conversations", body)
        ticket = _opened(made.id, contact)
        await self.note(ticket, opening.story, number=opening.number)
        return ticket

    async def complete(self, ticket: Opened, opening: Opening) -> None:
        """Add the story where the conversation was made and nothing more."""
        if not await self.has_note(ticket.reference, opening.story.partition("\n")[0]):
            await self.note(ticket, opening.story, number=opening.number)

    async def has_note(self, reference: str, first_line: str) -> bool:
        """Say whether a private note that begins so stands in the conversation."""
        messages = await self._messages(Opened(reference, reference, ""), 0)
        return any(message.private and (message.content or "").startswith(first_line) for message in messages)

    async def add(self, ticket: Opened, text: str, *, number: str, message: int) -> int:
        """Add the customer's words as an incoming message, which an inbox of the kind API takes."""
        return await self._write(ticket, text, "incoming", private=False)

    async def note(self, ticket: Opened, text: str, *, number: str, message: int = 0) -> int:
        """Add a private note."""
        return await self._write(ticket, text, "outgoing", private=True)

    async def holds(self, ticket: Opened, text: str, *, number: str, message: int, after: int) -> bool:
        """Look for the same words among what is newer than ``after``; Chatwoot keeps no mark of ours."""
        return any((found.content or "").strip() == text.strip() for found in await self._messages(ticket, after))

    async def follow(self, ticket: Opened, after: int) -> Standing:
        """Read the conversation's status and its messages."""
        found = await self._root.call(_Standing, "GET", f"{self._conversation(ticket)}")
        messages = await self._messages(ticket, after)
        said = [_said(message) for message in messages if _is_reply(message)]
        read_to = max((message.id for message in messages), default=after)
        return Standing(found.status == "resolved", said, read_to)

    async def set_solved(self, ticket: Opened, solved: bool) -> None:
        """Set the status: ``resolved`` or ``open``."""
        status = "resolved" if solved else "open"
        await self._root.call(_ToggleAnswer, "POST", f"{self._conversation(ticket)}/toggle_status", {"status": status})

    async def check(self) -> None:
        """Log in, and make sure that the account is the token's and the inbox one of the kind API."""
        profile = await self._root.call(_Profile, "GET", "/api/v1/profile")
        if self._file.account not in [account.id for account in profile.accounts]:
            raise Never(f"{self._root.host}: the token's owner is not in account {self._file.account}")
        if self._file.inbox is None:
            return
        inbox = await self._root.call(_Inbox, "GET", f"{self._at}/inboxes/{self._file.inbox}")
        if inbox.channel_type != "Channel::Api":
            raise Never(f"{self._root.host}: inbox {inbox.id} is {inbox.channel_type}; make one of the kind API")

    def _conversation(self, ticket: Opened) -> str:
        return f"{self._at}/conversations/{ticket.reference}"

    async def _contact(self, opening: Opening) -> _Contact | None:
        name = _identifier(opening)
        found = await self._root.call(_Contacts, "GET", f"{self._at}/contacts/search?q={quote(name)}")
        return next((contact for contact in found.payload if contact.identifier == name), None)

    async def _make_contact(self, opening: Opening) -> _Contact:
        body = {"inbox_id": self._file.inbox, "name": opening.number, "identifier": _identifier(opening)}
        try:
            made = await self._root.call(_NewContact, "POST", f"{self._at}/contacts", body)
        except Refused as error:
            if error.status != 422:
                raise
            raise NotNow(str(error)) from error  # somebody made it since the search; the next attempt finds it
        return made.payload.contact

    async def _messages(self, ticket: Opened, after: int) -> list[_Message]:
        """Return what is newer than ``after``, oldest first; Chatwoot hands out the newest page first."""
        found: dict[int, _Message] = {}
        before = ""
        for _ in range(_PAGES):
            page = await self._root.call(_Messages, "GET", f"{self._conversation(ticket)}/messages{before}")
            fresh = {message.id: message for message in page.payload if message.id not in found}
            found |= fresh
            if not fresh or min(fresh) <= after + 1:
                break
            before = f"?before={min(fresh)}"
        return [found[ident] for ident in sorted(found) if ident > after]

    async def _write(self, ticket: Opened, text: str, kind: str, *, private: bool) -> int:
        body = {"content": text, "message_type": kind, "private": private}
        return (await self._root.call(_Made, "POST", f"{self._conversation(ticket)}/messages", body)).id


def _identifier(opening: Opening) -> str:
    return f"firstline-{opening.conversation_id}"


def _opened(ident: int, contact: _Contact) -> Opened:
    return Opened(str(ident), str(ident), str(contact.id))


def _is_reply(message: _Message) -> bool:
    kind = message.sender_type or (message.sender.type if message.sender else None) or ""
    by_agent = kind.casefold() == "user"
    return message.message_type == _OUTGOING and not message.private and by_agent


def _said(message: _Message) -> Said:
    sender = message.sender or _Sender()
    files = [(file.file_type or "", file.data_url or "") for file in message.attachments]
    return Said(message.id, sender.available_name or sender.name or "", (message.content or "").strip(), files)
