"""Two partners on one bot: each gets its own words and intents at once, and nothing of the other's."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firstline.knowledge.onnx_encoder import OnnxEncoder
from firstline.partner_bot import PartnerBots

from .conftest import EMBEDDING_DIR, ActionServer, Bot, StartBot, say

pytestmark = pytest.mark.bot

THANKS = "utter_thanks:\n  ko: {}\n  en: {}\n"
PARKING = """\
parking:
  examples:
    ko: [주차 되나요, 주차장 있어요?, 차 가지고 가도 돼요?, 주차비 얼마예요, 방문 주차 등록, 주차 공간 있나요]
    en: [can I park there, is there parking, where do I park my car, parking fee, visitor parking, got a car park]
  answer: {ko: 지하에 주차하실 수 있습니다., en: You can park below the building.}
roof_terrace:
  examples:
    ko: [옥상 정원 열려 있나요, 옥상 올라가도 돼요, 옥상 몇 시까지, 루프탑 개방 시간, 옥상 테라스 이용]
    en: [is the roof terrace open, can we go up to the roof, rooftop hours, roof garden access, use the terrace]
  article: share-a-calendar
opening_times:
  examples:
    ko: [몇 시에 문 열어요, 언제 출근하세요, 사무실 몇 시까지 해요, 퇴근 몇 시, 점심에도 열어요]
    en: [when do you open up, what time do you close shop, office opening times, are you in at lunch, closing time]
  skill: support_hours
"""


class Partners:
    """A folder of partners, and what the bot reads of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder / "partners", folder / "made"
        self._bots = PartnerBots(self.folder, self.made, OnnxEncoder.load(EMBEDDING_DIR).encode_queries)

    def write(self, partner: str, **files: str) -> None:
        folder = self.folder / partner / "bot"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(content, "utf-8")
        self._bots.refresh(partner)


@pytest.fixture(scope="module")
def partners(tmp_path_factory: pytest.TempPathFactory) -> Partners:
    partners = Partners(tmp_path_factory.mktemp("partners"))
    partners.write("acme", responses=THANKS.format("별말씀을요, 에이크미입니다.", "Acme, any time."), intents=PARKING)
    partners.write("other", responses=THANKS.format("언제든 불러 주세요.", "Other, any time."))
    return partners


@pytest.fixture(scope="module")
def running(start_bot: StartBot, partners: Partners, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    bot = start_bot(tmp_path_factory.mktemp("tracker") / "t.db", FIRSTLINE_BOT_PARTNERS=str(partners.made))
    yield bot
    bot.end()


@pytest.fixture
def ask(running: Bot, action_server: ActionServer) -> Iterator[Any]:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        return say(f"extra:{request['tracker']['slots']['extra']}")

    def send(partner: str, text: str, lang: str = "en") -> dict[str, Any]:
        turn = running.turn(text, lang, conversation_id=os.urandom(6).hex(), metadata={"partner": partner})
        assert turn.status_code == 200, turn.text
        body: dict[str, Any] = turn.json()
        return body

    action_server.answers["action_partner_answer"] = answer
    yield send
    action_server.answers.clear()


def text_of(reply: dict[str, Any]) -> str:
    return "\n".join(message["text"] for message in reply["messages"])


def test_each_partner_has_its_own_words_and_a_third_has_ours(ask: Any) -> None:
    assert text_of(ask("acme", "thanks a lot")) == "Acme, any time."
    assert text_of(ask("acme", "감사합니다", "ko")) == "별말씀을요, 에이크미입니다."
    assert text_of(ask("other", "thanks a lot")) == "Other, any time."
    assert "You're welcome" in text_of(ask("demo", "thanks a lot"))


@pytest.mark.parametrize(
    ("text", "lang", "answer"),
    [
        ("is there somewhere to park?", "en", "You can park below the building."),
        ("PARKING FEE", "en", "You can park below the building."),
        ("주차 할 데 있나요?", "ko", "지하에 주차하실 수 있습니다."),
        ("주차 되나요", "ko", "지하에 주차하실 수 있습니다."),
    ],
)
def test_an_intent_of_one_partner_is_answered_there_and_nowhere_else(
    ask: Any, text: str, lang: str, answer: str
) -> None:
    own = ask("acme", text, lang)
    assert own["intent"]["name"] == "partner_answer" and text_of(own) == answer
    for partner in ("other", "demo"):
        assert ask(partner, text, lang)["intent"]["name"] != "partner_answer"


def test_an_intent_may_lead_to_an_article_or_to_a_skill(ask: Any, action_server: ActionServer) -> None:
    action_server.requests.clear()
    assert ask("acme", "is the rooftop terrace open today")["intent"]["name"] == "show_article"
    assert action_server.requests[-1]["tracker"]["slots"]["slug"] == "share-a-calendar"
    assert ask("acme", "what are your office opening times")["intent"]["name"] == "support_hours"


@pytest.mark.parametrize(
    ("text", "lang", "intent"),
    [
        ("outlook keeps asking for my password", "en", "problem"),
        ("how do I share my calendar", "en", "usage"),
        ("팀즈 회의 녹화하는 법", "ko", "usage"),
        ("상담원 연결해 주세요", "ko", "human"),
        ("오늘 날씨 어때?", "ko", "out_of_scope"),
        ("hello", "en", "greet"),
    ],
)
def test_what_all_partners_share_is_understood_as_before(ask: Any, text: str, lang: str, intent: str) -> None:
    assert ask("acme", text, lang)["intent"]["name"] == intent == ask("demo", text, lang)["intent"]["name"]


def test_changed_words_and_new_intents_hold_from_the_next_message_on(ask: Any, partners: Partners) -> None:
    assert ask("later", "do you sell coffee mugs")["intent"]["name"] != "partner_answer"
    mugs = PARKING.partition("roof_terrace")[0].replace("parking:", "mugs:")
    korean = "ko: [머그컵 파나요, 머그 살 수 있어요?, 굿즈 있어요, 컵 얼마예요, 기념품 판매]"
    english = "en: [do you sell mugs, coffee mug price, any merchandise, buy a cup, can I get a mug]"
    lines = [
        f"    {korean}" if "ko: [" in line else f"    {english}" if "en: [" in line else line
        for line in mugs.splitlines()
    ]
    partners.write("later", intents="\n".join(lines), responses=THANKS.format("네, 고맙습니다.", "First."))
    assert ask("later", "do you sell coffee mugs")["intent"]["name"] == "partner_answer"
    assert text_of(ask("later", "thanks a lot")) == "First."
    partners.write("later", responses=THANKS.format("네, 고맙습니다.", "Second."))
    assert text_of(ask("later", "thanks a lot")) == "Second."
    partners.write("later", responses=THANKS.format("네, 고맙습니다.", "{broken}"))
    assert text_of(ask("later", "thanks a lot")) == "Second."


def test_a_file_that_fits_another_version_of_the_bot_gives_way_to_our_words(ask: Any, partners: Partners) -> None:
    (partners.made / "old.json").write_text(
        '{"responses": {"utter_thanks": {"en": [{"text": "Bye {gone}", "buttons": []}]}}, "intents": []}', "utf-8"
    )
    assert "You're welcome" in text_of(ask("old", "thanks a lot"))
    (partners.made / "bad.json").write_text("{", "utf-8")
    assert "You're welcome" in text_of(ask("bad", "thanks a lot"))
    assert "You're welcome" in text_of(ask("../made/acme", "thanks a lot"))
