"""Kills parts of the stack at random until told to stop, and starts them again."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from firstline.serve.chaos.child import Part

_LONGEST_AWAY = 3.0


@dataclass
class Havoc:
    """What was killed, and the seconds from each kill until the part did its work again, by kind of part."""

    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def kills(self) -> int:
        """How often something was killed."""
        return sum(len(each) for each in self.recoveries.values())

    @property
    def longest(self) -> float:
        """Seconds of the longest recovery so far."""
        return max((max(each) for each in self.recoveries.values()), default=0.0)

    async def wreak(self, parts: Sequence[Part], pause: float, seed: int, over: asyncio.Event) -> None:
        """Kill each part again and again, ``pause`` seconds on average after it was back; outages may overlap.

        Where a part takes longer than that to be back, that long: else nothing would ever come up between two kills.

        Ends after ``over`` is set, with everything back; raises ``Unavailable`` for what does not come back.
        """

        async def haunt(part: Part) -> None:
            draw = random.Random(f"{seed} {part.name}")  # noqa: S311 - drawn again by the same seed
            while True:
                try:
                    await asyncio.wait_for(over.wait(), draw.uniform(0.2, 1.8) * max(pause, self.longest))
                    return
                except TimeoutError:
                    await self._kill(part, draw)

        await asyncio.gather(*(haunt(part) for part in parts))

    async def _kill(self, part: Part, draw: random.Random) -> None:
        part.kill()
        killed = time.monotonic()
        await asyncio.sleep(draw.uniform(0, _LONGEST_AWAY))
        await part.start()
        await part.wait()
        self.recoveries[part.kind].append(time.monotonic() - killed)
