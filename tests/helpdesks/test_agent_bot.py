"""Firstline as an agent bot of a Chatwoot: the widget's turns, answered there, and handed over there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from firstline.conversations.models import Message

from . import fake_chatwoot
from .conftest import Books, write
from .fake_chatwoot import FakeChatwoot
from .fake_server import Fault, raw

SAYS = r"POST .*/messages$"


@pytest.fixture
def talk(chatwoot: FakeChatwoot, partners: Path) -> str:
    """A new conversation on the partner's own channel, which Chatwoot gave to its bot."""
    file = {"url": chatwoot.url, **fake_chatwoot.FILE, "agent_bot": fake_chatwoot.BOT_FILE}
    write(partners, {"desk": "ours", "chatwoot": file})
    return str(chatwoot.new_conversation(contact_id=1, inbox_id=8, status="pending")["id"])


@pytest.fixture
def send_event(chatwoot: FakeChatwoot, http: httpx.AsyncClient) -> Callable[..., Any]:
    async def go(event: dict[str, Any]) -> httpx.Response:
        headers, body = chatwoot.signed(event)
        return await http.post("/api/helpdesks/demo/chatwoot-bot", content=body, headers=headers)

    return go


@pytest.fixture
def writes(chatwoot: FakeChatwoot, talk: str, send_event: Any, deliver: Callable[..., Any]) -> Callable[..., Any]:
    """Let the customer write, the event arrive and be answered."""

    async def go(text: str | None, files: tuple[str, ...] = ()) -> dict[str, Any]:
        event = chatwoot.customer_writes(talk, text, files)
        answer = await send_event(event)
        assert answer.status_code == 200, answer.text
        await deliver()
        return event

    return go


def texts(chatwoot: FakeChatwoot, talk: str) -> list[str]:
    return [message["content"] for message in chatwoot.bot_said(talk)]


async def test_a_turn_is_the_widgets_turn_masked_and_once(
    chatwoot: FakeChatwoot, talk: str, writes: Any, send_event: Any, deliver: Any, bot: Any, books: Books
) -> None:
    bot.script["메일이 안 와요"] = [
        {
            "text": "이 문서를 보세요.",
            "custom": {"articles": [{"slug": "a", "lang": "ko", "title": "메일", "url": "/articles/demo/ko/a"}]},
        }
    ]
    event = await writes("메일이 안 와요")
    assert texts(chatwoot, talk) == ["이 문서를 보세요.\n\n메일\nhttps://help.example.com/articles/demo/ko/a"]
    await send_event(event)
    await deliver()
    assert len(texts(chatwoot, talk)) == 1 and len(bot.received) == 1
    await writes("제 번호는 900101-1234567 입니다")
    assert "1234567" not in str([turn["text"] for turn in bot.received])
    told, echoed = texts(chatwoot, talk)[1:]
    assert "주민등록번호" in told and echoed.startswith("echo: 제 번호는") and "1234567" not in echoed


async def test_messages_that_come_together_are_answered_in_their_order(
    chatwoot: FakeChatwoot, talk: str, send_event: Any, deliver: Any
) -> None:
    events = [chatwoot.customer_writes(talk, text) for text in ("하나", "둘", "셋")]
    for event in reversed(events):
        assert (await send_event(event)).status_code == 200
    await deliver()
    assert texts(chatwoot, talk) == ["echo: 하나", "echo: 둘", "echo: 셋"]


async def test_a_person_is_asked_for_and_chatwoots_people_get_the_conversation_with_the_story(
    chatwoot: FakeChatwoot, talk: str, writes: Any, books: Books, send_event: Any, deliver: Any, database: Any
) -> None:
    await writes("메일이 안 와요")
    await writes("/human")
    assert chatwoot.conversations[int(talk)]["status"] == "open"
    (story,) = chatwoot.notes(talk)
    assert story.startswith("접수 건 DEMO-1001") and "메일이 안 와요" in story and "/transcript/" in story
    assert any("DEMO-1001" in text for text in texts(chatwoot, talk))
    said = len(texts(chatwoot, talk))
    await writes("급해요")
    assert len(texts(chatwoot, talk)) == said  # a person has the conversation; the bot is silent
    chatwoot.reply(talk, "Emma Taylor", "도와드리겠습니다")
    await send_event(chatwoot.event(chatwoot.messages[-1]))
    await deliver()
    async with database.reading() as session:
        spoken = [message for message in await session.scalars(select(Message)) if message.author == "agent"]
    assert [(message.author_name, message.text) for message in spoken] == [("Emma Taylor", "도와드리겠습니다")]
    ticket = await books.ticket()
    assert ticket.by_bot and ticket.state == "open" and ticket.reference == talk
    assert [notice.error for notice in await books.notices(state="dead")] == []
    assert len(texts(chatwoot, talk)) == said and len(chatwoot.conversations) == 1
    # Given back to the bot, it answers again.
    chatwoot.conversations[int(talk)]["status"] = "pending"
    await writes("다른 질문")
    assert texts(chatwoot, talk)[-1] == "echo: 다른 질문"


async def test_options_are_offered_and_the_one_that_is_picked_is_a_button(
    chatwoot: FakeChatwoot, talk: str, writes: Any, send_event: Any, deliver: Any, bot: Any
) -> None:
    buttons = [{"title": "네, 해결됐어요", "payload": "/helped"}, {"title": "아니요", "payload": "/not_helped"}]
    bot.script["메일"] = [{"text": "도움이 되었나요?", "buttons": buttons}]
    await writes("메일")
    (asked,) = chatwoot.bot_said(talk)
    assert asked["content_type"] == "input_select"
    assert [item["title"] for item in asked["content_attributes"]["items"]] == ["네, 해결됐어요", "아니요"]
    asked["content_attributes"]["submitted_values"] = [{"title": "아니요", "value": "아니요"}]
    picked = chatwoot.event(asked, "message_updated")
    for _ in range(2):
        assert (await send_event(picked)).status_code == 200
        await deliver()
    assert [turn["text"] for turn in bot.received] == ["메일", "/not_helped"]


async def test_a_person_who_took_the_conversation_alone_is_not_talked_over(
    chatwoot: FakeChatwoot, talk: str, writes: Any, bot: Any
) -> None:
    chatwoot.conversations[int(talk)]["status"] = "open"
    await writes("안녕하세요")
    await writes(None, ("a.png",))
    assert texts(chatwoot, talk) == [] and bot.received == []


async def test_a_file_is_not_read_and_a_person_offered(
    chatwoot: FakeChatwoot, talk: str, writes: Any, bot: Any
) -> None:
    await writes(None, ("a.png",))
    (said,) = chatwoot.bot_said(talk)
    assert "파일" in said["content"] and said["content_type"] == "input_select" and bot.received == []


async def test_an_answer_that_was_cut_off_is_said_once(
    chatwoot: FakeChatwoot, talk: str, writes: Any, deliver: Any, books: Books
) -> None:
    chatwoot.faults.append(Fault(SAYS, b"", after=True))
    await writes("하나")
    chatwoot.faults.append(Fault(SAYS, raw(500)))
    await writes("둘")
    await deliver(timedelta(days=400))
    assert texts(chatwoot, talk) == ["echo: 하나", "echo: 둘"]
    assert {notice.state for notice in await books.notices(channel="chatwoot_bot")} == {"sent"}


async def test_a_handover_that_was_cut_off_is_finished(
    chatwoot: FakeChatwoot, talk: str, writes: Any, deliver: Any
) -> None:
    chatwoot.faults.append(Fault(r"toggle_status", raw(502)))
    await writes("/human")
    await deliver(timedelta(days=400))
    assert chatwoot.conversations[int(talk)]["status"] == "open" and len(chatwoot.notes(talk)) == 1


async def test_while_it_cannot_answer_chatwoot_is_told_so_that_people_get_the_conversation(
    chatwoot: FakeChatwoot, talk: str, writes: Any, send_event: Any
) -> None:
    chatwoot.faults.append(Fault(SAYS, raw(401, {"error": "Invalid Access Token"}), times=9))
    await writes("하나")
    answer = await send_event(chatwoot.customer_writes(talk, "둘"))
    assert answer.status_code == 503 and "firstline outbox list" in answer.json()["error"]["message"]


async def test_solved_there_and_written_again_it_is_the_peoples_not_the_bots(
    chatwoot: FakeChatwoot, talk: str, writes: Any, send_event: Any, deliver: Any
) -> None:
    await writes("/human")
    chatwoot.reply(talk, "Emma Taylor", "고쳤습니다")
    chatwoot.set_solved(talk, True)
    await send_event({**chatwoot.conversations[int(talk)], "event": "conversation_resolved"})
    await deliver()
    said = len(texts(chatwoot, talk))
    await writes("아직 안 돼요")
    assert chatwoot.conversations[int(talk)]["status"] == "open"
    assert not any(text.startswith("echo") for text in texts(chatwoot, talk)[said:])
