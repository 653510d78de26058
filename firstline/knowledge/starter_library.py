"""The starter library: the articles that ship with Firstline."""

import hashlib
from functools import cache
from pathlib import Path

from firstline.core.errors import BadInput
from firstline.knowledge.articles import read_folder
from firstline.knowledge.store import STARTER, ArticleStore

STARTER_FOLDER = Path(__file__).parent / "starter"
_STATE = "starter_sha256"


@cache
def starter_topics() -> frozenset[str]:
    """Return the slugs of the starter library's articles, which their files are named by."""
    return frozenset(path.stem for path in STARTER_FOLDER.rglob("*.md"))


def folder_hash(folder: Path) -> str:
    """Hash names and contents of all articles below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.md")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


async def sync_starter(store: ArticleStore, folder: Path = STARTER_FOLDER) -> bool:
    """Bring the layer ``starter`` to what the files say, unless it is; returns whether anything was done.

    Articles whose file is gone are archived. Raises ``BadInput`` naming every file that can't be read; then nothing
    is imported.
    """
    edition = folder_hash(folder)
    if await store.recall(_STATE) == edition:
        return False
    good, bad = read_folder(folder)
    if bad:
        raise BadInput("the starter library can't be read:\n" + "\n".join(error.message for error in bad))
    for _path, article in good:
        await store.save(STARTER, article, author="Firstline", status="published")
    await store.archive_missing(STARTER, ((article.slug, article.lang) for _path, article in good))
    await store.remember(_STATE, edition)
    return True
