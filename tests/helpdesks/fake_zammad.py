"""A Zammad as its system documentation describes the REST API, and its admin documentation the webhook."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Any

from .fake_server import Answer, FakeServer, Request

TOKEN, SECRET = "zammad-token", "zammad-hook-secret"
STATES = ("new", "open", "pending reminder", "closed", "merged", "removed", "pending close")


@dataclass
class FakeZammad(FakeServer):
    name = "zammad"
    users: dict[int, dict[str, Any]] = field(default_factory=lambda: {3: {"id": 3, "login": "firstline@example.com"}})
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    articles: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Token token={TOKEN}":
            return 401, {"error": "Invalid token!"}
        path = request.path.removeprefix("/api/v1")
        if request.method == "GET" and path == "/users/me":
            return 200, self.users[3]
        if request.method == "GET" and path == "/users/search":
            return 200, [user for user in self.users.values() if request.query["query"] in user["login"]]
        if request.method == "POST" and path == "/users":
            return self._new_user(request.body)
        if request.method == "GET" and path == "/ticket_states":
            return 200, [{"id": number, "name": name} for number, name in enumerate(STATES, 1)]
        if request.method == "GET" and path == "/tickets/search":
            return self._search(request.query["query"])
        if request.method == "POST" and path == "/tickets":
            return self._new_ticket(request.body)
        if request.method == "POST" and path == "/ticket_articles":
            return 201, self._new_article(request.body["ticket_id"], request.body)
        if found := re.fullmatch(r"/ticket_articles/by_ticket/(\d+)", path):
            return 200, [article for article in self.articles if article["ticket_id"] == int(found[1])]
        if found := re.fullmatch(r"/tickets/(\d+)", path):
            return self._ticket(int(found[1]), request)
        return 404, {"error": "Not found"}

    def _new_user(self, body: dict[str, Any]) -> Answer:
        if any(user["login"] == body["login"] for user in self.users.values()):
            return 422, {"error": "This login is already used for another user."}
        ident = max(self.users) + 1
        self.users[ident] = {"id": ident, "email": "", **body}
        return 201, self.users[ident]

    def _search(self, query: str) -> Answer:
        found = {str(ident): item for ident, item in self.tickets.items() if query in item["title"]}
        return 200, {"tickets": [*map(int, found)], "tickets_count": len(found), "assets": {"Ticket": found}}

    def _new_ticket(self, body: dict[str, Any]) -> Answer:
        if body.get("group") != "Users":
            return 422, {"error": "Group doesn't exist!", "error_human": "Group doesn't exist!"}
        ident = len(self.tickets) + 80
        self.tickets[ident] = {
            "id": ident, "number": f"220{ident}", "title": body["title"], "customer_id": body["customer_id"],
            "state": "new", "state_id": 1, "group_id": 1,
        }  # fmt: skip
        self._new_article(ident, body["article"])
        return 201, {key: value for key, value in self.tickets[ident].items() if key != "state"}

    def _new_article(self, ticket: int, body: dict[str, Any]) -> dict[str, Any]:
        article = {
            "id": len(self.articles) + 100, "ticket_id": ticket, "from": "Firstline", "to": "", "subject": None,
            "content_type": "text/html", "sender": "Agent", "internal": False, "attachments": [], **body,
        }  # fmt: skip
        self.articles.append(article)
        return article

    def _ticket(self, ident: int, request: Request) -> Answer:
        ticket = self.tickets.get(ident)
        if ticket is None:
            return 404, {"error": "No such object"}
        if request.method == "PUT":
            if request.body["state"] not in STATES:
                return 422, {"error": "No such state"}
            ticket["state"] = request.body["state"]
        return 200, ticket

    # What their agents do.

    def reply(self, reference: str, name: str, text: str, files: tuple[str, ...] = ()) -> int:
        attached = [{"id": 1, "filename": name, "size": "10", "preferences": {}} for name in files]
        sent_by = f"{name} <{name.split()[0].lower()}@example.com>"
        body = {"from": sent_by, "body": f"<div>{text}</div>", "attachments": attached}
        return int(self._new_article(int(reference), body)["id"])

    def note(self, reference: str, name: str, text: str) -> None:
        self._new_article(int(reference), {"from": name, "body": text, "internal": True})

    def set_solved(self, reference: str, solved: bool) -> None:
        self.tickets[int(reference)]["state"] = "closed" if solved else "open"

    # What is seen there.

    def references(self) -> list[str]:
        return [str(ident) for ident in self.tickets]

    def is_solved(self, reference: str) -> bool:
        return str(self.tickets[int(reference)]["state"]) == "closed"

    def title(self, reference: str) -> str:
        return str(self.tickets[int(reference)]["title"])

    def customers_words(self, reference: str) -> list[str]:
        return [item["body"] for item in self._of(reference) if item["sender"] == "Customer" and not item["internal"]]

    def notes(self, reference: str) -> list[str]:
        return [item["body"] for item in self._of(reference) if item["internal"]]

    def _of(self, reference: str) -> list[dict[str, Any]]:
        return [item for item in self.articles if item["ticket_id"] == int(reference)]

    def forget(self, reference: str) -> None:
        del self.tickets[int(reference)]

    def webhook(self, reference: str, secret: str = SECRET) -> tuple[str, dict[str, str], bytes]:
        """Return path, headers and body of the webhook that a trigger sends for the ticket's newest article."""
        article = self._of(reference)[-1]
        body = json.dumps({"ticket": self.tickets[int(reference)], "article": article}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
        headers = {
            "X-Hub-Signature": f"sha1={signature}", "X-Zammad-Trigger": "firstline", "X-Zammad-Delivery": "b2f1",
            "Content-Type": "application/json",
        }  # fmt: skip
        return "/api/helpdesks/demo/zammad", headers, body


FILE = {
    "token_env": "DEMO_ZAMMAD_TOKEN", "webhook_secret_env": "DEMO_ZAMMAD_HOOK", "group": "Users",
}  # fmt: skip
