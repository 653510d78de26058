"""Planned publishing asks the must-answer questions again when its time has come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.authoring.effects import Effects
from firstline.authoring.planned import Planned
from firstline.core.database import Database
from firstline.core.times import iso, utcnow
from firstline.knowledge.service import Knowledge

QUERY = "striped printers"
AT = utcnow() + timedelta(hours=2)
THIEF = {"title": "Striped printers", "questions": [QUERY, "striped printers please"], "body": "Striped printers."}
OWNER = {
    "title": "Printed lines",
    "questions": ["stripes on striped printers"],
    "body": "Clean the drum of striped printers.",
    "must_answer": [QUERY],
}


@pytest.fixture
def planned(database: Database, knowledge: Knowledge) -> Planned:
    return Planned(database, knowledge, Effects(database, knowledge))


@pytest.fixture
def english(author: Any) -> Callable[..., Any]:
    async def english(slug: str) -> dict[str, Any]:
        article: dict[str, Any] = (await author.ok("GET", f"/articles/{slug}"))["languages"]["en"]
        return article

    return english


async def plan(author: Any, slug: str, content: dict[str, Any], **more: Any) -> None:
    saved = await author.save(slug, **content)
    await author.status(slug, "published", saved["version"], at=iso(AT), **more)


async def test_what_would_lose_a_question_meanwhile_is_held_back(
    author: Any, planned: Planned, english: Any, http: Any
) -> None:
    await plan(author, "thief", THIEF)
    await plan(author, "harmless", {"title": "Wash a car", "body": "Water and soap."})
    await author.publish("owner", **OWNER)
    assert await planned.publish_due(AT) == 1
    held = await english("thief")
    assert (held["status"], held["live_version"], held["held_back"]) == ("draft", None, [QUERY])
    assert (await english("harmless"))["status"] == "published"
    assert (await http.get("/articles/demo/en/thief")).status_code == 404
    rows = {row["slug"]: row for row in (await author.ok("GET", "/articles?lang=en"))["articles"]}
    assert rows["thief"]["held_back"] == [QUERY] and rows["harmless"]["held_back"] == []
    (entry,) = [e for e in (await author.ok("GET", "/log"))["entries"] if e["what"] == "held_back"]
    assert (entry["slug"], entry["who"], entry["note"]) == ("thief", "sora", QUERY)
    # It is said once, and stays until somebody decides.
    assert await planned.publish_due(AT + timedelta(minutes=1)) == 0
    assert len([e for e in (await author.ok("GET", "/log"))["entries"] if e["what"] == "held_back"]) == 1
    await author.status("thief", "published", 1, despite_lost=True)
    assert (await english("thief"))["held_back"] == []


async def test_a_loss_that_was_accepted_when_planning_is_published(author: Any, planned: Planned, english: Any) -> None:
    await author.publish("owner", **OWNER)
    saved = await author.save("thief", **THIEF)
    body = {"status": "published", "expect_version": saved["version"], "at": iso(AT)}
    await author.refused(409, "lost_answers", "POST", "/articles/thief/en/status", json=body)
    await author.ok("POST", "/articles/thief/en/status", json=body | {"despite_lost": True})
    assert await planned.publish_due(AT) == 1
    assert (await english("thief"))["status"] == "published"


async def test_two_plans_that_only_together_lose_a_question(author: Any, planned: Planned, english: Any) -> None:
    await plan(author, "owner", OWNER)
    await plan(author, "thief", THIEF)
    assert await planned.publish_due(AT) == 1
    assert (await english("owner"))["status"] == "published"
    assert (await english("thief"))["held_back"] == [QUERY]


async def test_planning_again_forgets_what_held_it_back(author: Any, planned: Planned, english: Any) -> None:
    await plan(author, "thief", THIEF)
    await author.publish("owner", **OWNER)
    await planned.publish_due(AT)
    mended = await author.save("thief", expect=1, title="Zebras", body="Zebras have stripes.")
    await author.status("thief", "published", mended["version"], at=iso(AT + timedelta(hours=1)))
    assert (await english("thief"))["held_back"] == []
    assert await planned.publish_due(AT + timedelta(hours=1)) == 1
    assert (await english("thief"))["status"] == "published"
