"""The help desks that partners chose: they have to answer, take the token, and be what the file says."""

import asyncio
from collections.abc import Awaitable, Callable

from firstline.charter import Charters
from firstline.core.settings import Settings
from firstline.helpdesks.desks import Desks
from firstline.helpdesks.partner_file import HelpdeskFile, HelpdeskFiles
from firstline.outbox.attempts import Never, NotNow
from firstline.outbox.outgoing import Outgoing
from firstline.outbox.partner_file import secret_of
from firstline.serve.doctor.finding import Finding, error

_PATIENCE_SECONDS = 5
_MEND = "Mend helpdesk.yaml, the token or the help desk itself; docs/helpdesks.md says what each needs."


async def helpdesks(settings: Settings) -> list[Finding]:
    """Check each help desk that a partner's file describes, without changing anything there."""
    patience = min(settings.outgoing_timeout_seconds, _PATIENCE_SECONDS)
    try:
        desks = Desks(HelpdeskFiles(settings.partners_dir), Outgoing(settings.outgoing_allowed.split(","), patience))
    except ValueError:
        return []  # the check of the partners names it
    findings = []
    for partner in Charters(settings.partners_dir).partners():
        try:
            file = desks.file(partner)
        except NotNow:
            continue  # the check of the partners names it
        asked = _asked(desks, partner, file)
        for what, found in zip(asked, await asyncio.gather(*(_ask(ask) for ask in asked.values())), strict=True):
            if found is not None:
                findings.append(error("helpdesk_unusable", f"The {what} of {partner} can't be used: {found}.", _MEND))
        findings += _secrets(partner, file)
    return findings


def _asked(desks: Desks, partner: str, file: HelpdeskFile) -> dict[str, Callable[[], Awaitable[None]]]:
    asked: dict[str, Callable[[], Awaitable[None]]] = {}
    for name in ("zammad", "chatwoot"):
        if getattr(file, name):
            asked[name.capitalize()] = lambda name=name: desks.of(partner, name).check()  # type: ignore[misc]
    if file.chatwoot and file.chatwoot.agent_bot:
        asked["Chatwoot agent bot"] = lambda: desks.bot(partner).check()
    return asked


async def _ask(check: Callable[[], Awaitable[None]]) -> Exception | None:
    try:
        await check()
    except (Never, NotNow) as problem:
        return problem
    return None


def _secrets(partner: str, file: HelpdeskFile) -> list[Finding]:
    named = [file.zammad.webhook_secret_env] if file.zammad else []
    if file.chatwoot:
        named += [file.chatwoot.webhook_secret_env] if file.chatwoot.webhook_secret_env else []
        named += [file.chatwoot.agent_bot.secret_env] if file.chatwoot.agent_bot else []
    findings = []
    for variable in named:
        try:
            secret_of(variable)
        except NotNow as problem:
            what = f"A help desk of {partner} can't call us: its webhooks have no secret here."
            findings.append(error("helpdesk_secret", what, f"For it, {problem}."))
    return findings
