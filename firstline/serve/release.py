"""``firstline train``: train beside the bot in use, judge both, and put the new one in its place unless it is worse."""

import asyncio
import hashlib
from pathlib import Path

from firstline.core.errors import Conflict, Unavailable
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.serve.bot_process import bot_model
from firstline.serve.prepare import Say, fingerprint, note_trained, train_model, trained_from
from firstline.serve.route_evaluation import guess_routes, read_rows, score

JUDGED_BY = PROJECT_ROOT / "evaluation"
Accuracy = dict[str, float]


class ModelRefused(Conflict):
    """The newly trained bot is worse than the one in use."""

    default_code = "model_refused"


def release(settings: Settings, say: Say, *, accept_worse: bool = False, judged_by: Path = JUDGED_BY) -> None:
    """Train, judge, and replace the model file as a whole; a running app then takes the new bot over by itself.

    The share of rightly routed messages of ``routes_*.jsonl`` in ``judged_by`` decides, in each language. Raises
    ``ModelRefused`` when it is lower by more than ``bot_worse_margin``; the refused model is kept beside
    the one in use.
    """
    made_from = fingerprint(settings)
    candidate = settings.bot_dir / "candidate.tar.gz"
    say("Training the bot")
    train_model(settings, candidate)
    files = sorted(judged_by.glob("routes_*.jsonl"))
    before = _standing(settings, files, say)
    say("Judging the new bot")
    after = _judge(settings, candidate, files)
    say(f"Rightly routed: {_words(after)}" + (f"; the bot in use: {_words(before)}" if before else ""))
    worse = [lang for lang in before if after[lang] < before[lang] - settings.bot_worse_margin]
    if worse and not accept_worse:
        refused = settings.bot_dir / "refused.tar.gz"
        candidate.replace(refused)
        raise ModelRefused(
            f"The new bot routes fewer messages rightly than the one in use ({', '.join(worse)}), so it was not taken; "
            f"it is kept as {refused}. Mend the training data, or take it all the same: "
            "`firstline train --accept-worse`."
        )
    candidate.replace(bot_model(settings))
    note_trained(settings, {"fingerprint": made_from, "judged_by": _checksum(files), "accuracy": after})
    say("The new bot is in place; a running Firstline takes it over within seconds")


def _standing(settings: Settings, files: list[Path], say: Say) -> Accuracy:
    """Return how the bot in use was judged, by the same files; judge it now if it never was. Empty without one."""
    known = trained_from(settings)
    if not bot_model(settings).is_file():
        return {}
    if known.get("judged_by") == _checksum(files):
        accuracy: Accuracy = known["accuracy"]
        return accuracy
    say("Judging the bot in use")
    try:
        return _judge(settings, bot_model(settings), files)
    except Unavailable:
        say("The bot in use can't be judged: it does not start, perhaps because the embedding model changed")
        return {}


def _judge(settings: Settings, model: Path, files: list[Path]) -> Accuracy:
    rows = [row for path in files for row in read_rows(path)]
    guesses = asyncio.run(guess_routes(rows, settings, model=model, quiet=True))
    languages = score(rows, [guess.route for guess in guesses])["languages"]
    return {lang: figures["accuracy"] for lang, figures in languages.items()}


def _checksum(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _words(accuracy: Accuracy) -> str:
    return ", ".join(f"{lang} {share:.1%}" for lang, share in accuracy.items())
