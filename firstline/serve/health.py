"""Whether Firstline can do its work now."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from firstline.charter import Charters
from firstline.chat.bot_client import BotClient
from firstline.core.database import Database
from firstline.knowledge.service import Knowledge


class Ready(BaseModel):
    """Answer of ``GET /readyz``: ``missing`` says in words what is not there."""

    ok: bool
    missing: dict[str, str]


class Health(Ready):
    """Answer of ``GET /healthz``: ``bot_model`` names the trained bot that answers."""

    bot_model: str | None


def health_router(database: Database, knowledge: Knowledge, charters: Charters, bot: BotClient) -> APIRouter:
    """Return ``GET /healthz``: 200 when bot, index and database work, else 503 with what is missing; ``GET /readyz``:
    the same without the bot; and ``GET /livez``: 200 as long as the process answers.
    """
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def livez() -> dict[str, bool]:
        return {"ok": True}

    @router.get("/readyz", responses={200: {"model": Ready}, 503: {"model": Ready}})
    async def readyz() -> JSONResponse:
        missing = await own_parts()
        return JSONResponse({"ok": not missing, "missing": missing}, status_code=503 if missing else 200)

    @router.get("/healthz", responses={200: {"model": Health}, 503: {"model": Health}})
    async def healthz() -> JSONResponse:
        missing: dict[str, str] = {}
        model = await bot.health()
        if model is None:
            missing["bot"] = "The bot does not answer yet; it is starting, or its log says why not."
        missing |= await own_parts()
        body: dict[str, Any] = {"ok": not missing, "bot_model": model, "missing": missing}
        return JSONResponse(body, status_code=503 if missing else 200)

    async def own_parts() -> dict[str, str]:
        missing: dict[str, str] = {}
        for partner in charters.partners():
            if not knowledge.ready(partner):
                missing["index"] = f"The index of partner '{partner}' is not loaded yet."
        try:
            await database.writes()
        except Exception as error:
            missing["database"] = f"The database takes no writes ({type(error).__name__})."
        return missing

    return router
