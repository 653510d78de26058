"""``firstline health``: what Microsoft says is broken."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.desk.health_news import import_issues
from firstline.serve.migrate import migrate
from firstline.service_health.graph_issue import GraphIssue, read_issues

app = typer.Typer(no_args_is_help=True, help="Service-health issues.")


@app.callback()
def group() -> None:
    """Service-health issues."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSON with issues as Microsoft Graph gives them.")],
    partner: Annotated[str, typer.Option(help="The partner's short name, such as demo.")],
    replace: Annotated[bool, typer.Option("--replace", help="Remove issues that the file doesn't hold.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Keep the issues of a file, all or none; conversations that wait for news of one are told."""
    counts = asyncio.run(_import(partner, _read(file), replace))
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        Console().print(", ".join(f"{number} {name}" for name, number in counts.items()))


def _read(file: Path) -> list[GraphIssue]:
    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{file} is not JSON ({error}); save the answer of Microsoft Graph as it is.") from error
    try:
        return list(read_issues(content))
    except BadInput as error:
        raise BadInput(f"{file}: {error.message}", code=error.code) from error


async def _import(partner: str, issues: list[GraphIssue], replace: bool) -> dict[str, int]:
    settings = get_settings()
    charter = Charters(settings.partners_dir).get(partner)
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        async with database.session() as session:
            return (await import_issues(session, charter, issues, replace=replace)).counts()
    finally:
        await database.close()
