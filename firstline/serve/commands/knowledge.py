"""``firstline knowledge``: articles in, articles out, search and index."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import get_settings
from firstline.core.texts import Language
from firstline.knowledge.embedding_cache import Progress as Tell
from firstline.knowledge.encoder import load_encoder
from firstline.knowledge.prepare_model import prepare_model
from firstline.knowledge.search import SearchResponse
from firstline.knowledge.service import Knowledge
from firstline.serve.migrate import migrate

app = typer.Typer(no_args_is_help=True, help="Articles: import, export, search, index.")

Partner = Annotated[str, typer.Option(help="The partner's short name, such as demo.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of tables.")]


@app.callback()
def group() -> None:
    """Articles: import, export, search, index."""


@app.command("import")
def import_articles(
    folder: Annotated[Path, typer.Argument(help="Folder with articles, <lang>/<slug>.md.")],
    partner: Partner,
    as_json: AsJson = False,
) -> None:
    """Publish the articles of a folder in the partner's own layer; files that can't be read are named."""

    async def work() -> None:
        async with opened(partner, quiet=as_json) as (knowledge, tell):
            report = await knowledge.import_folder(partner, folder, progress=tell)
        errors = [{"file": error.file, "line": error.line, "problem": error.problem} for error in report.errors]
        if as_json:
            counts = {"imported": report.imported, "unchanged": report.unchanged, "errors": errors}
            typer.echo(json.dumps(counts, ensure_ascii=False))
        else:
            Console().print(f"{report.imported} imported, {report.unchanged} unchanged, {len(errors)} not readable.")
            for error in report.errors:
                Console(stderr=True).print(f"[red]✗[/] {error.message}", highlight=False, soft_wrap=True)
        if errors:
            raise typer.Exit(1)

    asyncio.run(work())


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; files of the same name are replaced.")],
    partner: Partner,
    everything: Annotated[bool, typer.Option("--all", help="With the starter library's articles.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the partner's live articles as Markdown, in the form that import reads."""

    async def work() -> None:
        async with opened(partner, quiet=as_json, model=everything) as (knowledge, tell):
            if everything:
                await knowledge.ensure_ready(partner, tell)
            count = await knowledge.export(partner, folder, everything=everything)
        message = json.dumps({"exported": count}) if as_json else f"{count} articles written to {folder}."
        typer.echo(message)

    asyncio.run(work())


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What a customer would write.")],
    partner: Partner,
    lang: Annotated[str | None, typer.Option(help="ko or en; by default the query's own language.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=20, help="How many articles.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Search the articles that the partner's customers read."""
    spoken = _language(lang)

    async def work() -> SearchResponse:
        async with opened(partner, quiet=as_json) as (knowledge, tell):
            await knowledge.ensure_ready(partner, tell)
            return await knowledge.search(partner, query, spoken, k)

    response = asyncio.run(work())
    if as_json:
        typer.echo(json.dumps(asdict(response), ensure_ascii=False))
        return
    table = Table("", "Probability", "Article", "Passage", show_lines=True)
    for place, hit in enumerate(response.results, 1):
        name = f"[bold]{hit.title}[/]\n{hit.slug} ({hit.lang}, {hit.layer} v{hit.version})"
        table.add_row(str(place), f"{hit.probability:.2f}", name, hit.excerpt)
    console = Console()
    console.print(table)
    verdict = "answered" if response.answered else "not answered"
    console.print(f"{verdict} at threshold {response.threshold:.2f}, model {response.model}", highlight=False)


@app.command()
def rebuild(partner: Partner, as_json: AsJson = False) -> None:
    """Build the partner's index anew; only unknown texts are embedded."""

    async def work() -> dict[str, int]:
        async with opened(partner, quiet=as_json) as (knowledge, tell):
            await knowledge.rebuild(partner, tell)
            return await knowledge.sizes(partner)

    sizes = asyncio.run(work())
    typer.echo(json.dumps(sizes) if as_json else ", ".join(f"{count} {name}" for name, count in sizes.items()))


@asynccontextmanager
async def opened(partner: str, *, quiet: bool, model: bool = True) -> AsyncIterator[tuple[Knowledge, Tell]]:
    """Open database and knowledge base, and a progress display on the error stream for long work.

    Raises ``NotFound`` for a partner without a charter.
    """
    settings = get_settings()
    charters = Charters(settings.partners_dir)
    charters.get(partner)
    providers = Providers(charters)
    providers.check()
    with telling(quiet=quiet) as tell:
        if model:
            prepare_model(settings, tell)
        database = Database(settings.resolved_database_url)
        try:
            await migrate(database)
            yield Knowledge(database, load_encoder(settings), settings, providers=providers), tell
        finally:
            await database.close()


def telling(*, quiet: bool) -> "_Telling":
    """Make a progress display whose bars appear with the first step reported."""
    return _Telling(quiet)


class _Telling:
    def __init__(self, quiet: bool) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=Console(stderr=True, quiet=quiet), transient=True)

    def __enter__(self) -> Tell:
        self._progress.start()
        return self._tell

    def __exit__(self, *_exception: object) -> None:
        self._progress.stop()

    def _tell(self, step: str, done: int, total: int) -> None:
        for task in self._progress.tasks:
            if task.description == step:
                self._progress.update(task.id, completed=done, total=total)
                return
        self._progress.add_task(step, completed=done, total=total)


def _language(lang: str | None) -> Language | None:
    if lang not in (None, "ko", "en"):
        raise BadInput(f"--lang is {lang!r}; use ko or en")
    return lang  # type: ignore[return-value]
