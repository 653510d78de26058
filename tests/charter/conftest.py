from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from firstline.charter import Charter, load_charter

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    return DATA


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def charter_a() -> Charter:
    return load_charter(DATA / "example-a.yaml", at=NOW)


@pytest.fixture(scope="session")
def charter_b() -> Charter:
    return load_charter(DATA / "example-b.yaml", at=NOW)


@pytest.fixture(scope="session")
def raw() -> Callable[[str], dict[str, Any]]:
    """Gives a fresh copy of an example as plain values, for changing one thing in it."""
    known = {name: YAML(typ="safe", pure=True).load(DATA / f"example-{name}.yaml") for name in ("a", "b")}
    return lambda name: deepcopy(known[name])
