"""What the settings say: names that mean nothing, values that can't be, secrets, addresses."""

import difflib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import ValidationError

from firstline.core.errors import SetupIncomplete
from firstline.core.secrets import check_given, kept_secrets
from firstline.core.settings import RENAMED, Settings
from firstline.desk.oidc_client import OidcClient
from firstline.serve.doctor.finding import Finding, error, warning

OF_THE_BOT = frozenset(
    f"FIRSTLINE_{name}"
    for name in (
        "ACTION_URL", "BOT_CACHE", "BOT_HOST", "BOT_LOCKS", "BOT_MODEL", "BOT_PARENT", "BOT_PARTNERS", "BOT_PORT",
        "BOT_STANDALONE", "BOT_TENSORFLOW", "BOT_TURN_SECONDS", "EMBEDDING_DIR", "RECORD", "TEST_DATABASE_URL",
        "TRACKER_DB", "VECTOR_URL",
    )
)  # fmt: skip
"""Variables that the bot's process or the tests read; the app doesn't."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_settings(environment: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, ``None`` when they can't be read, and what is wrong with names and values."""
    given = dict.fromkeys(environment, "the environment")
    given = dict.fromkeys(dotenv_values(Path(".env")), ".env") | given
    findings = list(_names(given))
    try:
        return Settings(), findings
    except ValidationError as problem:
        for item in problem.errors():
            name = str(item["loc"][0])
            variable = name if name.isupper() else f"FIRSTLINE_{name.upper()}"
            what = f"{variable} can't be used: {item['msg'].lower()}."
            findings.append(error("bad_setting", what, f"Set {variable} to a value that docs/settings.md allows."))
        return None, findings


def _names(given: Mapping[str, str]) -> Iterator[Finding]:
    known = {f"FIRSTLINE_{name.upper()}" for name in Settings.model_fields}
    for name, where in sorted(given.items()):
        if not name.startswith("FIRSTLINE_") or name in known | OF_THE_BOT:
            continue
        if name in RENAMED:
            what = f"{name} in {where} is called {RENAMED[name]} now, and has no effect."
            yield error("renamed_setting", what, f"Rename it to {RENAMED[name]}.")
            continue
        near = difflib.get_close_matches(name, known, 1, 0.8)
        mend = f"Did you mean {near[0]}?" if near else "Take it out, or look for its name in docs/settings.md."
        yield warning("unknown_setting", f"{name} in {where} is no setting, and has no effect.", mend)


async def values(settings: Settings) -> list[Finding]:
    """Check values that only mean something together, or to a part."""
    findings = []
    if settings.log_level.upper() not in logging.getLevelNamesMapping():
        what = f"FIRSTLINE_LOG_LEVEL is '{settings.log_level}'."
        findings.append(error("bad_log_level", what, "Set it to DEBUG, INFO, WARNING or ERROR."))
    if settings.oidc_issuer:
        try:
            OidcClient(settings)
        except SetupIncomplete as problem:
            findings.append(error("oidc_incomplete", problem.message, "Set what is missing, or leave all of them out."))
    if settings.redis_url.get_secret_value() and not settings.database_url:
        what = "FIRSTLINE_REDIS_URL is set, which is for several apps, but the database is SQLite, which is for one."
        findings.append(warning("redis_without_postgresql", what, "Set FIRSTLINE_DATABASE_URL to a PostgreSQL."))
    return findings


async def addresses(settings: Settings) -> list[Finding]:
    """Check that customers and staff can reach Firstline, and safely."""
    public = urlsplit(settings.base_url)
    if settings.host not in _LOOPBACK and not settings.public_url:
        what = f"Firstline listens on {settings.host}, but links in mails would lead to {settings.base_url}."
        mend = "Set FIRSTLINE_PUBLIC_URL to the address that customers use, such as https://help.example.com."
        return [warning("no_public_url", what, mend)]
    if public.scheme != "https" and public.hostname not in _LOOPBACK and settings.public_url:
        what = f"FIRSTLINE_PUBLIC_URL is {settings.base_url}: without https, log-ins can be read on the way."
        return [warning("no_https", what, "Put a server with TLS in front, and set the https address.")]
    return []


async def secrets(settings: Settings) -> list[Finding]:
    """Check the secrets' strength and where they are kept; none is made."""
    findings = []
    shared = bool(settings.redis_url.get_secret_value())
    for name, given in (("token_secret", settings.token_secret), ("bot_secret", settings.bot_secret)):
        try:
            check_given(given.get_secret_value(), name)
        except SetupIncomplete as problem:
            findings.append(
                error(
                    "weak_secret",
                    problem.message,
                    "python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one.",
                )
            )
        if shared and not given.get_secret_value():
            what = f"Several apps share a Redis, but FIRSTLINE_{name.upper()} is not set: each would make its own."
            findings.append(error("secret_not_shared", what, "Set it to the same value for all apps."))
    try:
        kept_secrets(settings.data_dir)
    except SetupIncomplete as problem:
        findings.append(error("secrets_unreadable", problem.message, "Mend the file, or its owner."))
    findings += _open_to_others(settings.data_dir / "secrets.json")
    return findings


def _open_to_others(path: Path) -> list[Finding]:
    if not path.is_file() or not path.stat().st_mode & 0o077:
        return []
    return [warning("secrets_open", f"Others on this machine may read {path}.", f"chmod 600 {path}")]
