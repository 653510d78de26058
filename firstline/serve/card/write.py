"""Writes a card: ``index.html`` with the plots in it, each plot as ``<lang>.svg``, and ``card.json``."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from firstline.core.errors import BadInput
from firstline.knowledge.card import Card
from firstline.knowledge.intervals import Interval
from firstline.serve.card.plot import plot
from firstline.serve.card.route_plot import route_plot
from firstline.serve.route_card import RouteCard

LANGUAGES = {"ko": "Korean", "en": "English"}


def write_card(card: Card, folder: Path) -> Path:
    """Write the retrieval card into ``folder`` and return the page's path; raises ``BadInput`` when it can't."""
    plots = {language.lang: plot(language, LANGUAGES[language.lang]) for language in card.languages}
    return _write("card.html", card, card.to_json(), plots, folder)


def write_route_card(card: RouteCard, folder: Path) -> Path:
    """Do what ``write_card`` does with the model card."""
    plots = {language.lang: route_plot(language, LANGUAGES[language.lang]) for language in card.languages}
    return _write("routes.html", card, card.to_json(), plots, folder)


def _write(template: str, card: Any, figures: str, plots: dict[str, str], folder: Path) -> Path:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["rate"] = _rate
    environment.filters["within"] = _within
    page = environment.get_template(template).render(
        card=card,
        names=LANGUAGES,
        plots={lang: Markup(svg) for lang, svg in plots.items()},  # noqa: S704
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for lang, svg in plots.items():
            (folder / f"{lang}.svg").write_text(svg, "utf-8")
        (folder / "card.json").write_text(figures, "utf-8")
        (folder / "index.html").write_text(page, "utf-8")
    except OSError as error:
        raise BadInput(f"the card can't be written to {folder} ({error.strerror}); name another folder") from error
    return folder / "index.html"


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _within(interval: Interval | None) -> Markup:
    if interval is None:
        return Markup("–")
    bounds = f"{interval.low:.3f}–{interval.high:.3f}"
    return Markup('{} <span class="bounds">{}</span>').format(f"{interval.value:.3f}", bounds)
