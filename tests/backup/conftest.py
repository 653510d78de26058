"""A lived-in installation: customers who write, a file, a picture, the bot's memory; and an empty place beside it."""

import importlib.util
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import insert

from firstline.authoring.images import ImageStore
from firstline.chat.tracker import Tracker
from firstline.core.settings import PROJECT_ROOT, Settings

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)


def contents(path: Path) -> bytes:
    return path.read_bytes()


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def names_in(folder: Path, part: str) -> list[str]:
    return [path.name for path in folder.iterdir() if part in path.name]


def bots_table(file: Path) -> Any:
    """Open the tracker's file as the bot does."""
    spec = importlib.util.spec_from_file_location(
        "event_table", PROJECT_ROOT / "bot" / "firstline_bot" / "event_table.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.open_table(str(file))


async def remember(settings: Settings, app: FastAPI, conversation_id: str, data: str) -> None:
    """Let the bot remember one event."""
    tracker = Tracker(settings, app.state.parts.database)
    async with tracker.database() as database, database.engine.begin() as connection:
        await tracker.make(connection)
        values = {"sender_id": conversation_id, "type_name": "user", "timestamp": 1767225600.25, "data": data}
        await connection.execute(insert(tracker.table), [values])


@pytest.fixture
def lived_in(settings: Settings, app: FastAPI, new_customer: Any) -> Callable[[], Awaitable[Any]]:
    async def live() -> Any:
        customer = await new_customer()
        await customer.send("메일이 안 와요 😥")
        answer = await customer.http.post(
            "/api/chat/files",
            params={"name": "화면.png", "client_message_id": "f1"},
            content=PNG,
            headers=customer.headers,
        )
        assert answer.status_code == 201, answer.text
        await customer.send("/human")
        await remember(settings, app, customer.id, '{"text": "메일이 안 와요"}')
        ImageStore(settings.image_dir).add("demo", PNG)
        return customer

    return live


@pytest.fixture
def empty_place(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a machine that has nothing yet, on SQLite."""
    return settings.model_copy(update={"data_dir": tmp_path / "elsewhere", "database_url": ""})
