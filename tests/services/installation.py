"""Apps and bots as processes of their own behind a real nginx with the shipped configuration."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, get_settings
from firstline.serve.bench.server import wait_for
from firstline.serve.bot_process import free_port
from firstline.serve.chaos.stack import copy_rows
from firstline.serve.migrate import migrate

from ..prepared import prepared_library

DEPLOY = PROJECT_ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
SECRET = "a-secret-of-the-rolling-restart-test"


class Child:
    """One process that is started, asked to end, and started again in the same place."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, cwd: Path = PROJECT_ROOT) -> None:
        self.url = ""
        self._start = {"args": command, "env": os.environ | environment, "cwd": cwd}
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, ready: str = "") -> None:
        """Start it; with ``ready``, wait until that answers 200."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(**self._start, stdout=log, stderr=log)  # type: ignore[call-overload]
        if ready:
            self.wait(ready)

    def wait(self, ready: str = "") -> None:
        """Wait until ``ready``, or its own ``/readyz``, answers 200."""
        assert self._process is not None
        wait_for(ready or f"{self.url}/readyz", self._process, self.log)

    def stop(self) -> int:
        """Ask it to end as a container's runtime does, and return its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise


class Installation:
    """Two apps and two bots on PostgreSQL and Redis, and nginx in front; what compose.yml sets is set for them."""

    def __init__(self, folder: Path, database_url: str, redis_url: str) -> None:
        self._folder = folder
        self._database_url, self._redis_url = database_url, redis_url
        self.public, self.actions, self.bots_port = free_port(), free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.public}"
        self.apps = [self._app(number) for number in range(2)]
        self.bots = [self._bot(number) for number in range(2)]
        self.gateway = self._gateway()

    async def fill(self) -> None:
        """Empty the database and put the prepared articles there, so that no app has to embed them."""
        library = self._folder / "library"
        library.mkdir()
        prepared_library(library)
        source, target = Database(f"sqlite+aiosqlite:///{library / 'firstline.db'}"), Database(self._database_url)
        async with target.engine.begin() as there:
            for schema in ("public", "rasa"):
                await there.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
            await there.execute(text("CREATE SCHEMA public"))
        await target.close()
        await migrate(source)
        await copy_rows(source, self._database_url)
        await source.close()
        for child in self.apps:
            data = Path(child._start["env"]["FIRSTLINE_DATA_DIR"])
            shutil.copytree(library / "index", data / "index")
            (data / "models").symlink_to(get_settings().embedding_dir.parent)

    def start(self) -> None:
        for bot in self.bots:
            bot.start()
        for app in self.apps:
            app.start()
        for app in self.apps:
            app.wait()
        self.gateway.start(f"{self.url}/readyz")
        for bot in self.bots:
            self.wait_for_bot(bot)
        self.gateway.wait(f"{self.url}/healthz")

    def restart(self, child: Child) -> None:
        """End one and start it again, as a rolling restart does."""
        child.stop()
        if child in self.bots:
            child.start()
            self.wait_for_bot(child)
        else:
            child.start(f"{child.url}/readyz")

    def wait_for_bot(self, bot: Child) -> None:
        """Ask with the probe that images and pods have, until it says yes."""
        probe = [*bot._start["args"][:1], "-m", "firstline_bot.probe"]
        for _ in range(200):
            if not subprocess.run(probe, env=bot._start["env"], cwd=bot._start["cwd"], capture_output=True).returncode:
                return
            assert bot._process and bot._process.poll() is None, bot.log.read_text("utf-8")[-2000:]
        raise AssertionError(f"The bot does not answer: {bot.log.read_text('utf-8')[-2000:]}")

    def stop(self) -> None:
        for child in (self.gateway, *self.apps, *self.bots):
            child.stop()

    def lines(self, *children: Child) -> list[dict[str, Any]]:
        """Return what these logged as JSON."""
        logged = [line for child in children for line in child.log.read_text("utf-8").splitlines()]
        return [json.loads(line) for line in logged if line.startswith("{")]

    def _app(self, number: int) -> Child:
        port = free_port()
        known = {
            "FIRSTLINE_DATABASE_URL": self._database_url,
            "FIRSTLINE_REDIS_URL": self._redis_url,
            "FIRSTLINE_BOT_URL": f"http://127.0.0.1:{self.bots_port}",
            "FIRSTLINE_BOT_SECRET": SECRET,
            "FIRSTLINE_TOKEN_SECRET": SECRET,
            "FIRSTLINE_PUBLIC_URL": self.url,
            "FIRSTLINE_TRUSTED_PROXIES": "127.0.0.1",
            "FIRSTLINE_LOG_JSON": "true",
        }
        shipped = {name: known[name] for name in COMPOSE["services"]["app"]["environment"]}
        own = {
            "FIRSTLINE_DATA_DIR": str(self._folder / f"app{number}"),
            "FIRSTLINE_PORT": str(port),
            "FIRSTLINE_BOT_PYTHON": "/nowhere/python",
            "FIRSTLINE_MESSAGES_PER_MINUTE": "100000",
            "FIRSTLINE_BOT_TIMEOUT_SECONDS": "40",
        }
        (self._folder / f"app{number}").mkdir()
        command = [sys.executable, "-c", "from firstline.serve.cli import main; main()", "run"]
        child = Child(command, shipped | own, self._folder / f"app{number}.log")
        child._start["env"].pop("PORT", None)
        child.url = f"http://127.0.0.1:{port}"
        return child

    def _bot(self, number: int) -> Child:
        port = free_port()
        inside = f"http://127.0.0.1:{self.actions}/internal"
        known = {
            "FIRSTLINE_BOT_SECRET": SECRET,
            "FIRSTLINE_ACTION_URL": f"{inside}/actions/webhook",
            "FIRSTLINE_VECTOR_URL": f"{inside}/vectors",
            "FIRSTLINE_TRACKER_DB": self._database_url,
            "FIRSTLINE_REDIS_URL": self._redis_url,
            "FIRSTLINE_BOT_PARTNERS": str(self._folder / "app0" / "bot" / "partners"),
            "FIRSTLINE_LOG_JSON": "true",
        }
        shipped = {name: known[name] for name in COMPOSE["services"]["bot"]["environment"]}
        own = {
            "PYTHONPATH": str(PROJECT_ROOT / "bot"),
            "FIRSTLINE_BOT_STANDALONE": "1",
            "FIRSTLINE_BOT_PORT": str(port),
            "FIRSTLINE_BOT_TURN_SECONDS": "39",
            "FIRSTLINE_BOT_MODEL": str(get_settings().bot_dir / "model.tar.gz"),
            "FIRSTLINE_EMBEDDING_DIR": str(get_settings().embedding_dir),
        }
        command = [str(get_settings().bot_python), "-m", "firstline_bot"]
        child = Child(command, shipped | own, self._folder / f"bot{number}.log", PROJECT_ROOT / "bot")
        child.url = f"127.0.0.1:{port}"
        return child

    def _gateway(self) -> Child:
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        assert Path(nginx).exists(), "These tests need nginx; Debian: apt-get install nginx-light."
        conf = self._folder / "nginx"
        conf.mkdir()
        shipped = (DEPLOY / "nginx" / "nginx.conf").read_text("utf-8")
        for port, mine in ((8081, self.actions), (5005, self.bots_port)):
            assert f"listen {port};" in shipped
            shipped = shipped.replace(f"listen {port};", f"listen 127.0.0.1:{mine};")
        (conf / "nginx.conf").write_text(shipped.replace("/tmp/", f"{conf}/"), "utf-8")
        (conf / "listen.conf").write_text(f"listen 127.0.0.1:{self.public};\n", "utf-8")
        servers = {
            "apps": [child.url.removeprefix("http://") for child in self.apps],
            "bots": [child.url for child in self.bots],
        }
        upstreams = [
            f"upstream {name} {{ {' '.join(f'server {one} max_fails=0;' for one in many)} }}\n"
            for name, many in servers.items()
        ]
        (conf / "upstreams.conf").write_text("".join(upstreams), "utf-8")
        # As root nginx would hand its work to a user who may not write here.
        stay = "daemon off;" if os.geteuid() else "daemon off; user root;"
        return Child([nginx, "-c", f"{conf}/nginx.conf", "-g", stay], {}, self._folder / "gateway.log")
