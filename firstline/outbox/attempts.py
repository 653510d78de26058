"""What becomes of a notice after an attempt: sent, tried again later, or given up.

The wait doubles from attempt to attempt up to a longest one, and a random part of it is left out ("equal jitter":
half the wait is certain, the other half drawn), so that what failed together doesn't come back together.
Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.outbox.models import DEAD, PENDING, SENT, Notice

LONGEST_ERROR = 300


class NotNow(Exception):
    """The receiver didn't take it this time; ``after`` is how long it asked us to wait, if it did."""

    def __init__(self, why: str, after: timedelta | None = None) -> None:
        """Keep ``why``, which an admin reads and which holds no customer's text."""
        super().__init__(why)
        self.after = after


class Never(Exception):
    """The receiver will never take it as it is: a wrong address, a refused target, a missing right."""


@dataclass(frozen=True)
class Patience:
    """How often a notice is tried, and how long between two attempts."""

    attempts: int = 10
    first: timedelta = timedelta(seconds=10)
    longest: timedelta = timedelta(hours=2)

    def wait(self, failed: int, draw: random.Random) -> timedelta:
        """Return the wait after ``failed`` attempts (1 or more), between half of the doubled wait and all of it."""
        steps = min(failed - 1, 40)
        whole: timedelta = min(self.first * 2**steps, self.longest)
        return whole / 2 + whole / 2 * draw.random()


def settle(notice: Notice, outcome: Exception | str, patience: Patience, now: datetime, draw: random.Random) -> None:
    """Write down what became of an attempt; words are what the receiver said when it took it.

    ``attempts`` counts this one already.
    """
    if isinstance(outcome, str):
        notice.state, notice.error, notice.done_at = SENT, "", now
        # Words go once they are said; the number stays, to tell what a mail was about.
        kept = {key: notice.content[key] for key in notice.content.keys() & {"message"}}
        notice.content = kept | ({"receipt": outcome} if outcome else {})
        return
    notice.error = (str(outcome) or type(outcome).__name__)[:LONGEST_ERROR]
    if isinstance(outcome, Never) or notice.attempts >= patience.attempts:
        notice.state, notice.done_at = DEAD, now
        return
    wait = patience.wait(notice.attempts, draw)
    asked = outcome.after if isinstance(outcome, NotNow) else None
    notice.state, notice.next_at = PENDING, now + max(wait, min(asked or wait, patience.longest))
