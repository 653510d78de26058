"""A partner's folder for the bot, through the whole app: over HTTP, changed while it runs, checked by command."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from firstline.core.settings import PROJECT_ROOT

from .conftest import Live, Talk, prepared_copy

pytestmark = pytest.mark.bot

RESPONSES = """\
utter_thanks:
  ko: {ko}
  en: {en}
"""
INTENTS = """\
parking:
  examples:
    ko: [주차 되나요, 주차장 있어요?, 차 가지고 가도 돼요?, 주차비 얼마예요, 방문 주차 등록]
    en: [can I park there, is there parking, where do I park my car, parking fee, visitor parking]
  answer:
    ko: 건물 지하에 주차하실 수 있습니다.
    en: You can park below the building.
team_calendar:
  examples:
    ko: [우리팀 달력 같이 보기, 팀 달력 공유, 달력 팀원이랑 보고싶어요, 동료랑 달력 공유, 부서 달력]
    en: [our team calendar, see the team calendar together, calendar for the department, team diary, group diary]
  article: share-a-calendar
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    partners = tmp_path_factory.mktemp("partners")
    shutil.copytree(PROJECT_ROOT / "partners" / "demo", partners / "demo")
    folder = partners / "demo" / "bot"
    folder.mkdir(exist_ok=True)
    (folder / "responses.yaml").write_text(RESPONSES.format(ko="천만에요.", en="Any time, friend."), "utf-8")
    (folder / "intents.yaml").write_text(INTENTS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def own(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    data = tmp_path_factory.mktemp("own")
    prepared_copy(data)
    server = Live(data)
    server.environment["FIRSTLINE_PARTNERS_DIR"] = str(folder.parents[1])
    server.start()
    yield server
    server.stop()


def test_the_partners_answers_reach_its_customers_in_both_languages(own: Live) -> None:
    korean, english = Talk(own, "ko"), Talk(own, "en")
    turn = korean.say("혹시 주차 되나요?")
    assert turn["messages"][0]["text"] == "건물 지하에 주차하실 수 있습니다."
    assert [button["payload"] for button in turn["messages"][0]["buttons"]] == ["/human"]
    assert english.say("is there any parking?")["messages"][0]["text"] == "You can park below the building."
    shown = english.say("a calendar for our team")["messages"][0]
    assert [article["slug"] for article in shown["articles"]] == ["share-a-calendar"]
    assert english.press("/human")["state"] == "waiting"


def test_a_change_holds_from_the_next_message_on_and_a_mistake_changes_nothing(own: Live, folder: Path) -> None:
    customer = Talk(own, "en")
    file = folder / "responses.yaml"
    file.write_text(RESPONSES.format(ko="고맙습니다.", en="You are most welcome."), "utf-8")
    assert customer.say("thanks a lot")["messages"][0]["text"] == "You are most welcome."
    file.write_text(RESPONSES.format(ko="고맙습니다.", en="Hello {nobody}."), "utf-8")
    assert Talk(own, "en").say("thanks a lot")["messages"][0]["text"] == "You are most welcome."
    assert "partner_bot_invalid" in own.log() and "responses.yaml:3" in own.log()


def test_the_command_names_file_and_line(own: Live, folder: Path) -> None:
    file = folder / "responses.yaml"
    file.write_text(RESPONSES.format(ko="고맙습니다.", en="Hello {nobody}."), "utf-8")
    done = own.command("partner", "check", "--partner", "demo")
    assert done.returncode == 1
    assert "partners/demo/bot/responses.yaml:3: error: nothing fills `{nobody}`" in done.stdout
    found = json.loads(own.command("partner", "check", "--partner", "demo", "--json").stdout)
    assert not found["ok"] and found["bot"][0]["line"] == 3
    file.unlink()
    assert own.command("partner", "check", "--partner", "demo").returncode == 0
