"""A Chatwoot as its API description and its guide to webhooks and agent bots describe it."""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass, field
from typing import Any

from firstline.core.times import utcnow

from .fake_server import Answer, FakeServer, Request

TOKEN, BOT_TOKEN = "chatwoot-token", "chatwoot-bot-token"
SECRET, BOT_SECRET = "chatwoot-hook-secret", "chatwoot-bot-secret"
PAGE = 20
OF_BOTS = (r"POST .*/messages", r"POST .*/toggle_status")


@dataclass
class FakeChatwoot(FakeServer):
    name = "chatwoot"
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    moved: bool = False

    def answer(self, request: Request) -> Answer:
        token = request.headers.get("api_access_token")
        may = token == TOKEN or (
            token == BOT_TOKEN and any(re.fullmatch(one, f"{request.method} {request.path}") for one in OF_BOTS)
        )
        if not may:
            return 401, {"error": "Invalid Access Token"}
        if request.path == "/api/v1/profile":
            return 200, {"id": 1, "name": "Firstline", "accounts": [{"id": 1, "name": "Demo"}]}
        path = request.path.removeprefix("/api/v1/accounts/1")
        if path == request.path:
            return 404, {"error": "Resource could not be found"}
        if path == "/inboxes/7":
            return 200, {"id": 7, "name": "Firstline", "channel_type": "Channel::Api"}
        if path == "/inboxes/8":
            return 200, {"id": 8, "name": "Site", "channel_type": "Channel::WebWidget"}
        if path == "/contacts/search":
            wanted = request.query["q"]
            return 200, {
                "meta": {},
                "payload": [item for item in self.contacts.values() if wanted in item["identifier"]],
            }
        if request.method == "POST" and path == "/contacts":
            return self._new_contact(request.body)
        if found := re.fullmatch(r"/contacts/(\d+)/conversations", path):
            mine = [item for item in self.conversations.values() if item["contact_id"] == int(found[1])]
            return 200, {"payload": mine}
        if request.method == "POST" and path == "/conversations":
            return 200, self.new_conversation(**request.body)
        if found := re.fullmatch(r"/conversations/(\d+)(/\w+)?", path):
            return self._conversation(int(found[1]), found[2] or "", request, token == BOT_TOKEN)
        return 404, {"error": "Resource could not be found"}

    def _new_contact(self, body: dict[str, Any]) -> Answer:
        if any(item["identifier"] == body["identifier"] for item in self.contacts.values()):
            return 422, {"message": "Identifier has already been taken", "attributes": ["identifier"]}
        ident = len(self.contacts) + 40
        self.contacts[ident] = {"id": ident, **body}
        inbox = {"source_id": "made-up", "inbox": {"id": body["inbox_id"]}}
        return 200, {"payload": {"contact": self.contacts[ident], "contact_inbox": inbox}}

    def new_conversation(self, **body: Any) -> dict[str, Any]:
        ident = len(self.conversations) + 5
        self.conversations[ident] = {"id": ident, "account_id": 1, "custom_attributes": {}, "status": "open", **body}
        return self.conversations[ident]

    def _conversation(self, ident: int, what: str, request: Request, by_bot: bool) -> Answer:
        found = self.conversations.get(ident)
        if found is None:
            return 404, {"error": "Resource could not be found"}
        if what == "/toggle_status":
            found["status"] = request.body["status"]
            return 200, {
                "meta": {},
                "payload": {"success": True, "current_status": found["status"], "conversation_id": ident},
            }
        if what == "/messages" and request.method == "POST":
            return 200, self._new_message(ident, request.body, by_bot)
        if what == "/messages":
            before = int(request.query.get("before", 1 << 40))
            of_it = [item for item in self.messages if item["conversation_id"] == ident and item["id"] < before]
            return 200, {"meta": {}, "payload": of_it[-PAGE:]}
        return 200, found

    def _new_message(
        self, conversation: int, body: dict[str, Any], by_bot: bool = False, **more: Any
    ) -> dict[str, Any]:
        kind = body.get("message_type", "outgoing")
        sender = {"type": "agent_bot", "name": "Firstline"} if by_bot else {"type": "user", "name": "Firstline"}
        if kind == "incoming":
            sender = {"type": "contact", "name": "DEMO"}
            # Chatwoot opens a solved conversation when its customer writes, for the bot if there is one.
            if self.conversations[conversation]["status"] == "resolved":
                self.conversations[conversation]["status"] = "open"
        message = {
            "id": len(self.messages) + 300, "conversation_id": conversation, "content": body.get("content"),
            "message_type": {"incoming": 0, "outgoing": 1}[kind], "private": body.get("private", False),
            "content_type": body.get("content_type", "text"), "content_attributes": body.get("content_attributes", {}),
            "sender": sender, "created_at": 1_700_000_000,
        } | more  # fmt: skip
        self.messages.append(message)
        return message

    # What their agents do.

    def reply(self, reference: str, name: str, text: str, files: tuple[str, ...] = ()) -> int:
        attached = [{"id": 1, "file_type": "file", "data_url": f"{self.url}/files/{name}"} for name in files]
        sender = {"id": 2, "type": "user", "name": name, "available_name": name}
        body = {"content": text, "message_type": "outgoing"}
        return int(self._new_message(int(reference), body, sender=sender, attachments=attached)["id"])

    def note(self, reference: str, name: str, text: str) -> None:
        sender = {"id": 2, "type": "user", "name": name}
        self._new_message(int(reference), {"content": text, "private": True}, sender=sender)

    def set_solved(self, reference: str, solved: bool) -> None:
        self.conversations[int(reference)]["status"] = "resolved" if solved else "open"
        self.moved = True

    # What is seen there.

    def references(self) -> list[str]:
        return [str(ident) for ident in self.conversations]

    def is_solved(self, reference: str) -> bool:
        return str(self.conversations[int(reference)]["status"]) == "resolved"

    def title(self, reference: str) -> str:
        return str(self.conversations[int(reference)]["custom_attributes"]["firstline_case"])

    def customers_words(self, reference: str) -> list[str]:
        return [item["content"] for item in self._of(reference) if item["message_type"] == 0]

    def notes(self, reference: str) -> list[str]:
        return [item["content"] for item in self._of(reference) if item["private"]]

    def bot_said(self, reference: str) -> list[dict[str, Any]]:
        return [item for item in self._of(reference) if item["sender"]["type"] == "agent_bot" and not item["private"]]

    def _of(self, reference: str) -> list[dict[str, Any]]:
        return [item for item in self.messages if item["conversation_id"] == int(reference)]

    def forget(self, reference: str) -> None:
        del self.conversations[int(reference)]

    def webhook(self, reference: str, secret: str = SECRET) -> tuple[str, dict[str, str], bytes]:
        """Return path, headers and body of the account webhook for the newest message, or the status that changed."""
        if self.moved:
            self.moved = False
            payload = {**self.conversations[int(reference)], "event": "conversation_status_changed"}
            return "/api/helpdesks/demo/chatwoot", *self.signed(payload, secret)
        return "/api/helpdesks/demo/chatwoot", *self.signed(self.event(self._of(reference)[-1]), secret)

    def event(self, message: dict[str, Any], name: str = "message_created") -> dict[str, Any]:
        conversation = self.conversations[message["conversation_id"]]
        kinds = {0: "incoming", 1: "outgoing"}
        return {
            **message, "event": name, "message_type": kinds[message["message_type"]], "account": {"id": 1},
            "conversation": {"id": conversation["id"], "status": conversation["status"], "inbox_id": 7},
        }  # fmt: skip

    def signed(self, payload: Any, secret: str = BOT_SECRET, at: int | None = None) -> tuple[dict[str, str], bytes]:
        body = json.dumps(payload).encode()
        timestamp = str(int(utcnow().timestamp()) if at is None else at)
        signature = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
        return {
            "X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": timestamp,
            "X-Chatwoot-Delivery": "7d3a", "Content-Type": "application/json",
        }, body  # fmt: skip

    def customer_writes(self, reference: str, text: str | None, files: tuple[str, ...] = ()) -> dict[str, Any]:
        """Add what a customer writes on their own channel; an inbox with a bot starts, and starts again, as pending."""
        if self.conversations[int(reference)]["status"] == "resolved":
            self.conversations[int(reference)]["status"] = "pending"
        attached = [{"id": 1, "file_type": "file", "data_url": f"{self.url}/files/{name}"} for name in files]
        body = {"content": text, "message_type": "incoming"}
        return self.event(self._new_message(int(reference), body, attachments=attached))


FILE = {
    "token_env": "DEMO_CHATWOOT_TOKEN", "webhook_secret_env": "DEMO_CHATWOOT_HOOK", "account": 1, "inbox": 7,
}  # fmt: skip
BOT_FILE = {"token_env": "DEMO_CHATWOOT_BOT_TOKEN", "secret_env": "DEMO_CHATWOOT_BOT_SECRET"}
