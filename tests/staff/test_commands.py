"""``firstline staff``: the first admin and whoever lost the way in."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from firstline.core.database import Database
from firstline.core.errors import FirstlineError
from firstline.core.settings import Settings, get_settings
from firstline.desk.audit import Wanted, entries
from firstline.serve.cli import app

from ..conftest import POSTGRESQL
from ..databases import empty_database

WHO = ("--partner", "demo", "--email", "sora@example.com")


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("data_dir", "partners_dir", "database_url"):
        monkeypatch.setenv(f"FIRSTLINE_{name.upper()}", str(getattr(settings, name)))
    get_settings.cache_clear()
    if POSTGRESQL:
        asyncio.run(empty_database(POSTGRESQL))

    def run(*words: str, typed: str = "") -> str:
        result = CliRunner().invoke(app, ["staff", *words], input=typed)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.output

    yield run
    get_settings.cache_clear()


def account(command: Callable[..., str]) -> dict[str, Any]:
    (found,) = json.loads(command("list", "--partner", "demo", "--json"))["staff"]
    return dict(found)


def test_an_account_from_its_first_day_to_its_last(command: Callable[..., str], settings: Settings) -> None:
    command("add", *WHO, "--role", "agent", "--role", "author", "--password-stdin", typed="a long password\n")
    assert (account(command)["roles"], account(command)["state"]) == (["author", "agent"], "active")
    command("change", *WHO, "--role", "lead", "--name", "소라")
    assert (account(command)["roles"], account(command)["name"]) == (["lead"], "소라")
    command("disable", *WHO)
    assert account(command)["state"] == "disabled"
    command("enable", *WHO)
    command("password", *WHO, "--password-stdin", typed="another long password\n")
    assert "#invitation=" in command("invite", *WHO)
    assert json.loads(command("sessions", *WHO, "--revoke-all", "--json")) == {"sessions": []}

    async def log() -> list[tuple[str, str]]:
        database = Database(settings.resolved_database_url)
        async with database.reading() as session:
            found = await entries(session, "demo", Wanted(), 100)
        await database.close()
        return [(entry.who, entry.action) for entry in reversed(found)]

    steps = ["added", "changed", "disabled", "enabled"]
    expected = [*(f"staff.{step}" for step in steps), "password.changed", "staff.invited", "session.revoked"]
    assert asyncio.run(log()) == [("command line", action) for action in expected]


def test_a_table_in_a_file_is_not_cut(command: Callable[..., str]) -> None:
    email, name = f"{'long' * 12}@example.com", "김서연 " * 12
    command("add", "--partner", "demo", "--email", email, "--name", name, "--role", "agent", "--invite")
    main = "from firstline.serve.cli import main; main()"
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    arguments = [sys.executable, "-c", main, "staff", "list", "--partner", "demo"]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    assert [line for line in done.stdout.splitlines() if email in line and name.strip() in line], done.stdout


def test_an_invited_account_has_no_password(command: Callable[..., str]) -> None:
    assert "#invitation=" in command("add", *WHO, "--role", "admin", "--invite")
    assert account(command)["state"] == "invited"


@pytest.mark.parametrize(
    ("words", "typed", "code"),
    [
        (("add", *WHO, "--role", "owner", "--password-stdin"), "a long password\n", "bad_role"),
        (("add", *WHO, "--role", "agent", "--password-stdin"), "short\n", "password_short"),
        (("add", *WHO, "--role", "agent", "--password-stdin"), "sora@example.com\n", "password_common"),
        (("disable", *WHO), "", "not_found"),
        (("list", "--partner", "nowhere"), "", "unknown_partner"),
    ],
)
def test_what_can_not_be_done_is_said(
    command: Callable[..., str], words: tuple[str, ...], typed: str, code: str
) -> None:
    with pytest.raises(FirstlineError) as refused:
        command(*words, typed=typed)
    assert refused.value.code == code
