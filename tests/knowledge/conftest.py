"""Shared by the knowledge tests: a knowledge base without a model, articles to put in, and the built model.

Indexes live as long as one test; the built embedding model is found once a session.
"""

from collections.abc import Callable

import pytest

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.knowledge.prepare_model import prepare_model
from firstline.knowledge.service import Knowledge

Make = Callable[..., Article]


@pytest.fixture
def knowledge(database: Database, settings: Settings) -> Knowledge:
    return Knowledge(database, HashingEncoder(), settings, starter=None)


@pytest.fixture
def make() -> Make:
    def article(slug: str = "reset-a-password", lang: str = "en", **fields: object) -> Article:
        title = {"en": "Reset a password", "ko": "암호 재설정"}[lang]
        body = {"en": "Ask an administrator to reset it.", "ko": "관리자에게 재설정을 요청해 주세요."}[lang]
        values = {"title": title, "category": "problem", "body": body} | fields
        return Article.model_validate({"slug": slug, "lang": lang} | values)

    return article


@pytest.fixture(scope="session")
def model() -> OnnxEncoder:
    settings = Settings()
    prepare_model(settings)
    return OnnxEncoder.load(settings.embedding_dir)
