"""What Firstline does in a Chatwoot as its agent bot: speak, leave notes, and let the people have a conversation.

Sources: Chatwoot's published API description (OpenAPI), operations that an agent bot's token may call; for the option
message (``input_select``) its guide to message types.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from firstline.helpdesks.api import Api, Refused
from firstline.helpdesks.partner_file import AgentBotFile, ChatwootFile
from firstline.outbox.attempts import Never
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import secret_of


class _Made(BaseModel):
    id: int


class _Toggled(BaseModel):
    current_status: str


class _ToggleAnswer(BaseModel):
    payload: _Toggled


class ChatwootBot:
    """The agent bot's side of one account."""

    def __init__(self, outgoing: Outgoing, file: ChatwootFile, bot: AgentBotFile) -> None:
        """Use the bot's own token; raises ``NotNow`` when it isn't set."""
        self._api = Api(outgoing, file.url, {"api_access_token": secret_of(bot.token_env)})
        self._at = f"/api/v1/accounts/{file.account}/conversations"

    async def say(self, reference: str, text: str, choices: Sequence[str] = ()) -> int:
        """Say ``text`` to the customer, with ``choices`` to pick from; return the message's id there."""
        body: dict[str, Any] = {"content": text, "message_type": "outgoing", "private": False}
        if choices:
            items = [{"title": choice, "value": choice} for choice in choices]
            body |= {"content_type": "input_select", "content_attributes": {"items": items}}
        return await self._write(reference, body)

    async def note(self, reference: str, text: str) -> int:
        """Leave a private note for the people; return its id there."""
        return await self._write(reference, {"content": text, "message_type": "outgoing", "private": True})

    async def hand_over(self, reference: str) -> None:
        """Open the conversation, by which Chatwoot takes it from the bot; done twice it changes nothing."""
        await self._api.call(_ToggleAnswer, "POST", f"{self._at}/{reference}/toggle_status", {"status": "open"})

    async def check(self) -> None:
        """Make sure that the token is the bot's, by a conversation that doesn't exist: nothing is changed."""
        try:
            await self._api.call(_ToggleAnswer, "POST", f"{self._at}/0/toggle_status", {"status": "open"})
        except Refused as error:
            if error.status != 404:
                raise
            return
        raise Never(f"{self._api.host} knows a conversation 0; is the address right?")

    async def _write(self, reference: str, body: dict[str, Any]) -> int:
        return (await self._api.call(_Made, "POST", f"{self._at}/{reference}/messages", body)).id
