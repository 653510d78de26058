"""One partner's folder ``bot/`` as a whole: read, checked, and put into the form that the bot reads."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.partner_bot.document import Document, Finding
from firstline.partner_bot.intents import Intents, read_intents
from firstline.partner_bot.responses import Responses, read_responses
from firstline.partner_bot.shipped import shipped
from firstline.partner_bot.tone import DEFAULT, tones

FILES = ("tone.yaml", "responses.yaml", "intents.yaml")


@dataclass(frozen=True)
class Checked:
    """What was found wrong, and what the bot gets if nothing is an error: ``None`` where something is."""

    findings: list[Finding]
    content: dict[str, Any] | None


def check_folder(folder: Path, articles: Collection[str] | None = None) -> Checked:
    """Read and check ``<partner>/bot``; a folder that isn't there is empty and right.

    ``articles``: slugs that intents may name; without them any slug is taken.
    """
    findings = _strangers(folder)
    documents = {name: Document.read(folder / name, name) for name in FILES if (folder / name).is_file()}
    tone = _tone(documents["tone.yaml"]) if "tone.yaml" in documents else DEFAULT
    responses: Responses = {}
    intents = Intents()
    if document := documents.get("responses.yaml"):
        responses = read_responses(document, shipped(), tone)
    if document := documents.get("intents.yaml"):
        intents = read_intents(document, shipped(), tone)
        for slug, line in intents.articles if articles is not None else []:
            if slug not in articles:  # type: ignore[operator]
                document.error(line, f"there is no article `{slug}` that this partner's customers read.")
    findings += [finding for document in documents.values() for finding in document.findings]
    findings.sort(key=lambda finding: (finding.file, finding.line))
    if any(finding.level == "error" for finding in findings):
        return Checked(findings, None)
    return Checked(findings, {"responses": responses | intents.answers, "intents": intents.intents})


def _tone(document: Document) -> str:
    tone = DEFAULT
    for name, key, value in document.entries(document.root, "the file"):
        if name != "korean":
            document.error(key, f"there is no field `{name}`; there is `korean`.")
        elif (text := document.text(value, "`korean`")) in tones():
            tone = text
        elif text:
            document.error(value, f"there is no tone `{text}`; there are {', '.join(tones())}.")
    return tone


def _strangers(folder: Path) -> list[Finding]:
    """Name files that would be read by nobody, such as ``responses.yml``."""
    if not folder.is_dir():
        return []
    return [
        Finding("warn", path.name, 1, f"nothing reads this file; the folder's files are {', '.join(FILES)}.")
        for path in sorted(folder.iterdir())
        if path.name not in FILES and not path.name.startswith(".") and path.suffix != ".md"
    ]
