"""Where the files of an installation lie, by the folder they have in an archive."""

import os
from collections.abc import Iterator
from pathlib import Path

from firstline.core.settings import Settings
from firstline.files.store import place_of

SECRETS = "secrets.json"
TRACKER = "tracker/events.jsonl"
DATABASE = "database"


def folders(settings: Settings) -> dict[str, Path]:
    """Return the folders that are carried whole, by their name in an archive."""
    return {"uploads": settings.upload_dir, "images": settings.image_dir, "partners": settings.partners_dir}


def upload_name(file_id: str) -> str:
    """Return an uploaded file's name in an archive."""
    return place_of(Path("uploads"), file_id).as_posix()


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Return the files below a folder by their path in it, sorted; hidden ones and unfinished ones are left out."""
    for root, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if not name.startswith(".") and path.suffix != ".part" and path.is_file():
                yield path.relative_to(folder).as_posix(), path
