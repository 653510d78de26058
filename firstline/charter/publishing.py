"""A charter put in place by an admin: checked as a version of its own, the one before kept, nobody's change lost.

The text becomes ``charter.yaml``; what stood there goes to ``charters/<when>-<version>.yaml``. A version that was ever
in place is not changed any more: cases were promised under it.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from firstline.charter.inherited import ProviderText
from firstline.charter.load import check_text
from firstline.charter.model import Charter
from firstline.charter.registry import Charters, in_force
from firstline.core.errors import Conflict, Unavailable

Problem = Literal["other_partner", "version_taken", "later_one_counts", "already_over"]


def revision_of(text: str) -> str:
    """Return a name for exactly this text, to tell whether somebody changed it."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def problem_of(charters: Charters, partner: str, charter: Charter, now: datetime) -> Problem | None:
    """Say why a sound ``charter`` can't be the partner's next version; ``None`` when it can.

    ``version_taken``: one of this name exists. ``later_one_counts``: when it begins, one with a later ``valid_from`` is
    in force, and this one would never be. ``already_over``: its ``valid_to`` has passed.
    """
    if charter.id != charters.get(partner).id:
        return "other_partner"
    versions = charters.versions(partner)
    if charter.version in {one.version for one in versions}:
        return "version_taken"
    begins = datetime.combine(charter.valid_from, time(), ZoneInfo(charter.main_calendar.tz))
    moment = max(now, begins)
    if not in_force(charter, moment):
        return "already_over"
    if any(in_force(one, moment) and one.valid_from > charter.valid_from for one in versions):
        return "later_one_counts"
    return None


def broken_by(charters: Charters, provider: str, text: str) -> dict[str, list[str]]:
    """Return which partners' charters, sound now, would not be any more if ``provider``'s were ``text``, with errors.

    They take it over (``extends: provider``), and a bad charter stops the app at its next start.
    """
    broken: dict[str, list[str]] = {}
    for partner in charters.partners():
        charter = next(iter(charters.versions(partner)), None)
        if partner == provider or charter is None or charter.partner.provider != provider:
            continue
        own = charters.text(partner)
        found = _errors(own, lambda _name: (f"{provider}/charter.yaml", text))
        if found and not _errors(own, charters.provider_text):
            broken[partner] = found
    return broken


def _errors(text: str, provider_text: ProviderText) -> list[str]:
    return [str(item) for item in check_text(text, provider_text=provider_text)[1] if item.level == "error"]


def put_in_place(charters: Charters, partner: str, text: str, revision: str, now: datetime) -> None:
    """Write ``text`` as the partner's charter, whole or not at all, and keep the one before.

    Raises ``Conflict`` (``charter_changed``) unless what stands there still is ``revision``, and ``Unavailable``
    (``charter_read_only``) where the folder can't be written.
    """
    folder = charters.folder(partner)
    try:
        with _alone(folder):
            path = folder / "charter.yaml"
            before = path.read_text("utf-8")
            if revision_of(before) != revision:
                raise Conflict("Somebody published in the meantime; compare with theirs first.", code="charter_changed")
            mode = path.stat().st_mode & 0o777
            others = folder / "charters"
            others.mkdir(exist_ok=True)
            # A crash between the two writes leaves a copy; the next one needs no second.
            if before not in {one.read_text("utf-8", errors="replace") for one in others.glob("*.yaml")}:
                _write(others / _file_name(charters.current(partner).version, now), before, mode)
            _write(path.resolve(), text, mode)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable(
            f"The charter can't be written ({reason}); put the file in place by hand.", code="charter_read_only"
        ) from error


def can_write(charters: Charters, partner: str) -> bool:
    """Tell whether charters can be put in place here at all."""
    return os.access(charters.folder(partner), os.W_OK)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder against other processes and threads that publish."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file so that others find the old or the new one, also after a power cut."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".charter-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _file_name(version: str, now: datetime) -> str:
    """Return a file's name for a version: of two that begin on one day, the one that was in place later comes later."""
    plain = re.sub(r"[^\w.-]+", "-", version)[:60]
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{plain}.yaml"
