"""What the app may rely on when it sends a message to the bot."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import yaml

from .conftest import ROOT, SECRET, ActionServer, Bot, say

pytestmark = pytest.mark.bot


def assert_error(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert "request_id" in error


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
def test_a_wrong_secret_is_refused(bot: Bot, secret: str) -> None:
    assert_error(bot.turn("hi", secret=secret), 401, "secret_refused")
    assert_error(bot.health(secret=secret), 401, "secret_refused")
    assert httpx.post(f"{bot.url}/model/parse", json={"text": "hi"}).status_code == 401


@pytest.mark.parametrize(
    "fields", [{"lang": "fr"}, {"text": " "}, {"conversation_id": None}, {"message_id": ""}, {"metadata": "x"}]
)
def test_a_body_that_lacks_something_is_a_bad_request(bot: Bot, fields: dict[str, Any]) -> None:
    assert_error(bot.turn(**{"text": "hi", "request_id": "r1", **fields}), 400, "bad_request")


def test_health_names_the_model(bot: Bot) -> None:
    assert bot.health().json()["model"] == "model.tar.gz"


EXPECTED = [
    ("Can I get a copy of the invoice?", "en", "billing_subscription", "action_answer"),
    ("회사 도메인 연결하고 싶습니다", "ko", "provisioning_configuration", "action_answer"),
    ("아웃룩 연결 안 돼요", "ko", "problem", "action_answer"),
    ("roll back office update", "en", "updates", "action_answer"),
    ("회의 녹화 방법", "ko", "usage", "action_answer"),
    ("my account was hacked", "en", "security_incident", "action_handoff"),
    ("지원은 어떻게 받나요?", "ko", "support_overview", "action_support_options"),
    ("what are your hours", "en", "support_hours", "action_support_options"),
    ("응답 시간이 어떻게 되나요", "ko", "support_sla", "action_support_options"),
    ("전화번호 알려주세요", "ko", "support_contact", "action_support_options"),
    ("how much does support cost", "en", "support_price", "action_support_options"),
    ("지금 장애인가요?", "ko", "service_health", "action_service_health"),
    ("상담원 연결해 주세요", "ko", "human", "action_handoff"),
    ("what's the status of my case?", "en", "case_status", "action_case_status"),
    ("this is unacceptable", "en", "complaint", "action_handoff"),
    ("ㅇㅇ", "ko", "affirm", "action_affirm"),
    ("no thanks", "en", "deny", "action_deny"),
    ("it works now", "en", "helped", "action_helped"),
    ("아직도 안 돼요", "ko", "not_helped", "action_not_helped"),
    ('/show_article{"slug":"cannot-sign-in"}', "en", "show_article", "action_show_article"),
    ("/human", "ko", "human", "action_handoff"),
    ("오늘 날씨 어때요", "ko", "out_of_scope", "action_out_of_scope"),
    ("/start_over", "ko", "start_over", "action_start_over"),
    ("/go_back", "en", "go_back", "action_go_back"),
    ("/other_one", "en", "other_one", "action_other_one"),
    ("/switch_language", "ko", "switch_language", "action_switch_language"),
    ("???", "en", "nlu_fallback", "action_answer"),
    ("🙄", "ko", "nlu_fallback", "action_answer"),
]


@pytest.mark.parametrize(("text", "lang", "intent", "action"), EXPECTED)
def test_a_message_reaches_its_action(
    bot: Bot, action_server: ActionServer, conversation: str, text: str, lang: str, intent: str, action: str
) -> None:
    body = bot.turn(text, lang, conversation_id=conversation, metadata={"partner": "demo"}).json()
    assert body["intent"]["name"] == intent
    assert [message["response"] for message in body["messages"]] == ["utter_helped"]
    (request,) = action_server.calls(conversation)
    assert request["next_action"] == action
    slots = request["tracker"]["slots"]
    assert (slots["language"], slots["partner"]) == (lang, "demo")
    assert action_server.secrets[-1] == SECRET


@pytest.mark.parametrize(
    ("text", "lang", "response"),
    [
        ("안녕하세요", "ko", "utter_greet"),
        ("thank you", "en", "utter_thanks"),
        ("안녕히 계세요", "ko", "utter_goodbye"),
        ("are you a bot", "en", "utter_bot_challenge"),
    ],
)
def test_small_talk_asks_the_app_where_a_form_may_be_open(
    bot: Bot, action_server: ActionServer, conversation: str, text: str, lang: str, response: str
) -> None:
    (message,) = bot.turn(text, lang, conversation_id=conversation).json()["messages"]
    assert message["response"] == response
    assert message["text"] == text_of(response, lang)
    assert [call["next_action"] for call in action_server.calls(conversation)] == ["action_small_talk"]


def text_of(response: str, lang: str) -> str:
    for path in (ROOT / "bot" / "domain").glob("*.yml"):
        for variant in yaml.safe_load(path.read_text(encoding="utf-8")).get("responses", {}).get(response, []):
            if variant["condition"][0]["value"] == lang:
                return str(variant["text"])
    raise AssertionError(f"{response} has no text in {lang}")


def test_the_language_follows_each_turn(bot: Bot, conversation: str) -> None:
    for lang in ("ko", "en", "en", "ko"):
        body = bot.turn("👍", lang, conversation_id=conversation).json()
        assert body["language"] == lang
        assert body["messages"][0]["text"] == text_of("utter_thanks", lang)


def test_text_buttons_and_data_of_an_action_come_as_one_message(
    bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    buttons = [{"title": "An article", "payload": '/show_article{"slug":"a"}'}]
    action_server.answers["action_answer"] = say(
        "utter_pick_article", buttons=buttons, custom={"articles": [{"slug": "a", "lang": "en"}]}, topic="updates"
    )
    (message,) = bot.turn("outlook is slow", conversation_id=conversation).json()["messages"]
    assert message["custom"] == {"articles": [{"slug": "a", "lang": "en"}]}
    assert message["buttons"] == [*buttons, {"title": "Talk to a person", "payload": "/human"}]


@pytest.mark.parametrize("passage", ["{x}", "a {0[1]} b 0[2]", "{{ }}", "%s \\1 $PATH", "줄\n바꿈 {passage}"])
def test_a_passage_is_shown_as_it_is(bot: Bot, action_server: ActionServer, conversation: str, passage: str) -> None:
    action_server.answers["action_answer"] = say("utter_answer", passage=passage)
    (message,) = bot.turn("outlook is slow", conversation_id=conversation).json()["messages"]
    assert message["text"] == text_of("utter_answer", "en").replace("{passage}", passage)


@pytest.mark.parametrize(
    "answer",
    [500, 404, 400, {"events": "none"}, say("utter_that_is_not_there"), say("utter_answer")],
    ids=["error", "unknown action", "rejected", "not an answer", "no such response", "variable missing"],
)
def test_a_failing_action_is_an_error(bot: Bot, action_server: ActionServer, conversation: str, answer: Any) -> None:
    action_server.answers["action_answer"] = answer
    assert_error(bot.turn("outlook is slow", conversation_id=conversation), 502, "action_failed")


def test_a_turn_without_a_word_is_an_error(bot: Bot, action_server: ActionServer, conversation: str) -> None:
    action_server.answers["action_answer"] = {"events": [], "responses": []}
    assert_error(bot.turn("outlook is slow", conversation_id=conversation), 502, "empty_turn")


def test_a_turn_may_be_silent_when_it_hands_over(bot: Bot, action_server: ActionServer, conversation: str) -> None:
    handed_over = {"event": "slot", "name": "handed_over", "value": True}
    action_server.answers["action_handoff"] = {"events": [handed_over], "responses": []}
    body = bot.turn("/human", conversation_id=conversation).json()
    assert body["messages"] == []
    assert body["handed_over"] is True
    assert bot.turn("hello", conversation_id=conversation).json()["handed_over"] is False


def test_a_slow_action_times_out_and_the_conversation_goes_on(
    bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    release = threading.Event()

    def wait(_: dict[str, Any]) -> dict[str, Any]:
        release.wait(20)
        return say("utter_helped")

    action_server.answers["action_answer"] = wait
    response = bot.turn("outlook is slow", conversation_id=conversation, request_id="r-7")
    release.set()
    assert_error(response, 504, "turn_timeout")
    assert response.json()["error"]["request_id"] == "r-7"
    assert bot.turn("hello", conversation_id=conversation).status_code == 200


def test_a_failed_turn_leaves_no_trace_and_can_be_tried_again(
    bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    action_server.answers["action_answer"] = 500
    message = {"conversation_id": conversation, "message_id": "m1"}
    assert bot.turn("outlook is slow", **message).status_code == 502
    action_server.answers["action_answer"] = say("utter_no_answer")
    assert bot.turn("outlook is slow", **message).json()["messages"][0]["response"] == "utter_no_answer"
    events = action_server.calls(conversation)[-1]["tracker"]["events"]
    assert [event["text"] for event in events if event["event"] == "user"] == ["outlook is slow"]


def test_the_same_message_again_gives_the_same_reply_and_no_second_action(
    bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    action_server.answers["action_answer"] = say("utter_answer", passage="once", custom={"n": 1})
    message = {"conversation_id": conversation, "message_id": "m1", "request_id": "r"}
    first = bot.turn("outlook is slow", **message).json()
    bot.turn("thanks", conversation_id=conversation)
    again = bot.turn("outlook is slow", **message).json()
    assert again["messages"] == first["messages"]
    assert again["intent"] == first["intent"]
    assert [call["next_action"] for call in action_server.calls(conversation)] == ["action_answer", "action_small_talk"]


def test_the_same_message_twice_at_once_is_one_turn(bot: Bot, action_server: ActionServer, conversation: str) -> None:
    message = {"conversation_id": conversation, "message_id": "m1", "request_id": "r"}
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(bot.turn, "outlook is slow", **message) for _ in range(4)]
    replies = [future.result().json() for future in futures]
    assert all(reply == replies[0] for reply in replies)
    assert len(action_server.calls(conversation)) == 1


@pytest.mark.parametrize("text", ["/restart", "/back", "/session_start", "/nothing_we_know", "/", '/x{"a":1}'])
def test_a_slash_is_no_way_to_the_machinery(
    bot: Bot, action_server: ActionServer, conversation: str, text: str
) -> None:
    bot.turn("hello", conversation_id=conversation, metadata={"partner": "demo"})
    response = bot.turn(text, conversation_id=conversation)
    assert response.status_code == 200
    assert response.json()["messages"]
    bot.turn("outlook is slow", conversation_id=conversation)
    events = action_server.calls(conversation)[-1]["tracker"]["events"]
    assert not {"restart", "rewind"} & {event["event"] for event in events}
    # A new session would have hidden what was said before.
    assert [event["text"] for event in events if event["event"] == "user"] == ["hello", text, "outlook is slow"]


def test_long_and_odd_texts_get_an_answer(bot: Bot, conversation: str) -> None:
    for text in ("word " * 4000, "a" * 20_000, "\u200b", "\x00", "ㅋ" * 500, "[x](y) {z}", "𝒳" * 50):
        response = bot.turn(text, conversation_id=conversation)
        assert response.status_code == 200, (text[:20], response.text)


def test_what_a_message_names_is_kept_until_another_is_named(
    bot: Bot, action_server: ActionServer, conversation: str
) -> None:
    for slots in ({"product": "teams", "device": "mac"}, {}, {"product": "outlook", "unknown": "x"}):
        metadata = {"partner": "demo", "slots": slots}
        assert bot.turn("outlook is slow", conversation_id=conversation, metadata=metadata).status_code == 200
    seen = [call["tracker"]["slots"] for call in action_server.calls(conversation)]
    assert [(slots["product"], slots["device"]) for slots in seen] == [("teams", "mac")] * 2 + [("outlook", "mac")]


def test_a_wording_is_not_said_twice_in_a_row(bot: Bot, action_server: ActionServer, conversation: str) -> None:
    action_server.answers["action_answer"] = say("utter_no_answer")
    said = [bot.turn("outlook is slow", conversation_id=conversation).json()["messages"][0]["text"] for _ in range(4)]
    assert said[0] == said[2] != said[1] == said[3]


def test_a_choice_comes_first_and_a_person_last(bot: Bot, action_server: ActionServer, conversation: str) -> None:
    choice = [{"title": "A", "payload": '/show_article{"slug":"a"}'}]
    action_server.answers["action_answer"] = say("utter_unsure_one", buttons=choice, first="A")
    (message,) = bot.turn("outlook is slow", conversation_id=conversation).json()["messages"]
    assert [button["payload"] for button in message["buttons"]] == [choice[0]["payload"], "/deny", "/human"]
