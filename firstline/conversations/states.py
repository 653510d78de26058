"""The life of a conversation: one table says who may speak and what each event does.

``bot``: the bot answers. ``waiting``: only fixed status texts. ``human``: the agent. ``closed``: nobody.
"""

from enum import StrEnum

from firstline.core.errors import Conflict


class State(StrEnum):
    """Who speaks now."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a conversation."""

    HAND_OVER = "hand_over"
    ACCEPT = "accept"
    TAKE_OVER = "take_over"
    RELEASE = "release"
    CHOOSE_BOT = "choose_bot"
    WITHDRAW = "withdraw"
    RETURN_TO_BOT = "return_to_bot"
    SEND_CLOSING = "send_closing"
    STILL_BROKEN = "still_broken"
    SOLVED = "solved"
    UNANSWERED = "unanswered"
    CONFIRM_ANSWER = "confirm_answer"
    LEAVE = "leave"
    REOPEN = "reopen"
    WRITE_AGAIN = "write_again"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.BOT, Event.HAND_OVER): State.WAITING,
    (State.BOT, Event.CONFIRM_ANSWER): State.CLOSED,
    (State.BOT, Event.LEAVE): State.CLOSED,
    (State.BOT, Event.SEND_CLOSING): State.BOT,
    (State.BOT, Event.SOLVED): State.CLOSED,
    (State.BOT, Event.UNANSWERED): State.CLOSED,
    (State.BOT, Event.STILL_BROKEN): State.WAITING,
    (State.BOT, Event.ACCEPT): State.HUMAN,
    (State.WAITING, Event.HAND_OVER): State.WAITING,
    (State.WAITING, Event.ACCEPT): State.HUMAN,
    (State.WAITING, Event.CHOOSE_BOT): State.BOT,
    (State.WAITING, Event.WITHDRAW): State.CLOSED,
    (State.WAITING, Event.SEND_CLOSING): State.WAITING,
    (State.WAITING, Event.STILL_BROKEN): State.WAITING,
    (State.WAITING, Event.SOLVED): State.CLOSED,
    (State.WAITING, Event.UNANSWERED): State.CLOSED,
    (State.HUMAN, Event.HAND_OVER): State.HUMAN,
    (State.HUMAN, Event.TAKE_OVER): State.HUMAN,
    (State.HUMAN, Event.RELEASE): State.WAITING,
    (State.HUMAN, Event.RETURN_TO_BOT): State.BOT,
    (State.HUMAN, Event.SEND_CLOSING): State.HUMAN,
    (State.HUMAN, Event.STILL_BROKEN): State.HUMAN,
    (State.HUMAN, Event.SOLVED): State.CLOSED,
    (State.HUMAN, Event.UNANSWERED): State.CLOSED,
    (State.CLOSED, Event.REOPEN): State.WAITING,
    (State.CLOSED, Event.STILL_BROKEN): State.WAITING,
    (State.CLOSED, Event.WRITE_AGAIN): State.BOT,
}


def next_state(state: str, event: Event) -> State:
    """Return the state after ``event``; raises ``Conflict`` when the event can't happen in ``state``."""
    try:
        return TRANSITIONS[State(state), event]
    except KeyError:
        raise Conflict(
            f"'{event}' can't happen while the conversation is '{state}'; load it again to see where it stands.",
            code="wrong_state",
        ) from None


def usual_actor(event: Event) -> str:
    """Return who does it as a rule: ``agent``, ``clock`` or ``customer``."""
    if event in (Event.ACCEPT, Event.TAKE_OVER, Event.RELEASE, Event.RETURN_TO_BOT, Event.SEND_CLOSING):
        return "agent"
    return "clock" if event in (Event.UNANSWERED, Event.LEAVE) else "customer"
