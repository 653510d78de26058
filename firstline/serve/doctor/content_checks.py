"""What has to be made or written before Firstline can answer: charters, model, indexes, the bot, accounts."""

import asyncio
from pathlib import Path

import httpx
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from firstline.charter import Charters, Providers
from firstline.chat.bot_client import BotClient
from firstline.chat.identity import check_key
from firstline.chat.partner_site import ANY, FILE, PartnerSites
from firstline.core.database import Database
from firstline.core.database_away import DatabaseAway
from firstline.core.errors import BadInput, FirstlineError, SetupIncomplete
from firstline.core.settings import Settings
from firstline.desk.models import Staff
from firstline.knowledge.index_files import MANIFEST, IndexFiles
from firstline.knowledge.onnx_encoder import read_facts
from firstline.knowledge.prepare_model import is_prepared
from firstline.outbox.attempts import NotNow
from firstline.outbox.partner_file import Partners, secret_of
from firstline.partner_bot import check_folder
from firstline.serve.bot_process import bot_model
from firstline.serve.doctor.finding import Finding, error, warning
from firstline.serve.doctor.server_checks import missing_file
from firstline.serve.outbox import check_notices
from firstline.serve.prepare import fingerprint, trained_from

_PREPARE = "Run `firstline prepare`, or start Firstline."


async def partners(settings: Settings) -> list[Finding]:
    """Check every partner's charter by its lint, its texts for the bot, and its notices."""
    charters = Charters(settings.partners_dir)
    if not charters.partners():
        what = f"No partner has a charter below {settings.partners_dir}."
        return [error("no_partner", what, "Set FIRSTLINE_PARTNERS_DIR to a folder with <partner>/charter.yaml.")]
    findings: list[Finding] = []
    for partner in charters.partners():
        for item in charters.findings(partner):
            if item.level == "error":
                mend = (
                    f"Mend it; `firstline charter check {settings.partners_dir / partner / 'charter.yaml'}` says all."
                )
                findings.append(error("charter_fails_lint", f"Charter of {partner}: {item}.", mend))
            elif item.rule == "L11":
                mend = "Install a newer package `holidays`, check the days, and say so by `version` in the charter."
                findings.append(warning("holidays_missing", f"Charter of {partner}: {item}.", mend))
        for wrong in check_folder(settings.partners_dir / partner / "bot").findings:
            if wrong.level == "error":
                mend = f"Mend the line; `firstline partner check --partner {partner}` says all."
                findings.append(error("partner_texts", f"partners/{partner}/bot/{wrong}", mend))
    return findings + _sites(settings, charters) + _notices(settings, charters)


def _sites(settings: Settings, charters: Charters) -> list[Finding]:
    sites = PartnerSites(settings.partners_dir)
    findings = []
    for partner in charters.partners():
        try:
            site = sites.get(partner)
        except BadInput as problem:
            findings.append(error("site_wrong", problem.message, "Mend the line that it names."))
            continue
        file = settings.partners_dir / partner / FILE
        if not site.origins:
            what = f"No site but Firstline's own may show the chat of {partner}."
            findings.append(warning("no_origins", what, f"List the partner's sites as `origins` in {file}."))
        elif site.origins == ANY and partner != "demo":
            what = f"Any site may show the chat of {partner}, also one that only looks like the partner's."
            findings.append(warning("any_origin", what, f"List the partner's sites as `origins` in {file}."))
        for key in site.identity.keys if site.identity else ():
            try:
                check_key(sites.key(partner, key), key.algorithm)
            except SetupIncomplete as problem:
                findings.append(error("identity_key", problem.message, "Without it customers can't be recognised."))
    return findings


def _notices(settings: Settings, charters: Charters) -> list[Finding]:
    try:
        for partner in charters.partners():
            charters.get(partner)
        Providers(charters).check()
        check_notices(settings, charters)
    except FirstlineError as problem:
        if problem.code == "charter_invalid":
            return []  # named above
        return [error("notices_wrong", problem.message, "Mend the file or the setting that it names.")]
    files = Partners(settings.partners_dir)
    findings = []
    for partner in charters.partners():
        for hook in files.get(partner).webhooks:
            try:
                secret_of(hook.secret_env)
            except NotNow as problem:
                what = f"The webhook {hook.url} of {partner} has no secret: nothing would be delivered there."
                findings.append(error("webhook_secret", what, f"For it, {problem}."))
    return findings


async def model_and_indexes(settings: Settings) -> list[Finding]:
    """Check the embedding model, and that each partner's index is there and was made by it."""
    if not is_prepared(settings):
        what = f"The embedding model '{settings.embedding_model}' is not ready in {settings.embedding_dir}."
        return [error("model_missing", what, _PREPARE)]
    facts = read_facts(settings.embedding_dir)
    findings = []
    for partner in Charters(settings.partners_dir).partners():
        folder = settings.index_dir / partner
        manifest = IndexFiles(folder).manifest()
        if manifest is None:
            state = "is damaged or of another form" if _is_file(folder / MANIFEST) else "is missing"
            findings.append(error("index_missing", f"The search index of {partner} {state}.", _PREPARE))
        elif facts and manifest.get("model") != facts.full_name:
            what = (
                f"The search index of {partner} was made with the model {manifest.get('model')}, not {facts.full_name}."
            )
            findings.append(error("index_of_another_model", what, _PREPARE))
    return findings


async def bot(settings: Settings) -> list[Finding]:
    """Check the bot: elsewhere it has to answer, here it has to be installed, and trained from what is there."""
    if settings.bot_url:
        return await _bot_elsewhere(settings)
    if not settings.bot_python.exists():
        return [error("bot_environment_missing", f"There is no {settings.bot_python}.", "Run `make setup`.")]
    if not bot_model(settings).is_file():
        return [error("bot_not_trained", "The bot isn't trained.", "Run `make train`, or start Firstline.")]
    if is_prepared(settings) and trained_from(settings).get("fingerprint") != fingerprint(settings):
        what = "The bot was trained from other data, code or another embedding model than what is here."
        return [error("bot_older_than_data", what, "Run `make train`, or start Firstline: it trains then.")]
    return []


async def staff(settings: Settings) -> list[Finding]:
    """Check that each partner has somebody who can answer, and somebody who leads; says nothing without a database."""
    accounts = await _accounts(settings)
    if accounts is None:
        return []
    findings = []
    for partner in Charters(settings.partners_dir).partners():
        roles = [role for whose, role in accounts if whose == partner]
        add = f"firstline staff add --partner {partner} --role admin --email you@example.com"
        if not roles:
            what = f"Partner {partner} has no account: nobody can log in, and nobody answers its customers."
            findings.append(error("no_staff", what, add))
        elif not {"lead", "admin"} & set(roles):
            what = f"Partner {partner} has no lead and no admin: nobody is told of late cases."
            findings.append(warning("no_lead", what, add.replace("admin", "lead")))
    return findings


async def _accounts(settings: Settings) -> list[tuple[str, str]] | None:
    """Return partner and role of every account that may log in; ``None`` where the check of the database says why."""
    try:
        if missing_file(settings):
            return None
        database = Database(settings.resolved_database_url)
    except (ImportError, SQLAlchemyError):
        return None
    try:
        async with asyncio.timeout(5), database.reading() as session:
            query = select(Staff.partner, Staff.roles).where(Staff.disabled_at.is_(None))
            return [(partner, role) for partner, roles in (await session.execute(query)).all() for role in roles]
    except (OSError, TimeoutError, SQLAlchemyError, DatabaseAway):
        return None
    finally:
        await database.close()


async def _bot_elsewhere(settings: Settings) -> list[Finding]:
    secret = settings.bot_secret.get_secret_value()
    client = BotClient(httpx.AsyncClient(), settings.bot_url, secret, timeout=3.0, concurrency=1, queue=1)
    try:
        if await client.health() is not None:
            return []
    finally:
        await client.close()
    what = f"The bot at {settings.bot_url} does not answer, or doesn't know FIRSTLINE_BOT_SECRET."
    return [error("bot_unreachable", what, "Start it, mend FIRSTLINE_BOT_URL, or give both the same secret.")]


def _is_file(path: Path) -> bool:
    return path.is_file()
