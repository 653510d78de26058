"""Training over a migrated database, with the customers of ``seed`` at 28 November 2026."""

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from firstline.charter import Charters, Providers
from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.core.times import use_clock
from firstline.training.service import Training

from .seed import FIGURES, NOW, articles, chats

TakeIn = Callable[..., Any]


@pytest.fixture
def settings(settings: Settings, tmp_path: Any) -> Settings:
    folder = tmp_path / "partners" / "demo"
    folder.mkdir(parents=True)
    charter = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8")
    (folder / "charter.yaml").write_text(charter, "utf-8")
    return settings.model_copy(update={"partners_dir": tmp_path / "partners"})


@pytest.fixture
def training(database: Database, settings: Settings) -> Training:
    charters = Charters(settings.partners_dir)
    return Training(database, charters, settings.partners_dir, Providers(charters))


@pytest.fixture
def take_in(training: Training) -> TakeIn:
    """Import a CSV given as text."""

    async def take(text: str, encoding: str = "utf-8", **options: Any) -> Any:
        file = io.BytesIO(text.encode(encoding))
        return await training.take_in("demo", file, lambda _session, _kept: None, **options)

    return take


@pytest.fixture
def now() -> Any:
    with use_clock(lambda: NOW):
        yield NOW


@pytest.fixture
async def seeded(database: Database, training: Training, take_in: TakeIn) -> AsyncIterator[Training]:
    with use_clock(lambda: NOW):
        await articles(database)
        await take_in(FIGURES)
        await chats(database)
        yield training
