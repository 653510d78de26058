"""The state table: every move it allows, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.conversations.states import TRANSITIONS, Event, State, next_state
from firstline.core.errors import Conflict


@given(st.sampled_from(State), st.sampled_from(Event))
def test_a_move_is_in_the_table_or_refused(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) == TRANSITIONS[state, event]
    else:
        with pytest.raises(Conflict):
            next_state(state, event)


def test_only_a_person_brings_the_bot_back_from_a_person() -> None:
    into_bot = {(state, event) for (state, event), to in TRANSITIONS.items() if to == State.BOT and state != State.BOT}
    assert into_bot == {
        (State.WAITING, Event.CHOOSE_BOT),
        (State.HUMAN, Event.RETURN_TO_BOT),
        (State.CLOSED, Event.WRITE_AGAIN),
    }


def test_every_state_can_be_left() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State)
