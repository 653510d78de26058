"""Questions that go on with the one before."""

import json

import pytest

from firstline.core.settings import PROJECT_ROOT
from firstline.knowledge.follow_up import goes_on, search_on
from firstline.knowledge.service import Knowledge

ROWS = [
    json.loads(line) for line in (PROJECT_ROOT / "evaluation" / "follow_ups_dev.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize(
    "text",
    [
        "그럼 휴대폰에서는?",
        "아이폰은요?",
        "맥에서도 되나요?",
        "얼마나 걸려요?",
        "그거 누가 할 수 있어요?",
        "한 달 지났으면요?",
        "and on Mac?",
        "what about for shared mailboxes?",
        "how long does that take?",
        "even after 30 days?",
        "on WIFI too",
        "how do I turn it off",
        "how to switch it off again?",
        "turn off?",
        "can I undo that",
        "where do I find it",
        "그럼 끄는 건?",
        "끄는 건요?",
        "어떻게 끄나요",
        "끄는법",
        "삭제는 어떻게 해요?",
        "그거 어떻게 꺼요",
    ],
)
def test_short_and_elliptic_goes_on(text: str) -> None:
    assert goes_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "그럼 비밀번호를 잊어버렸을 때는 어떻게 하나요?",
        "그리고 엑셀이 자꾸 꺼져요",
        "근데 메일이 안 와요",
        "메일함 용량",
        "and how do I cancel a subscription?",
        "what about creating a shared mailbox?",
        "but my mailbox is full",
        "outlook search",
        "how do I turn off automatic replies",
        "turn off mfa",
        "자동 회신 끄는 법",
        "MFA는 어떻게 꺼요?",
        "and " * 500,
        "",
        "???",
        "ㅠㅠ",
    ],
)
def test_complete_or_unmarked_stands_alone(text: str) -> None:
    assert not goes_on(text)


@pytest.mark.parametrize(("kind", "wanted"), [("follow_up", True), ("new", False)])
def test_most_of_the_development_rows_are_told_apart(kind: str, wanted: bool) -> None:
    found = [goes_on(row["query"]) is wanted for row in ROWS if row["kind"] == kind]
    assert sum(found) / len(found) > 0.9


@pytest.fixture
async def library(knowledge: Knowledge, make) -> Knowledge:
    articles = [
        make("striped-printers", title="Striped printers", body="Paint it.\n\n## Weekends\n\nOn weekends they rest."),
        make("zebra-crossing", title="Zebra crossing", body="Look left."),
        make("weekend-opening", title="Weekends and holidays", body="Open from ten."),
    ]
    for article in articles:
        await knowledge.save("acme", article, author="kim", status="published")
    return knowledge


async def test_goes_on_only_after_an_answer(library: Knowledge):
    alone = (await search_on(library, "acme", "and on weekends?", "en", "")).response
    assert alone.results[0].slug == "weekend-opening" and alone.query == "and on weekends?"


async def test_question_before_counts_and_the_passage_fits_what_is_asked_now(library: Knowledge):
    outcome = await search_on(library, "acme", "and on weekends?", "en", "striped printers striped printers")
    found = outcome.response
    assert found.results[0].slug == "striped-printers" and not outcome.nothing_new and not outcome.part
    assert found.query == "striped printers striped printers and on weekends?"
    assert found.results[0].excerpt.endswith("**Weekends**\n\nOn weekends they rest.")
    assert found.results[0].url.endswith("#weekends")


@pytest.mark.parametrize(
    ("text", "nothing_new", "part"), [("and on mars?", True, ""), ("and the paint?", False, "- Paint it.")]
)
async def test_of_a_passage_that_was_just_read_counts_what_is_asked_now(
    library: Knowledge, text: str, nothing_new: bool, part: str
):
    outcome = await search_on(library, "acme", text, "en", "striped printers striped printers")
    assert outcome.response.results[0].excerpt.endswith("Paint it.")
    assert (outcome.nothing_new, outcome.part) == (nothing_new, part)


async def test_only_the_steps_that_name_it_are_the_part(library: Knowledge, make):
    steps = "Do this.\n\n**Steps**\n\n1. Fetch the ladder.\n2. Paint the ladder.\n\n3. Put the brush away."
    article = make("ladder-painting", title="Ladder painting", body=steps)
    await library.save("acme", article, author="kim", status="published")
    outcome = await search_on(library, "acme", "and the brush?", "en", "ladder painting ladder painting")
    assert outcome.response.results[0].slug == "ladder-painting" and outcome.part == "- Put the brush away."


async def test_a_later_piece_of_a_long_section_is_shown_whole(library: Knowledge, make):
    words = ["copper", "silver", "golden"]
    pieces = "\n\n".join(f"Turn the {word} valve. " + f"The {word} one is slow. " * 40 for word in words)
    article = make("boiler-valves", title="Boiler valves", body=f"Go by turns.\n\n## Valves\n\n{pieces}")
    await library.save("acme", article, author="kim", status="published")
    outcome = await search_on(library, "acme", "and the golden one?", "en", "boiler valves: the copper one")
    assert outcome.response.results[0].slug == "boiler-valves" and "golden" in outcome.response.results[0].excerpt
    assert not outcome.nothing_new and not outcome.part


async def test_new_question_is_not_dragged(library: Knowledge):
    found = (await search_on(library, "acme", "how do I get to the zebra crossing?", "en", "striped printers")).response
    assert found.results[0].slug == "zebra-crossing" and "printers" not in found.query
