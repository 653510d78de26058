"""Who would gain from which course."""

from collections.abc import Sequence
from dataclasses import dataclass

from firstline.training.counting import Tally
from firstline.training.courses import Course, Kind
from firstline.training.models import ALL
from firstline.training.reasons import Reason

_KINDS: dict[str, Kind] = {"questions": "questions", "questions_limit": "questions", "deployment": "deployment"}
_KINDS |= {"usage": "usage", "growth": "growth"}


@dataclass(frozen=True)
class Gain:
    """A course that helps: against which of the customer's reasons, by their places, and how many of its questions."""

    course: Course
    reasons: tuple[int, ...]
    covered: int


def gains(courses: Sequence[Course], reasons: Sequence[Reason], tally: Tally) -> list[Gain]:
    """Return the courses a customer would gain from, the one that helps most first.

    A reason about a product is met by a course on that product, and only where there is none by one on everything.
    Many questions altogether are met by a course on the products that most of them are about.
    """
    met: dict[str, set[int]] = {course.id: set() for course in courses}
    for place, reason in enumerate(reasons):
        kind = _KINDS.get(reason.why)
        fitting = [course for course in courses if kind in course.kinds]
        exact = [course for course in fitting if course.products and _is_about(course, reason, tally)]
        for course in exact or [course for course in fitting if not course.products]:
            met[course.id].add(place)
    wishes = any(reason.why == "wanted" for reason in reasons)
    helping = courses if wishes else [course for course in courses if met[course.id]]
    found = [Gain(course, tuple(sorted(met[course.id])), covered(course, tally)) for course in helping]
    wanted = [one for one in found if one.reasons or (one.covered and "questions" in one.course.kinds)]
    return sorted(wanted, key=lambda one: (-len(one.reasons), -one.covered, not one.course.products, one.course.id))


def covered(course: Course, tally: Tally) -> int:
    """Return how many of a customer's questions a course is about."""
    return tally.total if not course.products else sum(tally.products[product] for product in course.products)


def _is_about(course: Course, reason: Reason, tally: Tally) -> bool:
    if reason.product != ALL:
        return reason.product in course.products
    return _KINDS.get(reason.why) == "questions" and 2 * covered(course, tally) > tally.total
