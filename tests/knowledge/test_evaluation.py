import json
from pathlib import Path

import pytest

from firstline.core.errors import BadInput
from firstline.knowledge.evaluation import Question, evaluate, read_questions
from firstline.knowledge.search import Hit, SearchResponse
from firstline.knowledge.throwaway import read_articles


def response(answered: bool, *slugs: str) -> SearchResponse:
    hits = [Hit(slug, "en", slug, "", "", "", 0.5, 1, "x", "usage", False, 0.0) for slug in slugs]
    return SearchResponse(answered, hits, "m", 0.5, "q", "en")


def test_figures_are_those_of_a_hand_count():
    answers = {"a": response(True, "x", "y"), "b": response(True, "y", "x"), "c": response(False, "z", "z", "w", "x")}
    answers["d"] = response(True, "x")
    questions = [Question(name, "en", name, ("x",)) for name in "abc"] + [Question("d", "en", "d", ())]
    report = evaluate(questions, lambda question: answers[question.query])["all"]
    assert (report.n, report.answerable, report.unanswerable) == (4, 3, 1)
    assert report.hit1 == pytest.approx(1 / 3, abs=1e-4)
    assert report.hit3 == 1.0
    assert report.mrr == pytest.approx((1 + 1 / 2 + 1 / 3) / 3, abs=1e-4)
    assert (report.answered, report.correct_of_answered, report.false_answers) == (3, 1, 1)


def test_rows_of_both_shapes_are_read(tmp_path: Path):
    path = tmp_path / "q.jsonl"
    rows = [
        {"id": "1", "lang": "ko", "query": "메일", "slug": "a", "also": ["b"], "kind": "short"},
        {"id": "2", "query": "mail", "relevant_article_ids": ["c"]},
        {"id": "3", "lang": "en", "query": "weather", "slug": None},
    ]
    path.write_text("\n\n".join(json.dumps(row) for row in rows), "utf-8")
    assert [(q.lang, q.answers) for q in read_questions(path)] == [("ko", ("a", "b")), ("en", ("c",)), ("en", ())]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{broken", "not JSON"),
        ("[1]", "object"),
        ('{"lang": "en"}', "`query`"),
        ('{"query": "  "}', "`query`"),
        ('{"query": "x", "lang": "de"}', "ko or en"),
        ('{"query": "x", "lang": "en", "slug": 3}', "`slug`"),
        ('{"query": "x", "lang": "en", "slug": "a", "also": "b"}', "`also`"),
    ],
)
def test_bad_row_names_file_and_line(tmp_path: Path, row: str, words: str):
    path = tmp_path / "q.jsonl"
    path.write_text(f'{{"query": "fine", "lang": "en"}}\n\n{row}\n', "utf-8")
    with pytest.raises(BadInput, match=words) as caught:
        read_questions(path)
    assert caught.value.message.startswith(f"{path}:3: ")


def test_missing_and_empty_files_are_named(tmp_path: Path):
    with pytest.raises(BadInput, match="no file"):
        read_questions(tmp_path / "gone.jsonl")
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(BadInput, match="no rows"):
        read_questions(tmp_path / "empty.jsonl")


def test_foreign_articles_need_their_four_keys(tmp_path: Path):
    (tmp_path / "articles.jsonl").write_text('{"id": "a/b#c", "lang": "en", "title": "T"}\n')
    with pytest.raises(BadInput, match=r"articles\.jsonl:1: `text`"):
        read_articles(tmp_path)
    (tmp_path / "articles.jsonl").write_text('{"id": "a/b#c", "lang": "en", "title": "T", "text": "Body"}\n')
    assert [source.article.slug for source in read_articles(tmp_path)] == ["a/b#c"]
