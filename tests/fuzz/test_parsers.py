"""Messages, articles and charters of any content: no crash, no loss, nothing that acts, and never without an end.

``FUZZ_EXAMPLES`` says how many inputs each property gets (``make fuzz`` raises it).
"""

import os
import signal
import unicodedata
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firstline.authoring.converting import html_to_markdown
from firstline.charter.load import check_text
from firstline.chat.incoming import clean, readable
from firstline.conversations.language import language_of
from firstline.conversations.masking import mask
from firstline.core.errors import FirstlineError
from firstline.core.settings import PROJECT_ROOT
from firstline.knowledge.articles import parse_article
from firstline.knowledge.chat_markdown import chat_markdown, plain_text
from firstline.knowledge.rendering import render
from firstline.reading.entities import entities_of
from firstline.reading.openings import corrects, declines_person, request_in
from firstline.reading.parts import parts_of
from firstline.reading.phrases import wish_of

from ..vectors import VECTORS, Acts

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1")) * 25
LONGEST = 20_000
# An input of the longest length is read in a second or two; a rule that takes this long takes the square of its length.
STUCK_SECONDS = 15
FILLERS = "ᅟᅠㅤﾠ"
CHARTER = (PROJECT_ROOT / "partners" / "demo" / "charter.yaml").read_text("utf-8").splitlines()

fuzz = settings(
    max_examples=EXAMPLES, derandomize=EXAMPLES == 25, database=None, deadline=None,
    suppress_health_check=list(HealthCheck), print_blob=False,
)  # fmt: skip
words = st.sampled_from(
    ["메일이 안 와요", "Outlook", "2026-11-28", "1,200원", "900101-1234567", "4111 1111 1111 1111", "비밀번호는",
     "-----",
     "> ", "On Mon, you wrote:", "From: a@b.example", "\n", "\t", " ", "/human", "그리고", "?", "ERROR 0x80070005",
     "\u200b", "\u202e", "ㅋㅋ", "👩‍💻", "a@b.example", "<b>", "**", "[x](javascript:y)", "|", "`", "\x00"]
)  # fmt: skip
messages = st.one_of(
    st.text(max_size=400),
    st.lists(st.one_of(words, st.text(max_size=6)), max_size=40).map(" ".join),
    st.builds(lambda part: (part * LONGEST)[:LONGEST], st.one_of(words, st.text(min_size=1, max_size=8))),
)


# Over and over: a message without a word's end, with nothing but signs, with a number that never stops.
ROWS = (
    "a", "1", "가", "ㅋ", " ", "\n", "\r\n", "\t", "?", "!", "~", ",", ".", "-", "@", "a@", "a.", "a@b.example", "1a@",
    "010", "1,", "1-", "$1", "1원", "(0", "A1-", "[", "](", "![", "*a", "_", "`", "|", "> ", "--\n", "> a\n", "www.",
    "http://", "key=", "Bearer ", "네 ", "thanks ", "아니 ", "no, ", "2명 ", "\u200b", "👩‍💻",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_end() -> Iterator[None]:
    def stuck(_signal: int, _frame: Any) -> None:
        raise TimeoutError("an input kept a parser busy without end")

    before = signal.signal(signal.SIGALRM, stuck)
    yield
    signal.signal(signal.SIGALRM, before)


def ends(test: Callable[..., None]) -> Callable[..., None]:
    """Fail an input that is read without end."""

    @wraps(test)
    def bounded(*inputs: Any, **named: Any) -> None:
        signal.alarm(STUCK_SECONDS)
        try:
            test(*inputs, **named)
        finally:
            signal.alarm(0)

    return bounded


def seen(text: str) -> list[str]:
    """Return what a reader sees: letters, digits, signs."""
    return [c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LNPS" and c not in FILLERS]


def read_by_every_rule(text: str) -> None:
    try:
        kept = clean(text, LONGEST)
    except FirstlineError:
        return
    assert seen(kept) == seen(text)
    assert clean(kept, LONGEST) == kept
    masked, kinds = mask(kept)
    assert masked and (kinds or masked == kept)
    assert readable(masked, 1_500)
    whole = request_in(masked)
    assert whole and parts_of(whole)
    assert corrects(masked) in (True, False) and declines_person(masked) in (True, False)
    assert language_of(masked, "ko") in ("ko", "en")
    wish_of(masked)
    for entity in entities_of(masked):
        assert entity.value
    assert plain_text(chat_markdown(masked)) is not None


@fuzz
@given(messages)
@ends
def test_a_message_is_kept_whole_and_read_by_every_rule(text: str) -> None:
    read_by_every_rule(text)


@pytest.mark.parametrize("part", ROWS)
@pytest.mark.parametrize("around", ["{}", "메일이 안 와요 {} 감사합니다"])
@ends
def test_a_row_of_the_same_keeps_no_rule_busy(part: str, around: str) -> None:
    read_by_every_rule(around.format((part * LONGEST)[: LONGEST - len(around)]))


front = st.fixed_dictionaries(
    {"slug": st.sampled_from(["a-page", "A", "", "a" * 90, "가"]), "lang": st.sampled_from(["ko", "en", "fr", "no"])},
    optional={
        "title": st.one_of(words, st.text(max_size=30)), "category": st.sampled_from(["usage", "x", "[", "{"]),
        "questions": st.text(max_size=30), "valid_as_of": st.sampled_from(["2026-13-01", "2026-01-01", "1e999", "~"]),
        "sources": st.sampled_from(["[a, b]", "*a", "&a [*a]", "!!python/object:os.system x", "- - -"]),
    },
).map(lambda fields: "\n".join(f"{key}: {value}" for key, value in fields.items()))  # fmt: skip
bodies = st.lists(st.one_of(words, st.sampled_from(VECTORS), st.text(max_size=30)), max_size=12).map("\n".join)
articles = st.one_of(
    st.binary(max_size=300),
    st.builds(lambda head, body: f"---\n{head}\n---\n{body}".encode("utf-8", "replace"), front, bodies),
    st.builds(
        lambda title, body: f"---\nslug: a-page\nlang: en\ntitle: {title!r}\ncategory: usage\n---\n{body}".encode(
            "utf-8", "replace"
        ),
        st.text(alphabet="abc 'x", min_size=1, max_size=20),
        bodies,
    ),
)


@fuzz
@given(articles)
@ends
def test_an_article_is_read_or_refused_with_its_place_and_never_acts(data: bytes) -> None:
    try:
        article = parse_article(data, "a-page.md")
    except FirstlineError as error:
        assert error.message.startswith("a-page.md:")
        return
    assert parse_article(article.to_markdown().encode(), "a-page.md") == article
    assert Acts(render(article.body).html).found == []


@fuzz
@given(st.one_of(bodies, messages))
@ends
def test_any_markdown_and_any_html_become_text_that_never_acts(text: str) -> None:
    assert Acts(render(text).html).found == []
    try:
        _title, markdown = html_to_markdown(text, lambda _address: None)
    except FirstlineError:
        return
    assert Acts(render(markdown).html).found == []


@st.composite
def charters(draw: st.DrawFn) -> str:
    """The demo's charter with a few lines gone, twice, moved or rewritten."""
    lines = list(CHARTER)
    odd = st.sampled_from(
        ["[", "{", "- a", "~", "x: &a [*a]", "1e999", "25:99", "2026-02-30", "-1h", "'", "\t", "!!set {a}", "9" * 400,
         "? a", "<<: *x", "0o9", ".nan", "tz: Mars/Olympus", "\x07", "weekly: {mon-fri: [['09:00']]}", "rank: 1"]
    )  # fmt: skip
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        key, colon, _value = lines[place].partition(":")
        match draw(st.integers(0, 4)):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, lines[place])
            case 2:
                lines[place] = f"{key}{colon} {draw(odd)}"
            case 3:
                lines[place] = f"{key}{colon} {draw(st.text(max_size=20))}"
            case _:
                lines[place] = draw(st.sampled_from(["  ", "    "])) + lines[place]
    return "\n".join(lines)


@fuzz
@given(st.one_of(charters(), st.text(max_size=300)))
@ends
def test_a_charter_is_read_or_every_finding_names_its_place(text: str) -> None:
    charter, findings = check_text(text)
    assert charter is not None or findings
    for finding in findings:
        assert finding.message and finding.source.startswith("charter.yaml")
