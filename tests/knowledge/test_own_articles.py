"""Files of a partner's own articles, and what a topic without customers' words is told from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from firstline.core.errors import BadInput
from firstline.knowledge.arrays import hash_of
from firstline.knowledge.examples import NOTHING, Examples
from firstline.knowledge.own_articles import read_own_articles
from firstline.knowledge.topics import TopicModel

ROOF = {"kind": "article", "slug": "roof", "lang": "en", "title": "The hangar's roof", "body": "Turn the wheel."}
ASKED = {"kind": "question", "slug": "roof", "lang": "en", "query": "how do I open it"}
STRAY = {"kind": "stray", "lang": "ko", "query": "점심 뭐 먹지"}


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "own.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    return path


def test_articles_questions_and_strays_are_read(tmp_path: Path) -> None:
    own = read_own_articles(written(tmp_path, ROOF, ASKED, STRAY))
    assert [(article.slug, article.questions) for article in own.articles] == [("roof", ())]
    assert [(entry.query, entry.answers) for entry in own.questions] == [("how do I open it", ("roof",))]
    assert [(entry.lang, entry.answers) for entry in own.strays] == [("ko", ())]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**STRAY, "kind": "other"}, "`kind`"),
        ({**STRAY, "lang": "de"}, "ko or en"),
        ({**STRAY, "query": " "}, "`query`"),
        ({**ASKED, "slug": "floor"}, "`slug`"),
        ({**ROOF, "title": ""}, "`title`"),
        ({**ROOF, "body": None}, "`body`"),
    ],
)
def test_a_bad_row_names_file_and_line(tmp_path: Path, row: dict[str, Any], words: str) -> None:
    path = written(tmp_path, ROOF, row)
    with pytest.raises(BadInput, match=words) as caught:
        read_own_articles(path)
    assert caught.value.message.startswith(f"{path}:2: ")


def test_a_topic_without_customers_words_may_be_what_no_other_topic_is() -> None:
    roof, ink, parking = (np.uint64(hash_of(slug)) for slug in ("roof", "ink", "parking"))
    texts = ["open the roof", "roof wheel", "refill ink", "ink bottle", "what's for lunch", "lunch menu"]
    topics = np.array([roof, roof, ink, ink, NOTHING, NOTHING], dtype=np.uint64)
    vectors = np.repeat(np.eye(3, 8, dtype=np.float32), 2, axis=0)
    model = TopicModel.fit(Examples.of(topics, vectors, texts), np.zeros(8, dtype=np.float32))
    asked = np.array([roof, parking, np.uint64(NOTHING)], dtype=np.uint64)
    about_roof = model.told(model.log_probabilities(vectors[0], "roof"), asked)
    about_lunch = model.told(model.log_probabilities(vectors[4], "lunch"), asked)
    assert about_roof[1] == about_roof[2] < about_roof[0]
    assert about_lunch[1] == about_lunch[2] > about_lunch[0]


def test_where_no_topic_is_known_none_is_preferred() -> None:
    model = TopicModel.none(np.zeros(8, dtype=np.float32))
    told = model.told(model.log_probabilities(np.ones(8, dtype=np.float32), "roof"), np.array([1, 2], dtype=np.uint64))
    assert told.tolist() == [0, 0]
