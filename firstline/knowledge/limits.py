"""From which sizes on an index works in another way; measured in ``benchmarks/``."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Sizes in rows, lines and passages together unless said otherwise.

    Up to ``merge_rows`` every change puts all segments into one. Up to ``exact_rows`` every document is scored; above,
    candidates are chosen first, and a segment with more lines or more passages than this gets approximate neighbours.
    A second segment is merged into the first when it holds more than ``recent_share`` of its rows. The topic model
    takes ``topics`` topics with ``examples`` lines at most, and is left out beyond: its weights and its solve grow
    with them, and publishing must stay within two seconds.
    """

    merge_rows: int = 20_000
    exact_rows: int = 50_000
    recent_share: float = 0.1
    topics: int = 2_000
    examples: int = 50_000

    def __post_init__(self) -> None:
        if self.merge_rows > self.exact_rows:
            raise ValueError("merge_rows can't be more than exact_rows: what is put together at once is scored exactly")
