"""Groups questions about topics that the library lacks, and compares the groups with the topics.

Run as a script, it prints the figures of ``docs/quality.md``.
"""

import asyncio
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import adjusted_rand_score, completeness_score, homogeneity_score

from firstline.authoring.likeness import groups, likeness
from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.knowledge.encoder import load_encoder
from firstline.knowledge.normalise import normalise
from firstline.knowledge.service import Knowledge
from firstline.knowledge.starter_library import STARTER_FOLDER
from firstline.knowledge.vectors import centre

QUESTIONS = PROJECT_ROOT / "evaluation" / "knowledge_dev.jsonl"
HELD_OUT = 25


async def figures(settings: Settings, folder: Path, seed: int) -> dict[str, dict[str, float]]:
    """Hold topics out of a copy of the library, group the questions about them, and compare; by language.

    The development questions that no article answers are asked too: each is a group of its own.
    """
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    slugs = sorted({row["slug"] for row in rows if row.get("slug")})
    held = set(random.Random(seed).sample(slugs, HELD_OUT))
    starter = folder / "starter"
    shutil.copytree(STARTER_FOLDER, starter)
    for path in starter.rglob("*.md"):
        if path.stem in held:
            path.unlink()
    source, target = sqlite3.connect(settings.data_dir / "firstline.db"), sqlite3.connect(folder / "firstline.db")
    source.backup(target)
    source.close()
    target.close()
    copied = settings.model_copy(update={"data_dir": folder, "database_url": ""})
    database = Database(copied.resolved_database_url)
    try:
        encoder = load_encoder(settings)
        knowledge = Knowledge(database, encoder, copied, starter=starter)
        await knowledge.ensure_ready("demo")
        index = await knowledge.index("demo")
    finally:
        await database.close()
    result = {}
    for lang in ("ko", "en"):
        asked = [row for row in rows if row["lang"] == lang and (not row.get("slug") or row["slug"] in held)]
        texts = [normalise(row["query"]) for row in asked]
        vectors = centre(encoder.encode_queries(texts), index.lines_mean)
        alike = likeness(lang, vectors, texts, index.frame.topics, index.line_words)
        result[lang] = _compare([row.get("slug") or row["id"] for row in asked], alike)
    return result


def _compare(topics: Sequence[str], alike: Any) -> dict[str, float]:
    labels = np.zeros(len(topics), dtype=int)
    for number, members in enumerate(groups(alike)):
        labels[members] = number
    return {
        "questions": len(topics),
        "groups": len(set(labels)),
        "rand": adjusted_rand_score(topics, labels),
        "homogeneity": homogeneity_score(topics, labels),
        "completeness": completeness_score(topics, labels),
    }


if __name__ == "__main__":
    found = []
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        with tempfile.TemporaryDirectory() as folder:
            found.append(asyncio.run(figures(Settings(), Path(folder), seed)))
    print("| Language | Questions | Groups | Adjusted Rand | Homogeneity | Completeness |\n|---|---|---|---|---|---|")
    for lang in ("ko", "en"):
        mean = {name: np.mean([one[lang][name] for one in found]) for name in found[0][lang]}
        print(
            f"| {lang} | {mean['questions']:.0f} | {mean['groups']:.0f} | {mean['rand']:.2f} "
            f"| {mean['homogeneity']:.2f} | {mean['completeness']:.2f} |"
        )
