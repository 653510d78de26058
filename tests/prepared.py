"""What ``firstline prepare`` made, copied for tests that need the real library, model or bot."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from firstline.core.settings import Settings, get_settings
from firstline.knowledge import models

_KEPT = {member.__tablename__ for member in vars(models).values() if hasattr(member, "__tablename__")}
_KEPT |= {"alembic_version", "audit_log"}  # The audit log lets nothing be deleted.


def prepared_library(folder: Path) -> None:
    """Copy the published articles with their vectors and indexes, and nothing that anybody said or did."""
    made = _made()
    shutil.copytree(made.index_dir, folder / "index")
    source, target = sqlite3.connect(made.data_dir / "firstline.db"), sqlite3.connect(folder / "firstline.db")
    with target:
        source.backup(target)
        tables = [name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in {name for name in tables if not name.startswith("sqlite_")} - _KEPT:
            target.execute(f'DELETE FROM "{table}"')
    source.close()
    target.close()


def prepared_copy(folder: Path) -> None:
    """Copy the library and the trained bot, and link the embedding model."""
    prepared_library(folder)
    made = _made()
    (folder / "bot").mkdir(parents=True)
    for name in ("model.tar.gz", "trained.json"):
        shutil.copy(made.bot_dir / name, folder / "bot" / name)
    (folder / "models").symlink_to(made.embedding_dir.parent)


def _made() -> Settings:
    made = get_settings()
    if not (made.bot_dir / "trained.json").is_file() or not made.index_dir.is_dir():
        pytest.fail("Nothing is prepared; run `make test`, or `firstline prepare` before pytest.")
    return made
