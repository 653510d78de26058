"""Where a turn's time goes, told from outside: each part asked alone, one after the other."""

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
import numpy as np

from firstline.knowledge.encoder import Encoder
from firstline.serve.bench.talks import AppTalk, OwnBotTalk

_TURNS = 6
"""Messages in one conversation: its story grows with each."""

Timed = Callable[[str, str], Awaitable[object]]


async def part_times(
    encoder: Encoder, said: Sequence[tuple[str, str]], app_url: str, bot_url: str, secret: str
) -> dict[str, float]:
    """Return the median milliseconds of the parts of a turn.

    ``embedding``: the sentence vector. ``understanding``: the bot's ``parse``, with vector and classifier.
    ``search``: the app's search over HTTP. ``action``: the action that answers, as the bot calls it. ``bot_turn``: the
    bot's channel, with understanding, rules, action and tracker. ``app_turn``: what a customer waits for.
    """
    async with httpx.AsyncClient(timeout=60) as http:
        apps = [AppTalk(http, app_url) for _ in range(0, len(said), _TURNS)]
        bots = [OwnBotTalk(http, bot_url, secret) for _ in range(0, len(said), _TURNS)]

        async def embed(_lang: str, text: str) -> object:
            return encoder.encode_queries([text])

        async def parse(_lang: str, text: str) -> object:
            headers = {"X-Firstline-Secret": secret}
            return await http.post(f"{bot_url}/webhooks/firstline/parse", json={"text": text}, headers=headers)

        async def search(lang: str, text: str) -> object:
            parameters = {"partner": "demo", "q": text, "lang": lang}
            return await http.get(f"{app_url}/api/knowledge/search", params=parameters)

        async def act(lang: str, text: str) -> object:
            headers = {"X-Firstline-Secret": secret}
            return await http.post(f"{app_url}/internal/actions/webhook", json=_call(lang, text), headers=headers)

        async def in_bot(lang: str, text: str) -> object:
            return await bots[said.index((lang, text)) // _TURNS].say(lang, text)

        async def through_app(lang: str, text: str) -> object:
            app = apps[said.index((lang, text)) // _TURNS]
            await app.begin()
            return await app.say(lang, text)

        parts: dict[str, Timed] = {
            "embedding": embed,
            "understanding": parse,
            "search": search,
            "action": act,
            "bot_turn": in_bot,
            "app_turn": through_app,
        }
        return {name: await _median(call, said) for name, call in parts.items()}


def _call(lang: str, text: str) -> dict[str, Any]:
    """Return a call of ``action_answer`` in the shape Rasa sends."""
    sender = uuid.uuid4().hex
    tracker = {
        "sender_id": sender,
        "slots": {"language": lang, "partner": "demo"},
        "latest_message": {"text": text, "intent": {"name": "problem", "confidence": 1.0}, "entities": []},
        "events": [],
        "paused": False,
        "latest_action_name": "action_listen",
        "active_loop": {},
    }
    return {"next_action": "action_answer", "sender_id": sender, "tracker": tracker, "domain": {}}


async def _median(call: Timed, said: Sequence[tuple[str, str]]) -> float:
    await call(*said[0])
    times = []
    for lang, text in said:
        began = time.perf_counter()
        await call(lang, text)
        times.append(time.perf_counter() - began)
    return round(float(np.median(times)) * 1000, 1)
