"""One shape for every error over HTTP: ``{"error": {"code", "message", "request_id"}}``."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from firstline.core.errors import FirstlineError
from firstline.core.logs import get_logger, request_id
from firstline.core.metrics import ERRORS

_log = get_logger("http")
_CODES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_media_type"}


def error_response(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> JSONResponse:
    """Return an error in the promised shape; ``details`` are for programs."""
    error: dict[str, Any] = {"code": code, "message": message, "request_id": request_id.get()}
    if details is not None:
        error["details"] = details
    return JSONResponse({"error": error}, status_code=status)


def crashed(error: Exception) -> JSONResponse:
    """Log an error that nobody raised on purpose, and return what its request is answered."""
    ERRORS.labels("internal").inc()
    _log.error("request_crashed", error=type(error).__name__, exc_info=error)
    message = "Something went wrong on our side; try again. If it stays, name the request id to support."
    return error_response(500, "internal", message)


def install_error_handlers(app: FastAPI) -> None:
    """Turn every exception that is raised on purpose and reaches HTTP into the promised shape."""

    async def on_ours(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, FirstlineError)
        if error.status >= 500:
            ERRORS.labels(error.code).inc()
            _log.error("request_failed", code=error.code, message=error.message)
        answer = error_response(error.status, error.code, error.message, error.details)
        if error.retry_after is not None:
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer

    async def on_invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'][1:]) or item['loc'][0]}: {item['msg']}"
            for item in error.errors()[:5]
        )
        return error_response(422, "invalid_request", f"The request can't be used. {problems}")

    async def on_http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return error_response(error.status_code, _CODES.get(error.status_code, "http_error"), str(error.detail))

    app.add_exception_handler(FirstlineError, on_ours)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
