"""Courses, thresholds and topics: ours, or a partner's own from ``<partners>/<partner>/training.yaml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, StringConstraints, model_validator

from firstline.core.errors import BadInput
from firstline.core.partner_files import Part, read_yaml, validated
from firstline.core.texts import Language
from firstline.support_rules.products import products

Kind = Literal["questions", "deployment", "usage", "growth"]
_FILE = "training.yaml"
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_About = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class Title(Part):
    """A title in both languages."""

    ko: _Title
    en: _Title


class About(Part):
    """A sentence or two in both languages."""

    ko: _About
    en: _About


class Thresholds(Part):
    """What counts as much and as little; shares are of 1."""

    months: int = Field(ge=1, le=24)
    least_questions: int = Field(ge=1)
    ratio: float = Field(ge=1)
    chance: float = Field(gt=0, lt=1)
    per_100_seats: float | None = Field(gt=0)
    deployment_below: float = Field(ge=0)
    usage_below: float = Field(ge=0)
    full_deployment: float = Field(gt=0)
    full_usage: float = Field(gt=0)
    figure_days: int = Field(ge=1)
    window_days: int = Field(ge=7, le=366)
    least_days: int = Field(ge=1)


class Course(Part):
    """A course: what it is about, for which products (none means any), and which reasons it helps against."""

    id: _Id
    title: Title
    about: About
    products: tuple[str, ...] = ()
    hours: float = Field(gt=0, le=200)
    kinds: tuple[Kind, ...] = Field(alias="for", min_length=1)

    @model_validator(mode="after")
    def _known_products(self) -> "Course":
        if unknown := sorted(set(self.products) - products().keys()):
            raise ValueError(f"unknown product {', '.join(unknown)}; known: {', '.join(products())}")
        return self

    def name(self, lang: Language) -> str:
        """Return the title in a language."""
        return self.title.ko if lang == "ko" else self.title.en


class Offer(Part):
    """The file."""

    thresholds: Thresholds
    topics: dict[str, str]
    courses: tuple[Course, ...] = Field(max_length=100)

    @model_validator(mode="after")
    def _once(self) -> "Offer":
        ids = [course.id for course in self.courses]
        if twice := sorted({name for name in ids if ids.count(name) > 1}):
            raise ValueError(f"the course {', '.join(twice)} stands there twice")
        if unknown := sorted(set(self.topics.values()) - products().keys()):
            raise ValueError(f"topics name the unknown product {', '.join(unknown)}")
        return self

    def course(self, name: str) -> Course | None:
        """Return a course by its id; ``None`` for one that isn't offered any more."""
        return next((course for course in self.courses if course.id == name), None)


def offer_of(partners_dir: Path, partner: str) -> Offer:
    """Return what a partner offers; raises ``BadInput`` that names the file and the place when its file is wrong."""
    ours = _ours()
    path = partners_dir / partner / _FILE
    if not path.is_file():
        return validated(path, Offer, ours)
    own = read_yaml(path)
    if not isinstance(own, dict):
        raise BadInput(f"{path}: write `thresholds`, `topics` and `courses` at the top.", code="bad_training")
    merged = {**ours, **own}
    for part in ("thresholds", "topics"):
        if isinstance(own.get(part), dict):
            merged[part] = ours[part] | own[part]
    return validated(path, Offer, merged)


@cache
def _ours() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / _FILE).read_text("utf-8"))
    return content
