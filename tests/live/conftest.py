"""A real Firstline: its own process, the trained bot, the built model, SQLite and FAISS, in a folder of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ..prepared import prepared_copy

FIRSTLINE = Path(sys.executable).with_name("firstline")
PASSWORD = "a-long-test-password"


class Live:
    """A running Firstline that can be killed and started again on the same data and port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "FIRSTLINE_DATA_DIR": str(folder),
            "FIRSTLINE_PORT": str(self.port),
            "FIRSTLINE_MESSAGES_PER_MINUTE": "6000",
            "FIRSTLINE_CONVERSATIONS_PER_MINUTE": "6000",
            # All tests talk to one server within minutes; their troubles are no outage.
            "FIRSTLINE_HEALTH_REPORT_THRESHOLD": "1000",
        }
        self.environment.pop("PORT", None)
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        log = (self.folder / "run.log").open("ab")
        self.process = subprocess.Popen([str(FIRSTLINE), "run"], env=self.environment, stdout=log, stderr=log)

    def start(self) -> None:
        self.launch()
        self.wait_until_healthy()

    def wait_until_healthy(self, seconds: float = 300) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process is not None and self.process.poll() is None, self.log()
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200:
                    return
            time.sleep(0.2)
        raise AssertionError(f"not healthy after {seconds} s\n{self.log()}")

    def bot_pid(self) -> int:
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = [int(pid) for path in children for pid in path.read_text().split()]
        return next(pid for pid in pids if b"firstline_bot" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def runs(self, pid: int) -> bool:
        """Tell whether the process is there and no mere remains."""
        stat = Path(f"/proc/{pid}/stat")
        return stat.exists() and "Z" not in stat.read_text().split()[2]

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=20)

    def log(self) -> str:
        return (self.folder / "run.log").read_text("utf-8", errors="replace")[-4000:]

    def command(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(FIRSTLINE), *words], env=self.environment, input=given, capture_output=True, text=True, timeout=120
        )

    def add_staff(self, name: str, role: str = "agent") -> str:
        email = f"{name}-{uuid.uuid4().hex[:6]}@example.com"
        done = self.command(
            "staff", "add", "--partner", "demo", "--role", role, "--email", email, "--name", name,
            "--password-stdin", given=f"{PASSWORD}\n",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return email


class Talk:
    """A customer over HTTP."""

    def __init__(self, live: Live, locale: str) -> None:
        self.http = httpx.Client(base_url=live.url, timeout=30)
        self.started = self._ok(self.http.post("/api/chat/conversations", json={"partner": "demo", "locale": locale}))
        self.headers = {"Authorization": f"Bearer {self.started['token']}"}
        self.last: list[dict[str, Any]] = self.started["messages"]

    def say(self, text: str) -> dict[str, Any]:
        body = {"text": text, "client_message_id": uuid.uuid4().hex}
        turn = self._ok(self.http.post("/api/chat/messages", json=body, headers=self.headers))
        self.last = turn["messages"] or self.last
        return turn

    def press(self, part: str) -> dict[str, Any]:
        """Press the latest button whose payload holds ``part``."""
        buttons = [button for message in reversed(self.last) for button in message["buttons"]]
        return self.say(next(button["payload"] for button in buttons if part in button["payload"]))

    def now(self) -> dict[str, Any]:
        return self._ok(self.http.get("/api/chat/conversation", headers=self.headers))

    @staticmethod
    def _ok(answer: httpx.Response) -> dict[str, Any]:
        assert answer.is_success, answer.text
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    prepared_copy(folder)
    server = Live(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def talk(live: Live) -> Callable[[str], Talk]:
    return lambda locale: Talk(live, locale)
