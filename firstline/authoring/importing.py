"""A heap of files, or a zip of them, as drafts."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

import yaml

from firstline.authoring.converting import docx_to_markdown, html_to_markdown, plain_to_markdown
from firstline.authoring.images import ImageStore
from firstline.core.errors import BadInput, NotFound, TooLarge
from firstline.knowledge.articles import MAX_BYTES, SLUG, Article, ArticleError, check_folder, parse_article, twice
from firstline.knowledge.normalise import language_of

KINDS = (".md", ".markdown", ".html", ".htm", ".docx")
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")
MOST_FILES = 2_000
MOST_UNPACKED = 200 * 1024 * 1024
_PICTURE = re.compile(r"(!\[[^\]]*\]\()\s*<?([^)\s>]+)>?([^)]*\))")
_SAFE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class FileError:
    """What is wrong with one file; ``line`` where that is known. ``code`` and ``values`` tell a program."""

    file: str
    line: int | None
    message: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def unpack(name: str, data: bytes) -> dict[str, bytes]:
    """Read a zip's articles and pictures into memory: ``{path: content}``; nothing is written to a disk.

    Raises ``BadInput`` when it is no zip or names lead outside, ``TooLarge`` for more than 2,000 files or 200 MB
    unpacked, whatever its directory says.
    """
    files: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MOST_FILES:
                raise TooLarge(
                    f"{name} holds {len(entries)} files; {MOST_FILES} are allowed.", code="archive_too_large"
                )
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", entry.filename):
                    raise BadInput(
                        f"{name} holds a file that leads outside of it: {entry.filename!r}.", code="bad_path"
                    )
                if path.suffix.lower() not in (*KINDS, *PICTURES) or path.name.startswith((".", "~$")):
                    continue
                if "__MACOSX" in path.parts:
                    continue
                with archive.open(entry) as opened:
                    content = opened.read(MAX_BYTES + 1)
                total += len(content)
                if total > MOST_UNPACKED:
                    raise TooLarge(
                        f"{name} is larger than 200 MB unpacked; send it in parts.", code="archive_too_large"
                    )
                files[str(path)] = content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadInput(
            f"{name} can't be read as a zip; make it again, without a password.", code="bad_archive"
        ) from error
    return files


def read_files(
    files: Mapping[str, bytes], partner: str, images: ImageStore
) -> tuple[list[tuple[str, Article]], list[FileError]]:
    """Read every file as an article: the good ones with their names, and what is wrong with the others.

    Markdown may have front matter; without it, and for HTML and Word, the first heading is the title, the folder
    (``ko``, ``en``) or the letters tell the language, and the file's name becomes the slug. Pictures beside them are
    kept.
    Slow, so call it in a thread.
    """
    reader = _Files(files, partner, images)
    good: list[tuple[str, Article]] = []
    bad: list[FileError] = []
    seen: dict[tuple[str, str], str] = {}
    for name in sorted(files):
        if PurePosixPath(name).suffix.lower() not in KINDS:
            if PurePosixPath(name).suffix.lower() not in PICTURES:
                problem = f"only {', '.join(KINDS)} and zips of them can be imported"
                bad.append(FileError(name, None, problem, "unknown_kind"))
            continue
        try:
            article = reader.article(name)
        except ArticleError as error:
            bad.append(FileError(name, error.line, error.problem, error.code, error.values))
        except BadInput as error:
            bad.append(FileError(name, None, error.message, error.code))
        except RecursionError:
            bad.append(FileError(name, None, "the file is nested too deeply; save it more simply", "too_deep"))
        else:
            key = (article.slug, article.lang)
            if key in seen:
                again = twice(name, article, seen[key])
                bad.append(FileError(name, 1, again.problem, again.code, again.values))
                continue
            seen[key] = name
            good.append((name, article))
    return good, bad


def export_zip(articles: Sequence[Article], partner: str, images: ImageStore) -> bytes:
    """Pack articles as ``<lang>/<slug>.md`` with the pictures they show; ``read_files`` takes it back."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        kept: set[str] = set()
        prefix = f"/articles/{partner}/images/"
        for article in articles:
            text = article.to_markdown()
            for address in _addresses(text, prefix):
                name = address.removeprefix(prefix)
                try:
                    path, _type = images.find(partner, name)
                except NotFound:
                    continue
                if name not in kept:
                    kept.add(name)
                    archive.writestr(f"images/{name}", path.read_bytes())
                text = text.replace(address, f"../images/{name}")
            archive.writestr(f"{article.lang}/{article.slug}.md", text)
    return packed.getvalue()


class _Files:
    def __init__(self, files: Mapping[str, bytes], partner: str, images: ImageStore) -> None:
        self._files = files
        self._partner = partner
        self._images = images

    def article(self, name: str) -> Article:
        data = self._files[name]
        if len(data) > MAX_BYTES:
            problem = "the file has more than 5 MB; split it, an article may have 5 MB at most"
            raise ArticleError(name, 1, problem, code="article_too_large")
        suffix = PurePosixPath(name).suffix.lower()
        if suffix == ".docx":
            return self._made(name, *docx_to_markdown(data, self._add))
        if suffix in (".html", ".htm"):
            return self._made(name, *html_to_markdown(_text(data, name), lambda address: self._beside(name, address)))
        if _has_front_matter(data):
            article = parse_article(data, name)
            check_folder(PurePosixPath(name), article)
            return article.model_copy(update={"body": self._with_pictures(name, article.body)})
        title, body = plain_to_markdown(_text(data, name))
        return self._made(name, title, self._with_pictures(name, body))

    def _made(self, name: str, title: str, body: str) -> Article:
        path = PurePosixPath(name)
        if not body:
            raise ArticleError(name, 1, "the file has no text below its title", code="no_body")
        folder = path.parent.name
        lang = folder if folder in ("ko", "en") else language_of(f"{title} {body}") or "ko"
        head = {"slug": _slug(path.stem), "lang": lang, "title": title or path.stem[:200], "category": "usage"}
        text = f"---\n{yaml.safe_dump(head, allow_unicode=True)}---\n{body}\n"
        try:
            return parse_article(text.encode(), name)
        except ArticleError as error:
            raise BadInput(error.problem, code=error.code) from error  # its line is none of the file's

    def _with_pictures(self, name: str, body: str) -> str:
        def moved(match: re.Match[str]) -> str:
            address = self._beside(name, match[2])
            return f"{match[1]}{address}{match[3]}" if address else match.group()

        return _PICTURE.sub(moved, body)

    def _beside(self, name: str, address: str) -> str | None:
        if address.startswith(f"/articles/{self._partner}/images/"):
            return address
        parts: list[str] = list(PurePosixPath(name).parent.parts)
        for part in PurePosixPath(unquote(address)).parts:
            if part == "..":
                parts = parts[:-1]
            else:
                parts.append(part)
        data = self._files.get("/".join(parts))
        return self._add(data) if data is not None else None

    def _add(self, data: bytes) -> str | None:
        try:
            return self._images.add(self._partner, data)
        except BadInput:
            return None  # what is no picture is left out of the article


def _addresses(text: str, prefix: str) -> Iterator[str]:
    yield from dict.fromkeys(match[2] for match in _PICTURE.finditer(text) if match[2].startswith(prefix))


def _has_front_matter(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n").startswith(b"---")


def _text(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    problem = "this is not a text file in UTF-8; save it in UTF-8 and import it again"
    raise ArticleError(name, 1, problem, code="no_text")


def _slug(stem: str) -> str:
    slug = _SAFE.sub("-", stem.lower()).strip("-")[:60].strip("-")
    has_words = bool(SLUG.match(slug)) and len(slug) > 2
    return slug if has_words else f"article-{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
