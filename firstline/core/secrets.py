"""Secrets that nobody set: made once, kept in the data folder, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path

from firstline.core.errors import SetupIncomplete
from firstline.core.settings import Settings

_SHORTEST = 16
_KINDS = 6


def bot_secret(settings: Settings) -> str:
    """Return the secret shared with the bot; raises ``SetupIncomplete`` when the given one is weak."""
    return _given_or_kept(settings.bot_secret.get_secret_value(), "bot_secret", settings.data_dir)


def token_secret(settings: Settings) -> str:
    """Return the secret behind customers' tokens; raises ``SetupIncomplete`` when the given one is weak."""
    return _given_or_kept(settings.token_secret.get_secret_value(), "token_secret", settings.data_dir)


def check_given(given: str, name: str) -> None:
    """Raise ``SetupIncomplete`` for a weak secret that somebody set as ``name``; an empty one will be made."""
    if given and (len(given) < _SHORTEST or len(set(given)) < _KINDS):
        raise SetupIncomplete(
            f"FIRSTLINE_{name.upper()} is too weak: use {_SHORTEST} or more random characters, "
            "or leave it out to have one made."
        )


def kept_secrets(folder: Path) -> dict[str, str]:
    """Return the secrets kept in the data folder; raises ``SetupIncomplete`` when the file can't be read."""
    path = folder / "secrets.json"
    try:
        kept: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise SetupIncomplete(
            f"{path} can't be read ({error}). Take it from a backup; deleted, it is made anew, and customers can't go "
            "on with conversations in their browsers."
        ) from error
    return kept


def _given_or_kept(given: str, name: str, folder: Path) -> str:
    if given:
        check_given(given, name)
        return given
    path = folder / "secrets.json"
    kept = kept_secrets(folder)
    if name not in kept:
        kept[name] = secrets.token_urlsafe(32)
        folder.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(kept), "utf-8")
        draft.replace(path)
    return kept[name]
