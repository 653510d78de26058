"""A service credit: what is needed and by when; the evidence goes into the case."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, Turn, hand_off, say, slots
from firstline.actions.billing import as_of_text
from firstline.actions.forms import FormAction, Question, Reading, Values
from firstline.charter import Charter, format_date
from firstline.core.texts import string_table
from firstline.support_rules.credit import credit_deadline
from firstline.support_rules.days import day_in
from firstline.support_rules.products import named_in

_TEXTS = string_table(Path(__file__).parent / "texts")
_INCIDENT = re.compile(r"\b[A-Za-z]{2}\d{4,8}\b")


def _service(text: str, _reading: Reading) -> str | None:
    incident = _INCIDENT.search(text)
    products = named_in(text)
    said = [incident[0].upper() if incident else "", products[0].name if products else ""]
    return " ".join(filter(None, said)) or None


def _when(text: str, reading: Reading) -> str | None:
    day = day_in(text, reading.today, "past")
    return day.isoformat() if day and day <= reading.today else None


def _affected(_text: str, _reading: Reading) -> None:
    return None


class ServiceCredit(FormAction):
    """Collect what a claim for a service credit needs, say its deadline, and hand over."""

    action_name = "action_service_credit"
    why: ClassVar[str] = "utter_credit_why"
    questions: ClassVar[tuple[Question, ...]] = (
        Question("service", "utter_ask_credit_service", _service, free=True),
        Question("when", "utter_ask_credit_when", _when),
        Question("affected", "utter_ask_credit_affected", _affected, free=True),
    )

    async def finish(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Say deadline and what to send from which address; a person takes over with the evidence."""
        lang, charter = turn.lang, self.charter(turn)
        unknown = _TEXTS.get(lang, "credit.unknown")
        service, affected = values.get("service") or unknown, values.get("affected") or unknown
        evidence: dict[str, str] = {name: str(value) for name, value in values.items() if value}
        azure = any(product.family == "azure" for product in named_in(service))
        zone = ZoneInfo(charter.main_calendar.tz)
        # Without the hour, the day's first instant: in UTC it can still belong to the month before, which ends earlier.
        day = date.fromisoformat(values["when"]) if values.get("when") else self.today(turn)
        deadline = credit_deadline(
            datetime(day.year, day.month, day.day, tzinfo=zone),
            azure=azure,
            lead_days=self.services.settings.credit_lead_days,
        )
        known: dict[str, Any] = {
            "service": service,
            "affected": affected,
            "email": _address(charter) or unknown,
            "as_of": as_of_text(lang, deadline.as_of),
        }
        if values.get("when"):
            evidence |= {"deadline": deadline.safe.isoformat(), "ask_by": deadline.ask_by.isoformat()}
            over = deadline.safe < self.today(turn)
            say(
                dispatcher,
                "utter_credit_over" if over else "utter_credit",
                when=format_date(day, lang),
                safe=format_date(deadline.safe, lang),
                ask_by=format_date(max(deadline.ask_by, self.today(turn)), lang),
                **known,
            )
        else:
            say(dispatcher, "utter_credit_undated", **known)
        hand_off(dispatcher, "service_credit", category="billing_subscription", evidence=evidence)
        return slots(expecting=None)


def _address(charter: Charter) -> str | None:
    return next((channel.address for channel in charter.channels if channel.kind == "email"), None)
