"""Checks the training data before anything is trained; every problem names its file and line."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set

import yaml

from firstline_bot.normalise import normalise

_ENTITY = re.compile(r"\[[^\]]+\]\([^)]+\)")
LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class Example:
    """One training message and where it stands."""

    intent: str
    text: str
    path: Path
    line: int


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class InvalidFile(Exception):
    """A file that is not what it should be; carries the Problem."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(path, line, message)


def read_examples(path: Path) -> Iterator[Example]:
    """Yield the examples of one Rasa NLU file. Raises InvalidFile at the first thing that is not an example."""
    for item in _items(path, "nlu"):
        fields = {key.value: value for key, value in item.value if isinstance(key, yaml.ScalarNode)}
        line = item.start_mark.line + 1
        if not isinstance(fields.get("intent"), yaml.ScalarNode) or not fields["intent"].value:
            raise InvalidFile(path, line, "An entry needs 'intent'.")
        block = fields.get("examples")
        if not isinstance(block, yaml.ScalarNode) or block.style != "|":
            raise InvalidFile(path, line, "An entry needs 'examples: |' with one '- message' a line.")
        # The text of a block scalar starts on the line after its "|".
        for offset, raw in enumerate(block.value.splitlines()):
            here = block.start_mark.line + 2 + offset
            if not raw.strip():
                continue
            if not raw.startswith("- ") or not raw[2:].strip():
                raise InvalidFile(path, here, "A line of examples must be '- ' and a message.")
            if _ENTITY.search(raw):
                raise InvalidFile(path, here, "'[...](...)' marks an entity in Rasa; write the message without it.")
            yield Example(fields["intent"].value, raw[2:].strip(), path, here)


def check_examples(files: List[Path], intents: Set[str]) -> List[Problem]:
    """Return what is wrong with the examples, such as the same message under two intents."""
    problems: List[Problem] = []
    seen: Dict[str, Example] = {}
    for path in files:
        try:
            examples = list(read_examples(path))
        except InvalidFile as error:
            problems.append(error.problem)
            continue
        for example in examples:
            if example.intent not in intents:
                problems.append(Problem(path, example.line, f"No rule knows the intent '{example.intent}'."))
            first = seen.setdefault(normalise(example.text).lower(), example)
            if first.intent != example.intent:
                message = f"The same message stands under '{first.intent}' at {first.path}:{first.line}."
                problems.append(Problem(path, example.line, message))
    return problems


def check_domain(folder: Path) -> List[Problem]:
    """Return responses without a text in each language, and files that are not YAML."""
    problems: List[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            responses = _section(path, "responses")
        except InvalidFile as error:
            problems.append(error.problem)
            continue
        for key, variants in responses.value if isinstance(responses, yaml.MappingNode) else []:
            spoken = _languages(yaml.safe_load(yaml.serialize(variants)))
            for language in LANGUAGES:
                if language not in spoken:
                    problems.append(Problem(path, key.start_mark.line + 1, f"'{key.value}' has no text in {language}."))
    return problems


def rule_intents(folder: Path) -> Set[str]:
    """Return the intents that have a rule. Raises InvalidFile for a file that is not YAML."""
    found: Set[str] = set()
    for path in sorted(folder.glob("*.yml")):
        for item in _items(path, "rules"):
            rule = yaml.safe_load(yaml.serialize(item))
            found.update(step["intent"] for step in rule.get("steps", []) if "intent" in step)
    return found


def _languages(variants: Any) -> Set[str]:
    found = set()
    for variant in variants or []:
        for condition in variant.get("condition", []):
            if condition.get("name") == "language" and str(variant.get("text", "")).strip():
                found.add(condition.get("value"))
    return found


def _items(path: Path, section: str) -> List[yaml.MappingNode]:
    node = _section(path, section)
    if not isinstance(node, yaml.SequenceNode):
        raise InvalidFile(path, 1, f"The file needs '{section}:' with a list.")
    for item in node.value:
        if not isinstance(item, yaml.MappingNode):
            raise InvalidFile(path, item.start_mark.line + 1, f"An entry of '{section}' must hold keys and values.")
    return list(node.value)


def _section(path: Path, section: str) -> Any:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidFile(path, line, f"Not valid YAML: {error.problem}.") from error
    except UnicodeDecodeError as error:
        raise InvalidFile(path, 1, "The file is not UTF-8.") from error
    if not isinstance(root, yaml.MappingNode):
        raise InvalidFile(path, 1, "The file must hold keys and values.")
    return next((value for key, value in root.value if key.value == section), None)
