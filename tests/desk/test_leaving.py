"""A conversation that its customer left is an outcome of its own, and never counts as solved."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from firstline.conversations import store
from firstline.core.database import Database
from firstline.core.times import utcnow
from firstline.desk.leaving import close_left

DAY = timedelta(days=1)


async def test_who_leaves_after_an_answer_has_left_and_may_come_back(
    database: Database, new_customer: Callable[..., Any]
) -> None:
    left, silent, waiting = [await new_customer() for _ in range(3)]
    await left.send("사서함 용량은 얼마인가요?")
    await waiting.send("/human")
    await waiting.send("/bot")

    async def standing(customer: Any) -> tuple[str, str | None]:
        async with database.reading() as session:
            conversation = await store.get_conversation(session, customer.id)
            return conversation.state, conversation.outcome

    assert await close_left(database, utcnow() + DAY - timedelta(minutes=1), DAY) == 0, "too early"
    assert await close_left(database, utcnow() + DAY, DAY) == 1
    assert await standing(left) == ("closed", "left")
    assert await standing(silent) == await standing(waiting) == ("bot", None), "nothing was asked, or a case is open"
    assert await close_left(database, utcnow() + DAY, DAY) == 0
    turn = await left.send("아직 궁금한 게 있어요")
    assert turn["messages"][-1]["author"] == "bot" and await standing(left) == ("bot", None)
