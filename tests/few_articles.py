"""A few of the starter library's articles: to index all of it takes longer than all else that a test does."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from firstline.knowledge.starter_library import STARTER_FOLDER

SLUGS = (
    "add-a-user",
    "cannot-sign-in",
    "mail-not-arriving",
    "mailbox-full",
    "outlook-does-not-connect",
    "record-teams-meeting",
    "reset-a-password",
    "share-a-calendar",
)


@cache
def few_articles() -> Path:
    """Return a folder with them in both languages; the same one throughout a process."""
    folder = Path(tempfile.mkdtemp(prefix="few-articles-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for lang in ("ko", "en"):
        (folder / lang).mkdir()
        for slug in SLUGS:
            shutil.copy(STARTER_FOLDER / lang / f"{slug}.md", folder / lang)
    return folder
