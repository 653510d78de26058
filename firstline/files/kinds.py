"""What a file is, by its content alone; its name decides nothing.

Signatures are puremagic's. Containers are opened: an Office or Hangul document is what lies inside its ZIP or OLE
file, and one that carries macros is refused. What is text in a common encoding is text, whatever it calls itself.
"""

import codecs
import mmap
import zipfile
from dataclasses import dataclass
from pathlib import Path

import puremagic

_HEAD = 8192
_CHUNK = 1 << 20
_ENCODINGS = ("utf-8-sig", "cp949")
_BOMS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# Everything below a space but tab, line feed, form feed, carriage return and the escape of coloured logs.
_NO_TEXT = {code: None for code in range(32) if code not in (9, 10, 12, 13, 27)}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS = {"hwp": b"HWP Document File", "msg": "__properties_version1.0".encode("utf-16-le")}
_ZIP_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_MOST_PARTS = 20_000


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is served as, and the endings its name may have, the usual one first."""

    media_type: str
    endings: tuple[str, ...]


KINDS: dict[str, Kind] = {
    "png": Kind("image/png", ("png",)),
    "jpg": Kind("image/jpeg", ("jpg", "jpeg", "jfif")),
    "gif": Kind("image/gif", ("gif",)),
    "webp": Kind("image/webp", ("webp",)),
    "heic": Kind("image/heic", ("heic", "heif")),
    "pdf": Kind("application/pdf", ("pdf",)),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "pptx": Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ("pptx",)),
    "hwp": Kind("application/x-hwp", ("hwp",)),
    "hwpx": Kind("application/hwp+zip", ("hwpx",)),
    "msg": Kind("application/vnd.ms-outlook", ("msg",)),
    "text": Kind("text/plain", ("txt", "log", "csv", "tsv", "eml", "json", "md")),
    "zip": Kind("application/zip", ("zip",)),
}
PICTURES = frozenset({"png", "jpg", "gif", "webp"})
_BY_SIGNATURE = {
    f".{ending}": name
    for name in ("png", "jpg", "gif", "webp", "heic", "pdf")
    for ending in KINDS[name].endings
}  # fmt: skip


def kind_of(path: Path) -> str | None:
    """Return the name in ``KINDS`` of what a file is, ``None`` for everything else and for nothing at all."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return None
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(path)
    if head.startswith(_OLE):
        return _in_ole(path)
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        found = []
    known = (_BY_SIGNATURE.get(match.extension) for match in found)
    return next((name for name in known if name), "text" if _is_text(path, head) else None)


def _in_zip(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_PARTS:
                return None
            names = {info.filename for info in infos}
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return "hwpx" if archive.read("mimetype").strip() == b"application/hwp+zip" else None
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError):
        return None
    return next((kind for kind, part in _ZIP_PARTS.items() if part in names), "zip")


def _in_ole(path: Path) -> str | None:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return next((kind for kind, mark in _OLE_KINDS.items() if content.find(mark) >= 0), None)


def _is_text(path: Path, head: bytes) -> bool:
    encodings = next(((name,) for bom, name in _BOMS.items() if head.startswith(bom)), _ENCODINGS)
    return any(_decodes(path, encoding) for encoding in encodings)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                text = decoder.decode(chunk)
                if len(text.translate(_NO_TEXT)) != len(text):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
