"""Import, export and pictures: what comes in is harmless and bounded, what goes out comes back."""

import io
import zipfile
from typing import Any

from .word import PNG, word_file

HEAD = "---\nslug: {slug}\nlang: en\ntitle: A title\ncategory: usage\n---\n"


async def imported(author: Any, files: dict[str, bytes]) -> dict[str, Any]:
    answer = await author.send_files(files)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_markdown_html_and_word_become_drafts(author: Any, http: Any, zip_of: Any) -> None:
    files = {
        "en/with-head.md": (HEAD.format(slug="with-head") + "Text here.").encode(),
        "en/plain-text.md": b"# The title\n\nSome text without front matter.",
        "ko/page.html": "<html><title>제목</title><h1>사서함 안내</h1><p>사서함을 <b>비워</b> 주세요.</p>".encode(),
        "en/word-file.docx": word_file(("p", "This is a document."), ("p", "It has two paragraphs.")),
        "en/notes.txt": b"left out",
    }
    done = await imported(author, {"library.zip": zip_of(files)})
    assert done["errors"] == []
    assert {(entry["slug"], entry["lang"], entry["status"]) for entry in done["imported"]} == {
        ("with-head", "en", "draft"), ("plain-text", "en", "draft"), ("page", "ko", "draft"),
        ("word-file", "en", "draft"),
    }  # fmt: skip
    page = (await author.ok("GET", "/articles/page"))["languages"]["ko"]
    assert (page["title"], page["body"]) == ("사서함 안내", "사서함을 **비워** 주세요.")
    word = (await author.ok("GET", "/articles/word-file"))["languages"]["en"]
    assert word["body"] == "This is a document.\n\nIt has two paragraphs."
    assert (await http.get("/articles/demo/en/with-head")).status_code == 404


async def test_every_bad_file_is_named_and_the_good_ones_come_in(author: Any, zip_of: Any) -> None:
    head = HEAD.format(slug="good")
    files = {
        "en/good.md": (head + "Good text.").encode(),
        "en/good-again.md": (head + "Good text.").encode(),
        "en/head.md": b"---\nslug: head\nlang: en\ntitle: T\ncolour: red\ncategory: usage\n---\nText.",
        "en/lang.md": HEAD.format(slug="lang").replace("lang: en", "lang: ko").encode() + b"English text.",
        "ko/folder.md": (HEAD.format(slug="folder") + "English text.").encode(),
        "en/binary.md": b"# T\n\n\x00\x01",
        "en/large.md": b"# T\n\n" + b"word " * 1_100_000,
        "en/broken.docx": b"PK\x03\x04 no word file",
        "en/empty.html": b"<h1>Only a title</h1>",
        "en/deep.html": b"<div>" * 5_000 + b"x",
    }
    done = await imported(author, {"library.zip": zip_of(files)})
    assert [entry["slug"] for entry in done["imported"]] == ["good"]
    problems = {error["file"]: error for error in done["errors"]}
    assert set(problems) == set(files) - {"en/good-again.md"}
    assert problems["en/head.md"]["line"] == 5 and "colour" in problems["en/head.md"]["message"]
    assert "not Korean" in problems["en/lang.md"]["message"]
    assert "5 MB" in problems["en/large.md"]["message"]


async def test_zips_are_bounded(author: Any, zip_of: Any) -> None:
    bomb = zip_of({f"en/{n}.md": b"0" * 5_000_000 for n in range(60)})
    assert len(bomb) < 1_000_000
    answer = await author.send_files({"bomb.zip": bomb})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "archive_too_large")
    many = zip_of({f"en/{n}.md": b"x" for n in range(2_001)})
    answer = await author.send_files({"many.zip": many})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "archive_too_large")
    for name in ("../../outside.md", "/etc/outside.md", "a/../../b.md", "..\\outside.md", "C:\\outside.md"):
        answer = await author.send_files({"path.zip": zip_of({name: b"# T\n\nText."})})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_path"), name
    answer = await author.send_files({"no.zip": b"no zip at all"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_archive")
    assert all(row["layer"] == "starter" for row in (await author.ok("GET", "/articles"))["articles"])


async def test_word_files_are_bounded_inside(author: Any, zip_of: Any) -> None:
    bomb = zip_of({"word/document.xml": b" " * 60_000_000})
    done = await imported(author, {"bomb.docx": bomb})
    assert done["imported"] == [] and "too large" in done["errors"][0]["message"]


async def test_other_uploads_are_refused(author: Any) -> None:
    await author.refused(400, "no_form", "POST", "/import", json={})
    done = await imported(author, {"a.exe": b"MZ"})
    assert done["imported"] == [] and done["errors"][0]["file"] == "a.exe"
    await author.refused(400, "no_form", "POST", "/images", content=PNG)


async def test_export_comes_back_with_its_pictures(author: Any, http: Any, sign_in: Any) -> None:
    added = (await author.send_files({"drum.png": PNG}, "/images")).json()
    body = f"Look:\n\n{added['markdown']}"
    await author.publish("striped-printers", body=body, must_answer=["a question"])
    answer = await author.call("GET", "/export")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
    picture = added["url"].rpartition("/")[2]
    assert names == {"en/striped-printers.md", f"images/{picture}"}
    stranger = await sign_in("mina", partner="other")
    done = await imported(stranger, {"library.zip": answer.content})
    entry = {"slug": "striped-printers", "lang": "en", "title": "Striped printers", "status": "draft"}
    assert done == {"imported": [entry], "errors": []}
    article = (await stranger.ok("GET", "/articles/striped-printers"))["languages"]["en"]
    assert article["body"] == body.replace("/demo/", "/other/") and article["must_answer"] == ["a question"]
    everything = await author.call("GET", "/export?everything=true")
    with zipfile.ZipFile(io.BytesIO(everything.content)) as archive:
        assert "ko/mailbox-full.md" in archive.namelist()


async def test_pictures_are_known_by_their_content_and_served_safely(author: Any, http: Any) -> None:
    answer = await author.send_files({"nice [drum].png": PNG}, "/images")
    assert answer.status_code == 201
    url = answer.json()["url"]
    assert answer.json()["markdown"] == f"![nice drum]({url})"
    served = await http.get(url)
    assert (served.status_code, served.content) == (200, PNG)
    assert served.headers["content-type"] == "image/png" and served.headers["x-content-type-options"] == "nosniff"
    html = (await author.ok("POST", "/preview", json={"body": f"![drum]({url}) ![spy](https://e.com/spy.png)"}))["html"]
    assert f'src="{url}"' in html and "e.com" not in html
    for data, status, code in (
        (b"<svg onload=alert(1)>", 400, "no_picture"), (b"GIF89", 400, "no_picture"), (b"", 400, "no_picture"),
        (PNG + b"0" * 2_097_152, 413, "image_too_large"),
    ):  # fmt: skip
        answer = await author.send_files({"x.png": data}, "/images")
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    for name in ("none.png", "000000000000000000000000.png", "..%2f..%2ffirstline.db"):
        assert (await http.get(f"/articles/demo/images/{name}")).status_code == 404
