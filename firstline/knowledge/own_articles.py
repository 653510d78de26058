"""Articles of a partner's own, written without customers' words, and what is asked beside them, from a file."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article
from firstline.knowledge.evaluation import Question, question_of, read_rows

KINDS = ("article", "question", "stray")


@dataclass(frozen=True)
class OwnArticles:
    """The articles, the questions they answer, and strays, which neither they nor the starter library answer."""

    articles: list[Article]
    questions: list[Question]
    strays: list[Question]


def read_own_articles(path: Path) -> OwnArticles:
    """Read rows ``{"kind": "article", "slug", "lang", "title", "body"}``, ``{"kind": "question", "slug", "lang",
    "query"}`` and ``{"kind": "stray", "lang", "query"}``; articles come first.

    Raises ``BadInput`` naming file and line.
    """
    found = OwnArticles([], [], [])
    slugs: set[str] = set()
    for number, row in read_rows(path):
        where = f"{path}:{number}"
        kind, lang = row.get("kind"), row.get("lang")
        if kind not in KINDS:
            raise BadInput(f"{where}: `kind` is {kind!r}; write article, question or stray")
        if lang not in ("ko", "en"):
            raise BadInput(f"{where}: `lang` is {lang!r}; write ko or en")
        if kind == "article":
            article = _article(where, row)
            slugs.add(article.slug)
            found.articles.append(article)
            continue
        question = replace(question_of(path, number, row), id=str(number))
        if kind == "stray":
            found.strays.append(replace(question, answers=()))
        elif question.answers and slugs.issuperset(question.answers):
            found.questions.append(question)
        else:
            raise BadInput(f"{where}: `slug` is {row.get('slug')!r}; name an article that stands above")
    return found


def _article(where: str, row: dict[str, Any]) -> Article:
    texts = {name: row.get(name) for name in ("slug", "lang", "title", "body")}
    try:
        return Article.model_validate({**texts, "category": "usage"})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{where}: `{first['loc'][0]}`: {first['msg']}") from error
