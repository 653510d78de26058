"""``firstline staff``: accounts of the partner's people."""

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.desk.staff import add_staff
from firstline.serve.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="Accounts of the partner's people.")


@app.callback()
def group() -> None:
    """Accounts of the partner's people."""


@app.command()
def add(
    partner: Annotated[str, typer.Option(help="The partner's short name, such as demo.")],
    role: Annotated[str, typer.Option(help="author, agent or admin.")],
    email: Annotated[str, typer.Option(help="E-mail address to log in with.")],
    name: Annotated[str, typer.Option(help="Name that customers see; the address's first part by default.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from input.")] = False,
) -> None:
    """Add an account; there are no default passwords."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    asyncio.run(_add(partner, role, email, name, password))
    Console().print(f"Added {email} as {role} of partner '{partner}'.")


def _ask() -> str:
    if not sys.stdin.isatty():
        raise BadInput("Give the password on standard input with --password-stdin.")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


async def _add(partner: str, role: str, email: str, name: str, password: str) -> None:
    settings = get_settings()
    Charters(settings.partners_dir).get(partner)
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        async with database.session() as session:
            await add_staff(session, partner, email, role, password, name or None)
    finally:
        await database.close()
