"""The endpoint the bot calls its actions at, closed to everybody without the shared secret."""

import hmac
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException

from firstline.actions.answer import Answer, ShowArticle
from firstline.actions.base import Services
from firstline.actions.cases import CaseStatus, Handoff
from firstline.actions.feedback import Affirm, Deny, Helped, NotHelped
from firstline.actions.support import ServiceHealth, SupportOptions
from firstline.core.errors import BadInput, NotSignedIn
from firstline.core.logs import get_logger

ACTIONS = (
    Answer, ShowArticle, SupportOptions, ServiceHealth, Handoff, CaseStatus, Affirm, Deny, Helped, NotHelped,
)  # fmt: skip

_log = get_logger("actions")


def action_router(services: Services, secret: str) -> APIRouter:
    """Return the route ``POST /internal/actions/webhook`` in the shape Rasa 3.6 calls."""
    executor = ActionExecutor()
    for action in ACTIONS:
        executor.register_action(action(services))
    router = APIRouter(include_in_schema=False)

    @router.post("/internal/actions/webhook")
    async def webhook(request: Request) -> JSONResponse:
        given = request.headers.get("X-Firstline-Secret", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise NotSignedIn("This address is for the bot alone.", code="bad_secret")
        call: dict[str, Any] = await request.json()
        if not isinstance(call, dict) or "tracker" not in call:
            raise BadInput("An action call needs 'next_action', 'tracker' and 'domain'.")
        name = call.get("next_action")
        try:
            result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, status_code=400)
        except (ActionNotFoundException, ActionMissingDomainException) as missing:
            raise BadInput(f"There is no action '{name}', or the call has no domain.") from missing
        _log.debug("action_done", action=name)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return router
