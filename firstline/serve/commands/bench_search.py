"""``firstline bench search``: how fast, how large, how exact is search over many passages?"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from firstline.core.errors import BadInput
from firstline.core.settings import PROJECT_ROOT, get_settings
from firstline.knowledge.benchmark.search_benchmark import run_benchmark
from firstline.knowledge.evaluation import read_questions
from firstline.knowledge.prepare_model import prepare_model
from firstline.serve.commands.knowledge import telling

_QUESTIONS = PROJECT_ROOT / "evaluation" / "knowledge_dev.jsonl"
_ASKED = 200


def measure(
    sizes: Annotated[str, typer.Option(help="Passages, separated by commas.")] = "1000,10000,1000000",
    articles: Annotated[
        list[Path] | None, typer.Option(help="Folder with articles.jsonl, for more real texts; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")] = False,
) -> None:
    """Measure search beside brute force and BM25 alone; texts beyond the real ones are synthetic, and said to be."""
    settings = get_settings()
    wanted = _sizes(sizes)
    rows = read_questions(_QUESTIONS)
    questions = rows[:: max(1, len(rows) // _ASKED)][:_ASKED]
    with telling(quiet=as_json) as tell:
        prepare_model(settings, tell)
        results = run_benchmark(settings, wanted, questions, articles or [], tell)
    if as_json:
        typer.echo(json.dumps({"questions": len(questions), "sizes": results}))
    else:
        _print(results)


def _sizes(text: str) -> list[int]:
    try:
        return [int(part.replace("_", "")) for part in text.split(",")]
    except ValueError:
        raise BadInput(f"--sizes is {text!r}; write numbers separated by commas, such as 1000,10000") from None


def _print(results: list[dict[str, Any]]) -> None:
    table = Table("", *(f"{result['passages']:,}" for result in results))

    def row(name: str, *keys: str, form: str = "{:,.0f}") -> None:
        table.add_row(name, *(" / ".join(form.format(_at(result, key)) for key in keys) for result in results))

    row("real / synthetic passages", "real_passages", "synthetic_passages")
    row("build, s", "build_seconds", form="{:,.1f}")
    row("build, peak MB", "build_peak_mb")
    row("on disk, MB", "disk_mb")
    row("in memory, MB", "memory_mb")
    row("search without embedding, p50 / p95 ms", "search_ms.p50", "search_ms.p95", form="{:.1f}")
    row("of it on the processor, p50 / p95 ms", "search_processor_ms.p50", "search_processor_ms.p95", form="{:.1f}")
    with_embedding = "search_with_embedding_ms"
    row("search with embedding, p50 / p95 ms", f"{with_embedding}.p50", f"{with_embedding}.p95", form="{:.1f}")
    row("passages, recall@10", "recall_at_10", form="{:.3f}")
    row("publish to searchable, median / longest s", "publish_seconds", "publish_seconds_longest", form="{:.2f}")
    row("NumPy over all passages, p50 / p95 ms", "numpy_ms.p50", "numpy_ms.p95", form="{:.1f}")
    row("BM25 alone (bm25s), p50 / p95 ms", "bm25s_ms.p50", "bm25s_ms.p95", form="{:.1f}")
    row("BM25 alone (bm25s), build s", "bm25s_build_seconds", form="{:,.1f}")
    Console().print(table)


def _at(result: dict[str, Any], key: str) -> float:
    value: Any = result
    for name in key.split("."):
        value = value[name]
    return float(value)
