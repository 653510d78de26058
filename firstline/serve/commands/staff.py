"""``firstline staff``: accounts of the partner's people."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput, NotFound
from firstline.core.settings import get_settings
from firstline.desk import staff as accounts
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.desk.sessions import end_session, end_sessions, list_sessions, session_json
from firstline.serve.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="Accounts of the partner's people.")

Result = TypeVar("Result")
Partner = Annotated[str, typer.Option(help="The partner's short name, such as demo.")]
Email = Annotated[str, typer.Option(help="E-mail address to log in with.")]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from input.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]

# What the audit log shows instead of a person: whoever may run commands on the machine.
COMMAND = "command line"


@app.callback()
def group() -> None:
    """Accounts of the partner's people."""


@app.command()
def add(
    partner: Partner,
    role: Annotated[list[str], typer.Option(help="author, agent, lead, admin or provider; may be repeated.")],
    email: Email,
    name: Annotated[str, typer.Option(help="Name that customers see; the address's first part by default.")] = "",
    password_stdin: FromInput = False,
    invite: Annotated[
        bool, typer.Option("--invite", help="Set no password; print a link that lets its owner set one, once.")
    ] = False,
) -> None:
    """Add an account; there are no default passwords."""
    password = None if invite else _password(password_stdin)

    async def work(session: AsyncSession) -> str:
        staff = await accounts.add_staff(session, partner, email, role, password, name or None)
        how = "invitation" if invite else "password"
        audit(session, None, "staff.added", staff.email, partner=partner, who=COMMAND, roles=staff.roles, how=how)
        return _invitation(staff) if invite else ""

    link = run_on_partner(partner, work)
    Console().print(f"Added {email} as {', '.join(role)} of partner '{partner}'.")
    if link:
        _print_link(link)


@app.command("list")
def list_(partner: Partner, as_json: Json = False) -> None:
    """Show the partner's accounts."""

    async def work(session: AsyncSession) -> list[dict[str, Any]]:
        return [accounts.account_json(staff) for staff in await accounts.list_staff(session, partner)]

    found = run_on_partner(partner, work)
    if as_json:
        Console().print_json(data={"staff": found})
        return
    table = Table("E-mail", "Name", "Roles", "State")
    for row in found:
        table.add_row(row["email"], row["name"], ", ".join(row["roles"]), row["state"])
    Console().print(table)


@app.command()
def change(
    partner: Partner,
    email: Email,
    role: Annotated[list[str] | None, typer.Option(help="The new roles, all of them; may be repeated.")] = None,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
) -> None:
    """Change an account's name or roles."""

    async def work(session: AsyncSession, staff: Staff) -> None:
        changed = await accounts.change_staff(session, staff, name=name, roles=role)
        _note(session, staff, "staff.changed", fields=changed, roles=staff.roles)

    _run_on(partner, email, work)
    Console().print(f"Changed {email}.")


@app.command()
def disable(partner: Partner, email: Email) -> None:
    """Let nobody log in with an account any more; its sessions end at once."""

    async def work(session: AsyncSession, staff: Staff) -> None:
        await accounts.disable(session, staff)
        _note(session, staff, "staff.disabled")

    _run_on(partner, email, work)
    Console().print(f"Disabled {email}; its sessions have ended.")


@app.command()
def enable(partner: Partner, email: Email) -> None:
    """Let a disabled account log in again."""

    async def work(session: AsyncSession, staff: Staff) -> None:
        accounts.enable(staff)
        _note(session, staff, "staff.enabled")

    _run_on(partner, email, work)
    Console().print(f"Enabled {email}.")


@app.command()
def password(partner: Partner, email: Email, password_stdin: FromInput = False) -> None:
    """Set an account's password; its sessions end at once."""
    new = _password(password_stdin)

    async def work(session: AsyncSession, staff: Staff) -> None:
        await accounts.set_password(session, staff, new)
        _note(session, staff, "password.changed", how="command")

    _run_on(partner, email, work)
    Console().print(f"Set the password of {email}; its sessions have ended.")


@app.command()
def invite(partner: Partner, email: Email) -> None:
    """Print a link that lets an account's owner set a new password, once."""

    async def work(session: AsyncSession, staff: Staff) -> str:
        _note(session, staff, "staff.invited")
        return _invitation(staff)

    _print_link(_run_on(partner, email, work))


@app.command()
def sessions(
    partner: Partner,
    email: Email,
    revoke: Annotated[str, typer.Option(help="End the session with this id.")] = "",
    revoke_all: Annotated[bool, typer.Option("--revoke-all", help="End all of them.")] = False,
    as_json: Json = False,
) -> None:
    """Show an account's sessions, or end them."""

    async def work(session: AsyncSession, staff: Staff) -> list[dict[str, Any]]:
        if revoke:
            await end_session(session, staff, revoke)
            _note(session, staff, "session.revoked", count=1)
        elif revoke_all:
            _note(session, staff, "session.revoked", count=await end_sessions(session, staff))
        return [session_json(found, None) for found in await list_sessions(session, staff)]

    found = _run_on(partner, email, work)
    if as_json:
        Console().print_json(data={"sessions": found})
        return
    table = Table("Session", "Since", "Last seen", "Address", "Browser")
    for row in found:
        table.add_row(row["id"], row["created_at"], row["last_seen_at"], row["address"], row["browser"])
    Console().print(table)


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise BadInput("Give the password on standard input with --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _invitation(staff: Staff) -> str:
    settings = get_settings()
    return accounts.invitation_url(settings.base_url, accounts.invite(staff, settings.invitation_hours))


def _print_link(link: str) -> None:
    hours = get_settings().invitation_hours
    Console().print(f"Hand this link to its owner; it sets a password once, within {hours} hours:")
    Console(soft_wrap=True).print(link, highlight=False)


def _note(session: AsyncSession, staff: Staff, action: str, **data: Any) -> None:
    audit(session, None, action, staff.email, partner=staff.partner, who=COMMAND, **data)


def _run_on(partner: str, email: str, work: Callable[[AsyncSession, Staff], Awaitable[Result]]) -> Result:
    async def on_account(session: AsyncSession) -> Result:
        staff = await accounts.find_staff(session, partner, email)
        if staff is None:
            raise NotFound(f"{email} has no account at partner '{partner}'.")
        return await work(session, staff)

    return run_on_partner(partner, on_account)


def run_on_partner(partner: str, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Do ``work`` in one transaction on the migrated database; raises ``UnknownPartner``."""

    async def run() -> Result:
        async with _database(partner) as database, database.session() as session:
            return await work(session)

    return asyncio.run(run())


@asynccontextmanager
async def _database(partner: str) -> AsyncIterator[Database]:
    settings = get_settings()
    Charters(settings.partners_dir).get(partner)
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()
