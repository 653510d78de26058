"""The authors' API, put together."""

from fastapi import APIRouter

from firstline.authoring.effects import Effects
from firstline.authoring.images import ImageStore
from firstline.core.database import Database
from firstline.knowledge.service import Knowledge
from firstline.web.authors.answers import answer_routes
from firstline.web.authors.articles import article_routes
from firstline.web.authors.context import Context
from firstline.web.authors.transfer import transfer_routes
from firstline.web.staff_session import signed_in


def authors_routes(database: Database, knowledge: Knowledge, images: ImageStore) -> list[APIRouter]:
    """Return the routes under ``/api/authors``; each sees the signed-in author's partner alone."""
    effects = Effects(database, knowledge)
    context = Context(database, knowledge, images, effects, signed_in(database, "article.write"))
    return [article_routes(context), answer_routes(context), transfer_routes(context)]
