"""A circuit breaker: what keeps failing is left alone for a while, then tried by one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Breaker:
    """Closed, calls pass. After ``failures`` in a row it opens: for ``pause`` seconds none passes, then one does, as a
    probe. A probe that succeeds closes it, one that fails begins the next pause.

    Python's libraries for this either let everybody in at the end of a pause or need a store of their own.
    """

    def __init__(
        self,
        failures: int,
        pause: float,
        on_change: Callable[[bool], None] = lambda _open: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Tell ``on_change`` whether it is open whenever that changes; ``clock`` counts seconds."""
        self._most, self._pause = failures, pause
        self._on_change, self._clock = on_change, clock
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @contextmanager
    def call(self, refusal: Exception) -> Iterator[None]:
        """Make one call inside the block: an ``Exception`` in it is a failure, a cancellation is neither.

        Raises ``refusal`` instead while it is open.
        """
        probe = self._opened_at is not None
        if probe and (self._probing or self._clock() < (self._opened_at or 0) + self._pause):
            raise refusal
        self._probing |= probe
        try:
            yield
            self.reset()
        except Exception:
            self._failed(probe=probe)
            raise
        finally:
            if probe:
                self._probing = False

    def reset(self) -> None:
        """Close it and forget every failure."""
        self._failures = 0
        if self._opened_at is not None:
            self._opened_at = None
            self._on_change(False)

    def _failed(self, *, probe: bool) -> None:
        self._failures += 1
        if self._opened_at is None and self._failures >= self._most:
            self._opened_at = self._clock()
            self._on_change(True)
        elif probe and self._opened_at is not None:
            self._opened_at = self._clock()
