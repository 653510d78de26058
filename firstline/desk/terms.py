"""The charter a case was opened under: kept word for word, so that no later change of the file touches its clocks."""

import hashlib
import json
from functools import lru_cache

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.charter import Charter, Charters
from firstline.core.database import Database, insert_if_absent
from firstline.core.times import utcnow
from firstline.desk.models import Case, CharterCopy


async def keep_terms(session: AsyncSession, partner: str, charter: Charter) -> str:
    """Keep a copy of the charter, once for the same content; return its key."""
    document = charter.model_dump_json(by_alias=True)
    key = hashlib.sha256(document.encode()).hexdigest()
    await insert_if_absent(
        session,
        CharterCopy,
        key=key,
        partner=partner,
        version=str(charter.version),
        document=document,
        kept_at=utcnow(),
    )
    return key


async def terms_of(session: AsyncSession, case: Case) -> Charter:
    """Return the charter the case was opened under."""
    return _read((await session.get_one(CharterCopy, case.charter_key)).document)


async def adopt_terms(database: Database, charters: Charters) -> None:
    """Give the charter in force now to cases that were opened before copies were kept."""
    async with database.reading() as session:
        partners = (await session.scalars(select(Case.partner).where(Case.charter_key.is_(None)).distinct())).all()
    for partner in set(partners) & set(charters.partners()):
        async with database.session() as session:
            key = await keep_terms(session, partner, charters.get(partner))
            await session.execute(
                update(Case).where(Case.partner == partner, Case.charter_key.is_(None)).values(charter_key=key)
            )


@lru_cache(maxsize=64)
def _read(document: str) -> Charter:
    # Not strict: JSON has no dates of its own.
    return Charter.model_validate(json.loads(document), strict=False)
