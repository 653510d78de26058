"""A closed case is judged once, may be judged anew while it can be reopened, and silence is a state of its own."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from firstline.core.times import utcnow
from firstline.desk.models import Case


@pytest.fixture
async def closed(new_customer: Any, new_agent: Any, http: Any) -> Any:
    """A customer whose case was solved; ``desk`` are the agent's headers."""
    customer = await new_customer("ko")
    customer.number = (await customer.send("/human"))["case"]["number"]
    customer.desk = await new_agent()
    path = f"/api/desk/cases/{customer.number}"
    await http.post(f"{path}/claim", headers=customer.desk)
    await http.post(f"{path}/resolve", json={"solution": "라이선스를 다시 할당했습니다."}, headers=customer.desk)
    return customer


async def rate(customer: Any, score: int, comment: str | None = None) -> Any:
    body = {"score": score, "comment": comment}
    return await customer.http.put("/api/chat/rating", json=body, headers=customer.headers)


async def story(customer: Any) -> dict[str, Any]:
    answer = await customer.http.get(f"/api/desk/cases/{customer.number}", headers=customer.desk)
    body: dict[str, Any] = answer.json()
    return body


async def test_it_is_asked_after_the_end_and_given_once(closed: Any) -> None:
    early = await rate(closed, 5)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_closed")
    turn = await closed.send("/solved")
    assert turn["case"]["rating"]["state"] == "asked" and turn["case"]["rating"]["score"] is None
    given = (await rate(closed, 4, "  빨리 해결됐어요. 비밀번호: abcd1234!  ")).json()["case"]["rating"]
    assert (given["state"], given["score"]) == ("given", 4)
    assert "abcd1234" not in given["comment"] and "빨리 해결됐어요" in given["comment"]
    await rate(closed, 4, "  빨리 해결됐어요. 비밀번호: abcd1234!  ")
    seen = await story(closed)
    assert seen["rating"] == given
    assert [(e["kind"], e["data"]) for e in seen["events"] if "rat" in e["kind"]] == [("rated", {"score": 4})]


async def test_it_may_be_changed_until_the_case_cannot_be_reopened(closed: Any, app: Any) -> None:
    await closed.send("/solved")
    await rate(closed, 5)
    assert (await rate(closed, 2, "다시 안 돼요")).json()["case"]["rating"]["score"] == 2
    assert [e["kind"] for e in (await story(closed))["events"]][-1] == "rating_changed"
    await end_before(app, closed.number, days=8)
    late = await rate(closed, 5)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "rating_over")
    assert (await story(closed))["rating"]["score"] == 2


async def test_silence_is_its_own_state(closed: Any, app: Any) -> None:
    await closed.send("/solved")
    await end_before(app, closed.number, days=8)
    rating = (await story(closed))["rating"]
    assert (rating["state"], rating["score"]) == ("unanswered", None)


@pytest.mark.parametrize("score", [0, 6, -1, 2.5, "5", None, True])
async def test_only_one_to_five(closed: Any, score: Any) -> None:
    await closed.send("/solved")
    answer = await rate(closed, score)
    assert answer.status_code == 422
    assert (await story(closed))["rating"]["state"] == "asked"


async def test_a_conversation_without_a_case_has_nothing_to_rate(new_customer: Any) -> None:
    assert (await rate(await new_customer(), 5)).status_code == 409


async def end_before(app: Any, number: str, *, days: int) -> None:
    async with app.state.parts.database.session() as session:
        at = utcnow() - timedelta(days=days)
        await session.execute(update(Case).where(Case.number == number).values(closed_at=at))
