"""The endpoint the bot calls its actions at, closed to everybody without the shared secret."""

import base64
import hmac
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionMissingDomainException, ActionNotFoundException
from starlette.routing import Route

from firstline.actions.answer import Answer, OutOfScope, ShowArticle
from firstline.actions.around import Around
from firstline.actions.authenticity import MailAuthenticity
from firstline.actions.base import FirstlineAction, Services
from firstline.actions.billing import CancelWindow, DataRetention, LooseAnswer, SeatEstimate
from firstline.actions.cases import CaseStatus, Handoff, number_first
from firstline.actions.credit import ServiceCredit
from firstline.actions.extra import PartnerAnswer
from firstline.actions.feedback import Affirm, Deny, Helped, NotHelped
from firstline.actions.forms import FormAction, continue_form, return_to_form
from firstline.actions.health import HealthHelp, HealthWait, ServiceHealth, health_first
from firstline.actions.naming import name_first, not_ours
from firstline.actions.navigation import GoBack, OtherOne, StartOver, SwitchLanguage
from firstline.actions.own_articles import own_article_first
from firstline.actions.ownership import WhoCanFix
from firstline.actions.smalltalk import SmallTalk
from firstline.actions.support import SupportOptions
from firstline.actions.training import Training, offer_training
from firstline.core.errors import BadInput, NotSignedIn
from firstline.core.logs import get_logger
from firstline.core.metrics import stage

ACTIONS: tuple[type[FirstlineAction], ...] = (
    Answer, ShowArticle, SupportOptions, ServiceHealth, HealthWait, HealthHelp, Handoff, CaseStatus, Affirm, Deny,
    Helped, NotHelped, SeatEstimate, CancelWindow, DataRetention, LooseAnswer, ServiceCredit, WhoCanFix,
    MailAuthenticity, PartnerAnswer, Training, StartOver, GoBack, OtherOne, SwitchLanguage, OutOfScope,
    SmallTalk,
)  # fmt: skip

_log = get_logger("actions")


def action_routes(services: Services, secret: str) -> list[Route]:
    """Return the bot's routes: ``POST /internal/actions/webhook``, in the shape Rasa 3.6 calls, and
    ``POST /internal/vectors``.

    Plain ones, since each message asks for them: nothing in them is left to FastAPI to read or to write.
    """
    executor = ActionExecutor()
    actions = [action(services) for action in ACTIONS]
    forms = {action.name(): action for action in actions if isinstance(action, FormAction)}
    before = (continue_form(forms), number_first, health_first, not_ours, name_first, own_article_first)
    after = (offer_training, return_to_form(forms))
    for action in actions:
        executor.register_action(Around(action, before, after))

    async def vectors(request: Request) -> JSONResponse:
        _check(request, secret)
        wanted = await request.json()
        text = wanted.get("text") if isinstance(wanted, dict) else None
        if not isinstance(text, str) or not text:
            raise BadInput("Send 'text', the sentence to encode.")
        vector = (await services.knowledge.vector_of(text)).tobytes()
        return JSONResponse({"base64": base64.b64encode(vector).decode()})

    async def webhook(request: Request) -> JSONResponse:
        _check(request, secret)
        call: dict[str, Any] = await request.json()
        if not isinstance(call, dict) or "tracker" not in call:
            raise BadInput("An action call needs 'next_action' and 'tracker'.")
        # Our bot leaves it out, since no action reads it; the SDK wants one.
        call.setdefault("domain", {})
        name = call.get("next_action")
        try:
            with stage("action", action=str(name)):
                result = await executor.run(call)
        except ActionExecutionRejection as rejection:
            return JSONResponse({"error": str(rejection), "action_name": rejection.action_name}, status_code=400)
        except (ActionNotFoundException, ActionMissingDomainException) as missing:
            raise BadInput(f"There is no action '{name}', or the call has no domain.") from missing
        _log.info("action_done", action=name)
        return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})

    return [
        Route("/internal/actions/webhook", webhook, methods=["POST"]),
        Route("/internal/vectors", vectors, methods=["POST"]),
    ]


def _check(request: Request, secret: str) -> None:
    given = request.headers.get("X-Firstline-Secret", "")
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise NotSignedIn("This address is for the bot alone.", code="bad_secret")
