"""What the bot says and understands as it ships: the measure of what a partner may put in its place."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from firstline.core.settings import PROJECT_ROOT
from firstline.core.texts import LANGUAGES

DOMAIN = PROJECT_ROOT / "bot" / "domain"
EXAMPLES = PROJECT_ROOT / "training_data" / "nlu"
PARTNER_ANSWER, SHOW_ARTICLE = "partner_answer", "show_article"
# Reached by buttons and commands only, or from nowhere: nothing a customer could ask for.
_NO_TARGET = frozenset({PARTNER_ANSWER, SHOW_ARTICLE, "nlu_fallback", "skip_question", "follow_up"})
_VARIABLE = re.compile(r"\{(\w+)\}")

Button = dict[str, str]


@dataclass(frozen=True)
class Wording:
    """One way to say a response, with its buttons."""

    text: str
    buttons: tuple[Button, ...]

    @property
    def payloads(self) -> list[str]:
        """What the buttons send, in order."""
        return [button["payload"] for button in self.buttons]


@dataclass(frozen=True)
class Shipped:
    """All responses by name and language, and the intents that a partner's examples may lead to."""

    responses: dict[str, dict[str, list[Wording]]]
    intents: frozenset[str]
    all_intents: frozenset[str]

    def person_button(self, lang: str) -> Button:
        """Return the button that leads to a person, as the bot's own answers have it."""
        return next(b for b in self.responses["utter_bot_challenge"][lang][0].buttons if b["payload"] == "/human")


@cache
def shipped(folder: Path = DOMAIN) -> Shipped:
    """Read the bot's domain, once."""
    responses: dict[str, dict[str, list[Wording]]] = {}
    intents: set[str] = set()
    for path in sorted(folder.glob("*.yml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        intents.update(content.get("intents") or [])
        for name, variants in (content.get("responses") or {}).items():
            by_language = responses.setdefault(name, {lang: [] for lang in LANGUAGES})
            for variant in variants:
                (condition,) = variant["condition"]
                wording = Wording(variant["text"], tuple(variant.get("buttons") or ()))
                by_language[condition["value"]].append(wording)
    return Shipped(responses, frozenset(intents) - _NO_TARGET, frozenset(intents))


@cache
def trained_examples(folder: Path = EXAMPLES) -> dict[str, str]:
    """Return the intent of each message of the training data, by its bare form."""
    return {
        bare(line.strip().removeprefix("- ")): item["intent"]
        for path in sorted(folder.glob("*.yml"))
        for item in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        for line in item["examples"].splitlines()
    }


def bare(text: str) -> str:
    """Return ``text`` as two messages are compared: without case and spaces."""
    return "".join(text.casefold().split())


def variables(text: str) -> set[str]:
    """Return the names in braces."""
    return set(_VARIABLE.findall(text))
