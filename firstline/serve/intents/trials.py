"""A trial: messages to learn from, messages to be asked about; and our classifier's answers."""

import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.serve.intents.collection import Example

Tell = Callable[[str, int, int], None]
"""Step, how much of it is done, of how much."""


@dataclass(frozen=True)
class Trial:
    """What to learn from and what to ask."""

    name: str
    fit: list[Example]
    ask: list[str]


@dataclass(frozen=True)
class Answers:
    """The likeliest intent of each message with its probability, and what the fit took in seconds."""

    guesses: list[tuple[str, float]]
    seconds: float


def ask_ours(trials: list[Trial], settings: Settings, tell: Tell) -> list[Answers]:
    """Fit the bot's classifier once a trial, in the bot's own environment. Raises ``SetupIncomplete``.

    Sentence vectors are kept in the data folder's ``cache/intents``.
    """
    if not settings.bot_python.exists():
        raise SetupIncomplete("The bot's environment is missing; run `make setup`.")
    environment = os.environ | {
        "PYTHONPATH": str(PROJECT_ROOT / "bot"),
        "FIRSTLINE_EMBEDDING_DIR": str(settings.embedding_dir),
        "FIRSTLINE_BOT_CACHE": str(settings.data_dir / "cache" / "intents"),
    }
    with tempfile.TemporaryDirectory(prefix="firstline-intents-") as name:
        job, log = Path(name) / "job.json", Path(name) / "log"
        job.write_text(json.dumps([_as_json(trial) for trial in trials]), "utf-8")
        command = [str(settings.bot_python), "-m", "firstline_bot.trial", str(job)]
        answers: list[Answers] = []
        with log.open("wb") as errors:
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    told = json.loads(line)
                    if "guesses" in told:
                        guesses = [(intent, sure) for intent, sure in told["guesses"]]
                        answers.append(Answers(guesses, told["seconds"]))
                        tell("Firstline: fits", len(answers), len(trials))
                    else:
                        tell("Firstline: sentence vectors", told["done"], told["total"])
            finally:
                process.kill()
                code = process.wait()
        if len(answers) != len(trials):
            last = log.read_text("utf-8", errors="replace")[-2000:]
            raise SetupIncomplete(f"The bot's classifier could not be tried (exit code {code}):\n{last}")
    return answers


def _as_json(trial: Trial) -> dict[str, object]:
    rows = trial.fit
    return {"fit": [row.text for row in rows], "intents": [row.intent for row in rows], "ask": trial.ask}
