"""Several requests in one message are told apart, and one request is left whole, by the real bot and all articles."""

from collections import Counter
from typing import Any

import pytest

from firstline.core.errors import BadInput
from firstline.core.settings import PROJECT_ROOT
from firstline.serve.commands.eval_requests import read_requests

MESSAGES = PROJECT_ROOT / "evaluation" / "requests_test.jsonl"


def test_the_messages_are_halves_in_both_languages() -> None:
    rows = read_requests(MESSAGES)
    assert Counter((row["lang"], row["requests"] > 1) for row in rows) == {
        (lang, several): 30 for lang in ("ko", "en") for several in (False, True)
    }


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{}", "needs"),
        ("no json", "the line is not JSON"),
        ('{"lang": "ko", "text": "x", "requests": "many"}', "needs"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(tmp_path: Any, line: str, problem: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"lang": "ko", "text": "x", "requests": 1}\n' + line)
    with pytest.raises(BadInput, match=rf"rows\.jsonl:2: {problem}"):
        read_requests(path)
    with pytest.raises(BadInput, match="no file"):
        read_requests(tmp_path / "none.jsonl")
