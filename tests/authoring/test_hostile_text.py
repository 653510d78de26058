"""Nothing in an article acts: not on its page, not in the preview, however the text came in."""

import io
from typing import Any

import pytest

from ..vectors import ALLOWED, VECTORS, Acts
from .word import word_file

PAGE = ALLOWED | {"article", "div", "dl", "dt", "dd", "h1", "nav", "footer"}
HEAD = "---\nslug: {slug}\nlang: en\ntitle: A title\ncategory: usage\n---\n"


AT_ONCE = 12


def in_three_kinds(text: str, name: str = "") -> dict[str, bytes]:
    html = f"<title>{text}</title><h1>A title</h1><p>Plain words.</p>{text}<p>More words.</p>"
    return {
        f"md{name}.md": (HEAD.format(slug=f"md{name}") + f"Plain words.\n\n{text}\n\nMore words.").encode(),
        f"html{name}.html": html.encode(),
        f"docx{name}.docx": word_file(("p", "Plain words."), ("p", text)),
    }


def test_the_check_itself_sees_what_acts() -> None:
    for attack in ("<script>", '<a onclick="x">', "<img src=x onerror=y>", '<a href=" java\nscript:x">', "<p style=x>"):
        assert Acts(attack).found, attack
    assert Acts('<p>A <a href="https://example.com">link</a></p>').found == []
    assert len(VECTORS) >= 70 and len(set(VECTORS)) == len(VECTORS)


@pytest.mark.parametrize("first", range(0, len(VECTORS), AT_ONCE))
async def test_no_vector_gets_through(author: Any, first: int) -> None:
    for number, vector in enumerate(VECTORS[first : first + AT_ONCE], start=first):
        answer = await author.send_files(in_three_kinds(vector, f"-{number}"))
        assert answer.status_code == 200 and answer.json()["errors"] == [], (vector, answer.text)
        assert len(answer.json()["imported"]) == 3
        for entry in answer.json()["imported"]:
            kept = (await author.ok("GET", f"/articles/{entry['slug']}"))["languages"]["en"]["body"]
            assert "Plain words." in kept
            html = (await author.ok("POST", "/preview", json={"body": kept}))["html"]
            assert Acts(html).found == [], (vector, entry["slug"])
        assert Acts((await author.ok("POST", "/preview", json={"body": vector}))["html"]).found == [], vector


async def test_the_published_pages_hold_nothing_that_acts(author: Any, http: Any) -> None:
    text = "\n\n".join(vector for vector in VECTORS if "<!--" not in vector and "```" not in vector)
    for entry in (await author.send_files(in_three_kinds(text))).json()["imported"]:
        await author.status(entry["slug"], "published", 1)
        page = (await http.get(f"/articles/demo/en/{entry['slug']}")).text
        article = page[page.index("<article>") : page.index("</article>")]
        assert Acts(article, PAGE).found == [], entry["slug"]
    title = "<img src=x onerror=hit()> </title><script>hit()</script>"
    await author.publish("title", title=title, sources=[title], questions=[title])
    page = (await http.get("/articles/demo/en/title")).text
    article = page[page.index("<article>") : page.index("</article>")]
    assert Acts(article, PAGE).found == [] and "<script>hit" not in page


async def test_broken_markdown_is_a_page_all_the_same(author: Any, http: Any) -> None:
    body = "\n".join(
        [
            "**never closed",
            "[no end](",
            "![",
            "| a | b",
            "|---",
            "```",
            "# ",
            "1. ",
            "> > > >",
            "<div",
            "&#xZZ;",
            "\\",
            "(" * 3_000,
            "[" * 3_000,
            "*" * 3_000,
            "> " * 3_000,
            "`" * 3_001,
        ]
    )
    assert (await author.ok("POST", "/preview", json={"body": body}))["html"]
    await author.publish("broken", body=body)
    assert (await http.get("/articles/demo/en/broken")).status_code == 200


async def test_a_bomb_is_refused_before_it_is_unpacked(author: Any, zip_of: Any) -> None:
    """Zeros pack a thousandfold: one file of 300 MB, and a zip inside a zip, which is no article."""
    inner = zip_of({"en/a.md": b"\x00" * 50_000_000})
    answer = await author.send_files({"nested.zip": zip_of({"inner.zip": inner, "en/good.md": b"# T\n\nText."})})
    assert [entry["slug"] for entry in answer.json()["imported"]] == ["good"]
    large = io.BytesIO(zip_of({"en/a.md": b"word " * 60_000_000}))
    done = (await author.send_files({"large.zip": large.getvalue()})).json()
    assert done["imported"] == [] and [error["code"] for error in done["errors"]] == ["article_too_large"]


async def test_a_long_question_is_searched_and_a_longer_one_refused(author: Any, http: Any) -> None:
    for text in ("forgot my password " * 263, "비밀번호를 " * 833):
        assert len(text) <= 5_000
        assert (await author.ok("POST", "/try", json={"query": text}))["results"]
        found = await http.get("/api/knowledge/search", params={"partner": "demo", "q": text})
        assert found.status_code == 200
    found = await http.get("/api/knowledge/search", params={"partner": "demo", "q": "가" * 5_001})
    assert (found.status_code, found.json()["error"]["code"]) == (422, "invalid_request")


async def test_an_article_of_almost_5_mb_is_taken(author: Any) -> None:
    saved = await author.save("large", body="word " * 1_000_000)
    assert len(saved["body"]) > 4_900_000
    assert (await author.ok("GET", "/articles/large"))["languages"]["en"]["version"] == 1
