"""The story of a case: what the bot did with each question, and where the case begins."""

from collections.abc import Callable
from typing import Any

import httpx

ARTICLE = {
    "slug": "mailbox-full", "lang": "ko", "title": "사서함이 가득 참", "url": "/articles/demo/ko/mailbox-full",
    "probability": 0.91, "excerpt": "사서함은 50GB입니다.",
}  # fmt: skip
PROOF = {"answered": True, "article": "mailbox-full", "lang": "ko", "version": 4, "passage": "사서함은 **50GB**입니다."}
FOUND = {"articles": [ARTICLE], "receipt": PROOF | {"asked": "사서함 꽉 참", "probability": 0.91}}
NOT_FOUND = {"receipt": {"answered": False, "asked": "그래도요", "nearest": "archive", "probability": 0.2}}


async def test_each_question_has_what_was_shown_on_what_ground_and_how_it_was_judged(
    http: httpx.AsyncClient, bot: Any, new_customer: Callable[..., Any], new_agent: Callable[..., Any]
) -> None:
    bot.script["사서함이 꽉 찼어요"] = [{"text": "사서함은 50GB입니다.", "custom": FOUND}]
    bot.script["그래도 안 돼요"] = [{"text": "답을 찾지 못했습니다.", "custom": NOT_FOUND}]
    bot.script["안녕"] = [{"text": "무엇을 도와드릴까요?"}]
    customer = await new_customer()
    for text in ("사서함이 꽉 찼어요", "그래도 안 돼요", "안녕"):
        await customer.send(text)
    turn = await customer.send("/human")
    await customer.send("기다리고 있어요")
    number = turn["case"]["number"]
    agent = await new_agent()
    story = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()
    shown, missed, *rest = story["trail"]
    assert shown["asked"] == "사서함이 꽉 찼어요" and shown["answered"] is True
    card = {key: ARTICLE[key] for key in ("slug", "lang", "title", "url", "probability")}
    proof = {"version": 4, "passage": PROOF["passage"], "searched": "사서함 꽉 참", "helpful": None}
    assert shown["shown"] == [card | proof]
    assert (missed["answered"], missed["nearest"], missed["shown"]) == (False, "archive", [])
    assert [step["said"] for step in rest if step["asked"] == "안녕"] in ([], ["무엇을 도와드릴까요?"])
    assert all(step["asked"] != "기다리고 있어요" for step in story["trail"]), "nobody answered that"
    before = [message["id"] for message in story["messages"] if message["id"] <= story["before_case"]]
    assert before[-1] < turn["messages"][0]["id"] and turn["message"]["id"] in before
