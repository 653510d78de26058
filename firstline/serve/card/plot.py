"""A language's plot: what the threshold lets through, and whether probabilities come true. Plain SVG."""

from collections.abc import Sequence

from firstline.knowledge.calibration import Reliability
from firstline.knowledge.card import Language

WIDTH, HEIGHT = 860, 400
SIDE = 300
TOP, LEFT, GAP = 56, 64, 130
INK, SOFT, RULE, BLUE, GREEN, RED = "#1f2933", "#52606d", "#d9dee4", "#1f5fbf", "#12805c", "#b42318"
FONT = "system-ui, 'Noto Sans KR', 'Noto Sans CJK KR', 'Malgun Gothic', sans-serif"
TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def plot(language: Language, name: str) -> str:
    """Draw both panels as one SVG document."""
    left = Panel(
        LEFT, "Answers given against false answers", "false answers, of unanswerable", "answered, of answerable"
    )
    right = Panel(LEFT + SIDE + GAP, "Do probabilities come true?", "probability said", "share that was right")
    parts = [*left.frame(), *_coverage(left, language), *right.frame(), *reliability_in(right, language.reliability)]
    return drawing(parts, f"{name}: answers against false answers; reliability")


def drawing(parts: Sequence[str], label: str) -> str:
    """Put both panels' parts together as one SVG document, with ``label`` for who can't see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{FONT}" font-size="12" '
        f'fill="{INK}" role="img" aria-label="{label}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


class Panel:
    """A square from 0 to 1 both ways."""

    def __init__(self, left: float, title: str, across: str, up: str) -> None:
        """Place the panel's square at ``left``; ``across`` and ``up`` name its axes."""
        self._left, self._title, self._across, self._up = left, title, across, up

    def x(self, value: float) -> float:
        """Return where ``value`` is across."""
        return round(self._left + value * SIDE, 1)

    def y(self, value: float) -> float:
        """Return where ``value`` is up."""
        return round(TOP + (1 - value) * SIDE, 1)

    def frame(self) -> list[str]:
        """Draw grid, ticks and names."""
        middle = self.x(0.5)
        parts = [text(self.x(0), TOP - 24, self._title, size=14, weight=600)]
        for tick in TICKS:
            parts.append(line([(self.x(0), self.y(tick)), (self.x(1), self.y(tick))], RULE, 1))
            parts.append(line([(self.x(tick), self.y(0)), (self.x(tick), self.y(1))], RULE, 1))
            parts.append(text(self.x(0) - 8, self.y(tick) + 4, f"{tick:.1f}", anchor="end", colour=SOFT))
            parts.append(text(self.x(tick), self.y(0) + 18, f"{tick:.1f}", anchor="middle", colour=SOFT))
        parts.append(text(middle, self.y(0) + 38, self._across, anchor="middle", colour=SOFT))
        turned = f'<g transform="translate({self.x(0) - 40} {self.y(0.5)}) rotate(-90)">'
        return [*parts, turned, text(0, 0, self._up, anchor="middle", colour=SOFT), "</g>"]


def _coverage(panel: Panel, language: Language) -> list[str]:
    points = [point for point in language.curve if point.answered is not None and point.false_answers is not None]
    shipped = language.shipped
    if not points or shipped.answered is None or shipped.false_answers is None or shipped.correct is None:
        return [text(panel.x(0.5), panel.y(0.5), "no unanswerable questions were asked", anchor="middle", colour=SOFT)]
    answered = [(panel.x(p.false_answers or 0), panel.y(p.answered or 0)) for p in points]
    correct = [(panel.x(p.false_answers or 0), panel.y(p.correct or 0)) for p in points]
    x, y = panel.x(shipped.false_answers), panel.y(shipped.answered)
    return [
        line([(x, panel.y(0)), (x, panel.y(1))], RED, 1, dashed=True),
        line(answered, BLUE, 2),
        line(correct, GREEN, 2),
        dot(x, y, BLUE, 5),
        dot(x, panel.y(shipped.correct), GREEN, 5),
        text(x + 8, panel.y(0.06), f"shipped threshold {shipped.threshold:.2f}", colour=RED),
        text(panel.x(1) - 6, panel.y(0.24), "answered", anchor="end", colour=BLUE, weight=600),
        text(panel.x(1) - 6, panel.y(0.17), "answered rightly", anchor="end", colour=GREEN, weight=600),
    ]


def reliability_in(panel: Panel, measured: Reliability) -> list[str]:
    """Draw whether probabilities come true into ``panel``."""
    most = max((entry.n for entry in measured.bins), default=1)
    parts = [line([(panel.x(0), panel.y(0)), (panel.x(1), panel.y(1))], SOFT, 1, dashed=True)]
    for entry in measured.bins:
        height = entry.n / most * 0.25
        box = (panel.x(entry.low) + 3, panel.y(height), SIDE / 10 - 6, panel.y(0) - panel.y(height))
        parts.append('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="#c9d8ef"/>'.format(*box))
        parts.append(text(panel.x(entry.low + 0.05), panel.y(height) - 4, str(entry.n), 10, "middle", SOFT))
    dots = [(panel.x(entry.said), panel.y(entry.right)) for entry in measured.bins]
    parts += [line(dots, BLUE, 2), *(dot(x, y, BLUE, 4) for x, y in dots)]
    scores = f"Brier {measured.brier:.3f} · expected error {measured.error:.3f}"
    return [*parts, text(panel.x(0), panel.y(1) - 8, scores, colour=SOFT)]


def line(points: Sequence[tuple[float, float]], colour: str, width: float, *, dashed: bool = False) -> str:
    """Draw a line through ``points``."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes}/>'


def dot(x: float, y: float, colour: str, radius: float) -> str:
    """Draw a dot with a white rim."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}" stroke="#ffffff" stroke-width="1.5"/>'


def text(
    x: float, y: float, words: str, size: int = 12, anchor: str = "start", colour: str = INK, weight: int = 400
) -> str:
    """Write ``words`` (plain, ours) at a point."""
    style = f'font-size="{size}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'
