"""A case is told by its number to its own conversation alone."""

from typing import Any

import pytest

from .conftest import names


async def case_of(http: Any, talk: Any, new_customer: Any) -> str:
    customer = await new_customer()
    talk.id = customer.id
    number: str = (await customer.send("/human"))["case"]["number"]
    return number


@pytest.mark.parametrize("form", ["{0} 어떻게 됐나요?", "{1} 진행 상황", "{2}번 문의요", "제 문의 어떻게 됐나요"])
async def test_ones_own_number_however_it_is_written(caller: Any, http: Any, new_customer: Any, form: str) -> None:
    talk = await caller()
    number = await case_of(http, talk, new_customer)
    count = number.rpartition("-")[2]
    text = form.format(number, f"demo {count}", count)
    (said,) = await talk.turn("action_case_status", text, "case_status")
    assert said["response"] == "utter_case_status" and said["number"] == number


async def test_anothers_number_is_answered_like_one_that_does_not_exist(
    caller: Any, http: Any, new_customer: Any
) -> None:
    number = await case_of(http, await caller(), new_customer)
    for talk in (await caller(), await caller()):
        said = [(await talk.turn("action_case_status", f"{n} 상태", "case_status"))[0] for n in (number, "DEMO-9999")]
        assert [row.pop("number") for row in said] == [number, "DEMO-9999"]
        assert said[0] == said[1] and said[0]["response"] == "utter_case_unknown"


async def test_a_number_alone_asks_for_the_case(caller: Any, http: Any, new_customer: Any) -> None:
    talk = await caller()
    number = await case_of(http, talk, new_customer)
    assert names(await talk.turn("action_answer", f"{number.lower()}??", "nlu_fallback")) == ["utter_case_status"]
