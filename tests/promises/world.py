"""One app for all examples of the state machine: opened once, emptied after each, read after each step."""

from pathlib import Path

import httpx
from sqlalchemy import delete, select

from firstline.conversations.models import Conversation, ConversationEvent, Message
from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.models import Case, CaseEvent
from firstline.desk.staff import add_staff
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app
from firstline.serve.migrate import migrate
from firstline.serve.schema import Base

from ..conftest import PASSWORD, POSTGRESQL, ScriptedBot
from ..databases import empty_database
from ..few_articles import few_articles
from .hand import ClockedTransport, Desk, Hand

KEPT = {"alembic_version", "audit_log", "charter_copies", "leases", "staff", "staff_sessions"}


class Seen:
    """What the database holds after a step."""

    talk: Conversation
    messages: list[Message]
    moves: list[ConversationEvent]
    cases: list[Case]
    events: dict[int, list[str]]


class World:
    """One app for all examples."""

    def __init__(self, folder: Path) -> None:
        many = {"messages_per_minute": 10**6, "conversations_per_minute": 10**6, "staff_session_hours": 10**6}
        many |= {"staff_idle_minutes": 10**8, "token_hours": 10**6}
        partners = PROJECT_ROOT / "partners"
        self.settings = Settings(
            data_dir=folder, partners_dir=partners, database_url=POSTGRESQL, _env_file=None, **many
        )
        self.bot, self.clock = ScriptedBot(), Hand()
        self.bot.script["화가 나요"] = [{"text": "", "custom": {"handoff": {"reason": "complaint"}}}]

    async def open(self) -> None:
        self.app = create_app(self.settings, HashingEncoder(), bot_transport=self.bot, starter=few_articles())
        self.database: Database = self.app.state.parts.database
        if POSTGRESQL:
            await empty_database(POSTGRESQL)
        await migrate(self.database)
        self.http = httpx.AsyncClient(transport=ClockedTransport(self.app, self.clock), base_url="http://test")
        self.desks = {}
        for name in ("minji", "jun"):
            async with self.database.session() as session:
                await add_staff(session, "demo", f"{name}@example.com", "agent", PASSWORD, name)
            body = {"partner": "demo", "email": f"{name}@example.com", "password": PASSWORD}
            token = (await self.http.post("/api/staff/login", json=body)).json()["token"]
            self.http.cookies.clear()
            self.desks[name] = Desk(self.http, {"Authorization": f"Bearer {token}"})

    async def close(self) -> None:
        await self.http.aclose()
        await self.database.close()

    async def forget(self) -> None:
        async with self.database.session() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in KEPT:
                    await session.execute(delete(table))

    async def see(self, mine: str) -> Seen:
        """Read what there is of the conversation with the id ``mine``."""
        seen = Seen()
        async with self.database.reading() as session:
            seen.talk = await session.get_one(Conversation, mine)
            by_id = select(Message).where(Message.conversation_id == mine).order_by(Message.id)
            seen.messages = list(await session.scalars(by_id))
            moves = select(ConversationEvent).where(ConversationEvent.conversation_id == mine)
            seen.moves = list(await session.scalars(moves.order_by(ConversationEvent.id)))
            cases = select(Case).where(Case.conversation_id == mine).order_by(Case.id)
            seen.cases = list(await session.scalars(cases))
            seen.events = {case.id: [] for case in seen.cases}
            history = select(CaseEvent).where(CaseEvent.case_id.in_(seen.events)).order_by(CaseEvent.id)
            for event in await session.scalars(history):
                seen.events[event.case_id].append(event.kind)
        return seen
