"""What the tests of the staff's pages share: the real pages over a fake API, served from a thread, in one Chromium."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from playwright.sync_api import Browser, BrowserContext, Page

import firstline
from firstline.desk.permissions import ACTIONS, Role, may
from firstline.web.pages import STATIC_FOLDER, STATIC_URL, router

WIDGET = Path(firstline.__file__).parent / "chat" / "static"
COOKIE = "firstline_staff"


def staff_pages() -> FastAPI:
    """Return an app that serves the staff's pages and their files; the fake API comes on top."""
    app = FastAPI()
    app.include_router(router)
    app.mount(STATIC_URL, StaticFiles(directory=STATIC_FOLDER))
    app.mount("/widget/static", StaticFiles(directory=WIDGET))
    return app


def signed_in_as(name: str, *roles: Role, **fields: Any) -> dict[str, Any]:
    """Return a staff member as the API tells the pages who is signed in."""
    person = {"id": 1, "name": name, "email": "seoyeon@example.test", "role": roles[-1], "roles": list(roles)}
    allowed = [action for action in ACTIONS if may(roles, action)]
    return person | {"partner": "demo", "home": None, "may": allowed} | fields


def refuse(status: int, code: str, message: str, details: dict[str, Any] | None = None) -> JSONResponse:
    """Return an error in the API's shape."""
    error: dict[str, Any] = {"code": code, "message": message, "request_id": "r"}
    return JSONResponse({"error": error if details is None else error | {"details": details}}, status)


class Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class Served:
    """Serves an app from a thread for as long as the context lasts; ``on_start`` is awaited inside its loop."""

    def __init__(self, app: FastAPI, on_start: Callable[[], Any] | None = None) -> None:
        if on_start:
            app.router.on_startup.append(on_start)
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", timeout_graceful_shutdown=1)
        self.server = Server(config)
        self.socket = config.bind_socket()
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        assert self.server.ready.wait(60), "the server did not start"
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture
def url(served: tuple[Any, str]) -> str:
    """The address of the module's fixture ``served``, which yields the fake's state and its address."""
    return served[1]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile far from Korea, so that times of the browser's own zone show."""
    size = {"width": 1440, "height": 900}
    context = browser.new_context(locale="ko-KR", timezone_id="America/New_York", viewport=size)  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture
def broken() -> list[str]:
    """What the page itself got wrong and what the content policy stopped."""
    return []


@pytest.fixture
def page(context: BrowserContext, broken: list[str]) -> Iterator[Page]:
    """A page that fails its test when the page itself breaks or the content policy stops something."""
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda m: broken.append(m.text) if "Content Security Policy" in m.text else None)
    yield page
    assert broken == []
