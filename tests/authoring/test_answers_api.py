"""What an edit changes, questions tried out, and gaps."""

import asyncio
from typing import Any

import pytest

from firstline.authoring.replay import Outcome, Question, judge
from firstline.conversations import store

NEW = {"title": "Striped printers", "category": "problem", "body": "Clean the drum of the printer."}


def outcome(slug: str, excerpt: str = "text", answered: bool = True) -> Outcome:
    return Outcome(slug, "en", slug, "", excerpt, 0.9 if answered else 0.1, answered)


@pytest.mark.parametrize(
    ("before", "after", "expected", "kind", "verdict"),
    [
        (outcome("a"), outcome("a"), None, "past", "same"),
        (outcome("a"), outcome("a", "other"), None, "past", "changed"),
        (outcome("a"), outcome("b"), None, "past", "changed"),
        (outcome("a"), outcome("b"), "a", "past", "worse"),
        (outcome("b"), outcome("a"), "a", "past", "better"),
        (outcome("a"), outcome("b"), "a", "must", "lost"),
        (outcome("a"), outcome("a", answered=False), None, "past", "lost"),
        (outcome("a", answered=False), outcome("b"), None, "past", "gained"),
        (outcome("a", answered=False), outcome("b", answered=False), None, "past", "same"),
        (None, None, None, "past", "same"),
        (outcome("a"), None, "a", "own", "lost"),
    ],
)
def test_verdicts(before: Any, after: Any, expected: Any, kind: Any, verdict: str) -> None:
    assert judge(Question("q", "en", kind, expected), before, after) == verdict


async def found(author: Any, query: str) -> dict[str, Any]:
    tried: dict[str, Any] = await author.ok("POST", "/try", json={"query": query, "lang": "en"})
    return tried


async def test_effect_replays_what_customers_asked(author: Any, talk: Any) -> None:
    query = "Striped printers"
    await author.publish("striped-printers", questions=["lines on every page"])
    assert (await found(author, query))["answered"]
    await talk(query, "striped-printers")
    await talk(query, "striped-printers", helpful=True)
    await talk("hello", "striped-printers", partner="other")
    content = {"title": "Wash a car", "category": "usage", "body": "Water and soap, and a dry cloth."}
    effect = await author.ok("POST", "/articles/striped-printers/en/effect", json={"article": content})
    (past,) = (change for change in effect["changes"] if change["kind"] == "past")
    assert (past["query"], past["count"], past["must"]) == (query, 2, False)
    assert past["verdict"] in ("lost", "worse")
    assert past["before"]["slug"] == "striped-printers" and past["before"]["answered"]
    assert effect["asked"] == 1 and sum(effect["counts"].values()) == 1
    # Looking changes nothing.
    assert (await found(author, query))["results"][0]["title"] == "Striped printers"
    unchanged = await author.ok("POST", "/articles/striped-printers/en/effect", json={"article": None})
    assert unchanged["changes"] == [] and unchanged["counts"]["same"] == unchanged["asked"] == 2
    await author.refused(404, "no_article", "POST", "/articles/unknown/en/effect", json={"article": None})
    await author.refused(422, "invalid_article", "POST", "/articles/a/en/effect", json={"article": {"title": "x"}})


async def test_publishing_over_a_lost_must_answer_needs_a_yes(author: Any) -> None:
    query = "Striped printers"
    first = await author.publish("striped-printers", must_answer=[query], questions=["lines on every page"])
    assert (await found(author, query))["results"][0]["slug"] == "striped-printers"
    assert (await found(author, query))["answered"]
    changed = {"title": "Wash a car", "body": "Water and soap.", "must_answer": [query]}
    draft = await author.save("striped-printers", expect=first["version"], **changed)
    path = "/articles/striped-printers/en/status"
    body = {"status": "published", "expect_version": draft["version"]}
    error = await author.refused(409, "lost_answers", "POST", path, json=body)
    (change,) = error["details"]["effect"]["changes"]
    assert (change["query"], change["must"], change["verdict"]) == (query, True, "lost")
    assert (await found(author, query))["results"][0]["title"] == "Striped printers"
    archive = {"status": "archived", "expect_version": draft["version"]}
    await author.refused(409, "lost_answers", "POST", path, json=archive)
    done = await author.ok("POST", path, json=body | {"despite_lost": True})
    assert done["article"]["status"] == "published" and done["effect"]["counts"]["lost"] == 1
    assert (await author.ok("GET", "/log?limit=1"))["entries"][0]["what"] == "published_despite_lost"


async def test_try_shows_scores_and_an_edit_as_if_it_were_live(author: Any) -> None:
    tried = await author.ok("POST", "/try", json={"query": "reset a password"})
    best = tried["results"][0]
    assert best["slug"] == "reset-a-password" and best["parts"] and 0 < tried["threshold"] < 1
    edit = {"slug": "striped-printers", "lang": "en", **NEW}
    with_edit = await author.ok("POST", "/try", json={"query": "striped printers", "article": edit})
    assert with_edit["results"][0]["slug"] == "striped-printers"
    without = await author.ok("POST", "/try", json={"query": "striped printers"})
    assert "striped-printers" not in [hit["slug"] for hit in without["results"]]
    await author.refused(422, "invalid_article", "POST", "/try", json={"query": "x", "article": NEW})
    assert (await author.call("POST", "/try", json={"query": ""})).status_code == 422
    assert (await author.call("POST", "/try", json={"query": "가" * 5_001})).status_code == 422


async def test_gaps_hold_one_meaning_and_the_largest_comes_first(author: Any, talk: Any) -> None:
    for text in ("drone delivery licence", "drone delivery licences", "drone delivery licence please"):
        await talk(text, None)
    await talk("drone delivery licence", None)
    await talk("zeppelin hangar roof", None)
    await talk("무인기 배송 허가", None, lang="ko")
    await talk("quarterly umbrella tax", "mailbox-full", helpful=False)
    await talk("liked answer", "mailbox-full", helpful=True)
    await talk("of somebody else", None, partner="other")
    gaps = (await author.ok("GET", "/gaps?lang=en"))["gaps"]
    assert [gap["size"] for gap in gaps] == [4, 1, 1]
    assert gaps[0]["questions"][0] == {"text": "drone delivery licence", "count": 2}
    assert len(gaps[0]["questions"]) == 3 and gaps[0]["why"] == {"no_answer": 4, "not_helped": 0}
    assert {gap["why"]["not_helped"] for gap in gaps[1:]} == {0, 1}
    (korean,) = (await author.ok("GET", "/gaps?lang=ko"))["gaps"]
    assert korean["questions"] == [{"text": "무인기 배송 허가", "count": 1}]
    assert len((await author.ok("GET", "/gaps"))["gaps"]) == 4
    assert (await author.call("GET", "/gaps?days=0")).status_code == 422


async def test_a_gap_closes_when_an_article_answers_it(author: Any, talk: Any) -> None:
    await talk("Striped printers", None)
    await talk("Striped printers, all of them", None)
    (gap,) = (await author.ok("GET", "/gaps"))["gaps"]
    body = {"lang": "en", "questions": [q["text"] for q in gap["questions"]], "title": "Striped printers"}
    draft = await author.ok("POST", "/gaps/draft", json=body)
    assert set(draft["article"]["questions"]) == {"Striped printers", "Striped printers, all of them"}
    assert draft["article"]["status"] == "draft"
    assert len((await author.ok("GET", "/gaps"))["gaps"]) == 1
    await author.status(draft["slug"], "published", 1)
    assert (await author.ok("GET", "/gaps"))["gaps"] == []
    await author.refused(400, "empty", "POST", "/gaps/draft", json={"lang": "en", "questions": [" "]})
    assert (await author.call("POST", "/gaps/draft", json={"lang": "en", "questions": []})).status_code == 422


async def test_the_second_question_in_vain_counts_too_and_a_follow_up_with_what_it_goes_on_with(
    author: Any, database: Any
) -> None:
    async with database.session() as session:
        talk = await store.create_conversation(session, "demo", "en")
        for text, asked, again in (
            ("zeppelins", "zeppelins", False),
            ("and balloons?", "zeppelins and balloons?", True),
        ):
            await store.add_message(session, talk, "customer", text)
            receipt = {"answered": False, "again": again, "asked": asked}
            await store.add_message(session, talk, "bot", "Passing you to a person.", receipt=receipt)
    (gap,) = (await author.ok("GET", "/gaps"))["gaps"]
    assert {question["text"] for question in gap["questions"]} == {"zeppelins", "zeppelins and balloons?"}


async def test_small_talk_and_buttons_are_no_questions(author: Any, database: Any) -> None:
    async with database.session() as session:
        talk = await store.create_conversation(session, "demo", "en")
        await store.add_message(session, talk, "customer", "hello there")
        await store.add_message(session, talk, "bot", "Hello!")
        await store.add_message(session, talk, "customer", "No", payload="/deny")
        await store.add_message(session, talk, "bot", "?", buttons=[{"title": "No", "payload": "/deny"}])
    assert (await author.ok("GET", "/gaps"))["gaps"] == []


async def test_effects_of_several_authors_at_once(author: Any, talk: Any) -> None:
    await talk("Reset a password", "reset-a-password")
    answers = await asyncio.gather(
        *(author.call("POST", "/articles/striped/en/effect", json={"article": NEW}) for _ in range(3))
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.text for answer in answers}) == 1
