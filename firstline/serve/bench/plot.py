"""Plots of what was measured, as plain SVG with one or more lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from firstline.serve.card.plot import BLUE, FONT, GREEN, INK, RED, RULE, SOFT, dot, line, text

_WIDTH, _HEIGHT = 860, 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 80, 48, 640, 360
_COLOURS = (BLUE, GREEN, RED, "#7a4fbf", "#b7791f", SOFT)
_TICKS = 5


@dataclass(frozen=True)
class Series:
    """One line: its name and its points, in the order they are joined."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(title: str, across: str, up: str, series: Sequence[Series], *, dots: bool = True) -> str:
    """Draw the series from zero on both axes, with ``across`` and ``up`` as the axes' names; words are plain, ours."""
    most_x = _round_up(max((x for one in series for x, _y in one.points), default=1))
    most_y = _round_up(max((y for one in series for _x, y in one.points), default=1))

    def place(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return _LEFT + x / most_x * (_RIGHT - _LEFT), _BOTTOM - y / most_y * (_BOTTOM - _TOP)

    parts = [text(_LEFT, _TOP - 20, title, size=14, weight=600)]
    for tick in range(_TICKS + 1):
        x, y = most_x * tick / _TICKS, most_y * tick / _TICKS
        parts.append(line([place((0, y)), place((most_x, y))], RULE, 1))
        parts.append(text(_LEFT - 8, place((0, y))[1] + 4, f"{y:,.4g}", anchor="end", colour=SOFT))
        parts.append(text(place((x, 0))[0], _BOTTOM + 18, f"{x:,.4g}", anchor="middle", colour=SOFT))
    parts.append(text((_LEFT + _RIGHT) / 2, _BOTTOM + 40, across, anchor="middle", colour=SOFT))
    turned = f'<g transform="translate({_LEFT - 56} {(_TOP + _BOTTOM) / 2}) rotate(-90)">'
    parts += [turned, text(0, 0, up, anchor="middle", colour=SOFT), "</g>"]
    for number, one in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        points = [place(point) for point in one.points]
        parts.append(line(points, colour, 2))
        parts += [dot(x, y, colour, 4) for x, y in points] if dots else []
        parts.append(text(_RIGHT + 16, _TOP + 16 + number * 22, one.name, colour=colour, weight=600))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="{FONT}" '
        f'font-size="12" fill="{INK}" role="img" aria-label="{title}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


def _round_up(value: float) -> float:
    """Return the next number above of which a fifth is easy to read."""
    step = 10.0 ** (len(str(int(max(value, 1)))) - 1)
    return next(step * factor for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10) if step * factor >= value)
