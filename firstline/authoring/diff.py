"""What two versions of an article have different."""

import difflib
from typing import Any

from firstline.authoring.content import FIELDS, content_of
from firstline.knowledge.articles import Article


def diff(old: Article, new: Article) -> dict[str, Any]:
    """Compare two versions: ``lines`` of the body (same, del, add) in order, and ``fields`` beside it that differ."""
    before, after = old.body.split("\n"), new.body.split("\n")
    lines: list[dict[str, str]] = []
    for op, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if op == "equal":
            lines.extend({"op": "same", "text": text} for text in before[i:j])
            continue
        lines.extend({"op": "del", "text": text} for text in before[i:j])
        lines.extend({"op": "add", "text": text} for text in after[k:m])
    left, right = content_of(old), content_of(new)
    fields = [
        {"name": name, "old": left[name], "new": right[name]}
        for name in FIELDS
        if name != "body" and left[name] != right[name]
    ]
    return {"lines": lines, "fields": fields}
