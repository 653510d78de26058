"""docs/authors.md names every key of an article, and its example is one."""

import re

from firstline.core.settings import PROJECT_ROOT
from firstline.knowledge.articles import CATEGORIES, Article, parse_article

PAGE = (PROJECT_ROOT / "docs" / "authors.md").read_text("utf-8")


def test_every_front_matter_key_is_documented_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", PAGE, re.MULTILINE))
    fields = {name: field for name, field in Article.model_fields.items() if name != "body"}
    assert rows == {name: "yes" if field.is_required() else "no" for name, field in fields.items()}


def test_every_category_is_named() -> None:
    assert [category for category in CATEGORIES if f"`{category}`" not in PAGE] == []


def test_the_example_can_be_imported() -> None:
    example = re.search(r"```markdown\n(.*?)```", PAGE, re.DOTALL)
    assert example
    assert parse_article(example[1].encode(), "example.md").slug == "mailbox-full"
