"""The staff API, put together."""

from collections.abc import Mapping

from fastapi import APIRouter

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.knowledge.service import Knowledge
from firstline.training.service import Training
from firstline.web.staff.audit import audit_router
from firstline.web.staff.charter import charter_router
from firstline.web.staff.from_below import from_below_router
from firstline.web.staff.insights import insights_router
from firstline.web.staff.oidc import oidc_router
from firstline.web.staff.people import people_router
from firstline.web.staff.resellers import resellers_router
from firstline.web.staff.sessions import sessions_router
from firstline.web.staff.training import training_router
from firstline.web.staff_api import staff_router


def staff_routes(
    database: Database, settings: Settings, charters: Charters, providers: Mapping[str, str], knowledge: Knowledge
) -> list[APIRouter]:
    """Return every router under ``/api/staff``."""
    return [
        staff_router(database, settings, charters),
        oidc_router(database, settings, charters),
        people_router(database, settings),
        sessions_router(database),
        audit_router(database),
        charter_router(database, charters),
        from_below_router(database, charters, providers),
        resellers_router(database, charters, providers, knowledge),
        insights_router(database, charters, knowledge, providers),
        training_router(Training(database, charters, settings.partners_dir, providers)),
    ]
