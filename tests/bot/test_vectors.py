"""Sentence vectors from the app: taken over, asked for, refused; and the bot's own where it has to make them."""

import base64
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firstline.knowledge.onnx_encoder import OnnxEncoder

from .conftest import EMBEDDING_DIR, SECRET, ActionServer, Bot, StartBot

pytestmark = pytest.mark.bot
HUMAN = "I'd like to talk to a person"
THANKS = "thank you"
LONG = (
    "Good morning, since I came back from my holiday Outlook does not open on my laptop any more. It shows the blue "
    "window, says that it loads the profile, and then it closes without a word. I restarted the laptop twice, a "
    "colleague next to me has the same trouble, and mail on my phone works. Yesterday it crashed three times while I "
    "wrote to a customer, and the search finds nothing either. What can I do so that Outlook starts again?"
)


@cache
def encoder() -> OnnxEncoder:
    return OnnxEncoder.load(EMBEDDING_DIR)


def encoded(text: str, dim: int | None = None) -> str:
    vector = encoder().encode_queries([text])[0]
    return base64.b64encode(vector[:dim].astype(np.float32).tobytes()).decode()


@pytest.fixture(scope="module")
def leaning_bot(start_bot: StartBot, action_server: ActionServer, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """A bot that asks for vectors where it calls its actions."""
    encoder()  # The bot waits for a vector, and not for a model that is being loaded.
    return start_bot(tmp_path_factory.mktemp("leaning") / "tracker.db", FIRSTLINE_VECTOR_URL=action_server.url)


def test_app_and_bot_make_the_same_of_a_text(bot: Bot) -> None:
    for text in (HUMAN, "메일이 안 와요ㅠㅠ", LONG):
        alone = bot.parse(text=text).json()
        given = bot.parse(text=text, vector={"text": text.strip(), "base64": encoded(text.strip())}).json()
        assert given["intent"]["name"] == alone["intent"]["name"]
        # Two versions of ONNX Runtime round 8-bit products differently: cosines of 0.997 and up.
        assert given["intent"]["confidence"] == pytest.approx(alone["intent"]["confidence"], abs=0.1)


def test_a_vector_counts_for_the_text_it_was_made_of(bot: Bot) -> None:
    right = bot.parse(text=HUMAN).json()["intent"]
    other = {"text": THANKS, "base64": encoded(THANKS)}
    assert bot.parse(text=HUMAN, vector=other).json()["intent"] == right
    swapped = bot.parse(text=HUMAN, vector={**other, "text": HUMAN}).json()["intent"]
    assert abs(swapped["confidence"] - right["confidence"]) > 1e-4


@pytest.mark.parametrize(
    "vector", ["AAAA", {"text": "hi"}, {"text": "hi", "base64": "?"}, {"text": "hi", "base64": "AAA="}]
)
def test_what_is_no_vector_is_a_bad_request(bot: Bot, vector: Any) -> None:
    for answer in (bot.parse(text="hi", vector=vector), bot.turn("hi", vector=vector)):
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "bad_request"


def test_a_vector_of_another_length_fails_the_turn(bot: Bot, conversation: str) -> None:
    short = {"text": "hi", "base64": encoded("hi", 7)}
    assert bot.parse(text="hi", vector=short).status_code == 500
    assert bot.turn("hi", conversation_id=conversation, vector=short).status_code == 500
    assert bot.turn("hi", conversation_id=conversation).status_code == 200


def test_reading_asks_for_secret_and_text(bot: Bot) -> None:
    assert bot.parse(secret="wrong", text="hi").status_code == 401
    assert bot.parse(text=" ").status_code == 400
    assert bot.parse(text="/restart").json()["intent"]["name"] != "restart"
    assert bot.parse(text="/human").json()["intent"]["name"] == "human"


def test_a_missing_vector_is_asked_for_and_its_lack_fails_the_turn(
    leaning_bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    asked: list[str] = []

    def vectors(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        asked.append(request["text"])
        return 200, {"base64": encoded(request["text"])}

    message = {"message_id": os.urandom(6).hex(), "conversation_id": conversation}
    action_server.vectors = lambda _request: (500, {})
    assert leaning_bot.turn(THANKS, **message).status_code == 500
    action_server.vectors = vectors
    assert leaning_bot.turn(THANKS, **message).json()["messages"][0]["response"] == "utter_thanks"
    assert asked == [THANKS]
    given = {"text": HUMAN, "base64": encoded(HUMAN)}
    leaning_bot.turn(HUMAN, conversation_id=conversation, vector=given)
    leaning_bot.turn("/human", conversation_id=conversation)
    assert asked == [THANKS]
    assert action_server.secrets[-1] == SECRET


def test_a_bot_that_is_sent_vectors_loads_no_embedding_model(leaning_bot: Bot, action_server: ActionServer) -> None:
    action_server.vectors = lambda request: (200, {"base64": encoded(request["text"])})
    assert leaning_bot.turn("outlook is slow").status_code == 200
    rows = Path(f"/proc/{leaning_bot.process.pid}/smaps_rollup").read_text().splitlines()
    used = next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024
    assert used < 450
