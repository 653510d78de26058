"""What the bot reads of a partner follows its folder, and never falls behind what was right last."""

import json
from pathlib import Path

import pytest

from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.partner_bot import PartnerBots

GREETING = "utter_greet:\n  ko: {}\n  en: {}\n"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    (tmp_path / "partners" / "acme" / "bot").mkdir(parents=True)
    return tmp_path / "made" / "acme.json"


def bots(tmp_path: Path) -> PartnerBots:
    return PartnerBots(tmp_path / "partners", tmp_path / "made", HashingEncoder().encode_queries)


def greeting(made: Path) -> str:
    text: str = json.loads(made.read_text("utf-8"))["responses"]["utter_greet"]["en"][0]["text"]
    return text


def test_a_change_is_taken_over_and_a_mistake_is_not(tmp_path: Path, made: Path) -> None:
    file = tmp_path / "partners" / "acme" / "bot" / "responses.yaml"
    file.write_text(GREETING.format("안녕하세요.", "Hi."), "utf-8")
    serving = bots(tmp_path)
    assert serving.is_stale("acme") and serving.refresh("acme") == []
    assert greeting(made) == "Hi." and not serving.is_stale("acme")
    file.write_text(GREETING.format("안녕하세요.", "Hello there."), "utf-8")
    assert serving.is_stale("acme") and serving.refresh("acme") == []
    assert greeting(made) == "Hello there."
    file.write_text(GREETING.format("안녕하세요.", "Hello {you}."), "utf-8")
    (finding,) = serving.refresh("acme")
    assert str(finding).startswith("responses.yaml:3: error:")
    assert greeting(made) == "Hello there."


def test_the_last_right_one_outlives_a_restart_and_goes_with_its_folder(tmp_path: Path, made: Path) -> None:
    file = tmp_path / "partners" / "acme" / "bot" / "responses.yaml"
    file.write_text(GREETING.format("안녕하세요.", "Hi."), "utf-8")
    bots(tmp_path).refresh("acme")
    file.write_text("utter_greet: [\n", "utf-8")
    assert bots(tmp_path).refresh("acme") and greeting(made) == "Hi."
    file.unlink()
    assert bots(tmp_path).refresh("acme") == [] and not made.exists()


def test_a_folder_that_never_was_right_leaves_the_bots_own_texts(tmp_path: Path, made: Path) -> None:
    (tmp_path / "partners" / "acme" / "bot" / "intents.yaml").write_text("parking: 1\n", "utf-8")
    assert bots(tmp_path).refresh("acme") and not made.exists()
