"""The stack of a chaos run: apps, bots, and a database and a Redis where there are any, in a folder of their own."""

import os
import secrets
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from firstline.core.database import Database
from firstline.core.errors import BadInput
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.staff import add_staff
from firstline.serve.backup.rows import lines_of, load, tables_of
from firstline.serve.bench.server import copy_prepared
from firstline.serve.bot_process import bot_model, free_port
from firstline.serve.chaos.child import AppsBot, Child, Part
from firstline.serve.chaos.doors import Door, Hooks
from firstline.serve.chaos.servers import postgresql, redis
from firstline.serve.migrate import migrate, schema_of

PARTNER = "demo"
PASSWORD = "thrown-away-after-the-run"  # noqa: S105 - of accounts in a folder that is deleted
_HOOK_SECRET = "CHAOS_HOOK_SECRET"  # noqa: S105 - a variable's name
_NOTICES = (
    "mail_leads: []\nmail_customers: []\nwebhooks:\n  - url: {url}\n    secret_env: {secret}\n    events: [opened]\n"
)


@dataclass(frozen=True)
class Plan:
    """What to start: ``own_servers`` makes a PostgreSQL and a Redis; with addresses they are somebody else's."""

    apps: int = 1
    bots: int = 1
    own_servers: bool = False
    database_url: str = ""
    redis_url: str = ""

    @property
    def on_servers(self) -> bool:
        """Whether the data stands in PostgreSQL, so that several apps may share it."""
        return self.own_servers or bool(self.database_url)


class Stack:
    """Everything that runs, and what of it can be killed (``parts``)."""

    def __init__(self, settings: Settings, folder: Path, plan: Plan, hooks: Hooks, agents: int) -> None:
        """Prepare for ``plan`` below ``folder``, with what ``settings`` have prepared; starts nothing."""
        self._settings, self._folder, self._plan, self._hooks = settings, folder, plan, hooks
        self._agents = agents
        self._secret = secrets.token_hex(24)
        self.database_url, self._redis_url = plan.database_url, plan.redis_url
        self._children: list[Child] = []
        self.parts: list[Part] = []
        self._doors: list[Door] = []
        self.url = ""

    @property
    def emails(self) -> list[str]:
        """The agents' addresses."""
        return [f"agent{number}@example.com" for number in range(self._agents)]

    async def start(self) -> None:
        """Fill the folder and start everything; raises ``Unavailable`` or ``SetupIncomplete``."""
        copy_prepared(self._settings, self._folder / "app0")
        self._write_partner()
        if self._plan.own_servers:
            for child, address in (postgresql(self._folder), redis(self._folder)):
                await self._begin(child)
                self.parts.append(child)
                if child.kind == "database":
                    self.database_url = address
                else:
                    self._redis_url = address
        await self._fill()
        ports = [free_port() for _ in range(self._plan.apps)]
        public, inside = Door(ports), Door(ports)
        for door in (public, inside):
            await self._open(door)
        self.url = public.url
        bots = await self._start_bots(f"{inside.url}/internal") if self._plan.on_servers else ""
        apps = [self._app(number, port, bots) for number, port in enumerate(ports)]
        self.parts += apps
        for app in apps:
            await app.start()
            self._children.append(app)
        if not bots:
            self.parts.append(AppsBot(apps[0], _answers(f"http://127.0.0.1:{ports[0]}/healthz")))
        for part in self.parts:
            await part.wait()

    async def stop(self) -> None:
        """End everything, those who use something before what they use."""
        for child in reversed(self._children):
            await child.stop()
        for door in self._doors:
            door.close()

    async def _start_bots(self, inside: str) -> str:
        ports = [free_port() for _ in range(self._plan.bots)]
        door = Door(ports)
        await self._open(door)
        for number, port in enumerate(ports):
            bot = self._bot(number, port, inside)
            await self._begin(bot, wait=False)
            self.parts.append(bot)
        return door.url

    async def _begin(self, child: Child, *, wait: bool = True) -> None:
        await child.start()
        self._children.append(child)
        if wait:
            await child.wait()

    async def _open(self, door: Door) -> None:
        await door.open()
        self._doors.append(door)

    def _write_partner(self) -> None:
        partner = self._folder / "partners" / PARTNER
        shutil.copytree(PROJECT_ROOT / "partners" / PARTNER, partner)
        notices = _NOTICES.format(url=f"{self._hooks.url}/hook", secret=_HOOK_SECRET)
        (partner / "notices.yaml").write_text(notices, "utf-8")

    async def _fill(self) -> None:
        """Bring the database to the newest schema, with the articles and the agents."""
        filled = Database(f"sqlite+aiosqlite:///{self._folder / 'app0' / 'firstline.db'}")
        await migrate(filled)
        async with filled.session() as session:
            for email in self.emails:
                await add_staff(session, PARTNER, email, "agent", PASSWORD, email)
        if self._plan.on_servers:
            await copy_rows(filled, self.database_url)
            for number in range(1, self._plan.apps):
                folder = self._folder / f"app{number}"
                shutil.copytree(self._folder / "app0" / "index", folder / "index")
                (folder / "models").symlink_to((self._folder / "app0" / "models").resolve())
        else:
            self.database_url = filled.url
        await filled.close()

    def _app(self, number: int, port: int, bots: str) -> Child:
        environment = _clean_environment() | {
            "FIRSTLINE_DATA_DIR": str(self._folder / f"app{number}"),
            "FIRSTLINE_PARTNERS_DIR": str(self._folder / "partners"),
            "FIRSTLINE_DATABASE_URL": self.database_url if self._plan.on_servers else "",
            "FIRSTLINE_REDIS_URL": self._redis_url,
            "FIRSTLINE_BOT_URL": bots,
            "FIRSTLINE_BOT_PYTHON": str(self._settings.bot_python),
            "FIRSTLINE_BOT_SECRET": self._secret,
            "FIRSTLINE_TOKEN_SECRET": self._secret[::-1],
            "FIRSTLINE_PORT": str(port),
            "FIRSTLINE_MESSAGES_PER_MINUTE": "100000",
            "FIRSTLINE_CONVERSATIONS_PER_MINUTE": "100000",
            "FIRSTLINE_LOGIN_FREE_ATTEMPTS": "100000",
            "FIRSTLINE_HEALTH_REPORT_THRESHOLD": "1000000",
            "FIRSTLINE_OUTGOING_ALLOWED": "127.0.0.1",
            "FIRSTLINE_NOTICE_DELAY_SECONDS": "1",
            "FIRSTLINE_NOTICE_LONGEST_DELAY_SECONDS": "5",
            "FIRSTLINE_NOTICE_ATTEMPTS": "1000",
            "FIRSTLINE_LOG_JSON": "true",
            _HOOK_SECRET: self._secret,
        }
        command = [sys.executable, "-c", "from firstline.serve.cli import main; main()", "run"]
        ready = _answers(f"http://127.0.0.1:{port}/readyz")
        return Child("app", f"app{number}", command, environment, self._folder / f"app{number}.log", ready)

    def _bot(self, number: int, port: int, inside: str) -> Child:
        environment = _clean_environment() | {
            "PYTHONPATH": str(PROJECT_ROOT / "bot"),
            "FIRSTLINE_BOT_PORT": str(port),
            "FIRSTLINE_BOT_MODEL": str(bot_model(self._settings)),
            "FIRSTLINE_BOT_SECRET": self._secret,
            "FIRSTLINE_ACTION_URL": f"{inside}/actions/webhook",
            "FIRSTLINE_VECTOR_URL": f"{inside}/vectors",
            "FIRSTLINE_EMBEDDING_DIR": str(self._settings.embedding_dir),
            "FIRSTLINE_BOT_PARTNERS": str(self._folder / "app0" / "bot" / "partners"),
            "FIRSTLINE_TRACKER_DB": self.database_url,
            "FIRSTLINE_REDIS_URL": self._redis_url,
            "FIRSTLINE_LOG_JSON": "true",
        }
        command = [str(self._settings.bot_python), "-m", "firstline_bot"]
        headers = {"X-Firstline-Secret": self._secret}
        ready = _answers(f"http://127.0.0.1:{port}/webhooks/firstline/health", headers)
        log = self._folder / f"bot{number}.log"
        return Child("bot", f"bot{number}", command, environment, log, ready, PROJECT_ROOT / "bot")


async def copy_rows(source: Database, target_url: str) -> None:
    """Give the empty PostgreSQL at ``target_url`` the schema and every row of ``source``; raises ``BadInput``."""
    target = Database(target_url)
    async with target.engine.connect() as there:
        if await schema_of(there) is not None:
            raise BadInput("That PostgreSQL holds a Firstline already; give an empty database.")
    await migrate(target)
    async with source.engine.connect() as here, target.engine.begin() as there:
        for table in await tables_of(there):
            await load(there, table, [line async for line in lines_of(here, table)])
    await target.close()


def _answers(url: str, headers: dict[str, str] | None = None) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                return (await http.get(url, headers=headers)).status_code == 200
        except httpx.HTTPError:
            return False

    return ready


def _clean_environment() -> dict[str, str]:
    """Return what the processes need of the environment, without settings of another Firstline."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FIRSTLINE_") and name != "PORT"}
