"""Trains the bot: ``python -m firstline_bot.train --out FILE [--data DIR]``."""

import argparse
import contextlib
import io
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Optional, Sequence

import yaml

from firstline_bot.encoder import EncoderMissing, encoder_folder, encoder_sha
from firstline_bot.message_classifier import names_as_examples
from firstline_bot.model_file import leave_out_training_plan
from firstline_bot.training_vectors import begin
from firstline_bot.validate import Example, InvalidFile, check_domain, check_examples, read_examples, rule_intents

BOT_DIR = Path(__file__).resolve().parents[1]
DATA_DIR = BOT_DIR.parent / "training_data"
_FEATURIZER = "firstline_bot.featurizer.EmbeddingFeaturizer"


class TrainingFailed(Exception):
    """Training can't be done; the message says what to do."""


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Check the data, train, and put the model file in place in one step. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m firstline_bot.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="model file to write (.tar.gz)")
    parser.add_argument("--data", type=Path, default=DATA_DIR, help="folder with nlu/ and rules/")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    # Customers' turns on the same machine go first.
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        examples = _check(options.data)
        named = names_as_examples([example.intent for example in examples])
        begin(encoder_folder(), [*(example.text for example in examples), *(text for text, _ in named)])
        config = _config()
        out: Path = options.out
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".train-", dir=out.parent) as folder:
            _train(Path(folder), config, options.data, out)
    except (TrainingFailed, EncoderMissing) as error:
        print(f"firstline_bot.train: {error}", file=sys.stderr)
        return 1
    _say(f"Trained in {time.monotonic() - began:.0f} s: {options.out}")
    return 0


def _check(data: Path) -> List[Example]:
    """Return all examples. Raises TrainingFailed after naming whatever is wrong."""
    files = sorted((data / "nlu").glob("*.yml"))
    if not files:
        raise TrainingFailed(f"No NLU files in '{data / 'nlu'}'.")
    _say(f"Checking {len(files)} NLU files")
    try:
        problems = check_examples(files, rule_intents(data / "rules"))
    except InvalidFile as error:
        raise TrainingFailed(str(error.problem)) from error
    problems += check_domain(BOT_DIR / "domain")
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        raise TrainingFailed(f"{len(problems)} problem(s) in the data; nothing was trained.")
    examples = [example for path in files for example in read_examples(path)]
    _say(f"Encoding {len(examples)} messages")
    return examples


def _config() -> str:
    """Return Rasa's configuration with the encoder's checksum in it."""
    # Heavy imports come after the checks, so that a mistake in the data shows at once.
    _say("Loading Rasa")
    _quiet()
    from firstline_bot.featurizer import SHA_KEY

    config = yaml.safe_load((BOT_DIR / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"]:
        if component["name"] == _FEATURIZER:
            component[SHA_KEY] = encoder_sha(encoder_folder())
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False)


def _train(folder: Path, config: str, data: Path, out: Path) -> None:
    import rasa.model_training
    from rasa.shared.exceptions import RasaException
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    configure_logging_and_warnings(logging.ERROR, warn_only_once=True)
    (folder / "config.yml").write_text(config, encoding="utf-8")
    _say("Training")
    files = [str(data / "nlu"), str(data / "rules")]
    # Rasa prints where it keeps its own copy, which is gone in a moment; its errors are worth reading.
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            result = rasa.model_training.train(
                domain=str(BOT_DIR / "domain"),
                config=str(folder / "config.yml"),
                training_files=files,
                output=str(folder),
                fixed_model_name="model.tar.gz",
                force_training=True,
            )
    except (RasaException, ValueError, RuntimeError) as error:
        raise TrainingFailed(f"Training failed: {error}") from error
    except SystemExit as error:
        raise TrainingFailed(f"Training failed: {printed.getvalue().strip()}") from error
    if result.code != 0 or not result.model:
        raise TrainingFailed(f"Training failed with code {result.code}: {printed.getvalue().strip()}")
    leave_out_training_plan(Path(result.model), out)


def _quiet() -> None:
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.CRITICAL)
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("LOG_LEVEL_LIBRARIES", "ERROR")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Rasa's cache does not notice changes in the modules a component imports.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
