"""A language's plot of the model card: what a threshold does to out-of-scope, and whether probabilities come true."""

from firstline.serve.card.plot import BLUE, GAP, LEFT, RED, SIDE, SOFT, Panel, dot, drawing, line, reliability_in, text
from firstline.serve.route_card import PRECISE, Language


def route_plot(language: Language, name: str) -> str:
    """Draw both panels as one SVG document."""
    left = Panel(LEFT, "Out of scope at every threshold", "recall, of all out of scope", "precision, of what was taken")
    right = Panel(LEFT + SIDE + GAP, "Do probabilities come true?", "probability said", "share that was right")
    parts = [*left.frame(), *_scope(left, language), *right.frame(), *reliability_in(right, language.reliability)]
    return drawing(parts, f"{name}: precision of out-of-scope against recall; reliability")


def _scope(panel: Panel, language: Language) -> list[str]:
    points = [(p.recall, p.precision) for p in language.curve if p.recall is not None and p.precision is not None]
    if not points:
        return [text(panel.x(0.5), panel.y(0.5), "nothing was out of scope", anchor="middle", colour=SOFT)]
    places = [(panel.x(recall), panel.y(precision)) for recall, precision in points]
    bar = panel.y(PRECISE)
    recall, precision = language.shipped.recall or 0.0, language.shipped.precision or 0.0
    found = f"as shipped: recall {recall:.2f}, precision {precision:.2f}"
    return [
        line([(panel.x(0), bar), (panel.x(1), bar)], RED, 1, dashed=True),
        text(panel.x(0) + 8, bar + 16, f"precision {PRECISE}", colour=RED),
        line(places, BLUE, 2),
        *(dot(x, y, BLUE, 3) for x, y in places),
        dot(panel.x(recall), panel.y(precision), RED, 6),
        text(panel.x(1) - 6, panel.y(0.06), found, anchor="end", colour=RED, weight=600),
    ]
