"""What the settings say: names that mean nothing, values that can't be, secrets, addresses."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from firstline.core.errors import SetupIncomplete
from firstline.core.secrets import check_given, kept_secrets
from firstline.core.setting_names import given_names, remarks
from firstline.core.settings import Settings
from firstline.desk.oidc_client import OidcClient
from firstline.serve.doctor.finding import Finding, error, warning

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def read_settings(environment: Mapping[str, str]) -> tuple[Settings | None, list[Finding]]:
    """Return the settings, ``None`` when they can't be read, and what is wrong with names and values."""
    findings = list(_names(given_names(environment)))
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
    for remark in remarks(Settings, given):
        # With one that is gone nothing starts; all others leave Firstline to its work.
        kind = error if remark.kind == "removed" else warning
        yield kind(f"{remark.kind}_setting", remark.what, remark.mend)


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
    mine = ("token_secret", "token_secret_before", "bot_secret")
    for name, given in ((name, getattr(settings, name)) for name in mine):
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
        if shared and name != "token_secret_before" and not given.get_secret_value():
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
