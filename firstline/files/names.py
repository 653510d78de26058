"""A file's name as it is kept: safe on every system, readable in Korean, ending in what the file really is."""

import re
import unicodedata

from firstline.files.kinds import KINDS

LONGEST = 120
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def kept_name(name: str, kind: str) -> str:
    """Return ``name`` without folders, unseen and forbidden characters, in NFC, at most 120 characters long.

    An ending that isn't one of the kind's gets the right one behind it: ``a.exe`` that is text becomes ``a.exe.txt``.
    """
    endings = KINDS[kind].endings
    text = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    text = _UNSEEN.sub("", text).replace("\\", "/").rpartition("/")[2]
    text = _RESERVED.sub(r"_\g<0>", _FORBIDDEN.sub("_", text).strip(" .~")) if text else ""
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem or ending.lower() not in endings:
        stem, ending = text, endings[0]
    stem = stem[: LONGEST - len(ending) - 1].rstrip(" .") or "file"
    return f"{stem}.{ending}"
