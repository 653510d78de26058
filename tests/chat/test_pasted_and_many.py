"""What nobody hopes for: pasted mails and logs, tricks with characters, buttons too late, several requests."""

from typing import Any

import pytest

ANSWER = {"text": "녹화하는 방법입니다", "buttons": [{"title": "네", "payload": "/helped"}]}
CHOICE = {
    "text": "어느 쪽인가요?",
    "buttons": [
        {"title": "Teams 모임", "payload": '/show_article{"slug":"a"}'},
        {"title": "일정 공유", "payload": '/show_article{"slug":"b"}'},
        {"title": "둘 다 아니에요", "payload": "/deny"},
    ],
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("메일이 안 와요\n\n보낸 사람: 김민지\n보낸 날짜: 어제\n제목: RE: 청구서\n\n청구서입니다.", "메일이 안 와요"),
        ("It fails\n" + "2026-11-23 09:00:01 ERROR 0x8004011D\n" * 40, "It fails"),
        ("\u202e메일이\u200b 안\u2066 와요\ufeff\u200f", "메일이 안 와요"),
        ("안녕하세요! 메일이 안 와요 감사합니다", "메일이 안 와요"),
        ("👩‍💻👩‍💻", "👩‍💻👩‍💻"),
        ("가" * 10_000, "가" * 1_500),
    ],
)
async def test_what_the_bot_reads(new_customer: Any, bot: Any, text: str, read: str) -> None:
    customer = await new_customer()
    turn = await customer.send(text)
    assert bot.received[-1]["text"] == read
    assert turn["messages"][-1]["text"] == f"echo: {read}"


@pytest.mark.parametrize("text", ["\u200b\u200d\u2060", "\u202e\u202c", "\u3164", "\u200f \u200e"])
async def test_nothing_that_can_be_seen_is_an_empty_message(new_customer: Any, text: str) -> None:
    customer = await new_customer()
    answer = await customer.post(text)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "empty_message"
    assert len(await customer.transcript()) == 1


async def test_title_or_place_of_a_button_is_the_button(new_customer: Any, bot: Any) -> None:
    bot.script["회의"] = [CHOICE]
    customer = await new_customer()
    for typed, payload in (("일정공유", "b"), ("두 번째요", "b"), ("1번", "a"), ("Teams 모임!", "a")):
        await customer.send("회의")
        await customer.send(typed)
        assert bot.received[-1]["text"] == f'/show_article{{"slug":"{payload}"}}'
    await customer.send("두 번째요")
    assert not bot.received[-1]["text"].startswith("/"), "nothing was offered"


@pytest.mark.parametrize(
    ("text", "command", "lang"),
    [
        ("처음으로", "/start_over", "ko"),
        ("go back", "/go_back", "en"),
        ("아니 그거 말고", "/other_one", "ko"),
        ("in English please", "/switch_language", "en"),
        ("영어로 해주세요", "/switch_language", "en"),
        ("한국어로", "/switch_language", "ko"),
    ],
)
async def test_set_phrases_are_commands(new_customer: Any, bot: Any, text: str, command: str, lang: str) -> None:
    customer = await new_customer()
    await customer.send(text)
    assert (bot.received[-1]["text"], bot.received[-1]["lang"]) == (command, lang)
    assert (await customer.transcript())[1]["text"] == text


async def test_product_and_device_go_along(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    await customer.send("아이폰에서 팀즈가 안 열려요")
    assert bot.received[-1]["metadata"]["slots"] == {"product": "teams", "device": "iphone"}
    await customer.send("왜 그런가요")
    assert bot.received[-1]["metadata"]["slots"] == {}


async def test_requests_are_answered_in_order_and_only_once(new_customer: Any, bot: Any) -> None:
    bot.meanings = {"회의 녹화는 어떻게 해요": "support_hours", "상담원 연결해 주세요": "human"}
    bot.script["회의 녹화는 어떻게 해요"] = [ANSWER]
    bot.script["상담원 연결해 주세요"] = [{"text": "", "custom": {"handoff": {"reason": "human"}}}]
    customer = await new_customer()
    text = "회의 녹화는 어떻게 해요? 그리고 상담원 연결해 주세요"
    turn = await customer.send(text, "same")
    assert turn == await customer.send(text, "same")
    assert [turn["text"] for turn in bot.received] == ["회의 녹화는 어떻게 해요", "상담원 연결해 주세요"]
    assert len({turn["message_id"] for turn in bot.received}) == 2
    first = turn["messages"][0]["text"]
    assert first.startswith("2가지를 말씀해 주셨습니다. 먼저 ‘회의 녹화는 어떻게 해요’부터")
    assert first.endswith(ANSWER["text"])
    assert turn["state"] == "waiting"


async def test_second_request_is_named_and_a_failed_one_is_made_up_for(new_customer: Any, bot: Any) -> None:
    bot.meanings = {"how do I get support": "support_overview", "what does it cost": "support_price"}
    bot.script["what does it cost"] = [{"text": "300,000 won"}]
    bot.script["how do I get support"] = 502
    customer = await new_customer("en")
    turn = await customer.send("how do I get support? And what does it cost")
    texts = [message["text"] for message in turn["messages"]]
    assert "“what does it cost”" in texts[0] and "300,000 won" in texts[0]
    assert turn["messages"][1]["author"] == "system" and turn["messages"][1]["buttons"][0]["payload"] == "/human"


async def test_unclear_parts_stay_one_message(new_customer: Any, bot: Any) -> None:
    customer = await new_customer("en")
    await customer.send("it was red. Then it was blue.")
    assert [turn["text"] for turn in bot.received] == ["it was red. Then it was blue."]


async def test_button_to_the_bot_twice(new_customer: Any, bot: Any) -> None:
    customer = await new_customer()
    await customer.send("/human")
    assert (await customer.send("/bot"))["state"] == "bot"
    again = await customer.send("/bot")
    assert again["state"] == "bot" and again["messages"][0]["author"] == "system" and not bot.received
