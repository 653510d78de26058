"""What a customer is shown of an article: nothing cut in the middle without a mark, and where to read on."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.knowledge.anchors import anchor_of
from firstline.knowledge.articles import Article, read_folder
from firstline.knowledge.chat_markdown import chat_markdown, plain_text
from firstline.knowledge.chunking import Chunk, chunk, size_of
from firstline.knowledge.excerpt import LIMIT, MORE, excerpt_of
from firstline.knowledge.rendering import render
from firstline.knowledge.starter_library import STARTER_FOLDER

LONG = "\n".join(f"{n}. Open page {n} and wait until the number {n}00 shows on the screen." for n in range(1, 40))
STARTER = [article for _path, article in read_folder(STARTER_FOLDER)[0]]


def test_lead_is_followed_by_the_steps_below_it() -> None:
    chunks = chunk("Ask the admin.\n\n## Steps\n1. Open it.\n2. Close it.\n\n## Later\nWait.")
    assert excerpt_of(chunks, 0) == "Ask the admin.\n\n**Steps**\n\n1. Open it.\n2. Close it."
    assert excerpt_of(chunks, 2) == "Ask the admin.\n\n**Later**\n\nWait."


def test_lead_stays_alone_where_no_steps_follow_or_not_all_fit() -> None:
    assert excerpt_of(chunk("Lead.\n\n## Facts\n- one\n- two"), 0) == "Lead."
    assert excerpt_of(chunk(f"Lead.\n\n## Steps\n{LONG}"), 0) == "Lead."


def test_part_of_a_long_list_says_that_it_is_a_part() -> None:
    chunks = chunk(f"## Steps\n{LONG}")
    assert len(chunks) > 2
    first, middle, last = (excerpt_of(chunks, place) for place in (0, 1, len(chunks) - 1))
    assert first.startswith("**Steps**\n\n1. ") and first.endswith(MORE)
    assert middle.startswith(f"**Steps**\n\n{MORE}") and middle.endswith(MORE)
    assert last.startswith(f"**Steps**\n\n{MORE}") and last.endswith("screen.")


def test_section_that_was_cut_is_shown_whole_where_it_fits() -> None:
    chunks = [Chunk("Steps", "1. One."), Chunk("Steps", "2. Two."), Chunk("Else", "x")]
    assert excerpt_of(chunks, 1) == "**Steps**\n\n1. One.\n2. Two."


def test_section_stands_under_its_heading_alone_where_the_lead_does_not_fit() -> None:
    chunks = chunk("Lead " * 120 + "\n\n## Phone > iPhone **15**\n" + ("word " * 100).strip())
    shown = excerpt_of(chunks, 1)
    assert shown.startswith("**iPhone 15**\n\nword") and shown.endswith("word") and size_of(shown) <= LIMIT


@pytest.mark.parametrize("article", STARTER, ids=lambda article: f"{article.lang}-{article.slug}")
def test_starter_articles_lose_no_step_and_no_number_and_their_headings_are_found(article: Article) -> None:
    chunks = chunk(article.body)
    page = render(article.body).html
    for place, piece in enumerate(chunks):
        shown = excerpt_of(chunks, place)
        assert size_of(shown) <= LIMIT
        assert set(re.findall(r"\d+", piece.text)) <= set(re.findall(r"\d+", shown))
        assert [line for line in piece.text.split("\n") if line[:1].isdigit() and line not in shown] == []
        anchor = unquote(anchor_of(chunks, piece.heading))
        assert f'id="{anchor[1:]}"' in page if piece.heading else anchor == ""


def test_equal_headings_have_anchors_of_their_own() -> None:
    body = "Lead\n\n## iPhone\n\n### Steps\na\n\n## Android **9**\n\n### Steps\nb"
    chunks = chunk(body)
    anchors = [anchor_of(chunks, piece.heading) for piece in chunks]
    assert anchors == ["", "#steps", "#steps-2"]
    assert all(f'id="{anchor[1:]}"' in render(body).html for anchor in anchors[1:])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "| Plan | Size |\n|---|:--:|\n| E1 | **50** GB |\n| E3 | 100 GB |",
            "**Plan · Size**\n\n- E1 · 50 GB\n- E3 · 100 GB",
        ),
        ("![the button](/articles/demo/images/0a.png) here", "the button here"),
        ('[the page](other.md), [web](https://example.com/a_(b) "t")', "the page, [web](https://example.com/a_(b))"),
        (
            "an *important* and _quiet_ word, 2 * 3 * 4, snake_case",
            "an important and quiet word, 2 * 3 * 4, snake_case",
        ),
        ("**bold** and `a*b*c` and \\*star\\*", "**bold** and `a*b*c` and *star*"),
        ("```\n| a | b |\n|---|---|\n*x*\n```", "```\n| a | b |\n|---|---|\n*x*\n```"),
        ("a | b, no table\nnext", "a | b, no table\nnext"),
    ],
)
def test_marks_that_the_chat_does_not_know_are_taken_away(written: str, shown: str) -> None:
    assert chat_markdown(written) == shown


def test_plain_text_keeps_the_words_only() -> None:
    written = "**Users > Active**: see [web](https://example.com/a_(b)) and `code`\n> quoted\n1. Step"
    assert plain_text(written) == "Users > Active: see web and code\nquoted\n1. Step"


@given(st.text(st.sampled_from("ab1 |*_-`[]()!\\\n가."), max_size=400))
def test_no_letter_or_digit_of_a_text_without_links_is_lost(text: str) -> None:
    kept = re.sub(r"[^\w]|_", "", chat_markdown(text))
    if "](" not in text:
        assert kept == re.sub(r"[^\w]|_", "", text)
