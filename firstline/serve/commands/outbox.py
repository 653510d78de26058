"""``firstline outbox``: notices that were not delivered."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.outbox import store
from firstline.serve.commands.staff import COMMAND, Json, Partner, run_on_partner

app = typer.Typer(no_args_is_help=True, help="Notices to people and other systems.")


@app.callback()
def group() -> None:
    """Notices to people and other systems."""


@app.command("list")
def list_(
    partner: Partner,
    state: Annotated[str, typer.Option(help="dead (undeliverable), pending, sent or given_up.")] = "dead",
    as_json: Json = False,
) -> None:
    """Show notices that were given up, with the reason, or those in another state."""
    if state not in store.STATES:
        raise typer.BadParameter(f"choose one of {', '.join(store.STATES)}", param_hint="--state")

    async def work(session: AsyncSession) -> dict[str, Any]:
        found = await store.notices(session, partner, state)
        return {"notices": [store.notice_json(item) for item in found], "counts": await store.counts(session, partner)}

    found = run_on_partner(partner, work)
    if as_json:
        Console().print_json(data=found)
        return
    table = Table("Id", "Case", "Kind", "Channel", "To", "Attempts", "Said")
    for row in found["notices"]:
        said = row["error"] or row["receipt"]
        table.add_row(
            row["id"], row["case"], row["kind"], row["channel"], row["target"], str(row["attempts"]), said
        )  # fmt: skip
    Console().print(table)
    Console().print(", ".join(f"{name}: {count}" for name, count in found["counts"].items()))


@app.command()
def retry(
    partner: Partner,
    notice: Annotated[str, typer.Option(help="Id of one notice; all undeliverable ones by default.")] = "",
) -> None:
    """Try undeliverable notices again."""

    async def work(session: AsyncSession) -> int:
        count = len(await store.retry(session, partner, notice or None, utcnow()))
        audit(session, None, "notice.retried", notice, partner=partner, who=COMMAND, count=count)
        return count

    Console().print(f"{run_on_partner(partner, work)} to be tried again.")
