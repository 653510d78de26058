"""Runs every check, one after the other, and puts together what was found."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from firstline.core.settings import Settings
from firstline.serve.doctor import content_checks, helpdesk_checks, machine_checks, server_checks, setting_checks
from firstline.serve.doctor.finding import Finding, error

Check = Callable[[Settings], Awaitable[list[Finding]]]

# In the order in which things are mended: without settings nothing else can be told, without a folder no database.
CHECKS: dict[str, Check] = {
    "values": setting_checks.values,
    "secrets": setting_checks.secrets,
    "addresses": setting_checks.addresses,
    "data folder": machine_checks.folders,
    "port": machine_checks.port,
    "uploads": machine_checks.uploads,
    "database": server_checks.database,
    "Redis": server_checks.shared_redis,
    "mail": server_checks.mail,
    "partners": content_checks.partners,
    "help desks": helpdesk_checks.helpdesks,
    "embedding model and indexes": content_checks.model_and_indexes,
    "bot": content_checks.bot,
    "staff": content_checks.staff,
}
_SETTINGS = "settings"


@dataclass(frozen=True)
class Examination:
    """The findings of each check by its name; a check without any found nothing wrong."""

    checks: dict[str, list[Finding]]

    @property
    def is_well(self) -> bool:
        """Say whether nothing keeps Firstline from its work."""
        return not any(item.level == "error" for found in self.checks.values() for item in found)

    def as_json(self) -> dict[str, Any]:
        """Return ``{"ok", "checks": [{"name", "findings": [{"code", "level", "what", "mend"}]}]}``."""
        checks = [{"name": name, "findings": [asdict(item) for item in found]} for name, found in self.checks.items()]
        return {"ok": self.is_well, "checks": checks}


async def examine(environment: Mapping[str, str]) -> Examination:
    """Look everything over that the settings in ``environment`` and ``.env`` name."""
    settings, findings = setting_checks.read_settings(environment)
    checks = {_SETTINGS: findings}
    if settings is not None:
        for name, check in CHECKS.items():
            try:
                checks[name] = await check(settings)
            except Exception as problem:  # one check that fails must not hide the others
                what = f"This check failed itself: {type(problem).__name__}: {str(problem)[:200]}."
                checks[name] = [error("check_failed", what, "Mend what the other checks name, and ask again.")]
    return Examination(checks)
