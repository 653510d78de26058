"""The command line: ``firstline``."""

import os
import signal
import sys
from typing import Annotated, Any

import typer
from rich.console import Console

from firstline.core.errors import FirstlineError
from firstline.core.logs import configure_logs
from firstline.core.setting_names import given_names, remarks
from firstline.core.settings import Settings, get_settings
from firstline.serve.commands import (
    backup,
    bench,
    chaos,
    charter,
    customer,
    docs,
    doctor,
    escalation,
    eval_follow_ups,
    eval_intents,
    eval_knowledge,
    eval_own_articles,
    eval_requests,
    eval_routes,
    eval_sets,
    health,
    insights,
    knowledge,
    outbox,
    partner,
    secrets,
    staff,
    training,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Firstline: support chat, knowledge and desk for cloud partners.",
)
evaluation = typer.Typer(no_args_is_help=True, help="Measure quality on questions that were not used for tuning.")
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(staff.app, name="staff")
app.add_typer(charter.app, name="charter")
app.add_typer(customer.app, name="customer")
app.add_typer(health.app, name="health")
app.add_typer(outbox.app, name="outbox")
app.add_typer(escalation.app, name="escalation")
app.add_typer(partner.app, name="partner")
app.add_typer(secrets.app, name="secrets")
app.add_typer(training.app, name="training")
app.add_typer(docs.app, name="docs")
app.add_typer(evaluation, name="eval")
app.add_typer(bench.app, name="bench")
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("verify")(backup.verify)
app.command("chaos")(chaos.chaos)
app.command("doctor")(doctor.doctor)
app.command("insights")(insights.insights)
evaluation.command("knowledge")(eval_knowledge.evaluate)
evaluation.command("routes")(eval_routes.evaluate)
evaluation.command("sets")(eval_sets.sets)
evaluation.command("intents")(eval_intents.intents)
evaluation.command("follow-ups")(eval_follow_ups.follow_ups)
evaluation.command("own-articles")(eval_own_articles.own_articles)
evaluation.command("requests")(eval_requests.requests)


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
def train(
    accept_worse: Annotated[
        bool, typer.Option("--accept-worse", help="Take the new bot even if it routes fewer messages rightly.")
    ] = False,
) -> None:
    """Train the bot anew, judge it, and put it in the place of the one in use, also while that one is running."""
    from firstline.serve.prepare import prepare_model
    from firstline.serve.release import release

    prepare_model(get_settings())
    release(
        get_settings(), lambda step: Console().print(f"[bold]•[/] {step}", highlight=False), accept_worse=accept_worse
    )


def main() -> Any:
    """Run the command line; an error raised on purpose is one line that says what to do, exit code 1."""
    configure_logs("WARNING")
    if not sys.stdout.isatty():  # no table is cut to the width of a screen that isn't there
        os.environ.setdefault("COLUMNS", "200")
    # Who is told to end takes the children along, as after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    if "doctor" not in sys.argv:  # it says the same, in its own way
        _say_wrong_names()
    try:
        return app()
    except FirstlineError as error:
        Console(stderr=True).print(f"[bold red]Error:[/] {error.message}", highlight=False)
        sys.exit(1)


def _say_wrong_names() -> None:
    for remark in remarks(Settings, given_names()):
        if remark.kind != "removed":
            Console(stderr=True).print(f"[bold yellow]Warning:[/] {remark.what} {remark.mend}", highlight=False)
