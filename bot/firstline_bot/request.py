"""Which request is being answered: its id and its trace, for the log and for what is asked of the app on the way."""

from contextvars import ContextVar
from typing import Dict

request_id: ContextVar[str] = ContextVar("request_id", default="-")
traceparent: ContextVar[str] = ContextVar("traceparent", default="")


def headers() -> Dict[str, str]:
    """Return the headers that name the request to the app."""
    found = {"X-Request-Id": request_id.get()} if request_id.get() != "-" else {}
    if traceparent.get():
        found["traceparent"] = traceparent.get()
    return found
