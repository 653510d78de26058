"""The reviewed advisories name what is locked, and the audit tells new, reviewed, gone and unreachable apart."""

import importlib.util
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from firstline.core.settings import PROJECT_ROOT

spec = importlib.util.spec_from_file_location("audit", PROJECT_ROOT / "tools" / "audit.py")
assert spec and spec.loader
audit = importlib.util.module_from_spec(spec)
import sys  # noqa: E402

sys.modules["audit"] = audit
spec.loader.exec_module(audit)


def test_every_reviewed_advisory_names_a_package_that_is_still_locked_at_that_version() -> None:
    entries = audit.reviewed()
    locks = {name: audit.locked(path) for name, path in audit.LOCKS.items()}
    assert len(locks["bot"]) > 100 and len(locks["app"]) > 100
    for entry in entries:
        assert locks[entry["lock"]].get(entry["package"]) == str(entry["version"]), entry["id"]
        assert entry["lock"] == "bot", "the app's packages are mended by a newer version"
        assert isinstance(entry["reviewed"], date) and len(entry["reach"]) > 40
    assert len({(entry["id"], entry["package"]) for entry in entries}) == len(entries)


def record(name: str, package: str, **affected: Any) -> dict[str, Any]:
    return {"id": name, "affected": [{"package": {"ecosystem": "PyPI", "name": package}, **affected}]}


def between(*events: dict[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


@pytest.mark.parametrize(
    ("affected", "version", "expected"),
    [
        (between({"introduced": "0"}, {"fixed": "1.10"}), "1.9", True),
        (between({"introduced": "0"}, {"fixed": "1.10"}), "1.10", False),
        (between({"introduced": "2"}, {"last_affected": "2.5"}), "2.5", True),
        (between({"introduced": "2"}, {"last_affected": "2.5"}), "2.5.1", False),
        (between({"introduced": "2"}), "1.9", False),
        ({"versions": ["1.9"]}, "1.9", True),
        ({"versions": ["1.9"]}, "1.8", False),
    ],
)
def test_an_advisory_applies_within_its_range(affected: dict[str, Any], version: str, expected: bool) -> None:
    assert audit.affects(record("X-1", "Some_Package", **affected), "some-package", version) is expected
    assert not audit.affects(record("X-1", "another", **affected), "some-package", version)


def test_new_reviewed_gone_and_unreadable_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lock, known, export = tmp_path / "bot.txt", tmp_path / "advisories.yaml", tmp_path / "all.zip"
    lock.write_text("old-one==1.0\nother==2.0 ; sys_platform == 'linux'\n", "utf-8")
    entry = {"id": "CVE-1", "lock": "bot", "package": "old-one", "version": "1.0", "what": "w", "reach": "r"}
    known.write_text(json.dumps([entry | {"reviewed": "2026-11-28"}]), "utf-8")
    monkeypatch.setattr(audit, "LOCKS", {"bot": lock})
    monkeypatch.setattr(audit, "REVIEWED", known)

    def run(*records: dict[str, Any]) -> int:
        with zipfile.ZipFile(export, "w") as archive:
            for one in records:
                archive.writestr(f"{one['id']}.json", json.dumps(one))
        return int(audit.main(["--osv", str(export)]))

    mine = record("GHSA-1", "old_one", versions=["1.0"]) | {"aliases": ["CVE-1"]}
    new = record("GHSA-2", "other", **between({"introduced": "0"}, {"fixed": "3"})) | {"summary": "bad"}
    assert run(mine) == 0
    assert run(mine, new) == 1
    assert "NEW: bot: other 2.0: GHSA-2: bad" in capsys.readouterr().out
    assert run(mine, new | {"withdrawn": "2026-01-01"}) == 0
    assert run() == 2
    assert "GONE: bot: old-one 1.0" in capsys.readouterr().out
    export.write_bytes(b"no zip")
    assert audit.main(["--osv", str(export)]) == 3
    assert "NOT CHECKED" in capsys.readouterr().out
