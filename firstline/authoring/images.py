"""Pictures in articles: kept outside the web's folders, known by their content."""

import hashlib
import re
from pathlib import Path

from firstline.core.errors import BadInput, NotFound, TooLarge

MAX_BYTES = 2 * 1024 * 1024
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}
_SIGNATURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "jpg": re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"),
    "webp": re.compile(rb"RIFF.{4}WEBPVP8[ LX]", re.DOTALL),
    "gif": re.compile(rb"GIF8[79]a"),
}
_NAME = re.compile(r"[0-9a-f]{24}\.(?:png|jpg|webp|gif)")


class ImageStore:
    """The pictures of all partners, below one folder; a picture's name is its content's hash."""

    def __init__(self, folder: Path) -> None:
        """Keep pictures below ``folder``, made when the first one comes."""
        self._folder = folder

    def add(self, partner: str, data: bytes) -> str:
        """Keep a picture and return its address; the same picture again gets the same one.

        Raises ``BadInput`` for what is no PNG, JPEG, WebP or GIF by its content, ``TooLarge`` above 2 MB.
        """
        if len(data) > MAX_BYTES:
            raise TooLarge("The picture has more than 2 MB; make it smaller.", code="image_too_large")
        kind = _kind(data)
        name = f"{hashlib.sha256(data).hexdigest()[:24]}.{kind}"
        path = self._folder / partner / name
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(data)
            part.replace(path)
        return f"/articles/{partner}/images/{name}"

    def find(self, partner: str, name: str) -> tuple[Path, str]:
        """Return a picture's file and media type; raises ``NotFound``."""
        known = _NAME.fullmatch(name) and re.fullmatch(r"[a-z0-9][a-z0-9_-]*", partner)
        path = self._folder / partner / name
        if not known or not path.is_file():
            raise NotFound("There is no such picture.", code="no_image")
        return path, TYPES[name.rpartition(".")[2]]


def _kind(data: bytes) -> str:
    kind = next((kind for kind, signature in _SIGNATURES.items() if signature.match(data)), None)
    if kind is None:
        raise BadInput("The file is no PNG, JPEG, WebP or GIF picture; save it as one of these.", code="no_picture")
    return kind
