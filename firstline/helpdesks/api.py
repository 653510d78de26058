"""JSON calls to a help desk, whose answers are held against the documented shape before anything is made of them."""

import json
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Answer, Outgoing, refuse

T = TypeVar("T")
_WORDS = ("error_human", "error", "message", "errors", "description")
_LONGEST = 160


class Refused(Never):
    """The help desk does not take it; ``status`` is its answer's."""

    def __init__(self, why: str, status: int) -> None:
        """Keep the reason and the status."""
        super().__init__(why)
        self.status = status


class Api:
    """One help desk's API at ``base``; ``headers`` carry the token."""

    def __init__(self, outgoing: Outgoing, base: str, headers: dict[str, str]) -> None:
        """Call with ``outgoing``, which bounds size and time and judges addresses."""
        self._outgoing = outgoing
        self._base = base.rstrip("/")
        self._headers = headers | {"Accept": "application/json"}
        self.host = urlsplit(base).hostname or ""

    async def call(self, shape: type[T], method: str, path: str, body: dict[str, Any] | None = None) -> T:
        """Return the answer as ``shape``.

        Raises ``NotNow`` for what may pass, such as 429, 5xx and an error page instead of JSON; ``Refused`` for any
        other status; ``Never`` for an answer of another shape, which names what is missing.
        """
        content, headers = b"", self._headers
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers = headers | {"Content-Type": "application/json"}
        answer = await self._outgoing.call(method, f"{self._base}{path}", headers=headers, body=content)
        try:
            refuse(answer, self.host)
        except Never as refusal:
            said = _said(answer)
            raise Refused(f"{method} {_short(path)}: {refusal}{': ' + said if said else ''}", answer.status) from None
        except NotNow as refusal:
            raise NotNow(f"{method} {_short(path)}: {refusal}", refusal.after) from None
        return self._shaped(shape, answer.json(), f"{method} {_short(path)}")

    def _shaped(self, shape: type[T], found: Any, what: str) -> T:
        try:
            return TypeAdapter(shape).validate_python(found)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the answer"
            raise Never(
                f"{self.host} answers {what} in another shape than documented: {where}: {first['msg'].lower()}; "
                "its version may be newer than this adapter"
            ) from None


def _said(answer: Answer) -> str:
    """Return the help desk's own words about a refusal, shortened; none where it sent something else than JSON."""
    try:
        found = answer.json()
    except NotNow:
        return ""
    if isinstance(found, dict):
        found = next((found[key] for key in _WORDS if found.get(key)), "")
    return " ".join(str(found).split())[:_LONGEST] if found else ""


def _short(path: str) -> str:
    return path.partition("?")[0]
