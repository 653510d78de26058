"""docs/conversations.md holds the whole state table."""

import re

from firstline.conversations.states import TRANSITIONS, State
from firstline.core.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "conversations.md").read_text("utf-8")


def test_the_page_holds_every_transition_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE)
    assert len(rows) == len(set(rows))
    assert {(state, event): to for state, event, to in rows} == {
        (str(state), str(event)): str(to) for (state, event), to in TRANSITIONS.items()
    }


def test_the_page_names_every_state() -> None:
    assert set(re.findall(r"^\| `(\w+)` \| [^`]", PAGE, re.MULTILINE)) == set(map(str, State))
