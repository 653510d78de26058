"""``firstline secrets``: the secrets that Firstline keeps."""

from typing import Annotated

import typer

from firstline.core.secrets import rotate_token_secret
from firstline.core.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="The secrets that Firstline keeps.")


@app.callback()
def group() -> None:
    """The secrets that Firstline keeps."""


@app.command()
def rotate(
    leaked: Annotated[
        bool, typer.Option("--leaked", help="The old secret stops to count at once: every customer starts anew.")
    ] = False,
) -> None:
    """Sign customers' tokens and links with a new secret; the one before it counts until the next rotation."""
    rotate_token_secret(get_settings(), leaked=leaked)
    typer.echo(
        "A new secret signs now, and the old one does not count any more: customers start new conversations."
        if leaked
        else "A new secret signs now; what the old one signed still counts, until the next rotation."
    )
