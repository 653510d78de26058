from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.errors import BadInput
from firstline.knowledge.articles import Article, ArticleError, parse_article, read_article, read_folder

GOOD = """---
slug: add-a-user
lang: en
title: Add a user
category: usage
valid_as_of: 2026-11-01
questions:
  - "How do I add somebody?"
  - "How do I add somebody?"
---

Open the admin center.
"""


def test_good_article_is_read_with_defaults_and_without_doubles():
    article = parse_article(GOOD.replace("\n", "\r\n").encode("utf-8-sig"), "a.md")
    assert (article.slug, article.owner, article.audience) == ("add-a-user", "partner", "both")
    assert article.questions == ("How do I add somebody?",)
    assert article.valid_as_of == "2026-11-01"
    assert article.body == "Open the admin center."


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("title: Add", "titel: Add"), 4, ["unknown key `titel`", "`title`"]),
        (("title: Add a user\n", ""), 1, ["`title` is missing"]),
        (("lang: en", "lang: kr"), 3, ["'kr'", "ko or en"]),
        (("slug: add-a-user", "slug: Add User"), 2, ["`slug`", "lower-case"]),
        (("category: usage", "category: usgae"), 5, ["'usgae'", "usage"]),
        (("title: Add a user", "title: 12"), 4, ["`title`", "quotes"]),
        (("title: Add a user", 'title: "\\u200b"'), 4, ["`title`", "at least 1 character"]),
        (('- "How', '- "How" do'), 8, ["not valid YAML", "quotes"]),
        (("lang: en", "lang: en\nlang: ko"), 4, ["`lang`", "twice"]),
        (("lang: en", "lang: ko"), 3, ["not Korean"]),
        (("---\n\nOpen the admin center.", "---"), 11, ["no text"]),
        (("---\nslug", "slug"), 1, ["front matter", "---"]),
        (("---\n\nOpen", "\n\nOpen"), 13, ["does not end"]),
        (("questions:", "see_also: one\nquestions:"), 7, ["`see_also`", "a list"]),
        (("questions:", "body: x\nquestions:"), 7, ["unknown key `body`"]),
    ],
)
def test_bad_article_names_file_line_and_remedy(change: tuple[str, str], line: int, words: list[str]):
    broken = GOOD.replace(*change)
    assert broken != GOOD
    with pytest.raises(ArticleError) as caught:
        parse_article(broken.encode(), "en/add-a-user.md")
    assert caught.value.message.startswith(f"en/add-a-user.md:{line}: ")
    for word in words:
        assert word in caught.value.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x00\x00", "not a text file"),
        (GOOD.replace("Add a user", "사용자 추가").encode("cp949"), "UTF-8"),
        (GOOD.encode() + b"x" * 6_000_000, "5 MB"),
        (b"", "front matter"),
    ],
)
def test_file_that_is_no_article_is_refused(tmp_path: Path, data: bytes, words: str):
    path = tmp_path / "a.md"
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=words):
        read_article(path)


def test_folder_gives_the_good_ones_and_names_the_bad(tmp_path: Path):
    (tmp_path / "en").mkdir()
    (tmp_path / "ko").mkdir()
    (tmp_path / "en" / "a.md").write_text(GOOD, "utf-8")
    (tmp_path / "en" / "b.md").write_text(GOOD, "utf-8")
    (tmp_path / "ko" / "c.md").write_text(GOOD.replace("add-a-user", "other"), "utf-8")
    (tmp_path / "en" / "d.md").write_text("nothing", "utf-8")
    good, bad = read_folder(tmp_path)
    assert [path.name for path, _article in good] == ["a.md"]
    assert [Path(error.file).name for error in bad] == ["b.md", "d.md", "c.md"]
    assert "already in" in bad[0].message
    assert "folder is `ko`" in bad[2].message


def test_folder_without_articles_is_refused(tmp_path: Path):
    with pytest.raises(BadInput, match="no articles"):
        read_folder(tmp_path)
    with pytest.raises(BadInput, match="no folder"):
        read_folder(tmp_path / "gone")


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@given(title=text, questions=st.lists(text, max_size=4))
def test_written_article_reads_back_the_same(title: str, questions: list[str]):
    values = {"slug": "a-b", "lang": "en", "title": "T" + title, "category": "usage", "questions": questions}
    article = Article.model_validate(values | {"body": "Words here, many of them, " * 3})
    again = parse_article(article.to_markdown().encode(), "a.md")
    assert again.title == article.title
    assert again.questions == article.questions


@given(st.binary(max_size=300))
def test_any_bytes_give_an_article_or_an_error_that_names_the_file(data: bytes):
    try:
        parse_article(b"---\n" + data, "x.md")
    except ArticleError as error:
        assert error.message.startswith("x.md:")


def test_starter_library_is_readable_in_full():
    from firstline.knowledge.starter_library import STARTER_FOLDER

    good, bad = read_folder(STARTER_FOLDER)
    assert [error.message for error in bad] == []
    by_lang = {lang: {a.slug for _path, a in good if a.lang == lang} for lang in ("ko", "en")}
    assert by_lang["ko"] == by_lang["en"]
    assert all(set(article.see_also) <= by_lang["en"] for _path, article in good)
