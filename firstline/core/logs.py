"""Logs: one line an event, with the request's id; never a customer's words at INFO or above."""

import logging
import sys
import uuid
from contextvars import ContextVar
from typing import Any

import structlog

from firstline.core.errors import Unavailable

request_id: ContextVar[str] = ContextVar("request_id", default="-")
client_address: ContextVar[str] = ContextVar("client_address", default="")
"""Where the present request comes from; empty outside of one, in a command for instance."""


def new_request_id() -> str:
    """Make an id for a request that came without one."""
    return uuid.uuid4().hex[:16]


def _add_request_id(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    event.setdefault("request_id", request_id.get())
    return event


def configure_logs(level: str = "INFO", *, as_json: bool = False) -> None:
    """Set the process's log level and form; the libraries' own logs go the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, renderer] if as_json else [*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if as_json:
        theirs = structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
        )
        for handler in logging.getLogger().handlers:
            handler.setFormatter(theirs)
    for noisy in ("httpx", "httpcore", "aiosqlite", "uvicorn.access", "uvicorn.error", "rasa_sdk", "bm25s", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of one part."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return logger


def log_failure(log: structlog.typing.FilteringBoundLogger, event: str, error: Exception, **fields: Any) -> None:
    """Log what work that is tried again failed with: a part that is away in one line, all else with its traceback."""
    if isinstance(error, Unavailable):
        log.warning(event, error=type(error).__name__, message=error.message, **fields)
    else:
        log.error(event, error=type(error).__name__, exc_info=error, **fields)
