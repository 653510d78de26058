from hypothesis import given
from hypothesis import strategies as st

from firstline.knowledge.chunking import chunk, size_of
from firstline.knowledge.excerpt import LIMIT, excerpt

STEPS = "\n".join(f"{n}. Open page {n} and wait until the number {n}00 shows on the screen." for n in range(1, 60))


def test_sections_keep_headings_and_steps_whole():
    pieces = chunk(f"Lead.\n\n## Steps\n\nDo this:\n\n{STEPS}\n\n### Inside\n\nMore.")
    assert pieces[0].heading == "" and pieces[0].text == "Lead."
    assert {piece.heading for piece in pieces[1:]} == {"Steps", "Steps > Inside"}
    lines = [line for piece in pieces for line in piece.text.split("\n")]
    assert all(step in lines for step in STEPS.split("\n"))
    assert pieces[1].text.startswith("Do this:\n\n1. ")


def test_heading_inside_a_code_block_is_no_heading():
    assert [piece.heading for piece in chunk("```\n# not one\n```\n\n## One\n\ntext")] == ["", "One"]


def test_article_of_headings_only_is_one_passage():
    assert len(chunk("## A\n\n## B")) == 1


words = st.text(st.sampled_from("ab 가나.\n#-1`"), min_size=1, max_size=3000).filter(str.strip)


@given(words)
def test_no_word_is_lost_and_no_passage_is_huge(body: str):
    pieces = chunk(body)
    assert pieces
    assert all(size_of(piece.text) <= 4_000 for piece in pieces)


def test_excerpt_keeps_whole_steps_and_marks_what_is_left_out():
    short = excerpt(f"Do this:\n\n{STEPS}")
    assert size_of(short) <= LIMIT + 2
    assert short.endswith("\n…")
    assert set(short.split("\n")[2:-1]) <= set(STEPS.split("\n"))
    assert excerpt("Short.") == "Short."


def test_excerpt_never_announces_a_list_that_does_not_follow():
    text = "A long start. " * 60 + "\n\nFollow these steps:\n\n" + STEPS
    assert not excerpt(text).removesuffix("\n…").endswith("steps:")
