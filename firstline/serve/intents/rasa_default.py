"""Rasa's own default pipeline on the same messages: trained by its own commands, in the bot's environment."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings
from firstline.serve.bench.default_bot import CONFIG, Stopwatch
from firstline.serve.intents.collection import Example

_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "ERROR"}
# To be unsure would count as wrong; what is measured is which intent comes first.
_LEFT_OUT = "FallbackClassifier"


class RasaDefault:
    """The default pipeline on one set of examples; trained once for its data and kept below ``cache``."""

    def __init__(self, settings: Settings, fit: list[Example], ask: list[Example]) -> None:
        """Lay the project out. Raises ``SetupIncomplete`` without the bot's environment."""
        if not settings.bot_python.exists():
            raise SetupIncomplete("The bot's environment is missing; run `make setup`.")
        self._python = str(settings.bot_python)
        pipeline = [part for part in CONFIG["pipeline"] if part["name"] != _LEFT_OUT]
        self._files = {
            "config.yml": {"recipe": CONFIG["recipe"], "language": "en", "pipeline": pipeline},
            "train.yml": _nlu(fit),
            "test.yml": _nlu(ask),
        }
        self._asked = len(ask)
        digest = hashlib.sha256(json.dumps(self._files).encode()).hexdigest()[:16]
        self._folder = settings.data_dir / "cache" / "intents" / f"rasa-default-{digest}"

    @property
    def log(self) -> Path:
        """What Rasa wrote while it ran."""
        return self._folder / "log.txt"

    def measure(self) -> dict[str, float]:
        """Return ``accuracy`` and the training's ``seconds``; takes a quarter of an hour the first time.

        Raises ``SetupIncomplete`` when a command of Rasa's fails.
        """
        kept = self._folder / "measured.json"
        if kept.is_file():
            known: dict[str, float] = json.loads(kept.read_text("utf-8"))
            return known
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        for name, content in self._files.items():
            (self._folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
        watch = Stopwatch()
        model = ("--out", ".", "--fixed-model-name", "model")
        self._rasa("train", "nlu", "--config", "config.yml", "--nlu", "train.yml", *model)
        seconds = watch.read()["seconds"]
        out = ("--out", "results", "--no-plot", "--successes")
        self._rasa("test", "nlu", "--nlu", "test.yml", "--model", "model.tar.gz", *out)
        right = json.loads((self._folder / "results" / "intent_successes.json").read_text("utf-8"))
        measured = {"accuracy": len(right) / self._asked, "seconds": seconds}
        kept.write_text(json.dumps(measured), "utf-8")
        return measured

    def _rasa(self, *words: str) -> None:
        command = [self._python, "-m", "rasa", *words]
        with self.log.open("ab") as output:
            code = subprocess.run(  # noqa: S603
                command, cwd=self._folder, env=os.environ | _QUIET, stdout=output, stderr=output, check=False
            ).returncode
        if code:
            raise SetupIncomplete(f"`rasa {' '.join(words[:2])}` ended with exit code {code}; {self.log} says why.")


def _nlu(rows: list[Example]) -> dict[str, Any]:
    """Return the rows as Rasa's training data."""
    intents: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        # A bracket would begin an entity in Rasa's notation.
        text = " ".join(row.text.split()).replace("[", "(").replace("]", ")")
        intents.setdefault(row.intent, []).append({"text": text})
    return {"version": "3.1", "nlu": [{"intent": name, "examples": texts} for name, texts in intents.items()]}
