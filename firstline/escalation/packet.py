"""One file with all that goes up: a readable page, the same as JSON, the evidence, and a manifest with hashes."""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.conversations import store
from firstline.conversations.models import Message
from firstline.core.errors import BadInput, Conflict
from firstline.core.texts import LANGUAGES
from firstline.core.times import iso
from firstline.escalation.credit_file import CreditFile, deadline_of, missing_credit
from firstline.escalation.form import TEXTS, form_of
from firstline.escalation.keeping import Held, incomplete
from firstline.files.models import StoredFile
from firstline.files.store import FileStore

Kind = Literal["dossier", "credit"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


async def packet(
    session: AsyncSession, held: Held, files: FileStore, kind: Kind, now: datetime, lead_days: int, language: str
) -> bytes:
    """Return the packet as a zip file.

    It holds ``index.html``, ``dossier.json`` or ``credit.json``, ``evidence/`` and ``manifest.json``, which names
    every other file with its size and SHA-256. Raises ``Conflict`` with every reason while something is missing.
    """
    number, zone = held.case.number, held.terms.main_calendar.tz
    model: BaseModel
    if kind == "credit":
        if held.credit is None:
            raise Conflict(f"Case {number} has no service-credit file; save one first.", code="no_credit_file")
        model, reasons, wanted = held.credit, missing_credit(held.credit, now), held.credit.files
    else:
        model, reasons, wanted = held.dossier, held.missing(now, language), held.dossier.files
    if reasons:
        raise incomplete(number, reasons)
    messages = await store.transcript(session, held.conversation.id)
    content = {"evidence/transcript.txt": _transcript(messages)}
    if isinstance(model, CreditFile):
        for name, mail in (("support-request", model.support_mail), ("credit-request", model.credit_mail)):
            sent = iso(mail.sent_at) if mail.sent_at else ""
            content[f"evidence/{name}.txt"] = f"From: {mail.sender}\nDate: {sent}\n\n{mail.text}\n".encode()
    for file in await chosen_files(session, held, wanted):
        content[f"evidence/files/{file.id[:8]}-{file.name}"] = files.find(file.id).read_bytes()
    more = _around(held, kind, now, lead_days)
    content[f"{kind}.json"] = _json(more | {kind: model.model_dump(mode="json"), "original": held.customer_words})
    content["index.html"] = _page(held, kind, model, more, zone, sorted(content)).encode()
    listed = [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(content.items())
    ]
    content["manifest.json"] = _json({"case": number, "made_at": iso(now), "files": listed})
    return _zip(content, now)


async def chosen_files(session: AsyncSession, held: Held, wanted: Sequence[str]) -> list[StoredFile]:
    """Return the named files of the case; raises ``BadInput`` for one that isn't the case's, or isn't ready."""
    query = select(StoredFile).where(
        StoredFile.conversation_id == held.conversation.id, StoredFile.state == "ready", StoredFile.id.in_(wanted)
    )
    found = {file.id: file for file in await session.scalars(query)}
    if left := [name for name in wanted if name not in found]:
        raise BadInput(f"Case {held.case.number} has no file {left[0]}; choose from its own.", code="no_file")
    return [found[name] for name in dict.fromkeys(wanted)]


def _around(held: Held, kind: Kind, now: datetime, lead_days: int) -> dict[str, Any]:
    partner = held.terms.partner
    more: dict[str, Any] = {
        "case": held.case.number,
        "partner": {lang: partner.name.say(lang) for lang in LANGUAGES},
        "charter_version": held.case.charter_version,
        "made_at": iso(now),
    }
    deadline = deadline_of(held.credit, lead_days) if kind == "credit" and held.credit else None
    if deadline:
        more["deadline"] = {
            "safe": deadline.safe.isoformat(),
            "latest": deadline.latest.isoformat(),
            "ask_by": deadline.ask_by.isoformat(),
            "source": deadline.source,
            "as_of": deadline.as_of,
        }
    return more


def _page(held: Held, kind: Kind, model: BaseModel, more: dict[str, Any], zone: str, files: list[str]) -> str:
    rows = [("case_number", held.case.number)]
    if "deadline" in more:
        rows += [("deadline", more["deadline"]["safe"]), ("ask_by", more["deadline"]["ask_by"])]
    korean = form_of(model, "ko", zone, rows)
    english = {row["field"]: row for row in form_of(model, "en", zone, rows)}
    return _PAGES.get_template("packet.html").render(
        kind=kind,
        number=held.case.number,
        pairs=[(row, english[row["field"]]) for row in korean],
        words={lang: TEXTS.table(lang) for lang in LANGUAGES},
        original=held.customer_words,
        original_lang=held.case.language,
        files=files,
        made_at=more["made_at"],
    )


def _transcript(messages: Sequence[Message]) -> bytes:
    lines = (f"{iso(message.created_at)} {message.author}: {message.text}" for message in messages)
    return ("\n".join(lines) + "\n").encode()


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _zip(content: dict[str, bytes], now: datetime) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(content.items()):
            info = zipfile.ZipInfo(name, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return made.getvalue()
