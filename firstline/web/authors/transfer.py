"""Files in and out: import, export, and pictures."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from firstline.authoring.content import content_of
from firstline.authoring.images import ImageStore
from firstline.authoring.importing import MOST_FILES, FileError, export_zip, read_files, unpack
from firstline.core.errors import BadInput, Conflict
from firstline.core.times import utcnow
from firstline.desk.models import Staff
from firstline.web.authors.context import PREFIX, Context
from firstline.web.downloads import FORM_BODY, ZipFile, saved_as

_PICTURE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "public, max-age=31536000, immutable",
}


def transfer_routes(context: Context) -> APIRouter:
    """Return ``/import``, ``/export`` and ``/images``."""
    router = APIRouter(prefix=PREFIX, tags=["authors"])
    Author = Annotated[Staff, Depends(context.signed_in)]  # noqa: N806 - a type

    @router.post("/import", openapi_extra=FORM_BODY)
    async def take_in(request: Request, author: Author) -> dict[str, Any]:
        # The form is read here and not by a parameter: only once it is known who sends it.
        uploads = await _uploads(request)
        files: dict[str, bytes] = {}
        errors: list[FileError] = []
        for name, data in uploads:
            if name.lower().endswith(".zip"):
                inside = await asyncio.to_thread(unpack, name, data)
                files |= inside if len(uploads) == 1 else {f"{name}/{path}": found for path, found in inside.items()}
            elif name in files:
                errors.append(FileError(name, None, "a second file of this name was left out", "file_twice"))
            else:
                files[name] = data
        if not files and not errors:
            raise BadInput("There is nothing to import; send .md, .html or .docx files, or a zip.", code="empty")
        good, bad = await asyncio.to_thread(read_files, files, author.partner, context.images)
        workflow = context.workflow(author)
        imported = []
        for name, article in good:
            before = await workflow.library.find(article.slug, article.lang)
            expected = before.newest.version if before else None
            try:
                entry = await workflow.save(
                    article.slug,
                    article.lang,
                    content_of(article),
                    expect_version=expected,
                    note=name[-200:],
                    what="imported",
                )
            except (BadInput, Conflict) as error:
                bad.append(FileError(name, None, error.message, error.code))
                continue
            found = {"slug": article.slug, "lang": article.lang, "title": article.title}
            imported.append(found | {"status": entry.newest.status})
        problems = [asdict(error) for error in [*errors, *bad]]
        await context.audit(author, "articles.imported", "", count=len(imported), failed=len(problems))
        return {"imported": imported, "errors": problems}

    @router.get("/export", response_class=ZipFile)
    async def export(author: Author, everything: bool = False) -> ZipFile:
        entries = await context.library(author).entries()
        articles = [entry.article for entry in entries if everything or entry.layer == author.partner]
        packed = await asyncio.to_thread(export_zip, articles, author.partner, context.images)
        await context.audit(author, "articles.exported", "", count=len(articles))
        name = f"articles-{author.partner}-{utcnow():%Y%m%d}.zip"
        return ZipFile(packed, headers=saved_as(name))

    @router.post("/images", status_code=201, openapi_extra=FORM_BODY)
    async def add_image(request: Request, author: Author) -> dict[str, Any]:
        uploads = await _uploads(request)
        if len(uploads) != 1:
            raise BadInput("Send one picture, as the form's field `files`.", code="empty")
        name, data = uploads[0]
        url = await asyncio.to_thread(context.images.add, author.partner, data)
        await context.audit(author, "picture.added", url)
        alt = "".join(char for char in name.rpartition("/")[2].rpartition(".")[0] if char not in "[]()!\\`*_<>")
        return {"url": url, "markdown": f"![{alt[:100]}]({url})"}

    return router


def image_router(images: ImageStore) -> APIRouter:
    """Return ``GET /articles/{partner}/images/{name}``, for everybody; include it before the article pages."""
    router = APIRouter(include_in_schema=False)

    @router.get("/articles/{partner}/images/{name}")
    async def image(partner: str, name: str) -> FileResponse:
        path, media_type = images.find(partner, name)
        return FileResponse(path, media_type=media_type, headers=_PICTURE_HEADERS)

    return router


async def _uploads(request: Request) -> list[tuple[str, bytes]]:
    """Read the files of a multipart form, whatever their fields are called; raises ``BadInput`` for other bodies."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadInput("Send the files as a form (multipart/form-data).", code="no_form")
    try:
        async with request.form(max_files=MOST_FILES, max_fields=10) as form:
            return [
                ((value.filename or "file").replace("\\", "/").lstrip("/"), await value.read())
                for _field, value in form.multi_items()
                if isinstance(value, UploadFile)
            ]
    except MultiPartException as error:
        raise BadInput("The form can't be read; send it again.", code="bad_form") from error
