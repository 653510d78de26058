"""Serving charters by partner: unknown partners, changed files, bad files, versions."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstline.charter import CharterError, Charters, UnknownPartner

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, data_dir: Path) -> Write:
    """Writes example A as a partner's charter with one text replaced; each writing is newer than the last."""
    written = iter(range(1, 100))

    def make(partner: str, old: str = "", new: str = "", name: str = "charter.yaml") -> Path:
        path = tmp_path / partner / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(data_dir / "example-a.yaml", path)
        if old:
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        os.utime(path, (1_800_000_000, 1_800_000_000 + next(written)))
        return path

    return make


def test_partners_are_the_folders_with_a_charter(write: Write, tmp_path: Path) -> None:
    write("beta")
    write("alpha")
    (tmp_path / "empty").mkdir()
    charters = Charters(tmp_path)
    assert charters.partners() == ["alpha", "beta"]
    assert charters.get("alpha").id == "example-a"


@pytest.mark.parametrize(
    "name", ["nobody", "", ".", "..", "../alpha", "alpha/../alpha", "alpha/charters", "/etc", "alpha\0"]
)
def test_unknown_partners_are_refused(write: Write, tmp_path: Path, name: str) -> None:
    write("alpha")
    with pytest.raises(UnknownPartner) as caught:
        Charters(tmp_path).get(name)
    assert (caught.value.status, caught.value.code) == (404, "unknown_partner")


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(write: Write, tmp_path: Path) -> None:
    write("alpha")
    charters = Charters(tmp_path)
    first = charters.get("alpha")
    assert charters.get("alpha") is first
    write("alpha", 'version: "2026-01"', 'version: "2026-02"')
    assert charters.get("alpha").version == "2026-02"


def test_a_bad_file_is_refused_and_named(write: Write, tmp_path: Path) -> None:
    write("alpha", "tz: Asia/Seoul", "tz: UTC+9")
    with pytest.raises(CharterError, match=r"L6 calendars\.desk\.tz") as caught:
        Charters(tmp_path).get("alpha")
    assert (caught.value.status, caught.value.code) == (500, "charter_invalid")


@pytest.mark.parametrize(("old", "new"), [("tz: Asia/Seoul", "tz: UTC+9"), ("languages: [", "languages: {")])
def test_a_good_charter_is_served_on_when_its_file_turns_bad(write: Write, tmp_path: Path, old: str, new: str) -> None:
    write("alpha")
    charters = Charters(tmp_path)
    good = charters.get("alpha")
    write("alpha", old, new)
    for _ in range(2):
        assert charters.get("alpha") is good
    assert [item.level for item in charters.findings("alpha")].count("error") >= 1
    write("alpha", 'version: "2026-01"', 'version: "2026-03"')
    assert charters.get("alpha").version == "2026-03"
    assert [item.level for item in charters.findings("alpha")] == ["warn"]


def test_versions_are_kept_and_the_one_in_force_is_served(write: Write, tmp_path: Path) -> None:
    write("alpha")
    write("alpha", 'version: "2026-01"', 'version: "2025-01"', name="charters/2025-01.yaml")
    next_year = tmp_path / "alpha" / "charters" / "2027-01.yaml"
    next_year.write_text(
        (tmp_path / "alpha" / "charter.yaml")
        .read_text("utf-8")
        .replace('version: "2026-01"', 'version: "2027-01"')
        .replace("valid_from: 2026-01-01", "valid_from: 2027-01-01"),
        "utf-8",
    )
    charters = Charters(tmp_path)
    assert charters.get("alpha", version="2025-01").version == "2025-01"
    assert charters.get("alpha", at=datetime(2026, 6, 1, tzinfo=UTC)).version == "2026-01"
    assert charters.get("alpha", at=datetime(2026, 12, 31, 14, 59, tzinfo=UTC)).version == "2026-01"
    assert charters.get("alpha", at=datetime(2026, 12, 31, 15, 0, tzinfo=UTC)).version == "2027-01"
    with pytest.raises(UnknownPartner, match="no charter version"):
        charters.get("alpha", version="1999-01")


def test_another_version_that_is_bad_does_not_take_the_current_one_away(write: Write, tmp_path: Path) -> None:
    write("alpha")
    write("alpha", "tz: Asia/Seoul", "tz: UTC+9", name="charters/old.yaml")
    assert Charters(tmp_path).get("alpha").version == "2026-01"
