"""Sentence vectors that the app made: what comes with a message, and what is asked for."""

import base64
import os
from dataclasses import dataclass
from typing import Any, Dict, Optional

import numpy as np
from rasa.utils.endpoints import EndpointConfig

from firstline_bot.app_actions import AppEndpoint
from firstline_bot.normalise import normalise

URL_VARIABLE = "FIRSTLINE_VECTOR_URL"
_endpoints: Dict[str, AppEndpoint] = {}


@dataclass(frozen=True)
class Vectors:
    """One sentence with its vector, if the app sent one.

    App and bot read texts in normal forms of their own, which are nearly always the same; where they aren't, the vector
    is of another sentence and not used.
    """

    text: str = ""
    vector: Optional[np.ndarray] = None

    @classmethod
    def sent(cls, given: Any) -> "Vectors":
        """Read ``{"text", "base64"}``, 32-bit floats. Raises ValueError for anything else; None means none."""
        if given is None:
            return cls()
        try:
            return cls(str(given["text"]), _decoded(given["base64"]))
        except (KeyError, TypeError, ValueError):
            raise ValueError("'vector' must be an object with 'text' and 'base64', 32-bit floats.") from None

    async def of(self, text: str) -> Optional[np.ndarray]:
        """Return the vector (dim,) of `text`: the one sent, or the app's answer where FIRSTLINE_VECTOR_URL is set.

        None means that whoever needs it has to make it. Raises aiohttp's errors where the app can't be asked.
        """
        wanted = normalise(text)
        if self.vector is not None and self.text == wanted:
            return self.vector
        url = os.environ.get(URL_VARIABLE)
        if not url or text.startswith("/"):
            return None
        if url not in _endpoints:
            secret = {"X-Firstline-Secret": os.environ["FIRSTLINE_BOT_SECRET"]}
            _endpoints[url] = AppEndpoint(EndpointConfig(url, headers=secret))
        return _decoded((await _endpoints[url].request(json={"text": wanted}))["base64"])


def _decoded(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype=np.float32)
