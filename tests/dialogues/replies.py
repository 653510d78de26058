"""Which text of ours a message is: every response and every text of desk and chat, recognised by its words."""

import re
from functools import cache
from pathlib import Path

import yaml

from firstline.core.settings import PROJECT_ROOT
from firstline.core.texts import LANGUAGES, string_table

_VARIABLE = re.compile(r"\\\{\w+(?::\S)?\\\}")
# Said when the bot does not know how to go on; none of them twice in a row.
FALLBACKS = frozenset(
    {
        "utter_unsure",
        "utter_unsure_one",
        "utter_no_answer",
        "utter_nothing_better",
        "utter_nothing_better_alone",
        "utter_neither",
        "utter_say_which",
        "utter_ask_what",
        "utter_nothing_to_confirm",
        "utter_okay_no_person",
        "utter_out_of_scope",
    }
)


def names_of(text: str) -> set[str]:
    """Return the names of all our texts that ``text`` holds: ``utter_answer``, ``desk.questions.ask.severity``."""
    return {name for name, pattern in _patterns() if pattern.search(text)}


def known_names() -> set[str]:
    return {name for name, _ in _patterns()}


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for path in (PROJECT_ROOT / "bot" / "domain").glob("*.yml"):
        for name, variants in (yaml.safe_load(path.read_text("utf-8")).get("responses") or {}).items():
            found += [(name, _pattern(variant["text"])) for variant in variants]
    for part in ("desk", "chat"):
        table = string_table(Path(PROJECT_ROOT / "firstline" / part / "texts"))
        for lang in LANGUAGES:
            found += [(f"{part}.{key}", _pattern(text)) for key, text in table.table(lang).items() if len(text) > 6]
    return found


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(_VARIABLE.sub(".+?", re.escape(template.strip())), re.DOTALL)
