"""docs/staff.md shows the permission matrix as it is, and the groups of the audit log."""

import re

from firstline.core.settings import PROJECT_ROOT
from firstline.desk.audit import AUDITED
from firstline.desk.permissions import ACTIONS, MATRIX, ROLES

PAGE = (PROJECT_ROOT / "docs" / "staff.md").read_text("utf-8")


def rows(first: str) -> list[list[str]]:
    table = PAGE[PAGE.index(f"| {first} |") :].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def test_the_matrix_is_shown_as_it_is() -> None:
    head, _, *lines = rows("Action")
    assert head[2:] == list(ROLES)
    shown = {line[0].strip("`"): {role for role, cell in zip(ROLES, line[2:], strict=True) if cell} for line in lines}
    assert list(shown) == list(ACTIONS)
    assert shown == {action: {role for role in ROLES if action in MATRIX[role]} for action in ACTIONS}


def test_every_role_is_explained() -> None:
    assert [line[0].strip("`") for line in rows("Role")[2:]] == list(ROLES)


def test_every_group_of_the_audit_log_is_named() -> None:
    named = {name for line in rows("Group")[2:] for name in re.findall(r"`(\w+)`", line[0])}
    assert named == {action.partition(".")[0] for action in AUDITED}
