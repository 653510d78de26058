"""An article: Markdown with front matter, one file per topic and language."""

import difflib
import hashlib
import json
import re
import unicodedata
from datetime import date
from pathlib import Path, PurePath
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticKnownError

from firstline.core.errors import BadInput
from firstline.knowledge.normalise import normalise

Category = Literal["billing_subscription", "provisioning_configuration", "problem", "updates", "usage", "support"]
CATEGORIES: tuple[Category, ...] = get_args(Category)
MAX_BYTES = 5 * 1024 * 1024
SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
_FENCE = re.compile(r"^---[ \t]*$")
_HANGUL = re.compile(r"[가-힣]")


class ArticleError(BadInput):
    """An article that can't be read; the message names file and line and says what to do."""

    default_code = "bad_article"

    def __init__(self, file: str, line: int, problem: str, *, code: str | None = None, **values: str) -> None:
        """Say what is wrong at ``file``:``line``; ``code`` and ``values`` say the same to a program."""
        super().__init__(f"{file}:{line}: {problem}", code=code)
        self.file = file
        self.line = line
        self.problem = problem
        self.values = values


class Article(BaseModel):
    """One topic in one language. ``questions`` and ``symptoms`` are customers' own words, for search only.

    ``must_answer`` are questions that have to keep finding the article; they are checked, never indexed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(max_length=80, pattern=SLUG.pattern)
    lang: Literal["ko", "en"]
    title: str = Field(min_length=1, max_length=200)
    category: Category
    owner: Literal["self", "partner", "isv", "microsoft"] = "partner"
    audience: Literal["user", "admin", "both"] = "both"
    valid_as_of: str = ""
    sources: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    must_answer: tuple[str, ...] = ()
    body: str = Field(min_length=1)

    @field_validator("title", "questions", "symptoms", "must_answer", "sources", mode="after")
    @classmethod
    def _clean(cls, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(clean for text in value if (clean := normalise(text))))
        if not (title := normalise(value)):
            raise PydanticKnownError("string_too_short", {"min_length": 1})  # Nothing in it could be read.
        return title

    @field_validator("valid_as_of", mode="before")
    @classmethod
    def _date_as_text(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    @property
    def front_matter(self) -> dict[str, Any]:
        """Everything but the body, as plain data; ``must_answer`` only where there is any."""
        return self.model_dump(mode="json", exclude={"body"} if self.must_answer else {"body", "must_answer"})

    @property
    def sha256(self) -> str:
        """What tells this text from any other."""
        text = json.dumps([self.front_matter, self.body], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def to_markdown(self) -> str:
        """Write the article in the form that ``parse_article`` reads."""
        head = yaml.safe_dump(self.front_matter, allow_unicode=True, sort_keys=False, width=10_000)
        return f"---\n{head}---\n{self.body.strip()}\n"


def read_article(path: Path) -> Article:
    """Read one file; raises ``ArticleError``."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ArticleError(
            str(path), 1, f"the file has {size / 1024 / 1024:.1f} MB; split it, an article may have 5 MB at most",
            code="article_too_large",
        )  # fmt: skip
    return parse_article(path.read_bytes(), str(path))


def parse_article(data: bytes, file: str) -> Article:
    """Parse an article; ``file`` is the name for messages. Raises ``ArticleError``."""
    if len(data) > MAX_BYTES:
        raise ArticleError(file, 1, "the article is too large; split it, 5 MB is the most", code="article_too_large")
    if b"\x00" in data:
        raise ArticleError(file, 1, "this is not a text file; save the article as Markdown in UTF-8", code="no_text")
    try:
        lines = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problem = "the text is not UTF-8; save the file in UTF-8 and import it again"
        raise ArticleError(file, line, problem, code="no_text") from error
    head, body = _split(lines, file)
    values, places = _front_matter(head, file)
    unknown = [key for key in values if key not in Article.model_fields or key == "body"]
    if unknown:
        near = difflib.get_close_matches(str(unknown[0]), list(Article.model_fields), 1)
        hint = f"did you mean `{near[0]}`?" if near else "remove it"
        raise ArticleError(
            file, places.get(unknown[0], 1), f"unknown key `{unknown[0]}`; {hint}",
            code="near_key" if near else "unknown_key", key=unknown[0], near=near[0] if near else "",
        )  # fmt: skip
    if not body.strip():
        problem = "the article has no text; write it below the second `---`"
        raise ArticleError(file, len(lines), problem, code="no_body")
    try:
        article = Article(**values, body=normalise_body(body))
    except ValidationError as error:
        raise _explained(error, places, file) from error
    _check_language(article, file, places)
    return article


def normalise_body(text: str) -> str:
    """Bring the body to NFC with LF line ends and no space at line ends; nothing else is touched."""
    return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")).strip()


def read_folder(folder: Path) -> tuple[list[tuple[Path, Article]], list[ArticleError]]:
    """Read every ``*.md`` below ``folder``: the good ones with their paths, and what is wrong with the others.

    A second file for the same slug and language is an error. Raises ``BadInput`` when there is no such folder or it
    holds no ``*.md``.
    """
    if not folder.is_dir():
        raise BadInput(f"there is no folder {folder}: name a folder with articles (*.md)")
    files = sorted(path for path in folder.rglob("*.md") if path.is_file())
    if not files:
        raise BadInput(f"{folder} holds no articles: each is a file <lang>/<slug>.md")
    good: list[tuple[Path, Article]] = []
    bad: list[ArticleError] = []
    seen: dict[tuple[str, str], Path] = {}
    for path in files:
        try:
            article = read_article(path)
            if first := seen.get((article.slug, article.lang)):
                raise twice(str(path), article, str(first))
            check_folder(path, article)
        except ArticleError as error:
            bad.append(error)
        except OSError as error:
            bad.append(ArticleError(str(path), 1, f"the file can't be read ({error.strerror}); check its permissions"))
        else:
            seen[article.slug, article.lang] = path
            good.append((path, article))
    return good, bad


def twice(file: str, article: Article, first: str) -> ArticleError:
    """Return the error of a second file for one slug and language; ``first`` is the other file's name."""
    problem = f"`{article.slug}` ({article.lang}) is already in {first}; keep one of the two"
    return ArticleError(file, 1, problem, code="article_twice", slug=article.slug, first=first)


def check_folder(path: PurePath, article: Article) -> None:
    """Raise ``ArticleError`` for an article of one language in the folder of the other."""
    folder = path.parent.name
    if folder in ("ko", "en") and folder != article.lang:
        problem = f"lang is `{article.lang}` but the folder is `{folder}`; move or mend it"
        raise ArticleError(str(path), 1, problem, code="folder_language", lang=article.lang, folder=folder)


def _split(lines: list[str], file: str) -> tuple[str, str]:
    if not lines or not _FENCE.match(lines[0]):
        raise ArticleError(file, 1, "the article must begin with front matter: a line `---` first", code="bad_head")
    for number, line in enumerate(lines[1:], 1):
        if _FENCE.match(line):
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :])
    raise ArticleError(file, len(lines), "the front matter does not end; close it with a line `---`", code="open_head")


def _front_matter(head: str, file: str) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        values = yaml.safe_load(head)
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        line = mark.line + 2 if mark else 1
        raise ArticleError(
            file, line, f"the front matter is not valid YAML ({problem}); put texts with : # ? or quotes in quotes",
            code="bad_head",
        ) from error  # fmt: skip
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise ArticleError(file, 2, "the front matter must be lines of `key: value`", code="bad_head")
    places: dict[str, int] = {}
    for key, _value in node.value:
        name = str(key.value)
        if name in places:
            raise ArticleError(
                file, key.start_mark.line + 2, f"`{name}` stands there twice; keep one", code="key_twice", key=name
            )
        places[name] = key.start_mark.line + 2
    return {str(key): value for key, value in values.items()}, places


def _explained(error: ValidationError, places: dict[str, int], file: str) -> ArticleError:
    first = error.errors()[0]
    key = str(first["loc"][0])
    line = places.get(key, 1)
    item = f" (item {int(first['loc'][1]) + 1})" if len(first["loc"]) > 1 else ""
    if first["type"] == "missing":
        return ArticleError(file, 1, f"`{key}` is missing; add a line `{key}: ...`", code="key_missing", key=key)
    if key == "slug":
        problem = "`slug` must be lower-case letters, digits and single hyphens, 80 at most, such as add-a-user"
    elif key == "lang":
        problem = f"`lang` is {first['input']!r}; write ko or en"
    elif first["type"] == "literal_error":
        problem = f"`{key}` is {first['input']!r}; write one of {first['ctx']['expected']}"
    elif first["type"] in ("string_type", "tuple_type"):
        kind = "text: put it in quotes" if first["type"] == "string_type" else "a list"
        problem = f"`{key}`{item} must be {kind}"
    else:
        problem = f"`{key}`{item}: {first['msg']}"
    return ArticleError(file, line, problem, code="slug_format" if key == "slug" else "key_value", key=key)


def language_problem(article: Article) -> str | None:
    """Say what is wrong with the article's ``lang``, by its letters; None when it fits."""
    hangul = len(_HANGUL.findall(article.title + article.body))
    letters = sum(char.isalpha() for char in article.title + article.body) or 1
    if article.lang == "ko" and hangul / letters < 0.1:
        return "lang is `ko` but the text is not Korean; write `lang: en` or mend the text"
    if article.lang == "en" and hangul / letters > 0.5:
        return "lang is `en` but the text is Korean; write `lang: ko` or mend the text"
    return None


def _check_language(article: Article, file: str, places: dict[str, int]) -> None:
    if problem := language_problem(article):
        raise ArticleError(file, places.get("lang", 1), problem, code="wrong_language")
