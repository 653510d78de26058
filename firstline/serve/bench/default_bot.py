"""The bot that Rasa's own default configuration makes of our training data, to measure beside ours."""

import hashlib
import json
import os
import resource
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import yaml

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import PROJECT_ROOT, Settings

_NLU = PROJECT_ROOT / "training_data" / "nlu"
# What `rasa init` of 3.6 writes out as its default, in its order and with its options.
CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "language": "ko",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}
_QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "LOG_LEVEL": "ERROR"}


class DefaultBot:
    """A Rasa project of our examples with one fixed response an intent, trained once for its data and kept."""

    def __init__(self, settings: Settings, epochs: int = 100) -> None:
        """Lay the project out below the data folder's ``cache``; Rasa's own number of ``epochs`` is 100."""
        if not settings.bot_python.exists():
            raise SetupIncomplete("The bot's environment is missing; run `make setup`.")
        self._python = str(settings.bot_python)
        folder = settings.data_dir / "cache" / "default-bot"
        files = sorted(_NLU.glob("*.yml"))
        self._config = _with_epochs(CONFIG, epochs)
        digest = hashlib.sha256(json.dumps(self._config).encode())
        for path in files:
            digest.update(path.read_bytes())
        self._folder = folder / digest.hexdigest()[:16]
        self._files = files

    @property
    def model(self) -> Path:
        """The trained model's file."""
        return self._folder / "model.tar.gz"

    @property
    def log(self) -> Path:
        """What it writes while it runs."""
        return self._folder / "run.log"

    def training(self) -> dict[str, float] | None:
        """Return how long the training took, ``seconds`` and ``cpu_seconds``; None where it was not trained."""
        stamp = self._folder / "trained.json"
        done: dict[str, float] | None = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else None
        return done

    def train(self) -> dict[str, float]:
        """Train it unless that was done; returns what ``training`` does. Raises ``SetupIncomplete``."""
        if (done := self.training()) is not None and self.model.is_file():
            return done
        self._write_project()
        watch = Stopwatch()
        command = [
            *(self._python, "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml"),
            *("--data", "data", "--out", ".", "--fixed-model-name", "model", "--force"),
        ]
        log = self._folder / "train.log"
        with log.open("wb") as output:
            done_code = subprocess.run(  # noqa: S603
                command, cwd=self._folder, env=os.environ | _QUIET, stdout=output, stderr=output, check=False
            ).returncode
        if done_code or not self.model.is_file():
            raise SetupIncomplete(f"Rasa's default bot could not be trained (exit code {done_code}); {log} says why.")
        took = watch.read()
        (self._folder / "trained.json").write_text(json.dumps(took), "utf-8")
        return took

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start it on a loopback port with its ``rest`` channel."""
        command = [
            *(self._python, "-m", "rasa", "run", "--model", str(self.model), "--credentials", "credentials.yml"),
            *("--interface", "127.0.0.1", "--port", str(port)),
        ]
        with self.log.open("wb") as output:
            return subprocess.Popen(  # noqa: S603
                command, cwd=self._folder, env=os.environ | _QUIET, stdout=output, stderr=output
            )

    def _write_project(self) -> None:
        data = self._folder / "data"
        shutil.rmtree(self._folder, ignore_errors=True)
        data.mkdir(parents=True)
        intents: set[str] = set()
        for path in self._files:
            shutil.copy(path, data / path.name)
            intents |= {
                block["intent"] for block in yaml.safe_load(path.read_text("utf-8"))["nlu"] if "intent" in block
            }
        names = sorted(intents)
        pairs = zip(names, names[1:] + names[:1], strict=True)
        rules = [_steps("rule", f"rule {name}", name) for name in [*names, "nlu_fallback"]]
        stories = [_steps("story", f"story {one}, {other}", one, other) for one, other in pairs]
        domain = {
            "version": "3.1",
            "intents": [*names, "nlu_fallback"],
            "responses": {f"utter_{name}": [{"text": name}] for name in [*names, "nlu_fallback"]},
        }
        _write(self._folder / "config.yml", self._config)
        _write(self._folder / "domain.yml", domain)
        _write(self._folder / "credentials.yml", {"rest": None})
        _write(data / "rules.yml", {"version": "3.1", "rules": rules})
        _write(data / "stories.yml", {"version": "3.1", "stories": stories})


class Stopwatch:
    """Seconds since it was made, of the clock and of the processor in processes that were started and have ended."""

    def __init__(self) -> None:
        """Begin."""
        self._began, self._used = time.monotonic(), _children()

    def read(self) -> dict[str, float]:
        """Return ``seconds`` and ``cpu_seconds``."""
        return {
            "seconds": round(time.monotonic() - self._began, 1),
            "cpu_seconds": round(_children() - self._used, 1),
        }


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _with_epochs(config: dict[str, Any], epochs: int) -> dict[str, Any]:
    def changed(part: dict[str, Any]) -> dict[str, Any]:
        return {**part, "epochs": epochs} if "epochs" in part else part

    parts = ("pipeline", "policies")
    return {**config, **{name: [changed(part) for part in config[name]] for name in parts}}


def _steps(kind: str, name: str, *intents: str) -> dict[str, Any]:
    steps = [step for intent in intents for step in ({"intent": intent}, {"action": f"utter_{intent}"})]
    return {kind: name, "steps": steps}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
