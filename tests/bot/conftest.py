"""A real bot in its own environment, and a stand-in for the app's action address."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-for-tests-only"
TURN_SECONDS = 2.5
AT_ONCE = 4
DATA_DIR = Path(os.environ.get("FIRSTLINE_DATA_DIR", ROOT / "var"))
EMBEDDING_DIR = Path(os.environ.get("FIRSTLINE_EMBEDDING_DIR", DATA_DIR / "models" / "embedding"))
Answer = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]] | int


@dataclass
class ActionServer:
    """Answers what a test told it to; an int is an HTTP status, a callable gets Rasa's request."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    vectors: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]] = lambda _request: (500, {})

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if "next_action" not in request:
            return self.vectors(request)
        usual = small_talk(request) if request["next_action"] == "action_small_talk" else say("utter_helped")
        answer = self.answers.get(request["next_action"], usual)
        if callable(answer):
            answer = answer(request)
        return (answer, {}) if isinstance(answer, int) else (200, answer)

    def calls(self, conversation: str) -> list[dict[str, Any]]:
        return [request for request in self.requests if request["sender_id"] == conversation]


def say(response: str, events: list[dict[str, Any]] | None = None, **variables: Any) -> dict[str, Any]:
    """What an action answers: one response of the domain with its variables."""
    return {"events": events or [], "responses": [{"response": response, **variables}]}


def small_talk(request: dict[str, Any]) -> dict[str, Any]:
    """What the app answers to a greeting, thanks or a farewell while no form is open."""
    return say(f"utter_{request['tracker']['latest_message']['intent']['name']}")


@dataclass
class Bot:
    """A running bot process."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def turn(self, text: str, lang: str = "en", secret: str = SECRET, **fields: Any) -> httpx.Response:
        body = {"conversation_id": "c", "message_id": os.urandom(6).hex(), "text": text, "lang": lang, **fields}
        headers = {"X-Firstline-Secret": secret}
        return httpx.post(f"{self.url}/webhooks/firstline/turn", json=body, headers=headers, timeout=20)

    def parse(self, secret: str = SECRET, **body: Any) -> httpx.Response:
        headers = {"X-Firstline-Secret": secret}
        return httpx.post(f"{self.url}/webhooks/firstline/parse", json=body, headers=headers, timeout=20)

    def health(self, secret: str = SECRET) -> httpx.Response:
        headers = {"X-Firstline-Secret": secret}
        return httpx.get(f"{self.url}/webhooks/firstline/health", headers=headers, timeout=5)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=60)


@pytest.fixture(scope="session")
def bot_python() -> str:
    """Path of the bot environment's Python."""
    python = Path(os.environ.get("FIRSTLINE_BOT_PYTHON", ROOT / ".venv-bot" / "bin" / "python"))
    if not python.exists():
        pytest.skip(f"no bot environment at {python}")
    return str(python)


@pytest.fixture(scope="session")
def bot_environment(bot_python: str) -> dict[str, str]:
    """Environment of every command of the bot."""
    if not (EMBEDDING_DIR / "encoder.json").exists():
        pytest.skip(f"no embedding model in {EMBEDDING_DIR}")
    return {**os.environ, "PYTHONPATH": str(ROOT / "bot"), "FIRSTLINE_EMBEDDING_DIR": str(EMBEDDING_DIR)}


@pytest.fixture(scope="session")
def model_file(bot_python: str, bot_environment: dict[str, str]) -> Path:
    """The shipped model when it is newer than everything it is made from; else one trained for the tests."""
    sources = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "bot").rglob("*.yml"), *(ROOT / "training_data").rglob("*.yml")]
    newest = max(path.stat().st_mtime for path in [*sources, EMBEDDING_DIR / "encoder.json"])
    for model in (DATA_DIR / "bot" / "model.tar.gz", DATA_DIR / "bot" / "tests" / "model.tar.gz"):
        if model.exists() and model.stat().st_mtime > newest:
            return model
    command = [bot_python, "-m", "firstline_bot.train", "--out", str(model)]
    done = subprocess.run(command, env=bot_environment, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return model


@pytest.fixture(scope="session")
def action_server() -> Iterator[ActionServer]:
    """The stand-in for the app's action address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if "next_action" in request:
                server.requests.append(request)
            server.secrets.append(self.headers.get("X-Firstline-Secret"))
            status, body = server.answer(request)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = ActionServer(f"http://127.0.0.1:{http.server_port}/webhook")
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    yield server
    http.shutdown()
    http.server_close()
    thread.join()


StartBot = Callable[..., Bot]


@pytest.fixture(scope="session")
def start_bot(
    bot_python: str,
    bot_environment: dict[str, str],
    model_file: Path,
    action_server: ActionServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[StartBot]:
    """Start a bot and wait until it is ready; all are ended with the session."""
    started: list[Bot] = []

    def start(tracker: Path, **extra: str) -> Bot:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = {
            **bot_environment,
            "FIRSTLINE_BOT_SECRET": SECRET,
            "FIRSTLINE_BOT_PORT": str(port),
            "FIRSTLINE_BOT_MODEL": str(model_file),
            "FIRSTLINE_ACTION_URL": action_server.url,
            "FIRSTLINE_TRACKER_DB": str(tracker),
            "FIRSTLINE_BOT_TURN_SECONDS": str(TURN_SECONDS),
            "FIRSTLINE_BOT_CONCURRENCY": str(AT_ONCE),
            **extra,
        }
        log = tmp_path_factory.mktemp("bot") / "log.txt"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [bot_python, "-m", "firstline_bot"], env=environment, stdout=output, stderr=output, cwd=ROOT
            )
        bot = Bot(process, port, log)
        started.append(bot)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if bot.health().status_code == 200:
                    return bot
            except httpx.HTTPError:
                pass
            threading.Event().wait(0.1)
        raise AssertionError(f"the bot did not start:\n{log.read_text()}")

    yield start
    for bot in started:
        if bot.process.poll() is None:
            bot.process.kill()
            bot.process.wait()


@pytest.fixture(scope="session")
def shared_bot(start_bot: StartBot, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """One bot for all tests that leave it running."""
    return start_bot(tmp_path_factory.mktemp("tracker") / "tracker.db")


@pytest.fixture
def bot(shared_bot: Bot, action_server: ActionServer) -> Iterator[Bot]:
    """The shared bot, with an action server that has forgotten the last test."""
    action_server.answers.clear()
    action_server.requests.clear()
    yield shared_bot
    action_server.answers.clear()


@pytest.fixture
def conversation() -> str:
    """A conversation nobody used before."""
    return os.urandom(8).hex()
