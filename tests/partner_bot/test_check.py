"""A partner's folder for the bot: every mistake named with file and line, and nothing right refused."""

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from firstline.partner_bot import check_folder
from firstline.partner_bot.shipped import shipped, variables

GREETING = """\
utter_greet:
  ko: "안녕하세요, 예시클라우드 도우미입니다. 무엇을 도와드릴까요?"
  en: "Hi, this is the Example Cloud helper. What do you need?"
"""
PARKING = """\
parking:
  examples:
    ko: [주차 되나요, 주차장 있어요?, 차 가지고 가도 돼요?, 주차비 얼마예요, 방문 주차 등록]
    en: [can I park there, is there parking, where do I park my car, parking fee, visitor parking]
  answer:
    ko: 건물 지하에 주차하실 수 있습니다.
    en: You can park below the building.
"""
FILES = {"responses.yaml": GREETING, "intents.yaml": PARKING, "tone.yaml": "korean: hamnida\n"}


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content, "utf-8")
    return folder


def found(folder: Path, articles: set[str] | None = None) -> list[tuple[str, str, int]]:
    return [(item.level, item.file, item.line) for item in check_folder(folder, articles).findings]


def test_a_right_folder_has_no_findings_and_becomes_what_the_bot_reads(tmp_path: Path) -> None:
    checked = check_folder(write(tmp_path / "bot", **{n.replace(".", "__"): t for n, t in FILES.items()}))
    assert checked.findings == []
    assert checked.content is not None
    responses, intents = checked.content["responses"], checked.content["intents"]
    greeting = responses["utter_greet"]["en"][0]  # type: ignore[index]
    assert greeting["text"].startswith("Hi, this is")
    assert [button["payload"] for button in greeting["buttons"]] == ["/support_overview", "/human"]
    answer = responses["extra:parking"]["ko"][0]  # type: ignore[index]
    assert answer["buttons"] == [{"title": "상담원 연결", "payload": "/human"}]
    assert [(i["name"], i["intent"], len(i["examples"])) for i in intents] == [("parking", "partner_answer", 10)]  # type: ignore[attr-defined]


def test_no_folder_is_right_and_empty(tmp_path: Path) -> None:
    checked = check_folder(tmp_path / "bot")
    assert (checked.findings, checked.content) == ([], {"responses": {}, "intents": []})


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("utter_greet: [\n", 2, "no valid YAML"),
        ("- a\n- b\n", 1, "name: value"),
        ("utter_gret:\n  ko: 안녕하세요.\n  en: Hi.\n", 1, "did you mean `utter_greet`"),
        ("utter_greet:\n  ko: 안녕하세요.\n", 2, "no text in `en`"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en: Hi.\n  fr: Salut.\n", 4, "no language"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en: ''\n", 3, "empty"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en: 안녕\n", 3, "holds Hangul"),
        ("utter_greet:\n  ko: Hello.\n  en: Hello.\n", 2, "no Hangul"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en: Hi {name}.\n", 3, "nothing fills `{name}`"),
        ("utter_answer:\n  ko: 찾았습니다.\n  en: '{passage}'\n", 2, "`{passage}` is missing"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en: Hi.\nutter_greet:\n  ko: 네.\n  en: Yes.\n", 4, "twice"),
        ("utter_out_of_scope:\n  ko: 잘 모르겠습니다.\n  en: [No idea., Nope.]\n", 2, "two wordings"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en:\n    text: Hi.\n    buttons: []\n", 4, "lead where ours lead"),
        ("utter_greet:\n  ko: 안녕하세요.\n  en:\n    text: Hi.\n    tone: warm\n", 5, "no field `tone`"),
    ],
)
def test_a_mistake_in_a_response_is_named(tmp_path: Path, content: str, line: int, says: str) -> None:
    checked = check_folder(write(tmp_path / "bot", responses__yaml=content))
    errors = [item for item in checked.findings if item.level == "error"]
    assert checked.content is None
    assert (errors[0].file, errors[0].line) == ("responses.yaml", line)
    assert says in errors[0].message


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("parking:\n  ex", "Parking:\n  ex", 1, "a name is"),
        ("parking:\n  ex", "usage:\n  ex", 1, "has an intent `usage` already"),
        (", visitor parking", "", 4, "has 4 examples"),
        ("visitor parking", "주차 등록증", 4, "holds Hangul"),
        ("  answer:\n", "  article: roof\n  answer:\n", 1, "needs one of"),
        ("  answer:\n", "  color: red\n  answer:\n", 5, "no field `color`"),
        ("below the building", "below {where}", 7, "without braces"),
        ("    en: You can park below the building.\n", "", 6, "no text in `en`"),
    ],
)
def test_a_mistake_in_an_intent_is_named(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in PARKING
    checked = check_folder(write(tmp_path / "bot", intents__yaml=PARKING.replace(old, new, 1)))
    errors = [item for item in checked.findings if item.level == "error"]
    assert [(item.file, item.line) for item in errors] == [("intents.yaml", line)], errors
    assert says in errors[0].message


def test_an_article_and_a_skill_have_to_exist(tmp_path: Path) -> None:
    head = PARKING.partition("  answer:")[0]
    folder = write(tmp_path / "bot", intents__yaml=head + "  article: no-such-article\n")
    assert found(folder) == [] and found(folder, {"another"}) == [("error", "intents.yaml", 5)]
    assert found(write(folder, intents__yaml=head + "  skill: support_hours\n")) == []
    assert found(write(folder, intents__yaml=head + "  skill: no_such_skill\n")) == [("error", "intents.yaml", 5)]


def test_one_example_under_two_intents_is_an_error_where_it_stands_again(tmp_path: Path) -> None:
    again = PARKING.replace("parking:\n", "garage:\n", 1)
    lines = {line for _, _, line in found(write(tmp_path / "bot", intents__yaml=PARKING + again))}
    assert lines == {10, 11}


def test_another_tone_and_blunt_speech_are_warned_of(tmp_path: Path) -> None:
    text = "utter_thanks:\n  ko: {}\n  en: Any time.\n"
    folder = write(tmp_path / "bot", tone__yaml="korean: haeyo\n")
    assert found(write(folder, responses__yaml=text.format("도움이 됐다니 기뻐요."))) == []
    assert found(write(folder, responses__yaml=text.format("도움이 되어 기쁩니다."))) == [("warn", "responses.yaml", 2)]
    assert found(write(folder, responses__yaml=text.format("도움이 돼서 좋다."))) == [("warn", "responses.yaml", 2)]
    assert ("error", "tone.yaml", 1) in found(write(folder, tone__yaml="korean: loud\n"))


def test_a_file_that_nothing_reads_is_named(tmp_path: Path) -> None:
    assert found(write(tmp_path / "bot", responses__yml=GREETING)) == [("warn", "responses.yml", 1)]


NAMES = sorted(shipped().responses)


@given(name=st.sampled_from(NAMES), lang=st.sampled_from(["ko", "en"]))
def test_every_response_of_ours_may_be_put_in_its_own_place(
    tmp_path_factory: pytest.TempPathFactory, name: str, lang: str
) -> None:
    ours = shipped().responses[name]
    said = {
        key: [{"text": item.text, "buttons": [dict(button) for button in item.buttons]} for item in wordings]
        for key, wordings in ours.items()
    }
    folder = tmp_path_factory.mktemp("own")
    (folder / "responses.yaml").write_text(yaml.safe_dump({name: said}, allow_unicode=True), "utf-8")
    checked = check_folder(folder)
    assert [item for item in checked.findings if item.level == "error"] == []
    dropped = said[lang][0]["text"]
    for variable in variables(str(dropped)):
        said[lang][0]["text"] = str(dropped).replace(f"{{{variable}}}", "")
        (folder / "responses.yaml").write_text(yaml.safe_dump({name: said}, allow_unicode=True), "utf-8")
        assert check_folder(folder).content is None


@given(
    st.dictionaries(
        st.sampled_from(["responses.yaml", "intents.yaml", "tone.yaml"]), st.text(alphabet=string.printable)
    ),
)
def test_any_text_is_checked_without_a_crash(tmp_path_factory: pytest.TempPathFactory, files: dict[str, str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    checked = check_folder(folder)
    assert (checked.content is None) == any(item.level == "error" for item in checked.findings)
    assert all(item.line >= 1 and item.file in files for item in checked.findings)
