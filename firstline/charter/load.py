"""Reading a charter from YAML, with the file, line and field path in every complaint."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from firstline.charter.document import BadNode, Document
from firstline.charter.findings import CharterError, Finding, Wrong, words
from firstline.charter.inherited import CannotInherit, Merged, Origin, ProviderText, merge
from firstline.charter.lint import lint
from firstline.charter.model import Charter
from firstline.core.times import utcnow

_ERROR_PREFIX = "Value error, "
_KEYS = words().keys()
# Types of pydantic's errors that are told in the same words.
_ALIKE = {
    "model_type": "dict", "model_attributes_type": "dict", "dataclass_type": "dict", "string_too_short": "too_short",
    "string_too_long": "too_long", "finite_number": "float", "decimal_parsing": "float", "decimal_type": "float",
}  # fmt: skip


def load_charter(path: Path, *, at: datetime | None = None, provider_text: ProviderText | None = None) -> Charter:
    """Read and lint one charter file; ``at`` (default: now) is the moment time-dependent rules look at.

    Raises ``CharterError`` with all findings when the file can't be read, has a wrong field or breaks a lint rule of
    level error. Warnings alone raise nothing: ``check_charter`` returns them.
    """
    charter, findings = check_charter(path, at=at, provider_text=provider_text)
    if charter is None or any(item.level == "error" for item in findings):
        raise CharterError(findings)
    return charter


def check_charter(
    path: Path, *, at: datetime | None = None, provider_text: ProviderText | None = None
) -> tuple[Charter | None, list[Finding]]:
    """Read and lint one charter file and return it with all findings; ``None`` when it can't even be read."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return None, [Finding("yaml", "error", "", "yaml.unreadable", {"detail": error}, path.name)]
    return check_text(text, path.name, at=at, provider_text=provider_text)


def check_text(
    text: str,
    name: str = "charter.yaml",
    *,
    at: datetime | None = None,
    provider_text: ProviderText | None = None,
) -> tuple[Charter | None, list[Finding]]:
    """Do what ``check_charter`` does with text that is already read; ``name`` stands for the file.

    What ``extends: provider`` takes over comes from ``provider_text``; a finding there names the provider's file.
    The same text is not read again within an hour, but for one that takes something over.
    """
    if "extends" in text:
        return _check(text, name, at or utcnow(), provider_text)
    charter, findings = _checked(text, name, at or utcnow().replace(minute=0, second=0, microsecond=0))
    return charter, list(findings)


@lru_cache(maxsize=32)
def _checked(text: str, name: str, at: datetime) -> tuple[Charter | None, list[Finding]]:
    return _check(text, name, at, None)


def _check(
    text: str, name: str, at: datetime, provider_text: ProviderText | None
) -> tuple[Charter | None, list[Finding]]:
    document = Document(name)
    merged = Merged(None, document)
    try:
        merged = Merged(document.read(text), document)
        merged = merge(merged.data, document, provider_text)
        charter = Charter.model_validate(merged.data)
    except CannotInherit as error:
        return None, [Finding("reference", "error", "extends", error.key, error.values, document.source("extends"))]
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        source = f"{name}:{mark.line + 1}" if mark else name
        detail = " ".join(str(error).split())
        return None, [Finding("yaml", "error", "", "yaml.syntax", {"detail": detail}, source)]
    except BadNode as error:
        return None, [Finding("yaml", "error", error.where, error.key, error.values, f"{name}:{error.line}")]
    except ValidationError as error:
        return None, [
            Finding("schema", "error", where, key, values, merged.source(where))
            for where, key, values in _complaints(error, merged.data)
        ]
    return charter, [replace(item, source=merged.source(item.where)) for item in lint(charter, at)]


def origins(text: str, provider_text: ProviderText | None = None) -> dict[str, Origin]:
    """Return whose each field of a charter's text is; empty while the text can't be read."""
    document = Document("charter.yaml")
    try:
        return merge(document.read(text), document, provider_text).origins()
    except (YAMLError, BadNode, CannotInherit):
        return {}


def _complaints(error: ValidationError, data: Any) -> Iterable[tuple[str, str, Mapping[str, object]]]:
    channels = data.get("channels") if isinstance(data, dict) else None
    for item in error.errors(include_url=False):
        steps = [step for step in item["loc"] if step != "[key]"]
        if steps[:1] == ["channels"] and isinstance(channels, dict) and len(steps) > 1:
            steps[1] = list(channels)[int(steps[1])]
        where = ""
        for step in steps:
            where += f"[{step}]" if isinstance(step, int) else f".{step}" if where else step
        yield where, *_words(item)


def _words(item: ErrorDetails) -> tuple[str, Mapping[str, object]]:
    """Return key and values of what pydantic complains about; its own words where the tables have none for it."""
    context = item.get("ctx", {})
    if isinstance(wrong := context.get("error"), Wrong):
        return wrong.key, wrong.values
    kind = item["type"]
    for name in (kind, _ALIKE.get(kind, kind.partition("_")[0])):
        if f"field.{name}" in _KEYS:
            return f"field.{name}", context
    return "field.other", {"detail": item["msg"].removeprefix(_ERROR_PREFIX)}
