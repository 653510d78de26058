"""The authors' API by its contract, over a library in memory, served beside the real pages."""

import base64
import io
import zipfile
from typing import Any

from fastapi import FastAPI, Request, Response

from firstline.knowledge.rendering import render

from ..staff_pages import COOKIE, refuse, signed_in_as, staff_pages
from .library import ME, Library, Refused

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def build(library: Library) -> FastAPI:
    app = staff_pages()
    root = "/api/authors/articles"

    @app.exception_handler(Refused)
    async def say(_: Request, error: Any) -> Response:
        return refuse(error.status, error.code, error.message, error.details)

    @app.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        path = request.url.path
        if path.startswith("/api/"):
            if not library.signed_in or request.cookies.get(COOKIE) != "good":
                return refuse(401, "not_signed_in", "Log in.")
            if request.method != "GET" and request.headers.get("X-Firstline-Request") != "1":
                return refuse(403, "forbidden", "Header missing.")
            if status := library.failures.pop(f"{request.method} {path}", 0):
                return refuse(status, "internal" if status == 500 else "unavailable", "Try again.")
        answer: Response = await call_next(request)
        return answer

    @app.get("/api/staff/me")
    async def who() -> Any:
        return {"staff": signed_in_as(ME, "author")}

    @app.get(root)
    async def articles() -> Any:
        return {"articles": [library.row(slug, lang) for slug, lang in library.kept]}

    @app.get(root + "/{slug}")
    async def article(slug: str) -> Any:
        arts = {lang: library.art(slug, lang) for lang in ("ko", "en")}
        if not any(arts.values()):
            return refuse(404, "no_article", f"There is no article {slug}.")
        return {"slug": slug, "layer": library.layers[slug], "languages": arts, "facts": library.facts(slug)}

    @app.put(root + "/{slug}/{lang}")
    async def save(slug: str, lang: str, request: Request) -> Any:
        body = await request.json()
        library.calls.append(("save", body))
        art = library.save(slug, lang, body["article"], body["expect_version"], ME)
        return {"article": art, "facts": library.facts(slug)}

    @app.post("/api/authors/preview")
    async def preview(request: Request) -> Any:
        body = (await request.json())["body"]
        return {"html": render(body).html if library.html is None else library.html}

    @app.post(root + "/{slug}/{lang}/status")
    async def status(slug: str, lang: str, request: Request) -> Any:
        body = await request.json()
        library.calls.append(("status", body))
        return library.set_status(slug, lang, body)

    @app.get(root + "/{slug}/{lang}/diff")
    async def diff(slug: str, lang: str, old: int, new: int) -> Any:
        versions = library.kept[slug, lang]["versions"]
        before, after = versions[old - 1], versions[new - 1]
        gone = [{"op": "del", "text": line} for line in before["body"].split("\n")]
        come = [{"op": "add", "text": line} for line in after["body"].split("\n")]
        fields = [{"name": "title", "old": before["title"], "new": after["title"]}]
        return {"lines": gone + come, "fields": fields if before["title"] != after["title"] else []}

    @app.post(root + "/{slug}/{lang}/restore")
    async def restore(slug: str, lang: str, request: Request) -> Any:
        body = await request.json()
        return {"article": library.restore(slug, lang, body["version"], body["expect_version"])}

    @app.post(root + "/{slug}/{lang}/effect")
    async def effect(slug: str, lang: str, request: Request) -> Any:
        return library.effect(slug, lang, (await request.json())["article"])

    @app.post("/api/authors/try")
    async def ask(request: Request) -> Any:
        body = await request.json()
        library.calls.append(("try", body))
        return library.ask(body["query"], body["lang"], body["article"])

    @app.get("/api/authors/gaps")
    async def gaps(lang: str, days: int) -> Any:
        library.calls.append(("gaps", {"lang": lang, "days": days}))
        return {"gaps": [gap for gap in library.gaps if gap["lang"] == lang]}

    @app.post("/api/authors/gaps/draft")
    async def draft(request: Request) -> Any:
        body = await request.json()
        library.calls.append(("draft", body))
        slug = f"gap-{next(library.numbers)}"
        library.add(slug, body["lang"], body["title"], "…", live=False, questions=body["questions"])
        return {"article": library.art(slug, body["lang"]), "slug": slug}

    @app.post("/api/authors/import")
    async def take(request: Request) -> Any:
        files = [file for _, file in (await request.form()).multi_items()]
        library.calls.append(("import", [file.filename for file in files]))
        return {
            "imported": [{"slug": "share", "lang": "ko", "title": "파일 공유하기", "status": "draft"}],
            "errors": library.import_errors,
        }

    @app.get("/api/authors/export")
    async def give() -> Response:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for slug, lang in library.kept:
                archive.writestr(f"{lang}/{slug}.md", "")
        return Response(packed.getvalue(), media_type="application/zip")

    @app.post("/api/authors/images")
    async def image(request: Request) -> Any:
        file: Any = (await request.form())["files"]
        library.calls.append(("image", file.filename))
        url = "/articles/demo/images/a.png"
        return {"url": url, "markdown": f"![{file.filename}]({url})"}

    @app.get("/articles/demo/images/a.png")
    async def pixel() -> Response:
        return Response(PIXEL, media_type="image/png")

    @app.get("/api/authors/log")
    async def log(slug: str = "") -> Any:
        return {"entries": [entry for entry in library.entries if not slug or entry["slug"] == slug]}

    return app
