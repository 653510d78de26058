"""The bot's data as files: complete in both languages, one name per skill, no message in two places."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOMAIN, DATA = ROOT / "bot" / "domain", ROOT / "training_data"
LANGUAGES = ("ko", "en")
HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")
# Reached from buttons or from the fallback only, so nobody phrases them.
UNSPOKEN = {"show_article", "nlu_fallback", "health_wait", "health_help", "skip_question", "training_later"}
# Recognised by the app, which sends their names.
UNSPOKEN |= {"start_over", "go_back", "other_one", "switch_language"}
# What leads there stands in the partners' folders.
UNSPOKEN |= {"partner_answer"}
SHARED_DOMAIN = "conversation"
ROUTES = {
    *("billing_subscription", "provisioning_configuration", "problem", "updates", "usage"),
    *("support_options", "service_health", "human", "case_status", "complaint"),
    *("greet", "thanks", "goodbye", "affirm", "deny", "bot_challenge", "out_of_scope"),
}


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


DOMAINS = {path.stem: load(path) for path in sorted(DOMAIN.glob("*.yml"))}
RULES = {path.stem: load(path)["rules"] for path in sorted((DATA / "rules").glob("*.yml"))}
RESPONSES = {name: texts for domain in DOMAINS.values() for name, texts in domain.get("responses", {}).items()}
INTENTS = {skill: set(domain.get("intents", [])) for skill, domain in DOMAINS.items() if domain.get("intents")}
EXAMPLES = [
    (path.name.split(".")[0], path.name.split(".")[1], item["intent"], line.removeprefix("- ").strip())
    for path in sorted((DATA / "nlu").glob("*.yml"))
    for item in load(path)["nlu"]
    for line in item["examples"].splitlines()
]


def test_a_skill_has_one_name_everywhere() -> None:
    skills = set(DOMAINS) - {SHARED_DOMAIN}
    assert set(RULES) == skills
    spoken = {skill for skill in skills if INTENTS[skill] - UNSPOKEN}
    assert {(skill, lang) for skill, lang, _, _ in EXAMPLES} == {(s, lang) for s in spoken for lang in LANGUAGES}
    for skill, _, intent, text in EXAMPLES:
        assert intent in INTENTS[skill], text
    for skill, rules in RULES.items():
        assert {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step} == INTENTS[skill]


def test_every_intent_leads_to_one_known_route_and_every_route_has_one() -> None:
    routes = load(DATA / "routes.yml")
    assert set(routes) == ROUTES
    routed = Counter(intent for intents in routes.values() for intent in intents)
    assert set(routed.values()) == {1}
    assert set(routed) == set().union(*INTENTS.values()) - UNSPOKEN


def test_every_spoken_intent_has_examples_in_both_languages() -> None:
    counts = Counter((intent, lang) for _, lang, intent, _ in EXAMPLES)
    for intent in set().union(*INTENTS.values()) - UNSPOKEN:
        for lang in LANGUAGES:
            assert counts[intent, lang] >= 60, (intent, lang)


def test_no_message_stands_twice() -> None:
    plain = Counter(unicodedata.normalize("NFC", text).lower() for *_, text in EXAMPLES)
    assert [text for text, count in plain.items() if count > 1] == []


def test_no_message_of_an_evaluation_file_is_trained_on() -> None:
    judged = {
        bare(row.get("text") or row["query"])
        for path in sorted((ROOT / "evaluation").glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if row.get("kind") != "article"
    }
    # "Hi" and "감사합니다" have no second spelling; whatever is longer must be new to the bot.
    assert [text for *_, text in EXAMPLES if len(bare(text)) > 6 and bare(text) in judged] == []


def bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text).casefold())


def test_korean_files_hold_korean_and_english_files_none() -> None:
    for skill, lang, _, text in EXAMPLES:
        letters = any(character.isalpha() for character in text)
        if lang == "en":
            assert not HANGUL.search(text), (skill, text)
        elif letters and not HANGUL.search(text):
            # Mixed messages are normal; one without any Hangul would be English.
            raise AssertionError((skill, text))


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_a_response_is_said_in_both_languages(name: str) -> None:
    by_language: dict[str, dict[str, Any]] = {}
    for variant in RESPONSES[name]:
        (condition,) = variant["condition"]
        assert (condition["type"], condition["name"]) == ("slot", "language")
        by_language[condition["value"]] = variant
    assert set(by_language) == set(LANGUAGES)
    korean, english = by_language["ko"], by_language["en"]
    assert HANGUL.search(korean["text"])
    assert not HANGUL.search(english["text"])
    variables = {lang: sorted(re.findall(r"\{(\w+)\}", v["text"])) for lang, v in by_language.items()}
    assert variables["ko"] == variables["en"]
    assert payloads(korean) == payloads(english)
    for lang, variant in by_language.items():
        for button in variant.get("buttons", []):
            assert bool(HANGUL.search(button["title"])) == (lang == "ko"), button


def payloads(variant: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in variant.get("buttons", [])]


def test_buttons_lead_to_intents_we_have_and_the_person_stands_last() -> None:
    intents = set().union(*INTENTS.values())
    for name, variants in RESPONSES.items():
        for variant in variants:
            assert {payload.removeprefix("/").partition("{")[0] for payload in payloads(variant)} <= intents, name
            if "/human" in payloads(variant):
                assert payloads(variant)[-1] == "/human" or payloads(variant) == ["/human", "/deny"], name


def test_korean_responses_are_polite_and_free_of_refused_words() -> None:
    for name, variants in RESPONSES.items():
        korean = next(v["text"] for v in variants if v["condition"][0]["value"] == "ko")
        assert not re.search("당신|귀하|하십시오|해라|하거라", korean), name
        assert len(re.findall("죄송", korean)) <= 1, name


def test_actions_and_responses_that_rules_name_exist() -> None:
    known = set(RESPONSES) | {action for domain in DOMAINS.values() for action in domain.get("actions", [])}
    named = {step["action"] for rules in RULES.values() for rule in rules for step in rule["steps"] if "action" in step}
    assert named <= known
