"""``firstline bench``: speed and memory, measured on this machine."""

import typer

from firstline.serve.commands import (
    bench_chat,
    bench_desk,
    bench_insights,
    bench_load,
    bench_search,
    bench_soak,
    bench_sockets,
    bench_start,
)

app = typer.Typer(no_args_is_help=True, help="Measure speed and memory on this machine.")
app.command("chat")(bench_chat.chat)
app.command("start")(bench_start.start)
app.command("load")(bench_load.load)
app.command("sockets")(bench_sockets.sockets)
app.command("soak")(bench_soak.soak)
app.command("desk")(bench_desk.desk)
app.command("insights")(bench_insights.insights)
app.command("search")(bench_search.measure)
