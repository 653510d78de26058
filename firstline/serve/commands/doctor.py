"""``firstline doctor``: what is wrong with this installation, and what to do."""

import asyncio
import os

import typer
from rich.console import Console

from firstline.serve.commands.staff import Json
from firstline.serve.doctor import examine


def doctor(as_json: Json = False) -> None:
    """Look this installation over and say what to mend; exit code 1 when something keeps it from its work."""
    found = asyncio.run(examine(os.environ))
    if as_json:
        Console().print_json(data=found.as_json())
    else:
        console = Console(highlight=False, soft_wrap=True, markup=False)
        for name, findings in found.checks.items():
            if not findings:
                console.print(f"ok       {name}")
            for item in findings:
                console.print(f"{item.level:<8} {name}: {item.what}")
                console.print(f"         {item.mend}")
        console.print("Nothing keeps Firstline from its work." if found.is_well else "Mend the errors, and ask again.")
    if not found.is_well:
        raise typer.Exit(1)
