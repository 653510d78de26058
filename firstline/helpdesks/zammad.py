"""Cases in a Zammad, by its REST API.

Sources, for the shapes of requests and answers: the system documentation of Zammad, pages "Introduction", "Tickets",
"Articles", "States" and "User" of its REST API; for webhooks the admin documentation, pages "Webhook" and "Payload".
"""

from email.utils import parseaddr
from typing import Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field

from firstline.helpdesks.api import Api, Refused
from firstline.helpdesks.desk import Opened, Opening, Said, Standing
from firstline.helpdesks.partner_file import ZammadFile
from firstline.helpdesks.plain import plain
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import secret_of

_MERGED = ("merged", "removed")


class _Ticket(BaseModel):
    id: int
    number: str
    title: str
    customer_id: int


class _Expanded(_Ticket):
    state: str


class _Assets(BaseModel):
    tickets: dict[str, _Ticket] = Field(default_factory=dict, alias="Ticket")


class _Found(BaseModel):
    tickets: list[int]
    assets: _Assets = _Assets()


class _User(BaseModel):
    id: int
    login: str = ""


class _File(BaseModel):
    filename: str


class _Article(BaseModel):
    id: int
    ticket_id: int
    sender: Literal["Agent", "Customer", "System"]
    internal: bool
    body: str
    content_type: str = "text/plain"
    subject: str | None = None
    sent_by: str | None = Field(None, alias="from")
    attachments: list[_File] = Field(default_factory=list)


class _Made(BaseModel):
    id: int


class _State(BaseModel):
    id: int
    name: str


class Zammad:
    """One partner's Zammad. The customer is a user of its own for each conversation, without any address."""

    name = "zammad"

    def __init__(self, outgoing: Outgoing, file: ZammadFile) -> None:
        """Use the token that ``file`` names; raises ``NotNow`` when it isn't set."""
        self._file = file
        token = secret_of(file.token_env)
        self._api = Api(outgoing, f"{file.url.rstrip('/')}/api/v1", {"Authorization": f"Token token={token}"})

    async def find(self, opening: Opening) -> Opened | None:
        """Look for the case's number, and take what belongs to this conversation's user."""
        user = await self._user(opening)
        if user is None:
            return None
        path = f"/tickets/search?query={quote(opening.number)}&limit=50"
        answer: _Found | list[_Ticket] = await self._api.call(_Found | list[_Ticket], "GET", path)  # type: ignore[arg-type]
        tickets = answer if isinstance(answer, list) else list(answer.assets.tickets.values())
        for ticket in sorted(tickets, key=lambda ticket: ticket.id):
            if ticket.customer_id == user.id and ticket.title.startswith(f"[{opening.number}]"):
                return _opened(ticket)
        return None

    async def open(self, opening: Opening) -> Opened:
        """Make the customer's user where there is none yet, and the ticket with the story as an internal note."""
        user = await self._user(opening) or await self._make_user(opening)
        body = {
            "title": f"[{opening.number}] {opening.title}",
            "group": self._file.group,
            "customer_id": user.id,
            "article": _article(_subject(opening.number, 0), opening.story, internal=True),
        }
        return _opened(await self._api.call(_Ticket, "POST", "/tickets", body))

    async def complete(self, ticket: Opened, opening: Opening) -> None:
        """Do nothing: a ticket is made together with its story."""

    async def add(self, ticket: Opened, text: str, *, number: str, message: int) -> int:
        """Add the customer's words as an article of the customer's."""
        own = {"sender": "Customer", "origin_by_id": int(ticket.contact)}
        return await self._write(ticket, _article(_subject(number, message), text, internal=False) | own)

    async def note(self, ticket: Opened, text: str, *, number: str, message: int = 0) -> int:
        """Add an internal note."""
        return await self._write(ticket, _article(_subject(number, message), text, internal=True))

    async def holds(self, ticket: Opened, text: str, *, number: str, message: int, after: int) -> bool:
        """Look for the message's mark among the subjects."""
        return any(article.subject == _subject(number, message) for article in await self._articles(ticket))

    async def follow(self, ticket: Opened, after: int) -> Standing:
        """Read the ticket's state and its articles; raises ``Never`` for a ticket that was merged into another."""
        found = await self._api.call(_Expanded, "GET", f"/tickets/{ticket.reference}?expand=true")
        if found.state in _MERGED:
            raise Never(f"ticket {found.number} is {found.state} in Zammad; it can't be followed any more")
        articles = await self._articles(ticket)
        said = [_said(article) for article in articles if article.id > after and _is_reply(article, ticket)]
        read_to = max((article.id for article in articles), default=after)
        return Standing(found.state in self._file.solved_states, sorted(said, key=lambda item: item.id), read_to)

    async def set_solved(self, ticket: Opened, solved: bool) -> None:
        """Set the state: the first of the solved ones, or the open one."""
        state = self._file.solved_states[0] if solved else self._file.open_state
        await self._api.call(_Ticket, "PUT", f"/tickets/{ticket.reference}", {"state": state})

    async def check(self) -> None:
        """Log in, and hold the file's states against those that are there."""
        await self._api.call(_User, "GET", "/users/me")
        there = {state.name for state in await self._api.call(list[_State], "GET", "/ticket_states")}
        if missing := [name for name in (*self._file.solved_states, self._file.open_state) if name not in there]:
            raise Never(f"{self._api.host} has no ticket state '{missing[0]}'; it has {', '.join(sorted(there))}")

    async def _user(self, opening: Opening) -> _User | None:
        login = _login(opening)
        found = await self._api.call(list[_User], "GET", f"/users/search?query={quote(login)}&limit=10")
        return next((user for user in found if user.login.casefold() == login), None)

    async def _make_user(self, opening: Opening) -> _User:
        body = {"login": _login(opening), "firstname": opening.number, "lastname": "(Firstline)", "roles": ["Customer"]}
        try:
            return await self._api.call(_User, "POST", "/users", body)
        except Refused as error:
            if error.status != 422:
                raise
            # Made a moment ago, by an attempt that didn't come back: the search finds it once it is indexed.
            raise NotNow(str(error)) from error

    async def _articles(self, ticket: Opened) -> list[_Article]:
        return await self._api.call(list[_Article], "GET", f"/ticket_articles/by_ticket/{ticket.reference}?expand=true")

    async def _write(self, ticket: Opened, article: dict[str, Any]) -> int:
        body = {"ticket_id": int(ticket.reference), **article}
        return (await self._api.call(_Made, "POST", "/ticket_articles", body)).id


def _login(opening: Opening) -> str:
    return f"firstline-{opening.conversation_id}".casefold()


def _subject(number: str, message: int) -> str:
    return f"Firstline {number}/{message}"


def _article(subject: str, body: str, *, internal: bool) -> dict[str, Any]:
    return {"subject": subject, "body": body, "content_type": "text/plain", "type": "note", "internal": internal}


def _opened(ticket: _Ticket) -> Opened:
    return Opened(str(ticket.id), ticket.number, str(ticket.customer_id))


def _is_reply(article: _Article, ticket: Opened) -> bool:
    ours = (article.subject or "").startswith("Firstline ")
    return article.sender == "Agent" and not article.internal and not ours


def _said(article: _Article) -> Said:
    name = parseaddr(article.sent_by or "")[0] or (article.sent_by or "").partition("<")[0].strip()
    text = plain(article.body) if article.content_type.startswith("text/html") else article.body.strip()
    return Said(article.id, name, text, [(file.filename, "") for file in article.attachments])
