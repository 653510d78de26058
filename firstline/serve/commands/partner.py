"""``firstline partner``: what a partner brings along in its folder."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.settings import get_settings
from firstline.knowledge.starter_library import sync_starter
from firstline.knowledge.store import ArticleStore
from firstline.knowledge.stored import layers_for
from firstline.partner_bot import check_folder
from firstline.serve.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="A partner's own folder.")


@app.callback()
def group() -> None:
    """A partner's own folder."""


@app.command()
def check(
    partner: Annotated[str, typer.Option(help="The partner's short name, such as demo.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check the partner's charter and its texts, tone and intents for the bot; exit code 1 if anything is wrong."""
    settings = get_settings()
    charters = Charters(settings.partners_dir)
    of_charter = charters.findings(partner)
    of_bot = check_folder(settings.partners_dir / partner / "bot", asyncio.run(_slugs(partner, charters))).findings
    lines = [*map(str, of_charter), *(f"bot/{item}" for item in of_bot)]
    failed = "error" in {*(item.level for item in of_charter), *(item.level for item in of_bot)}
    if as_json:
        found = {"charter": [asdict(item) for item in of_charter], "bot": [asdict(item) for item in of_bot]}
        typer.echo(json.dumps({"ok": not failed, **found}, ensure_ascii=False))
    else:
        console = Console(highlight=False, soft_wrap=True, markup=False)
        for line in lines:
            console.print(f"partners/{partner}/{line}")
        console.print(f"{len(lines)} finding(s)." if lines else "Nothing to mend.")
    if failed:
        raise typer.Exit(1)


async def _slugs(partner: str, charters: Charters) -> set[str]:
    """Return the slugs of all live articles that the partner's customers read."""
    settings = get_settings()
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        store = ArticleStore(database)
        await sync_starter(store)
        layers = layers_for(partner, Providers(charters))
        return {stored.article.slug for stored in await store.live(layers, reader=partner)}
    finally:
        await database.close()
