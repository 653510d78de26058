"""What has to be there before the app can serve: embedding model, trained bot, indexes; made when missing or stale."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

from rich.progress import Progress, TaskID

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.errors import SetupIncomplete
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.knowledge.index_files import MANIFEST
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.knowledge.prepare_model import is_prepared
from firstline.knowledge.service import Knowledge
from firstline.serve.bot_process import bot_model
from firstline.serve.migrate import migrate

Say = Callable[[str], None]

_TRAINING_DATA = PROJECT_ROOT / "training_data"
_BOT = PROJECT_ROOT / "bot"


def prepare(settings: Settings, say: Say) -> None:
    """Make what is missing, step by step; a step that was stopped half-way is done anew.

    A bot that runs elsewhere is trained there.
    """
    prepare_model(settings)
    if not settings.bot_url:
        train_bot(settings, say)
    asyncio.run(_prepare_knowledge(settings))


def prepare_apart(settings: Settings, say: Say) -> None:
    """Do what ``prepare`` does, indexes in a process of its own and only where one is missing.

    What building an index takes in memory would stay with the server; it brings an index up to date itself.
    """
    prepare_model(settings)
    if not settings.bot_url:
        train_bot(settings, say)
    partners = Charters(settings.partners_dir).partners()
    if all((settings.index_dir / partner / MANIFEST).is_file() for partner in partners):
        return
    command = "from firstline.serve.cli import main; main()"
    _run([sys.executable, "-c", command, "prepare"], "The search index could not be built.")


def prepare_model(settings: Settings) -> None:
    """Build the embedding model in a process of its own, whose libraries the server needn't load."""
    if is_prepared(settings):
        return
    _run([sys.executable, "-m", "firstline.knowledge.prepare_model"], "The embedding model could not be built.")


def train_bot(settings: Settings, say: Say) -> bool:
    """Train the bot when its data, its code or the embedding model changed; say whether it was trained.

    Nothing is judged here: a model made from other data or code than what is about to run can't go on anyway.
    """
    if bot_model(settings).is_file() and trained_from(settings).get("fingerprint") == fingerprint(settings):
        return False
    say("Training the bot")
    made_from = fingerprint(settings)
    train_model(settings, bot_model(settings))
    note_trained(settings, {"fingerprint": made_from})
    return True


def train_model(settings: Settings, out: Path, *, aside: bool = False) -> None:
    """Train on the training data; raises ``SetupIncomplete`` when that fails.

    ``aside``: its steps are told on stderr, for a command whose output a script reads.
    """
    if not settings.bot_python.exists():
        raise SetupIncomplete("The bot's environment is missing; run `make setup`.")
    _run(
        [str(settings.bot_python), "-m", "firstline_bot.train", "--out", str(out)],
        "The bot could not be trained.",
        sys.stderr if aside else None,
        PYTHONPATH=str(_BOT),
        FIRSTLINE_EMBEDDING_DIR=str(settings.embedding_dir),
        FIRSTLINE_BOT_CACHE=str(settings.data_dir / "cache"),
    )


def trained_from(settings: Settings) -> dict[str, Any]:
    """Return what the model in use was made from, and how it was judged if it was."""
    stamp = settings.bot_dir / "trained.json"
    known: dict[str, Any] = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
    return known


def note_trained(settings: Settings, known: dict[str, Any]) -> None:
    """Keep what ``trained_from`` returns."""
    (settings.bot_dir / "trained.json").write_text(json.dumps(known), "utf-8")


async def _prepare_knowledge(settings: Settings) -> None:
    """Bring the database's schema, the starter library and every partner's index up to date."""
    database = Database(settings.resolved_database_url)
    try:
        await migrate(database)
        encoder = OnnxEncoder.load(settings.embedding_dir, threads=os.cpu_count() or 1)
        charters = Charters(settings.partners_dir)
        knowledge = Knowledge(database, encoder, settings, providers=Providers(charters))
        with Progress(transient=True) as bars:
            tasks: dict[str, TaskID] = {}

            def show(step: str, done: int, total: int) -> None:
                task = tasks.setdefault(step, bars.add_task(f"{step.capitalize()} articles", total=total))
                bars.update(task, completed=done, total=total)

            for partner in charters.partners():
                await knowledge.ensure_ready(partner, show)
    finally:
        await database.close()


def fingerprint(settings: Settings) -> str:
    """Return a checksum of all that a trained bot is made from."""
    digest = hashlib.sha256()
    for name, path in sorted(_inputs(settings)):
        digest.update(name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _inputs(settings: Settings) -> Iterable[tuple[str, Path]]:
    yield "encoder.json", settings.embedding_dir / "encoder.json"
    for folder, pattern in ((_TRAINING_DATA, "*.yml"), (_BOT, "*.yml"), (_BOT, "*.py")):
        for path in folder.rglob(pattern):
            yield str(path.relative_to(PROJECT_ROOT)), path


def _run(command: list[str], failure: str, told: TextIO | None = None, **environment: str) -> None:
    done = subprocess.run(command, env=os.environ | environment, cwd=PROJECT_ROOT, stdout=told, check=False)  # noqa: S603
    if done.returncode:
        raise SetupIncomplete(f"{failure} The reason stands above; run the same command again once it is mended.")
