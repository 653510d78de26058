import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.knowledge.rendering import render


def test_headings_get_anchors_that_differ():
    rendered = render("# Top\n\n## 누가 할 수 있나요\n\n## **Steps**\n\n## Steps")
    assert [(heading.id, heading.text) for heading in rendered.headings] == [
        ("top", "Top"), ("누가-할-수-있나요", "누가 할 수 있나요"), ("steps", "Steps"), ("steps-2", "Steps"),
    ]  # fmt: skip
    assert '<h2 id="steps-2">' in rendered.html and "<h1" not in rendered.html


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "[x](javascript:alert(1))", '<img src=x onerror="a()">', "![x](http://e.com/i.png)"]
)  # fmt: skip
def test_nothing_runs_and_nothing_loads(bad: str):
    html = render(bad).html
    assert "<script" not in html and "<img" not in html and 'href="javascript' not in html


@given(st.text(st.sampled_from("<>/\"'ab#[]()!:`* \nscript"), max_size=200))
def test_no_input_gives_a_tag_that_is_not_allowed(text: str):
    html = render(text).html
    assert "<script" not in html and "<img" not in html and "<style" not in html
