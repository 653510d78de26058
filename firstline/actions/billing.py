"""Billing arithmetic by the published rules: seats in mid-term, the window to cancel, what becomes of the data."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.forms import FormAction, Question, Reading, Values
from firstline.charter import format_date
from firstline.core.texts import string_table
from firstline.support_rules.amounts import price_in, seats_in
from firstline.support_rules.calendar_months import cycle_days, cycle_of, month_end
from firstline.support_rules.cancelling import (
    ENDINGS,
    cancel_rule,
    cancel_until,
    retention_rule,
    stages_after,
)
from firstline.support_rules.cycle_days import cycle_end_in, without_cycle
from firstline.support_rules.days import Prefer, day_in
from firstline.support_rules.prorate import currency_places, prorate, prorate_rule

_TEXTS = string_table(Path(__file__).parent / "texts")
_FEWER = re.compile(r"줄이|줄여|빼|취소|반납|환불|돌려|reduc|drop|remov|cut|fewer|refund|cancel|get.{0,12}back")
_MARKET = re.compile(r"마켓플레이스|마켓|marketplace|appsource")
_ENDING_WORDS = {
    "cancelled": re.compile(r"중도|해지|취소|cancel"),
    "suspended": re.compile(r"정지|중단|미납|연체|suspend|unpaid|overdue|not pa(id|y)"),
    "not_renewed": re.compile(r"만료|갱신|연장|끝|종료|expire|renew|\bend|over\b|lapse"),
}


def _seats(text: str, reading: Reading) -> int | None:
    return seats_in(text, bare=reading.asked)


def _price(text: str, reading: Reading) -> dict[str, str] | None:
    price = price_in(text, bare=reading.asked)
    return {"monthly": str(price.monthly), "currency": price.currency} if price else None


def _cycle_end(text: str, reading: Reading) -> str | None:
    day = cycle_end_in(text, reading.today, asked=reading.asked)
    return day.isoformat() if day else None


def _changed(text: str, reading: Reading) -> str | None:
    return _iso_day(without_cycle(text), reading, "near") if reading.first else None


def _past_day(text: str, reading: Reading) -> str | None:
    return _iso_day(text, reading, "past")


def _ended(text: str, reading: Reading) -> str | None:
    return _iso_day(text, reading, "near")


def _ending(text: str, _reading: Reading) -> str | None:
    return next((name for name, words in _ENDING_WORDS.items() if words.search(text.casefold())), None)


def _iso_day(text: str, reading: Reading, prefer: Prefer) -> str | None:
    day = day_in(text, reading.today, prefer)
    return day.isoformat() if day else None


class CancelWindow(FormAction):
    """Until when a purchase, a renewal or added seats can be cancelled or cut."""

    action_name = "action_cancel_window"
    why: ClassVar[str] = "utter_cancel_window_why"
    questions: ClassVar[tuple[Question, ...]] = (Question("start", "utter_ask_purchase_day", _past_day),)

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Say the marketplace's windows where one is meant; else ask for the day."""
        if not _MARKET.search(turn.text.casefold()):
            return await super().act(dispatcher, turn)
        monthly, yearly = cancel_rule("marketplace_monthly"), cancel_rule("marketplace_yearly")
        say(
            dispatcher,
            "utter_cancel_marketplace",
            hours=monthly.hours,
            days=yearly.hours // 24,
            as_of=as_of_text(turn.lang, yearly.as_of),
        )
        return slots(expecting="person", unanswered=0)

    async def finish(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Say until when, whether that is over, and what holds afterwards."""
        rule = cancel_rule()
        known: dict[str, Any] = {"days": rule.hours // 24, "as_of": as_of_text(turn.lang, rule.as_of)}
        if values.get("start"):
            zone = ZoneInfo(self.charter(turn).main_calendar.tz)
            start = date.fromisoformat(values["start"])
            # The hour of the purchase counts and isn't known: by the day's beginning the window may close earlier.
            until = cancel_until(datetime(start.year, start.month, start.day, tzinfo=zone), rule).date()
            known |= {"start": format_date(start, turn.lang), "until": format_date(until, turn.lang)}
            say(dispatcher, "utter_cancel_open" if until >= self.today(turn) else "utter_cancel_over", **known)
        else:
            say(dispatcher, "utter_cancel_rule", **known)
        return slots(expecting="person", last_category="billing_subscription")


class SeatEstimate(FormAction):
    """What seats that are added in the middle of a cycle cost until its end."""

    action_name = "action_billing_estimate"
    why: ClassVar[str] = "utter_estimate_why"
    mendable: ClassVar[bool] = True
    questions: ClassVar[tuple[Question, ...]] = (
        Question("changed", "", _changed, needed=lambda _: False),
        Question("seats", "utter_ask_seats", _seats),
        Question("price", "utter_ask_price", _price),
        Question("cycle_end", "utter_ask_cycle_end", _cycle_end),
    )

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Begin the estimate; fewer seats are a matter of the window to cancel."""
        if _FEWER.search(turn.text.casefold()):
            return await CancelWindow(self.services).act(dispatcher, turn)
        return await super().act(dispatcher, turn)

    def mends(self, turn: Turn) -> Values:
        """Return new numbers or days; fewer seats are another matter."""
        return {} if _FEWER.search(turn.text.casefold()) else super().mends(turn)

    async def finish(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Explain the sum step by step, with what was taken for granted and the rule's date."""
        lang = turn.lang
        changed = date.fromisoformat(values["changed"]) if values.get("changed") else self.today(turn)
        end = date.fromisoformat(values["cycle_end"]) if values.get("cycle_end") else month_end(changed)
        first, last = cycle_of(changed, end)
        cycle = cycle_days(first)
        days = min((last - changed).days + 1, cycle)
        seats = values.get("seats") or 1
        rule = prorate_rule("seats_changed")
        taken = [key for key in ("seats", "cycle_end") if not values.get(key)]
        said: dict[str, Any] = {
            "cycle_start": format_date(first, lang),
            "cycle_last": format_date(last, lang),
            "cycle_days": cycle,
            "changed": format_date(changed, lang),
            "days": days,
            "seats": seats,
            "taken": "".join(_TEXTS.get(lang, f"billing.taken.{key}") + "\n" for key in taken),
            "as_of": as_of_text(lang, rule.as_of),
        }
        price = values.get("price")
        if price:
            currency, monthly = price["currency"], Decimal(price["monthly"])
            rule = rule.model_copy(update={"places": currency_places(currency)})
            total = prorate(rule, monthly, seats, days, cycle)
            said |= {
                "price": money(lang, monthly, currency),
                "total": money(lang, total, currency),
                "monthly": money(lang, monthly * seats, currency),
            }
        say(dispatcher, "utter_estimate" if price else "utter_estimate_share", **said)
        return slots(expecting="person", last_category="billing_subscription")


class DataRetention(FormAction):
    """What becomes of the data after a subscription ends."""

    action_name = "action_data_retention"
    why: ClassVar[str] = "utter_data_retention_why"
    questions: ClassVar[tuple[Question, ...]] = (
        Question("ending", "utter_ask_ending", _ending),
        Question("ended", "utter_ask_end_day", _ended),
    )

    async def finish(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Say the stages with their days, or their lengths where no day is known."""
        asked = values.get("ending")
        endings = [asked] if asked in ENDINGS else list(ENDINGS)
        lines: list[str] = []
        for ending in endings:
            rule = retention_rule(ending)
            if len(endings) > 1:
                lines.append(_TEXTS.get(turn.lang, f"billing.ending.{ending}"))
            lines += _stage_lines(turn.lang, ending, values.get("ended"))
        say(dispatcher, "utter_retention", stages="\n".join(lines), as_of=as_of_text(turn.lang, rule.as_of))
        return slots(expecting="person", last_category="billing_subscription")


class LooseAnswer(FirstlineAction):
    """Amounts or a skipped question while nothing was asked."""

    action_name = "action_loose_answer"

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Estimate where seats and a price are given, else ask what it is about."""
        if seats_in(turn.text) and price_in(turn.text):
            return await SeatEstimate(self.services).act(dispatcher, turn)
        say(dispatcher, "utter_nothing_to_confirm")
        return []


def _stage_lines(lang: str, ending: Any, ended: str | None) -> list[str]:
    rule = retention_rule(ending)
    if not ended:
        return [
            _TEXTS.get(lang, "billing.stage_length", stage=_TEXTS.get(lang, f"billing.stage.{name}"), days=days)
            for name, days in rule.stages.items()
        ]
    stages = stages_after(date.fromisoformat(ended), rule)
    lines = [
        _TEXTS.get(
            lang,
            "billing.stage_dates",
            stage=_TEXTS.get(lang, f"billing.stage.{stage.name}"),
            start=format_date(stage.after + timedelta(days=1), lang),
            until=format_date(stage.until, lang),
        )
        for stage in stages
    ]
    return [*lines, _TEXTS.get(lang, "billing.deleted", after=format_date(stages[-1].until, lang))]


def as_of_text(lang: str, as_of: str) -> str:
    """Return a rule's date, ``YYYY-MM``, in words."""
    year, _, month = as_of.partition("-")
    return _TEXTS.get(lang, "as_of", year=year, month=int(month), month2=month)


def money(lang: str, amount: Decimal, currency: str) -> str:
    """Return a sum in words, cut to the places its currency is written with."""
    places = currency_places(currency)
    figure = f"{amount:,.{places}f}"
    known = currency if currency in ("KRW", "USD", "EUR") else "other"
    return _TEXTS.get(lang, f"money.{known}", amount=figure, currency=currency)
