"""docs/charter.md names every field and every lint rule, and its example of the clock is true."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstline.charter import Charter, Charters, deadline
from firstline.charter.lint import STAGES
from firstline.core.settings import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "charter.md").read_text("utf-8")
SEOUL = ZoneInfo("Asia/Seoul")


def test_every_field_is_documented() -> None:
    section = PAGE.partition("## Fields")[2].partition("## Lint")[0]
    first_cells = re.findall(r"^\| (.+?) \|", section, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(first_cells))) == set(Charter.model_fields)


def test_every_lint_rule_is_documented_and_no_other() -> None:
    names = [rule.__name__ for stage in STAGES for rule in stage]
    rules = {name.partition("_")[0].upper() for name in names if re.match(r"l\d+_", name)}
    assert set(re.findall(r"^\| (L\d+) \| (?:error|warn) \|", PAGE, re.MULTILINE)) == rules


def test_the_examples_of_the_clock_are_true() -> None:
    desk = Charters(PROJECT_ROOT / "partners").get("demo").calendar("desk")
    friday, monday = datetime(2026, 11, 27, 17, 30, tzinfo=SEOUL), datetime(2026, 11, 30, 13, 30, tzinfo=SEOUL)
    assert deadline(friday, timedelta(hours=4), desk) == monday.astimezone(UTC)
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=SEOUL)
    assert deadline(noon - timedelta(hours=1), timedelta(hours=1), desk) == noon.astimezone(UTC)
