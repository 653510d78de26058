"""The same on PostgreSQL and Redis: they answer, and their clock counts."""

import os
from datetime import timedelta

import pytest
from sqlalchemy.engine import make_url

from firstline.core.times import system_clock, use_clock

from .conftest import Installation

pytestmark = pytest.mark.services


@pytest.fixture
def on_servers(installation: Installation) -> Installation:
    installation.set(database_url=DATABASE, redis_url=REDIS, token_secret=SECRET, bot_secret=SECRET)
    return installation


DATABASE, REDIS = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
SECRET = "a secret that all apps share"


def test_they_answer(on_servers: Installation) -> None:
    found = on_servers.examine()[1]
    assert not {code for code in found if "unreachable" in code or "clock" in code or "redis" in code}, found


def test_a_clock_apart_from_theirs(on_servers: Installation) -> None:
    with use_clock(lambda: system_clock() + timedelta(minutes=3)):
        code, found = on_servers.examine()
    assert code == 1 and "ahead of" in found["clock_off"]["what"]


def test_a_database_that_is_not_there(on_servers: Installation) -> None:
    nowhere = make_url(DATABASE).set(database="no_such_database")
    on_servers.set(database_url=nowhere.render_as_string(hide_password=False))
    assert "does not exist" in on_servers.examine()[1]["database_unreachable"]["what"]
