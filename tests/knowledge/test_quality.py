"""What search promises over the starter library with the real model; the full figures come from `eval knowledge`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.knowledge.own_articles import read_own_articles
from firstline.knowledge.service import Knowledge
from firstline.serve.commands.eval_own_articles import tally
from firstline.serve.migrate import migrate

from ..prepared import prepared_library

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("library")
    prepared_library(made)
    return made


@pytest.fixture
async def library(folder: Path, model: OnnxEncoder) -> AsyncIterator[Knowledge]:
    """The starter library as it was prepared."""
    settings = Settings(data_dir=folder, _env_file=None)
    database = Database(settings.resolved_database_url)
    await migrate(database)
    knowledge = Knowledge(database, model, settings)
    await knowledge.ensure_ready("demo")
    yield knowledge
    await database.close()


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("someone from sales quit and his clients still write to him", "remove-a-user-keep-mail"),
        ("비번 까먹음", "reset-a-password"),
        ("qlqjs Rkajrdma", "reset-a-password"),
        ("폰 바꿨더니 인증번호가 안떠요", "lost-authenticator"),
        ("people say I sound like a robot", "teams-poor-call-quality"),
        ("메일함 꽉참", "mailbox-full"),
        ("add seats", "add-licenses-mid-term"),
    ],
)
async def test_customers_words_find_the_article_in_their_language(library: Knowledge, query: str, slug: str):
    response = await library.search("demo", query)
    assert slug in [hit.slug for hit in response.results]
    assert response.answered and {hit.lang for hit in response.results} == {response.lang}


@pytest.mark.parametrize("query", ["what's the weather in busan", "오늘 점심 뭐 먹지", "asdf qwer zxcv"])
async def test_what_no_article_answers_is_not_answered(library: Knowledge, query: str):
    assert not (await library.search("demo", query)).answered


async def test_articles_without_customers_words_are_found_and_left_alone(library: Knowledge):
    own = read_own_articles(PROJECT_ROOT / "evaluation" / "own_articles_test.jsonl")
    told: list[int] = []
    found = await tally(library, "demo", own, lambda _step, done, _all: told.append(done))
    assert len(told) == sum(entry.questions + entry.strays for entry in found.values())
    for entry in found.values():
        assert entry.questions == 84 and entry.first >= 60 and entry.given >= 35 and entry.another <= 15
        assert entry.strays == 120 and entry.by_these <= 8 and entry.by_others <= 12
