"""What a partner's own article answers comes before the skills that a question's words sound like."""

from typing import Any

import pytest

from firstline.knowledge.articles import Article

from .conftest import names

VISIT = "엔지니어가 방문하면 출장비가 얼마인가요"
STARTER = "팀즈 회의 녹화하는 법"
SKILLS = [
    ("action_support_options", "support_price"),
    ("action_support_options", "support_contact"),
    ("action_billing_estimate", "billing_estimate"),
    ("action_cancel_window", "cancel_window"),
    ("action_training", "training_wanted"),
]


@pytest.fixture
async def published(app: Any) -> None:
    article = Article(
        slug="on-site-visit",
        lang="ko",
        title="엔지니어 출장비",
        category="usage",
        questions=(VISIT,),
        body="무료입니다.",
    )
    await app.state.parts.knowledge.save("demo", article, author="kim", status="published")


@pytest.mark.parametrize(("action", "intent"), SKILLS)
async def test_it_is_given_in_place_of_a_skill(caller: Any, published: None, action: str, intent: str) -> None:
    talk = await caller()
    responses = await talk.turn(action, VISIT, intent)
    assert names(responses) == ["utter_answer"]
    assert [article["slug"] for article in responses[0]["custom"]["articles"]] == ["on-site-visit"]


@pytest.mark.parametrize(
    ("text", "intent"),
    [(VISIT, "support_hours"), (VISIT, "support_sla"), (STARTER, "support_price"), ("/support_price", "support_price")],
)
async def test_the_charter_keeps_what_is_its_own(caller: Any, published: None, text: str, intent: str) -> None:
    assert names(await (await caller()).turn("action_support_options", text, intent)) == [f"utter_{intent}"]


async def test_without_own_articles_the_skill_answers(caller: Any) -> None:
    talk = await caller()
    assert names(await talk.turn("action_support_options", VISIT, "support_price")) == ["utter_support_price"]
