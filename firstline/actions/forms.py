"""Forms: a few questions, each skippable, that take corrections and let a customer go elsewhere."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from firstline.actions.base import Events, FirstlineAction, Turn, say, slots
from firstline.actions.finding import find
from firstline.actions.smalltalk import SMALL_TALK
from firstline.core.times import utcnow
from firstline.reading.asking import asks
from firstline.reading.phrases import Wish, wish_of

Values = dict[str, Any]

_SKIP = re.compile(r"건너|모르겠|모름|몰라|패스|넘어가|\bskip\b|don.?t know|\bdunno\b|not sure|no idea|\bpass\b")
_STOP = re.compile(
    r"(그냥 ?)?(그만|취소|됐어요?|그만할게요|안 ?할래요?|cancel|stop|never ?mind|forget it|quit)( ?그냥)?[.!~\s]*"
)
_LONGEST_SKIP = 25
# Who wants this is let out of a form at once.
_LEAVES = frozenset({"human", "complaint", "security_incident"})
# What these say belongs to the form, if anything of it can be read.
_STAYS = frozenset({"nlu_fallback", "billing_details", "affirm", "deny", "skip_question", ""})
# What a correction of an answer may be taken for: "nine days left, I see", "and with twenty?"
_MENDS = _STAYS | {"follow_up", "helped", "not_helped"}


@dataclass(frozen=True)
class Reading:
    """How a message is read: the day it is written on, whether it begins the form, or its question was just asked."""

    today: date
    first: bool
    asked: bool


@dataclass(frozen=True)
class Question:
    """One question: ``read`` returns a JSON value or ``None``; ``free`` takes any words once it was asked."""

    name: str
    response: str
    read: Callable[[str, Reading], Any]
    free: bool = False
    needed: Callable[[Values], bool] = lambda _values: True


class FormAction(FirstlineAction):
    """An action that first asks for what it lacks, at most three questions; a skipped one has the value ``None``."""

    questions: ClassVar[tuple[Question, ...]] = ()
    why: ClassVar[str]
    """Response that says what the questions are for."""
    mendable: ClassVar[bool] = False
    """Whether what was answered is kept for the next message, which may correct it: "no, six of them"."""

    async def finish(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Answer with what is known."""
        raise NotImplementedError

    async def act(self, dispatcher: CollectingDispatcher, turn: Turn) -> Events:
        """Take what the first message says already, and ask for the rest."""
        return await self.go_on(dispatcher, turn, {} if turn.pressed else self.read(turn, None))

    async def go_on(self, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
        """Ask the next question, or finish."""
        for question in self.questions:
            if question.name not in values and question.needed(values):
                say(dispatcher, question.response)
                return slots(form=_state(self, question.name, values), expecting="form")
        kept = _state(self, None, values) if self.mendable else None
        return [*slots(form=kept, expecting=None, unanswered=0), *await self.finish(dispatcher, turn, values)]

    def mends(self, turn: Turn) -> Values:
        """Return what a message after the answer says anew of what the answer was made from."""
        return self.read(turn, "")

    def read(self, turn: Turn, asked: str | None) -> Values:
        """Return what a message says of any of the form's questions."""
        today = self.today(turn)
        read = {q.name: q.read(turn.text, Reading(today, asked is None, q.name == asked)) for q in self.questions}
        return {name: value for name, value in read.items() if value is not None}

    def today(self, turn: Turn) -> date:
        """Return the day it is where the partner is."""
        return utcnow().astimezone(ZoneInfo(self.charter(turn).main_calendar.tz)).date()


def continue_form(forms: dict[str, FormAction]) -> Callable[..., Any]:
    """Return what lets an open form take a message, whatever the bot takes the message for."""

    async def look(
        action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn, tracker: Tracker
    ) -> tuple[Events, bool]:
        state = tracker.get_slot("form")
        form = forms.get(state["name"]) if isinstance(state, dict) else None
        if form is None:
            return [], False
        if turn.intent in _LEAVES and wish_of(turn.text) is not Wish.WHY:
            return slots(form=None), False
        if state["asked"] is None:
            return await _mend(form, state, action, dispatcher, turn)
        return await _take(form, state, action, dispatcher, turn, tracker)

    return look


def return_to_form(forms: dict[str, FormAction]) -> Callable[..., Any]:
    """Return what puts the open question again after something in between was answered.

    Not where the answer was a question itself, nothing was found, or a person takes over.
    """

    async def add(
        _action: FirstlineAction, dispatcher: CollectingDispatcher, _turn: Turn, tracker: Tracker, events: Events
    ) -> Events:
        set_to = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        before = tracker.get_slot("form")
        state = set_to.get("form", before)
        if not isinstance(before, dict) or not isinstance(state, dict) or state["name"] != before["name"]:
            return []
        if state["asked"] is None:
            return []
        handed = any("handoff" in (said.get("custom") or {}) for said in dispatcher.messages)
        if handed or set_to.get("unanswered") or set_to.get("expecting") in ("form", "choice"):
            return []
        say(dispatcher, "utter_form_back")
        say(dispatcher, next(q.response for q in forms[state["name"]].questions if q.name == state["asked"]))
        return slots(expecting="form")

    return add


async def _mend(
    form: FormAction, state: dict[str, Any], action: FirstlineAction, dispatcher: CollectingDispatcher, turn: Turn
) -> tuple[Events, bool]:
    """Answer anew with what the message corrects; anything else closes the form."""
    belongs = not turn.pressed and (turn.intent in _MENDS or not _is_elsewhere(form, action))
    new = form.mends(turn) if belongs else {}
    if not new:
        return slots(form=None), False
    return await form.go_on(dispatcher, turn, {**state["values"], **new}), True


async def _take(
    form: FormAction,
    state: dict[str, Any],
    action: FirstlineAction,
    dispatcher: CollectingDispatcher,
    turn: Turn,
    tracker: Tracker,
) -> tuple[Events, bool]:
    asked, values = state["asked"], state["values"]
    question = next(q for q in form.questions if q.name == asked)
    plain = turn.text.casefold().strip()
    if _STOP.fullmatch(plain):
        say(dispatcher, "utter_form_stopped")
        return slots(form=None, expecting=None), True
    if turn.intent == "skip_question" or (len(plain) <= _LONGEST_SKIP and _SKIP.search(plain)):
        return await form.go_on(dispatcher, turn, {**values, asked: None}), True
    if turn.intent == "switch_language":
        say(dispatcher, "utter_language_switched")
        say(dispatcher, question.response)
        return [], True
    if turn.intent == "go_back":
        return await _go_back(form, dispatcher, turn, values), True
    if wish_of(turn.text) is Wish.WHY:
        if state["again"]:
            return await form.go_on(dispatcher, turn, {**values, asked: None}), True
        say(dispatcher, form.why)
        say(dispatcher, question.response)
        return slots(form={**state, "again": True}, expecting="form"), True
    if turn.pressed:
        chosen = {entity["entity"]: entity["value"] for entity in (tracker.latest_message or {}).get("entities") or []}
        if asked in chosen:
            return await form.go_on(dispatcher, turn, {**values, asked: chosen[asked]}), True
        return slots(form=None), False
    read = form.read(turn, asked)
    if turn.intent in SMALL_TALK and not read:
        return (slots(form=None, expecting=None) if turn.intent == "goodbye" else []), False
    # Free words are taken for an answer unless they ask something themselves.
    if question.free and (turn.intent in _STAYS or not asks(turn.text)):
        read = {name: value for name, value in read.items() if name not in values}
        read.setdefault(asked, turn.text)
    if read:
        return await form.go_on(dispatcher, turn, {**values, **read}), True
    stays = turn.intent in _STAYS and not await _is_answered(form, turn)
    if stays or not _is_elsewhere(form, action):
        if state["again"]:
            return await form.go_on(dispatcher, turn, {**values, asked: None}), True
        say(dispatcher, "utter_form_again")
        say(dispatcher, question.response)
        return slots(form={**state, "again": True}, expecting="form"), True
    # Something else is asked in between: it is answered, and the open question comes back once.
    return slots(form=None if state["detour"] else {**state, "detour": True}), False


async def _go_back(form: FormAction, dispatcher: CollectingDispatcher, turn: Turn, values: Values) -> Events:
    """Ask the question before the open one again, or the open one where it is the first."""
    answered = [question.name for question in form.questions if question.name in values]
    return await form.go_on(dispatcher, turn, {name: values[name] for name in answered[:-1]})


def _is_elsewhere(form: FormAction, action: FirstlineAction) -> bool:
    return type(action) is not type(form)


async def _is_answered(form: FormAction, turn: Turn) -> bool:
    """Tell whether a message that nothing else is known of asks what an article answers."""
    if turn.intent != "nlu_fallback" or not asks(turn.text):
        return False
    return (await find(form.services.knowledge, turn)).response.answered


def _state(form: FormAction, asked: str | None, values: Values) -> dict[str, Any]:
    return {"name": form.name(), "asked": asked, "values": values, "again": False, "detour": False}
