"""What goes wrong, coarsely: enough to see that several customers report the same."""

import re
from functools import cache

from firstline.support_rules.dated import data_file


def symptom_in(text: str) -> str | None:
    """Return the kind of trouble that ``text`` reports, such as ``sign_in`` or ``slow``; ``None`` for none.

    The kinds stand in ``data/symptoms.yaml``, the more special first.
    """
    plain = text.casefold()
    return next((kind for kind, pattern in _patterns() if pattern.search(plain)), None)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((kind, re.compile("|".join(words))) for kind, words in data_file("symptoms").items())
