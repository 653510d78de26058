"""Passwords of staff: hashed with argon2, refused when they are short or among the first that anybody would try."""

import asyncio
import secrets
from functools import cache

from pwdlib import PasswordHash
from zxcvbn import zxcvbn

from firstline.core.errors import BadInput

PASSWORD_MIN = 10
PASSWORD_MAX = 1024

# zxcvbn's score (0 to 4) from which a password takes more than a million guesses; it reads 72 characters at most.
_SCORE_NEEDED = 2
_SCORE_READS = 72


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    """A hash that no password fits: checked where there is no account, so that the answer takes as long."""
    return _hasher().hash(secrets.token_hex(16))


def check_password(password: str, *known: str) -> None:
    """Raise ``BadInput`` for a password that is too short, very common, or made of what is ``known`` of its owner."""
    if len(password) < PASSWORD_MIN:
        raise BadInput(f"The password is too short: use {PASSWORD_MIN} characters or more.", code="password_short")
    if len(password) > PASSWORD_MAX:
        raise BadInput(f"The password is too long: use {PASSWORD_MAX} characters or fewer.", code="password_long")
    words = [word.lower() for name in known for word in (name, *name.replace("@", " ").replace(".", " ").split())]
    if password.lower() in words or zxcvbn(password[:_SCORE_READS], user_inputs=words)["score"] < _SCORE_NEEDED:
        raise BadInput(
            "The password is easy to guess: it is common, or made of the name or address; use a few unrelated words.",
            code="password_common",
        )


def hash_password(password: str) -> str:
    """Return the argon2 hash to keep."""
    return _hasher().hash(password)


async def verify_password(password: str, kept: str) -> tuple[bool, str | None]:
    """Say whether ``password`` fits the hash, and a newer hash to keep if there is one.

    An empty ``kept`` (nobody there, or no password set) takes as long and never fits. Runs in a thread.
    """
    right, newer = await asyncio.to_thread(_hasher().verify_and_update, password, kept or _nobodys())
    return right and bool(kept), newer if kept else None
