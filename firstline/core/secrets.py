"""Secrets: from the environment, weak ones refused; what nobody set is made once and kept, readable by its owner."""

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from firstline.core.errors import Conflict, SetupIncomplete
from firstline.core.settings import Settings
from firstline.core.signing_keys import SHORTEST, SigningKeys

_KINDS = 6
_TOKEN, _BEFORE = "token_secret", "token_secret_before"


def bot_secret(settings: Settings) -> str:
    """Return the secret shared with the bot; raises ``SetupIncomplete`` when the given one is weak."""
    given = settings.bot_secret.get_secret_value()
    check_given(given, "bot_secret")
    return given or _kept_or_made("bot_secret", settings.data_dir)


def token_keys(settings: Settings) -> SigningKeys:
    """Return the keys behind customers' tokens and links; raises ``SetupIncomplete`` when a given secret is weak.

    Secrets that are kept in the data folder are read again when their file changes, so that a rotation counts at once.
    """
    given = [settings.token_secret.get_secret_value(), settings.token_secret_before.get_secret_value()]
    for secret, name in zip(given, (_TOKEN, _BEFORE), strict=True):
        check_given(secret, name)
    if given[0]:
        return SigningKeys(lambda: [secret for secret in given if secret])
    if given[1]:
        raise SetupIncomplete("FIRSTLINE_TOKEN_SECRET_BEFORE is set without FIRSTLINE_TOKEN_SECRET; set both.")
    _kept_or_made(_TOKEN, settings.data_dir)
    return SigningKeys(_Kept(settings.data_dir))


def rotate_token_secret(settings: Settings, *, leaked: bool = False) -> None:
    """Put a new kept secret in the place of the old one, which counts until the next rotation unless it has leaked.

    Raises ``Conflict`` when the secret comes from the environment, where only its owner can change it.
    """
    if settings.token_secret.get_secret_value():
        raise Conflict(
            "FIRSTLINE_TOKEN_SECRET is set, so it is changed where it is set: move its value to "
            "FIRSTLINE_TOKEN_SECRET_BEFORE (unless it has leaked), set a new one, and start Firstline again."
        )
    kept = kept_secrets(settings.data_dir)
    old = kept.pop(_TOKEN, None)
    kept.pop(_BEFORE, None)
    if old and not leaked:
        kept[_BEFORE] = old
    kept[_TOKEN] = secrets.token_urlsafe(32)
    _write(settings.data_dir, kept)


def check_given(given: str, name: str) -> None:
    """Raise ``SetupIncomplete`` for a weak secret that somebody set as ``name``; an empty one will be made."""
    if given and is_weak(given):
        raise SetupIncomplete(
            f"FIRSTLINE_{name.upper()} is too weak: use {SHORTEST} or more random characters, "
            "or leave it out to have one made."
        )


def is_weak(secret: str) -> bool:
    """Say whether a secret is too short, or of too few different characters, to be a random one."""
    return len(secret) < SHORTEST or len(set(secret)) < _KINDS


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


class _Kept:
    """The kept secrets behind tokens, the newest first, read again when their file changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: tuple[int, int] | None = None
        self._found: Sequence[str] = ()

    def __call__(self) -> Sequence[str]:
        try:
            status = (self._folder / "secrets.json").stat()
        except OSError:
            return self._found  # What was read last goes on counting; the next start says what is missing.
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            kept = kept_secrets(self._folder)
            self._found = [kept[name] for name in (_TOKEN, _BEFORE) if name in kept]
            self._stamp = stamp
        return self._found


def _kept_or_made(name: str, folder: Path) -> str:
    kept = kept_secrets(folder)
    if name not in kept:
        kept[name] = secrets.token_urlsafe(32)
        _write(folder, kept)
    return kept[name]


def _write(folder: Path, kept: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secrets.json"
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(kept), "utf-8")
    draft.replace(path)
