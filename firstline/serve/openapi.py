"""The OpenAPI document as the app really answers: who has to sign in, and every error a route may give, in one shape.

Routes declare what they take and what they answer when all goes well. Which errors there may be follows from that, so
it is said here once, by rule, and not at each of them.
"""

from typing import Any

from fastapi import FastAPI

_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "request_id"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "string", "description": "For programs."},
                "message": {"type": "string", "description": "English, for whoever reads the log."},
                "request_id": {"type": "string"},
                "details": {"type": "object"},
            },
        }
    },
}
_MEANING = {
    400: "What came in can't be used.",
    401: "Token, session or signature is missing, forged or past its time.",
    403: "Signed in, but not allowed; or a page of another site.",
    404: "There is no such thing, or not for this caller.",
    409: "Somebody else was first, or the state has moved on.",
    413: "The request is larger than allowed.",
    422: "A field is missing, unknown or of the wrong kind; the message names it.",
    429: "Too fast; wait as long as `Retry-After` says, or a minute.",
    500: "Our fault; the log has the request's id.",
    503: "A part is missing now.",
}
_ANY = (413, 500, 503)
_STAFF, _CUSTOMER = "firstline_staff", "authorization"
_SCHEMES = {
    "customer": {"type": "http", "scheme": "bearer", "description": "The conversation's token."},
    "staff": {"type": "http", "scheme": "bearer", "description": "The token of `POST /api/staff/login`."},
    "staffCookie": {"type": "apiKey", "in": "cookie", "name": _STAFF, "description": "The browser's session."},
}
# What needs no session but is counted: guesses at passwords and links, and conversations from one address.
_COUNTED = ("/api/staff/login", "/api/staff/invitation", "/api/staff/password", "/api/chat/")
# Webhooks are signed; who starts a conversation may bring a signed identity.
_SIGNED = ("/api/helpdesks/", "/api/chat/conversations", "/api/staff/login", "/api/staff/invitation")


def complete_document(app: FastAPI) -> None:
    """Let ``app.openapi()``, and with it ``/openapi.json``, return the document with all that this module adds."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            components = document.setdefault("components", {})
            components["schemas"]["Error"] = _ERROR
            for unused in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(unused, None)
            components["securitySchemes"] = _SCHEMES
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _complete(method, path, operation)
        return plain()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(method: str, path: str, operation: dict[str, Any]) -> None:
    signed_in = _take_sign_in(operation)
    answers: dict[str, Any] = operation["responses"]
    for answer in answers.values():
        for content in answer.get("content", {}).values():
            if reference := content.get("schema", {}).get("$ref"):
                content["schema"] = {"$ref": reference}
    errors = {str(status) for status in _errors(method, path, operation, signed_in)}
    errors |= {"422"} & set(answers)
    answers.pop("422", None)
    errors |= {status for status, answer in answers.items() if int(status) >= 400 and "content" not in answer}
    for status in sorted(errors - {status for status, answer in answers.items() if "content" in answer}):
        schema = {"$ref": "#/components/schemas/Error"}
        answers[status] = {"description": _MEANING[int(status)], "content": {"application/json": {"schema": schema}}}


def _take_sign_in(operation: dict[str, Any]) -> bool:
    """Turn the parameters by which a caller signs in into what OpenAPI has for it; say whether there are any."""
    parameters = operation.get("parameters", [])
    names = {parameter["name"] for parameter in parameters}
    if _CUSTOMER not in names:
        return False
    operation["parameters"] = [p for p in parameters if p["name"] not in (_CUSTOMER, _STAFF)]
    operation["security"] = [{"staff": []}, {"staffCookie": []}] if _STAFF in names else [{"customer": []}]
    return True


def _errors(method: str, path: str, operation: dict[str, Any], signed_in: bool) -> set[int]:
    found = set(_ANY)
    if operation.get("parameters") or "requestBody" in operation or path.startswith(_SIGNED):
        found |= {400, 404}
    if signed_in or path.startswith(_SIGNED):
        found |= {401, 403, 404}
    if method != "get":
        found.add(409)
    if path.startswith(_COUNTED):
        found.add(429)
    return found
