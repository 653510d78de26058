"""Articles over HTTP: from draft to customers and back, and nobody's edit is lost."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from firstline.core.times import iso, utcnow
from firstline.knowledge.service import Knowledge

STARTER_ARTICLE = "/articles/reset-a-password/en"


async def search(http: Any, query: str, lang: str = "en") -> list[str]:
    answer = await http.get("/api/knowledge/search", params={"partner": "demo", "q": query, "lang": lang})
    return [hit["slug"] for hit in answer.json()["results"]]


async def page(http: Any, slug: str, lang: str = "en") -> tuple[int, str]:
    answer = await http.get(f"/articles/demo/{lang}/{slug}")
    return answer.status_code, answer.text


async def test_without_a_session_or_the_role_nothing_is_told(http: Any, sign_in: Any) -> None:
    agent = await sign_in("agent", "agent")
    for method, path in (
        ("GET", "/articles"), ("GET", "/articles/x"), ("PUT", "/articles/x/en"), ("POST", "/articles/x/en/status"),
        ("GET", "/articles/x/en/versions/1"), ("GET", "/articles/x/en/diff"), ("POST", "/articles/x/en/restore"),
        ("POST", "/articles/x/en/effect"), ("POST", "/try"), ("POST", "/preview"), ("GET", "/gaps"), ("GET", "/log"),
        ("POST", "/gaps/draft"), ("POST", "/import"), ("GET", "/export"), ("POST", "/images"),
    ):  # fmt: skip
        assert (await http.request(method, f"/api/authors{path}")).status_code in (401, 422), path
        assert (await agent.call(method, path)).status_code in (403, 422), path
    assert (await http.get("/api/authors/articles")).status_code == 401
    await agent.refused(403, "wrong_role", "GET", "/articles")


async def test_list_shows_all_layers_and_filters(author: Any) -> None:
    await author.save("striped-printers")
    rows = (await author.ok("GET", "/articles"))["articles"]
    assert {(row["slug"], row["layer"], row["status"]) for row in rows if row["lang"] == "en"} == {
        ("reset-a-password", "starter", "published"),
        ("mailbox-full", "starter", "published"),
        ("striped-printers", "demo", "draft"),
    }
    (draft,) = (await author.ok("GET", "/articles?status=draft"))["articles"]
    assert (draft["slug"], draft["live_version"], draft["updated_by"]) == ("striped-printers", None, "sora")
    assert draft["other_language"] == "missing"
    assert [row["lang"] for row in (await author.ok("GET", "/articles?q=password&lang=en"))["articles"]] == ["en"]
    assert (await author.ok("GET", "/articles?category=usage"))["articles"] == []
    assert (await author.call("GET", "/articles?status=odd")).status_code == 422


async def test_drafts_never_reach_a_customer(author: Any, http: Any, knowledge: Knowledge) -> None:
    await author.save("striped-printers", body="The zebraword is cleaned.")
    await author.save("reset-a-password", expect=1, title="Reset a password", body="The zebraword in a copy.")
    assert "striped-printers" not in await search(http, "striped printers zebraword")
    assert (await page(http, "striped-printers"))[0] == 404
    assert "zebraword" not in (await page(http, "reset-a-password"))[1]
    await author.status("striped-printers", "review", 1)
    assert (await page(http, "striped-printers"))[0] == 404
    assert "striped-printers" not in await search(http, "striped printers zebraword")


async def test_publish_edit_and_archive_reach_search_at_once(author: Any, http: Any) -> None:
    await author.publish("striped-printers")
    assert (await search(http, "striped printers"))[0] == "striped-printers"
    await author.publish("striped-printers", expect=1, title="Blurred scanners", body="Wipe the scanner's glass.")
    assert (await search(http, "blurred scanners"))[0] == "striped-printers"
    assert "Wipe the scanner" in (await page(http, "striped-printers"))[1]
    await author.status("striped-printers", "archived", 2)
    assert "striped-printers" not in await search(http, "blurred scanners")
    assert (await page(http, "striped-printers"))[0] == 404


async def test_editing_a_starter_article_makes_a_copy_and_goes_on_counting(author: Any, http: Any) -> None:
    shown = await author.ok("GET", "/articles/reset-a-password")
    assert (shown["layer"], shown["languages"]["en"]["version"]) == ("starter", 1)
    copy = await author.save("reset-a-password", expect=1, title="Reset a password", body="Call 02-123-4567.")
    assert (copy["layer"], copy["version"], copy["live_version"], copy["status"]) == ("demo", 2, 1, "draft")
    assert [(entry["number"], entry["layer"]) for entry in copy["versions"]] == [(2, "demo"), (1, "starter")]
    # Whoever still has the starter's version open can't write over the copy.
    body = {"article": {**copy_fields(copy), "body": "Other."}, "expect_version": 1}
    error = await author.refused(409, "edited_meanwhile", "PUT", STARTER_ARTICLE, json=body)
    assert error["details"]["author"] == "sora" and error["details"]["version"] == 2
    await author.status("reset-a-password", "published", 2)
    assert "02-123-4567" in (await page(http, "reset-a-password"))[1]
    await author.status("reset-a-password", "archived", 2)
    assert "24 hours" in (await page(http, "reset-a-password"))[1]


def copy_fields(article: dict[str, Any]) -> dict[str, Any]:
    return {name: article[name] for name in ("title", "category", "body")}


async def test_two_authors_at_once_lose_nothing(author: Any, sign_in: Any, article_fields: Any) -> None:
    other = await sign_in("jun")
    await author.save("striped-printers")
    bodies = [{"article": article_fields(body=f"Text number {n}."), "expect_version": 1} for n in range(6)]
    answers = await asyncio.gather(
        *(
            (author, other)[n % 2].call("PUT", "/articles/striped-printers/en", json=body)
            for n, body in enumerate(bodies)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"edited_meanwhile"}
    article = (await author.ok("GET", "/articles/striped-printers"))["languages"]["en"]
    (won,) = (n for n, answer in enumerate(answers) if answer.status_code == 200)
    assert (article["version"], article["body"]) == (2, f"Text number {won}.")
    stale = {"status": "published", "expect_version": 1}
    await author.refused(409, "edited_meanwhile", "POST", "/articles/striped-printers/en/status", json=stale)


async def test_a_slug_is_taken_once(author: Any, article_fields: Any) -> None:
    await author.save("striped-printers")
    body = {"article": article_fields(), "expect_version": None}
    await author.refused(409, "slug_taken", "PUT", "/articles/striped-printers/en", json=body)
    await author.refused(409, "slug_taken", "PUT", STARTER_ARTICLE, json=body)
    await author.refused(409, "gone", "PUT", "/articles/never-there/en", json=body | {"expect_version": 3})


@pytest.mark.parametrize(
    ("path", "changes", "field"),
    [
        ("/articles/new/en", {"title": ""}, "title"),
        ("/articles/new/en", {"body": ""}, "body"),
        ("/articles/new/en", {"category": "odd"}, "category"),
        ("/articles/new/en", {"colour": "red"}, "colour"),
        ("/articles/new/en", {"questions": "one"}, "questions"),
        ("/articles/new/en", {"questions": ["q"] * 501}, "questions"),
        ("/articles/new/en", {"body": "nul \x00"}, "body"),
        ("/articles/new/ko", {}, "lang"),
        ("/articles/new/en", {"title": "프린터", "body": "드럼을 청소해 주세요."}, "lang"),
        ("/articles/Not_A_Slug/en", {}, "slug"),
    ],
)
async def test_wrong_fields_are_named(
    author: Any, article_fields: Any, path: str, changes: dict[str, Any], field: str
) -> None:
    body = {"article": article_fields(**changes), "expect_version": None}
    error = await author.refused(422, "invalid_article", "PUT", path, json=body)
    assert field in error["details"]["fields"]


async def test_too_large_is_refused(author: Any, article_fields: Any) -> None:
    body = {"article": article_fields(body="word " * 1_100_000), "expect_version": None}
    await author.refused(413, "article_too_large", "PUT", "/articles/large/en", json=body)
    body["article"]["body"] = "w" * 8_100_000
    await author.refused(413, "too_large", "PUT", "/articles/large/en", json=body)
    assert (await author.call("GET", "/articles/large")).status_code == 404


async def test_versions_diff_and_restore(author: Any, http: Any) -> None:
    await author.publish("striped-printers", body="One.\nTwo.", owner="self")
    await author.publish("striped-printers", expect=1, body="One.\nThree.", owner="isv")
    difference = await author.ok("GET", "/articles/striped-printers/en/diff?old=1&new=2")
    assert [(line["op"], line["text"]) for line in difference["lines"]] == [
        ("same", "One."), ("del", "Two."), ("add", "Three."),
    ]  # fmt: skip
    assert difference["fields"] == [{"name": "owner", "old": "self", "new": "isv"}]
    old = (await author.ok("GET", "/articles/striped-printers/en/versions/1"))["article"]
    assert (old["body"], old["number"], old["author"]) == ("One.\nTwo.", 1, "sora")
    restored = await author.ok(
        "POST", "/articles/striped-printers/en/restore", json={"version": 1, "expect_version": 2}
    )
    article = restored["article"]
    assert (article["version"], article["status"], article["live_version"]) == (3, "draft", 2)
    assert "Three." in (await page(http, "striped-printers"))[1]
    await author.status("striped-printers", "published", 3)
    assert "Two." in (await page(http, "striped-printers"))[1]
    for path in ("versions/9", "diff?old=1&new=9"):
        await author.refused(404, "no_version", "GET", f"/articles/striped-printers/en/{path}")
    stale = {"version": 1, "expect_version": 2}
    await author.refused(409, "edited_meanwhile", "POST", "/articles/striped-printers/en/restore", json=stale)
    await author.refused(404, "no_article", "GET", "/articles/unknown")


async def test_planned_publishing(author: Any, http: Any, knowledge: Knowledge) -> None:
    at = utcnow() + timedelta(hours=2)
    await author.save("striped-printers", body="The planned text.")
    planned = (await author.status("striped-printers", "published", 1, at=iso(at)))["article"]
    assert (planned["status"], planned["scheduled_for"], planned["live_version"]) == ("draft", iso(at), None)
    await author.save("striped-printers", expect=1, body="A later draft.")
    assert await knowledge.publish_due(at - timedelta(seconds=1)) == 0
    assert (await page(http, "striped-printers"))[0] == 404
    assert await knowledge.publish_due(at) == 1
    assert "The planned text." in (await page(http, "striped-printers"))[1]
    assert (await search(http, "striped printers"))[0] == "striped-printers"
    article = (await author.ok("GET", "/articles/striped-printers"))["languages"]["en"]
    assert (article["status"], article["version"], article["live_version"]) == ("draft", 2, 1)
    assert article["scheduled_for"] is None and await knowledge.publish_due(at) == 0
    log = (await author.ok("GET", "/log?slug=striped-printers"))["entries"]
    assert [entry["what"] for entry in log] == ["published_on_time", "saved", "scheduled", "created"]


async def test_a_plan_can_be_dropped_and_must_make_sense(author: Any, knowledge: Knowledge) -> None:
    at = utcnow() + timedelta(hours=2)
    await author.save("striped-printers")
    await author.status("striped-printers", "published", 1, at=iso(at))
    await author.status("striped-printers", "draft", 1)
    assert await knowledge.publish_due(at) == 0
    path = "/articles/striped-printers/en/status"
    for wrong in ({"at": "2020-01-01T00:00:00Z"}, {"at": "2999-01-01T00:00:00"}, {"at": iso(at), "status": "review"}):
        body = {"status": "published", "expect_version": 1} | wrong
        await author.refused(400, "bad_time", "POST", path, json=body)


async def test_a_lower_layers_article_has_no_status_of_its_own(author: Any) -> None:
    body = {"status": "archived", "expect_version": 1}
    await author.refused(409, "not_own", "POST", f"{STARTER_ARTICLE}/status", json=body)


async def test_the_other_language_is_older_after_a_change_of_facts(author: Any) -> None:
    async def states() -> dict[str, str]:
        rows = (await author.ok("GET", "/articles?q=mailbox-full"))["articles"]
        return {row["lang"]: row["other_language"] for row in rows}

    assert await states() == {"ko": "same", "en": "same"}
    await author.save("mailbox-full", expect=1, title="The mailbox is full", body="A mailbox has 50 GB of room.")
    assert await states() == {"ko": "same", "en": "same"}
    saved = await author.ok(
        "PUT",
        "/articles/mailbox-full/en",
        json={
            "article": {"title": "The mailbox is full", "category": "problem", "body": "A mailbox holds 100 GB."},
            "expect_version": 2,
        },
    )
    assert saved["facts"] == [{"kind": "number", "ko": ["50GB"], "en": ["100 GB"], "level": "warn"}]
    assert await states() == {"ko": "same", "en": "older"}


async def test_log_tells_who_did_what(author: Any, sign_in: Any) -> None:
    other = await sign_in("jun")
    await author.save("striped-printers")
    await other.status("striped-printers", "review", 1)
    await author.status("striped-printers", "published", 1)
    entries = (await author.ok("GET", "/log"))["entries"]
    assert [(e["who"], e["what"], e["version"]) for e in entries] == [
        ("sora", "published", 1), ("jun", "review", 1), ("sora", "created", 1),
    ]  # fmt: skip
    assert len((await author.ok("GET", "/log?limit=1"))["entries"]) == 1
    assert (await author.ok("GET", "/log?slug=other"))["entries"] == []
    stranger = await sign_in("mina", partner="other")
    assert (await stranger.ok("GET", "/log"))["entries"] == []
    assert (await stranger.call("GET", "/articles/striped-printers")).status_code == 404
