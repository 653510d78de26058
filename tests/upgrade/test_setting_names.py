"""Settings of earlier versions: a name that changed still works and is told, one that is gone refuses the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from firstline.core.errors import SetupIncomplete
from firstline.core.setting_names import given_names, refuse_removed, remarks
from firstline.core.settings import PROJECT_ROOT, Settings, get_settings

OLD, NEW = "FIRSTLINE_LOGIN_ATTEMPTS_PER_MINUTE", "FIRSTLINE_LOGIN_FREE_ATTEMPTS"


def told(*names: str) -> list[tuple[str, str]]:
    given = dict.fromkeys(names, "the environment")
    removed = {"FIRSTLINE_FAX_NUMBER": "Take it out; faxes are no longer read."}
    return [(remark.kind, f"{remark.what} {remark.mend}") for remark in remarks(Settings, given, removed=removed)]


def test_a_value_under_an_earlier_name_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().login_free_attempts == 5
    (tmp_path / ".env").write_text(f"{OLD}=7\n", "utf-8")
    assert Settings().login_free_attempts == 7
    monkeypatch.setenv(OLD, "8")
    assert Settings().login_free_attempts == 8
    monkeypatch.setenv(NEW, "9")
    assert Settings().login_free_attempts == 9
    assert Settings(login_free_attempts=3).login_free_attempts == 3


def test_each_kind_of_wrong_name_is_told_with_what_to_do() -> None:
    assert told(OLD) == [
        ("renamed", f"{OLD} in the environment is called {NEW} now; it still works. Rename it to {NEW}.")
    ]
    assert "no effect, since" in told(OLD, NEW)[0][1]
    assert told("FIRSTLINE_REDIS_ULR")[0][1].endswith("Did you mean FIRSTLINE_REDIS_URL?")
    assert told("FIRSTLINE_FAX_NUMBER")[0][0] == "removed"
    assert told("FIRSTLINE_PORT", "FIRSTLINE_ACTION_URL", "PORT", "HOME") == []


def test_a_setting_that_is_gone_refuses_the_start() -> None:
    removed = {"FIRSTLINE_FAX_NUMBER": "Take it out; faxes are no longer read."}
    refuse_removed({"HOME": "the environment"}, removed)
    with pytest.raises(SetupIncomplete, match=r"FIRSTLINE_FAX_NUMBER in \.env is gone\. Take it out"):
        refuse_removed({"FIRSTLINE_FAX_NUMBER": ".env"}, removed)


def test_every_command_says_so_and_goes_on(tmp_path: Path) -> None:
    environment = {**os.environ, OLD: "7", "FIRSTLINE_DATA_DRI": "/x", "FIRSTLINE_DATA_DIR": str(tmp_path)}
    command = "from firstline.serve.cli import main; main()"
    charter = PROJECT_ROOT / "partners" / "demo" / "charter.yaml"
    arguments = [sys.executable, "-c", command, "charter", "check", str(charter)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stderr.split())
    assert f"Warning: {OLD} in the environment is called {NEW} now" in said
    assert "Did you mean FIRSTLINE_DATA_DIR?" in said


def test_what_is_set_here_is_no_stranger() -> None:
    assert get_settings() and not [remark.what for remark in remarks(Settings, given_names())]
