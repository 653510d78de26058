"""An article's fields as authors send and get them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from firstline.authoring.errors import InvalidArticle, Wrong
from firstline.core.errors import TooLarge
from firstline.knowledge.articles import MAX_BYTES, Article, language_problem, normalise_body

FIELDS = tuple(name for name in Article.model_fields if name not in ("slug", "lang"))
MOST_LINES = 500
_WRONG: dict[str, Wrong] = {
    "missing": "empty",
    "string_too_short": "empty",
    "string_too_long": "too_long",
    "literal_error": "choice",
    "string_type": "kind",
    "tuple_type": "kind",
}
"""Pydantic's names of what is wrong, as ours."""


def article_from(slug: str, lang: str, content: Mapping[str, Any]) -> Article:
    """Check what an author sent; raises ``InvalidArticle`` naming every wrong field, ``TooLarge`` above 5 MB."""
    values = dict(content)
    body = values.get("body")
    if isinstance(body, str):
        if len(body.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            raise TooLarge("The article has more than 5 MB; split it.", code="article_too_large")
        values["body"] = normalise_body(body.replace("\r\n", "\n").replace("\r", "\n"))
    problems: dict[str, tuple[Wrong, str]] = {
        name: ("unknown", "there is no such field") for name in values if name not in FIELDS
    }
    for name, value in values.items():
        if isinstance(value, list) and len(value) > MOST_LINES:
            problems[name] = ("too_many", f"{len(value)} entries are too many; {MOST_LINES} are allowed")
        if _unusable(value):
            problems[name] = ("no_text", "it holds characters that are no text")
    if problems:
        raise InvalidArticle(problems)
    try:
        article = Article.model_validate({**values, "slug": slug, "lang": lang})
    except ValidationError as error:
        raise InvalidArticle(
            {str(item["loc"][0]): (_WRONG.get(item["type"], "format"), item["msg"]) for item in error.errors()}
        ) from None
    if not article.title:
        raise InvalidArticle({"title": ("empty", "it is empty")})
    if problem := language_problem(article):
        raise InvalidArticle({"lang": ("language", problem)})
    return article


def content_of(article: Article) -> dict[str, Any]:
    """Return the fields that ``article_from`` takes."""
    data = article.model_dump(mode="json")
    return {name: data[name] for name in FIELDS}


def _unusable(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return any(
        isinstance(text, str) and any(char == "\x00" or 0xD800 <= ord(char) <= 0xDFFF for char in text)
        for text in texts
    )
