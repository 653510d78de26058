"""The command line: ``firstline``."""

import sys
from typing import Any

import typer
from rich.console import Console

from firstline.core.errors import FirstlineError
from firstline.core.logs import configure_logs
from firstline.core.settings import get_settings
from firstline.serve.commands import docs, eval_knowledge, eval_routes, knowledge, staff

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Firstline: support chat, knowledge and desk for cloud partners.",
)
evaluation = typer.Typer(no_args_is_help=True, help="Measure quality on questions that were not used for tuning.")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(staff.app, name="staff")
app.add_typer(docs.app, name="docs")
app.add_typer(evaluation, name="eval")
evaluation.command("knowledge")(eval_knowledge.evaluate)
evaluation.command("routes")(eval_routes.evaluate)


@app.command()
def run() -> None:
    """Prepare what is missing, then serve until Ctrl-C."""
    from firstline.serve.run import run as serve

    serve(get_settings(), Console())


@app.command()
def prepare() -> None:
    """Make what is missing (embedding model, trained bot) without serving."""
    from firstline.serve.prepare import prepare as make

    make(get_settings(), lambda step: Console().print(f"[bold]•[/] {step}"))


@app.command()
def train() -> None:
    """Train the bot anew from the training data and the articles' questions."""
    from firstline.serve.prepare import prepare_model, train_bot

    prepare_model(get_settings())
    train_bot(get_settings(), lambda step: Console().print(f"[bold]•[/] {step}"), force=True)


def main() -> Any:
    """Run the command line; an error raised on purpose is one line that says what to do, exit code 1."""
    configure_logs("WARNING")
    try:
        return app()
    except FirstlineError as error:
        Console(stderr=True).print(f"[bold red]Error:[/] {error.message}", highlight=False)
        sys.exit(1)
