"""Holds both lock files against published advisories (OSV), and each finding against the reviewed list.

``python tools/audit.py`` asks api.osv.dev; ``--osv FILE.zip`` reads an export of OSV's PyPI database instead, for a
machine without the net. Exit code 0: nothing but what was reviewed; 1: something new; 2: the list names what is no
longer so; 3: the service can't be reached, so nothing was checked.
"""

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {"app": ROOT / "requirements" / "app.txt", "bot": ROOT / "requirements" / "bot.txt"}
REVIEWED = ROOT / "requirements" / "advisories.yaml"
SERVICE = "https://api.osv.dev/v1/query"
_FIELDS = {"id", "lock", "package", "version", "what", "reach", "reviewed"}


@dataclass(frozen=True)
class Found:
    """An advisory that applies to a locked package; ``names`` are its id and aliases."""

    lock: str
    package: str
    version: str
    names: frozenset[str]
    summary: str


def locked(path: Path) -> dict[str, str]:
    """Return the versions of a lock file by normalised name."""
    lines = (line.partition(";")[0].strip() for line in path.read_text("utf-8").splitlines())
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {_normal(name.partition("[")[0]): version.strip() for name, version in pairs}


def reviewed() -> list[dict[str, Any]]:
    """Return the reviewed advisories; raises ``ValueError`` for an entry without one of its fields."""
    entries: list[dict[str, Any]] = yaml.safe_load(REVIEWED.read_text("utf-8"))
    for entry in entries:
        if set(entry) != _FIELDS or not all(entry.values()):
            raise ValueError(f"{REVIEWED.name}: {entry.get('id')} needs exactly {', '.join(sorted(_FIELDS))}")
    return entries


def affects(advisory: dict[str, Any], package: str, version: str) -> bool:
    """Say whether an OSV record applies to a version of a package on PyPI."""
    for item in advisory.get("affected", []):
        of = item.get("package", {})
        if of.get("ecosystem") != "PyPI" or _normal(of.get("name", "")) != package:
            continue
        if version in item.get("versions", []) or any(_within(one, version) for one in item.get("ranges", [])):
            return True
    return False


def _within(one: dict[str, Any], version: str) -> bool:
    if one.get("type") != "ECOSYSTEM":
        return False
    inside = False
    try:
        here = Version(version)
        for event in one.get("events", []):
            (kind, at), *_ = event.items()
            bound = Version("0" if at == "0" else at)
            if kind == "introduced" and here >= bound:
                inside = True
            elif (kind == "fixed" and here >= bound) or (kind == "last_affected" and here > bound):
                inside = False
    except InvalidVersion:
        return True  # Better looked at by somebody than passed over.
    return inside


def from_service(package: str, version: str) -> list[dict[str, Any]]:
    """Ask OSV; raises ``OSError`` when it can't be reached."""
    asked = json.dumps({"package": {"name": package, "ecosystem": "PyPI"}, "version": version}).encode()
    request = urllib.request.Request(SERVICE, asked, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: list[dict[str, Any]] = json.load(answer).get("vulns", [])
    return found


def from_export(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the records of an OSV export (a zip of JSON files) by package."""
    records: dict[str, list[dict[str, Any]]] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                record = json.loads(archive.read(name))
                for package in {
                    _normal(item.get("package", {}).get("name", "")) for item in record.get("affected", [])
                }:
                    records.setdefault(package, []).append(record)
    return records


def findings(export: Path | None) -> Iterator[Found]:
    """Yield every advisory that applies to what is locked; withdrawn ones are left out."""
    records = from_export(export) if export else None
    for lock, path in LOCKS.items():
        for package, version in sorted(locked(path).items()):
            known = from_service(package, version) if records is None else records.get(package, [])
            for record in known:
                if not record.get("withdrawn") and affects(record, package, version):
                    names = frozenset([record["id"], *record.get("aliases", [])])
                    yield Found(lock, package, version, names, str(record.get("summary", "")))


def main(arguments: list[str] | None = None) -> int:
    """Compare, say what is new and what is gone, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osv", type=Path, help="an export of OSV's PyPI database (all.zip)")
    export = parser.parse_args(arguments).osv
    entries = reviewed()
    try:
        found = list(findings(export))
    except (OSError, zipfile.BadZipFile) as error:
        reason = getattr(error, "reason", error)
        print(f"NOT CHECKED: {export or SERVICE} can't be read ({reason}). Nothing is known about new advisories.")
        return 3
    new = [one for one in found if not any(_is(one, entry) for entry in entries)]
    gone = [entry for entry in entries if not any(_is(one, entry) for one in found)]
    for one in new:
        print(f"NEW: {one.lock}: {one.package} {one.version}: {', '.join(sorted(one.names))}: {one.summary}")
    for entry in gone:
        print(
            f"GONE: {entry['lock']}: {entry['package']} {entry['version']}: {entry['id']} is not reported; take it out."
        )
    print(f"{len(found)} advisories apply, {len(found) - len(new)} of them reviewed, {len(new)} new.")
    return 1 if new else 2 if gone else 0


def _is(one: Found, entry: dict[str, Any]) -> bool:
    here = (entry["lock"], entry["package"], str(entry["version"]))
    return here == (one.lock, one.package, one.version) and entry["id"] in one.names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


if __name__ == "__main__":
    sys.exit(main())
