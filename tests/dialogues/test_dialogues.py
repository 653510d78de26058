"""Whole dialogues of both languages, each through the real bot over HTTP; their files stand in ``data/``.

A dialogue is ``{name, lang, turns}``. A turn has ``say`` (typed) or ``press`` (part of a payload; ``earlier: true``
presses a button of any earlier message) and what must come of it, each key optional:

``state``     where the conversation is then
``article``   slug of the article shown, a list for several in their order, ``false`` for none
``response``  name of the text that is said (a list: all of them), as ``replies.py`` names them
``says``      a part of what is said, ``lacks`` what is not; ``{number}`` is the case's number
``lang``      language of the replies
``offers``    part of a button's payload
``case``      fields of the case, or ``false`` for none
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from .replies import FALLBACKS, known_names, names_of

pytestmark = pytest.mark.bot

FILES = sorted((Path(__file__).parent / "data").glob("*.yaml"))
DIALOGUES = [(path.stem, dialogue) for path in FILES for dialogue in yaml.safe_load(path.read_text("utf-8"))]
KEYS = {"say", "press", "earlier", "state", "article", "response", "says", "lacks", "lang", "offers", "case"}


@pytest.mark.parametrize("dialogue", [pytest.param(d, id=f"{d['lang']} {stem}: {d['name']}") for stem, d in DIALOGUES])
def test_dialogue(talk: Callable[[str], Any], dialogue: dict[str, Any]) -> None:
    customer = talk(dialogue["lang"])
    state = "bot"
    for number, expected in enumerate(dialogue["turns"], start=1):
        where = f"turn {number}: {expected.get('say') or expected.get('press')}"
        turn = say(customer, expected)
        replies = turn["messages"]
        assert replies or turn["state"] == "human", f"{where}: silence"
        if state == "waiting" and turn["state"] == "waiting":
            assert {reply["author"] for reply in replies} == {"system"}, f"{where}: the bot speaks"
        check(turn, expected, where)
        state = turn["state"]


def say(customer: Any, turn: dict[str, Any]) -> dict[str, Any]:
    if "say" in turn:
        done: dict[str, Any] = customer.say(turn["say"])
        return done
    messages = customer.now()["messages"] if turn.get("earlier") else customer.last
    buttons = [button for message in reversed(messages) for button in message["buttons"]]
    payload = next((b["payload"] for b in buttons if turn["press"] in b["payload"]), None)
    assert payload, f"no button holds {turn['press']}: {buttons}"
    done = customer.say(payload)
    return done


def check(turn: dict[str, Any], expected: dict[str, Any], where: str) -> None:
    replies = turn["messages"]
    text = "\n".join(reply["text"] for reply in replies)
    said = f"{where}\n{text}"
    if "state" in expected:
        assert turn["state"] == expected["state"], said
    if "article" in expected:
        slugs = [article["slug"] for reply in replies for article in reply["articles"]]
        assert slugs == listed(expected["article"]), said
    for name in listed(expected.get("response")):
        assert any(name in names_of(reply["text"]) for reply in replies), f"{name} is not in {said}"
    number = turn["case"]["number"] if turn["case"] else "?"
    for part in listed(expected.get("says")):
        assert part.replace("{number}", number) in text, said
    for part in listed(expected.get("lacks")):
        assert part not in text, said
    if "lang" in expected:
        assert {reply["lang"] for reply in replies} == {expected["lang"]}, said
    for payload in listed(expected.get("offers")):
        assert any(payload in button["payload"] for reply in replies for button in reply["buttons"]), said
    if expected.get("case") is False:
        assert turn["case"] is None, said
    elif "case" in expected:
        assert expected["case"].items() <= turn["case"].items(), turn["case"]


def listed(value: Any) -> list[str]:
    return [] if value in (None, False) else value if isinstance(value, list) else [value]


def test_there_are_thirty_dialogues_a_language_and_the_files_are_well_formed() -> None:
    for lang in ("ko", "en"):
        assert sum(dialogue["lang"] == lang for _, dialogue in DIALOGUES) >= 30
    names = [(stem, dialogue["lang"], dialogue["name"]) for stem, dialogue in DIALOGUES]
    assert len(names) == len(set(names))
    for stem, dialogue in DIALOGUES:
        assert set(dialogue) == {"name", "lang", "turns"}, dialogue
        for turn in dialogue["turns"]:
            assert set(turn) <= KEYS and ("say" in turn) != ("press" in turn), (stem, turn)
            assert set(listed(turn.get("response"))) <= known_names(), turn


def test_every_fallback_is_a_response() -> None:
    assert known_names() >= FALLBACKS
