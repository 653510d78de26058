"""What is broken now comes before troubleshooting: imported issues, declared incidents, other customers' reports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.answer import Answer, tell
from firstline.actions.base import Events, FirstlineAction, Services, Turn, hand_off, say, slots
from firstline.actions.library import named
from firstline.charter import format_datetime
from firstline.core.texts import string_table
from firstline.core.times import utcnow
from firstline.service_health.incidents import incidents_now
from firstline.service_health.issues import follow, is_over, issues_named, open_issues
from firstline.service_health.models import DeclaredIncident, HealthIssue
from firstline.service_health.reports import others_reporting, report_trouble
from firstline.service_health.wording import issue_text, over_text
from firstline.support_rules.products import Product, incident_ids_in, named_in, product_of_service
from firstline.support_rules.symptoms import symptom_in

_TEXTS = string_table(Path(__file__).parent / "texts")
_ARTICLE = "check-service-health"
_MOST_ISSUES = 3
_LOOKED_AT = frozenset({"problem", "nlu_fallback"})
_WAITS = frozenset({"health", "health_following"})
_STILL = re.compile(r"아직|여전히|계속|그래도|또 ?안|\bstill\b|\bagain\b|same problem")


@dataclass(frozen=True)
class Known:
    """What is known to be broken: issues, declared incidents, and how many others report the same."""

    issues: Sequence[HealthIssue]
    incidents: Sequence[DeclaredIncident]
    others: int = 0
    reported: Product | None = None

    def __bool__(self) -> bool:
        """Say whether anything is known."""
        return bool(self.issues or self.incidents or self.others)

    @property
    def keys(self) -> list[str]:
        """What tells this from what was said before."""
        return [*(f"issue-{row.id}" for row in self.issues), *(f"incident-{row.id}" for row in self.incidents)] + (
            [f"reports-{self.reported.id}"] if self.reported else []
        )


class ServiceHealth(FirstlineAction):
    """Say what is known to be broken, or how to see whether a service is down."""

    action_name = "action_service_health"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say issues, incidents and reports; where nothing is known, the passage of the article on service health.

        Of an issue that is asked for by its id it is said as well that it is over.
        """
        if named := await self._named(turn):
            return _tell_named(self, dispatcher, turn, named)
        products = [] if turn.pressed else named_in(turn.text)
        known = await _known(self.services, turn, products, symptom_in(turn.text) or "down")
        if known:
            return _tell(self, dispatcher, turn, known, [])
        return await _how_to_see(self, dispatcher, turn)

    async def _named(self, turn: Turn) -> Sequence[HealthIssue]:
        ids = [] if turn.pressed else incident_ids_in(turn.text)
        if not ids:
            return []
        async with self.services.database.reading(short=True) as session:
            return await issues_named(session, turn.partner, ids)


class HealthWait(FirstlineAction):
    """The customer waits for news of what was shown."""

    action_name = "action_health_wait"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Let the conversation follow the issues that are open now and were shown."""
        async with self.services.database.session(short=True) as session:
            issues = await open_issues(session, turn.partner, utcnow())
            shown = [issue.id for issue in issues if f"issue-{issue.id}" in turn.health_shown]
            followed = await follow(session, turn.conversation_id, shown)
        say(dispatcher, "utter_health_following" if followed else "utter_health_over")
        return slots(expecting="health_following" if followed else None, unanswered=0)


class HealthHelp(FirstlineAction):
    """The customer wants help now, whatever is broken."""

    action_name = "action_health_help"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Answer from the articles what was asked before."""
        asked = replace(turn, text=turn.last_query or turn.text, intent="problem")
        return [*slots(expecting=None), *await Answer(self.services).act(dispatcher, asked)]


async def health_first(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker
) -> tuple[Events, bool]:
    """Before troubleshooting: say what is known of the named product, unless this conversation has heard it.

    After that a person takes over from who says that it is still broken.
    """
    if turn.pressed or turn.intent not in _LOOKED_AT | {"affirm", "deny", "not_helped"}:
        return [], False
    if turn.expecting in _WAITS and (done := await _after_news(action, dispatcher, turn)):
        return done, True
    if turn.intent not in _LOOKED_AT:
        return [], False
    products, symptom = named_in(turn.text), symptom_in(turn.text)
    if not products or symptom is None:
        return [], False
    known = await _known(action.services, turn, products, symptom)
    if not set(known.keys) - set(turn.health_shown):
        if turn.intent == "nlu_fallback" and symptom == "down" and not known:
            return await _how_to_see(action, dispatcher, turn), True
        return [], False
    return [*_tell(action, dispatcher, turn, known, turn.health_shown), *slots(last_category="problem")], True


async def _how_to_see(action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    shown = await named(action.services, turn, _ARTICLE, turn.text)
    if shown is None:
        say(dispatcher, "utter_no_answer")
        return slots(expecting="person")
    tell(dispatcher, turn, shown, response="utter_service_health")
    return slots(expecting="person", unanswered=0)


async def _after_news(action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
    if turn.intent == "not_helped" or (turn.intent in _LOOKED_AT and _STILL.search(turn.text.casefold())):
        say(dispatcher, "utter_health_still_broken")
        hand_off(dispatcher, "health", category="problem")
        return slots(expecting=None, unanswered=0)
    if turn.expecting == "health" and turn.intent == "affirm":
        return await HealthWait(action.services).act(dispatcher, turn)
    if turn.expecting == "health" and turn.intent == "deny":
        return await HealthHelp(action.services).act(dispatcher, turn)
    return []


async def _known(services: Services, turn: Turn, products: list[Product], symptom: str) -> Known:
    now = utcnow()
    ids = {product.id for product in products}
    since = now - timedelta(minutes=services.settings.health_report_minutes)
    others, reported = 0, None
    async with services.database.session(short=True) as session:
        for product in products:
            count = await others_reporting(session, turn.partner, turn.conversation_id, product.id, symptom, since)
            if count > others:
                others, reported = count, product
            await report_trouble(session, turn.partner, turn.conversation_id, product.id, symptom, now)
        issues = [row for row in await open_issues(session, turn.partner, now) if _concerns(row, ids)]
        incidents = [
            row for row in await incidents_now(session, turn.partner, now) if not ids or row.product in (None, *ids)
        ]
    if others < services.settings.health_report_threshold:
        others, reported = 0, None
    return Known(issues[:_MOST_ISSUES], incidents, others, reported)


def _concerns(issue: HealthIssue, products: set[str]) -> bool:
    product = product_of_service(issue.service)
    # An incident of the whole suite may show in any of its services.
    suite = product is not None and product.id == "m365_suite" and issue.classification == "incident"
    return not products or suite or (product is not None and product.id in products)


def _tell_named(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, named: Sequence[HealthIssue]
) -> Events:
    """Say how the issues stand that were asked for by their ids."""
    now = utcnow()
    if going_on := [issue for issue in named if not is_over(issue, now)]:
        return _tell(action, dispatcher, turn, Known(going_on, []), turn.health_shown)
    texts = [over_text(issue, turn.lang, **_times(action, turn, issue)) for issue in named]
    say(dispatcher, "utter_health_ended", known_text="\n\n".join(texts))
    return slots(expecting=None, unanswered=0, last_query=turn.text)


def _times(action: FirstlineAction, turn: Turn, issue: HealthIssue) -> dict[str, str]:
    tz = action.charter(turn).main_calendar.tz
    return {
        "started": format_datetime(issue.started_at, turn.lang, tz),
        "modified": format_datetime(issue.modified_at, turn.lang, tz),
    }


def _tell(
    action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, known: Known, shown: list[str]
) -> Events:
    lang = turn.lang
    parts = [row.text_ko if lang == "ko" else row.text_en for row in known.incidents]
    parts = [_TEXTS.get(lang, "health.incident", text=text) for text in parts]
    parts += [issue_text(issue, lang, **_times(action, turn, issue)) for issue in known.issues]
    if known.reported:
        minutes = action.services.settings.health_report_minutes
        parts.append(
            _TEXTS.get(lang, "health.reports", minutes=minutes, count=known.others, product=known.reported.name)
        )
    say(dispatcher, "utter_health_known" if known.issues else "utter_health_suspected", known_text="\n\n".join(parts))
    return slots(expecting="health", unanswered=0, last_query=turn.text, health_shown=sorted({*shown, *known.keys}))
