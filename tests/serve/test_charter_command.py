"""``firstline charter``: findings with file and line, and what is due."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstline.core.settings import PROJECT_ROOT
from firstline.serve.cli import app

DEMO = PROJECT_ROOT / "partners" / "demo" / "charter.yaml"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    def write(old: str = "", new: str = "") -> Path:
        text = DEMO.read_text("utf-8")
        assert old in text
        file = tmp_path / "charter.yaml"
        file.write_text(text.replace(old, new, 1) if old else text, "utf-8")
        return file

    return write


@pytest.mark.parametrize(
    ("old", "new", "rule", "code"),
    [
        ("", "", None, 0),
        ("tz: Asia/Seoul", "tz: UTC+9", "L6", 1),
        ("vat: excluded", "", "L19", 0),
        ("id: demo", "id: [", "yaml", 1),
        ("free: true", "free: perhaps", "schema", 1),
    ],
)
def test_check_names_file_line_and_field(
    changed: Callable[..., Path], old: str, new: str, rule: str | None, code: int
) -> None:
    file = changed(old, new)
    plain, read = (CliRunner().invoke(app, ["charter", "check", str(file), *more]) for more in ([], ["--json"]))
    assert (plain.exit_code, read.exit_code) == (code, code), plain.output
    body = json.loads(read.output)
    found = {item["rule"]: item for item in body["findings"]}
    assert body["usable"] is (code == 0) and (rule is None or rule in found)
    if rule:
        assert found[rule]["source"].startswith("charter.yaml:") and found[rule]["source"] in plain.output


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-27T17:30", "2026-11-30T09:30:00+09:00"),
        ("2026-11-27T08:30Z", "2026-11-30T09:30:00+09:00"),
        ("2026-12-31T11:30", "2027-01-04T09:30:00+09:00"),
    ],
)
def test_due_says_until_when(at: str, due: str) -> None:
    asked = ["charter", "due", "--partner", "demo", "--severity", "production_down", "--at", at]
    body = json.loads(CliRunner().invoke(app, [*asked, "--json"]).output)
    assert {item["kind"]: item["due"] for item in body["promises"]} == {
        "first_response": due,
        "next_update": due,
        "resolve": None,
    }
    assert "best effort" in CliRunner().invoke(app, asked).output


@pytest.mark.parametrize("wrong", [["--severity", "urgent"], ["--tier", "gold"], ["--at", "tomorrow"]])
def test_due_says_what_it_does_not_know(wrong: list[str]) -> None:
    result = CliRunner().invoke(app, ["charter", "due", "--partner", "demo", *wrong])
    assert result.exit_code != 0 and wrong[1] in str(result.exception)
