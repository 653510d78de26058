"""A reseller's charter that takes over what its provider's says."""

import os
from pathlib import Path

import pytest

from firstline.charter import Charters, check_text, origins

RESELLER = """
id: saebyeok
version: "1"
valid_from: 2026-01-01
extends: provider
partner:
  provider: total
  name: {ko: 새벽정보, en: Saebyeok}
  role: indirect_reseller
upstream: [{hop: provider, calendar: desk, languages: [ko], can_file: {m365: provider}}]
"""
CLOSING = "closing: {days: 9, reopen_days: 3}\n"


class Folder:
    """Partners' files; each writing is newer than the last."""

    def __init__(self, path: Path, provider: str) -> None:
        self.path, self.provider, self.times = path, provider, 0
        self.charters = Charters(path)
        self.write("total", provider)
        self.write("saebyeok", RESELLER)

    def write(self, partner: str, text: str, name: str = "charter.yaml") -> None:
        file = self.path / partner / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        self.times += 1
        os.utime(file, (1_800_000_000 + self.times,) * 2)


@pytest.fixture
def folder(tmp_path: Path, data_dir: Path) -> Folder:
    return Folder(tmp_path, (data_dir / "example-a.yaml").read_text("utf-8"))


def test_what_is_left_out_is_the_providers_and_what_is_said_is_the_resellers(folder: Folder) -> None:
    ours, theirs = folder.charters.get("saebyeok"), folder.charters.get("total")
    assert (ours.id, ours.partner.name.say("en"), ours.version) == ("saebyeok", "Saebyeok", "1")
    assert (ours.calendars, ours.targets, ours.tiers) == (theirs.calendars, theirs.targets, theirs.tiers)
    assert ours.upstream != theirs.upstream
    folder.write("saebyeok", RESELLER + CLOSING)
    assert folder.charters.get("saebyeok").closing.days == 9
    whose = origins(RESELLER + CLOSING, folder.charters.provider_text)
    assert (whose["closing"], whose["targets"], whose["upstream"], whose["valid_to"]) == (
        "own", "provider", "own", "default",
    )  # fmt: skip


def test_a_change_at_the_provider_reaches_the_reseller_at_once_and_no_bad_one_does(folder: Folder) -> None:
    first = folder.charters.get("saebyeok")
    assert folder.charters.get("saebyeok") is first
    folder.write("total", folder.provider.replace("name: {ko: 긴급", "name: {ko: 아주 긴급") + CLOSING)
    assert folder.charters.get("saebyeok").closing.days == 9
    folder.write("total", folder.provider.replace("tz: Asia/Seoul", "tz: UTC+9"))
    assert folder.charters.get("saebyeok").closing.days == 9, "the provider's last good charter counts"
    assert folder.charters.get("saebyeok").calendars["desk"].tz == "Asia/Seoul"


def test_the_providers_version_in_force_counts(folder: Folder) -> None:
    later = folder.provider.replace("valid_from: 2026-01-01", "valid_from: 2090-01-01") + CLOSING
    folder.write("total", later, "charters/2090.yaml")
    assert "2090" in later and folder.charters.get("saebyeok").closing.days != 9


def test_a_finding_in_what_was_taken_over_names_the_providers_file(folder: Folder) -> None:
    desk = 'calendars:\n  other: {tz: Asia/Seoul, weekly: {mon-fri: [["09:00", "18:00"]]}}\n'
    text = RESELLER.replace("calendar: desk", "calendar: other") + desk
    charter, findings = check_text(text, provider_text=folder.charters.provider_text)
    sources = [item.source for item in findings if item.level == "error"]
    assert sources and any(source.startswith("total/charter.yaml:") for source in sources), (charter, findings)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  provider: total\n", "", "name the provider"),
        ("provider: total", "provider: nobody", "no usable charter of provider 'nobody'"),
        ("extends: provider", "extends: somebody", "provider"),
    ],
)
def test_what_can_not_be_followed_is_said(folder: Folder, old: str, new: str, said: str) -> None:
    charter, findings = check_text(RESELLER.replace(old, new, 1), provider_text=folder.charters.provider_text)
    assert charter is None and said in next(item.message for item in findings if item.where == "extends")


def test_two_that_extend_each_other_end_in_a_finding(folder: Folder) -> None:
    folder.write("total", RESELLER.replace("provider: total", "provider: saebyeok"))
    folder.write("saebyeok", RESELLER.replace('version: "1"', 'version: "2"'))
    assert folder.charters.findings("saebyeok")[0].where == "extends"
