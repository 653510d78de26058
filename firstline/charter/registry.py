"""The charters of all partners: read from ``<partners>/<partner>/charter.yaml``, checked, and kept while unchanged.

Other versions stand beside it as ``charters/*.yaml``: earlier ones that open cases were promised under, and a next
one whose ``valid_from`` hasn't come.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from firstline.charter.findings import CharterError, Finding, UnknownPartner
from firstline.charter.load import check_charter
from firstline.charter.model import Charter
from firstline.core.times import utcnow

_log = structlog.get_logger(__name__)
_FOLDER_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True)
class _Entry:
    stamp: tuple[int, int]
    charter: Charter | None
    findings: list[Finding]
    text: str = ""
    base: tuple[str, str] | None = None


class Charters:
    """Serves charters by partner. A file is read again when it changes.

    A changed file that breaks a lint rule doesn't take the last good charter away: that one is served on, the findings
    are logged and ``findings`` returns them.
    """

    def __init__(self, partners_dir: Path) -> None:
        """Serve the partners that have a folder with a charter in ``partners_dir``; reads nothing yet."""
        self._dir = partners_dir
        self._entries: dict[tuple[Path, bool], _Entry] = {}

    def partners(self) -> list[str]:
        """Return the names of all partners that have a charter, in alphabetical order."""
        return sorted(path.parent.name for path in self._dir.glob("*/charter.yaml"))

    def get(self, partner: str, version: str | None = None, at: datetime | None = None) -> Charter:
        """Return a partner's charter: the given ``version``, or the one in force at ``at`` (default: now).

        Where none is in force, ``charter.yaml`` counts. Raises ``UnknownPartner`` (404), also for an unknown version,
        and ``CharterError`` (500, ``charter_invalid``) when the file is bad and was never good.
        """
        current, *others = self._paths(partner)
        if version is None and not others:
            return self._charter(current)
        # Another version that is bad is logged and left out: it must not take the current one away.
        charters = [self._charter(current), *(item for path in others if (item := self._read(path).charter))]
        if version is not None:
            for charter in charters:
                if charter.version == version:
                    return charter
            raise UnknownPartner(f"partner {partner!r} has no charter version {version!r}")
        moment = at or utcnow()
        holding = [charter for charter in charters if in_force(charter, moment)]
        return max(holding, key=lambda charter: charter.valid_from, default=charters[0])

    def versions(self, partner: str) -> list[Charter]:
        """Return every usable version, the one that begins last at the top, of those that begin together the newest."""
        found: dict[str, Charter] = {}
        for path in self._paths(partner):
            if charter := self._read(path).charter:
                found.setdefault(charter.version, charter)
        return sorted(found.values(), key=lambda charter: charter.valid_from, reverse=True)

    def text(self, partner: str, version: str | None = None) -> str:
        """Return a partner's ``charter.yaml`` as it stands, or the file of a usable ``version``.

        Raises ``UnknownPartner`` where there is none.
        """
        if version is None:
            return self._current(partner).read_text("utf-8", errors="replace")
        for path in self._paths(partner):
            entry = self._read(path)
            if entry.charter and entry.charter.version == version:
                return entry.text
        raise UnknownPartner(f"partner {partner!r} has no charter version {version!r}")

    def folder(self, partner: str) -> Path:
        """Return where a partner's files lie; raises ``UnknownPartner``."""
        return self._current(partner).parent

    def current(self, partner: str) -> Charter:
        """Return the charter that ``charter.yaml`` holds, in force or not; raises as ``get`` does."""
        return self._charter(self._current(partner))

    def provider_text(self, provider: str) -> tuple[str, str] | None:
        """Return name and text of the charter of ``provider`` that is in force, for those that extend it.

        A file that is bad now counts with its last good text; ``None`` when there is no usable one.
        """
        try:
            paths = self._paths(provider)
        except UnknownPartner:
            return None
        entries = [(path, self._read(path, alone=True)) for path in paths]
        usable = [(entry.charter, f"{provider}/{path.name}", entry.text) for path, entry in entries if entry.charter]
        now = utcnow()
        holding = [item for item in usable if in_force(item[0], now)]
        found = max(holding, key=lambda item: item[0].valid_from, default=next(iter(usable), None))
        return found and found[1:]

    def findings(self, partner: str) -> list[Finding]:
        """Return what is to mend in a partner's ``charter.yaml`` as it stands now, warnings as well."""
        return self._read(self._current(partner)).findings

    def _current(self, partner: str) -> Path:
        # Asked for at every turn: one look, however many partners there are. What is no name is no path either.
        path = self._dir / partner / "charter.yaml"
        if not _FOLDER_NAME.fullmatch(partner) or not path.is_file():
            raise UnknownPartner(f"there is no partner {partner!r}")
        return path

    def _paths(self, partner: str) -> list[Path]:
        """Return all versions' files; of those that begin on one day, the first counts."""
        return [self._current(partner), *sorted((self._dir / partner / "charters").glob("*.yaml"), reverse=True)]

    def _charter(self, path: Path) -> Charter:
        entry = self._read(path)
        if entry.charter is None:
            raise CharterError(entry.findings)
        return entry.charter

    def _base(self, provider: str) -> tuple[str, str]:
        """Return what is taken over from ``provider``; without a usable charter there, no text."""
        return self.provider_text(provider) or (f"{provider}/", "")

    def _read(self, path: Path, *, alone: bool = False) -> _Entry:
        """Return a file's entry; ``alone`` without what it may take over, which a provider's file must not need."""
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._entries.get((path, alone))
        base = self._base(known.base[0].partition("/")[0]) if known and known.base else None
        if known and known.stamp == stamp and known.base == base:
            return known
        taken: list[tuple[str, str]] = []

        def provider_text(provider: str) -> tuple[str, str] | None:
            taken.append(self._base(provider))
            return taken[-1] if taken[-1][1] else None

        charter, findings = check_charter(path, provider_text=None if alone else provider_text)
        text = path.read_text("utf-8", errors="replace")
        errors = [str(item) for item in findings if item.level == "error"]
        if charter is None or errors:
            charter, text = (known.charter, known.text) if known else (None, text)
            _log.error("charter_invalid", file=str(path), errors=errors, serving=charter and charter.version)
        entry = _Entry(stamp, charter, findings, text, taken[-1] if taken else None)
        self._entries[path, alone] = entry
        return entry


def in_force(charter: Charter, at: datetime) -> bool:
    """Tell whether a charter's days hold ``at``, in its own time zone."""
    today = at.astimezone(ZoneInfo(charter.main_calendar.tz)).date()
    return charter.valid_from <= today and (charter.valid_to is None or today <= charter.valid_to)
