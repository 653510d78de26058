"""In which encoding a file of figures is: UTF-8, UTF-16 or CP949, told from the whole file and never guessed.

A detector that weighs likelihoods takes a Latin-1 file for UTF-16 and a short Korean one for Chinese. Here the strict
decoders decide, in the order of how much they refuse, and CP949 has to make ordinary Hangul.
"""

import codecs
from typing import BinaryIO

from firstline.training.problems import UnreadableFile

_CHUNK = 1 << 16
_HEAD = 4096
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# So much of what is not ASCII has to be a syllable of KS X 1001, the 2,350 that are in use.
_ORDINARY = 0.7
_READABLE = 0.9
_OTHER_KINDS = {
    b"PK\x03\x04": "an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF",
}


def encoding_of(file: BinaryIO) -> str:
    """Return the name of the encoding and leave ``file`` at its start; raises ``UnreadableFile``.

    The file is read in pieces, so its size costs no memory.
    """
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip():
        raise UnreadableFile("file_empty", "The file is empty; save the table as CSV and import that.")
    for start, kind in _OTHER_KINDS.items():
        if head.startswith(start):
            raise UnreadableFile("file_kind", f"This is {kind}; save it as 'CSV UTF-8' and import that.", kind=kind)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return _checked(file, name)
    if b"\x00" in head:
        # UTF-16 without its mark, or no text: one way round makes letters of it, the other doesn't.
        likely = [name for name in ("utf-16-le", "utf-16-be") if _reads_well(head, name)]
        if len(likely) != 1:
            raise _no_text()
        return _checked(file, likely[0])
    if _fits(file, "utf-8"):
        return "utf-8"
    if _fits(file, "cp949") and _is_korean(file):
        return "cp949"
    raise UnreadableFile(
        "file_encoding", "The text is neither UTF-8, UTF-16 nor CP949 (EUC-KR); save the table as 'CSV UTF-8'."
    )


def _checked(file: BinaryIO, name: str) -> str:
    if _fits(file, name):
        return name
    raise _no_text()


def _no_text() -> UnreadableFile:
    return UnreadableFile("file_no_text", "This is no text file, or a damaged one; save the table as 'CSV UTF-8'.")


def _reads_well(head: bytes, name: str) -> bool:
    text = head[: len(head) // 2 * 2].decode(name, "replace")
    known = sum(char in "\r\n\t" or (char.isprintable() and (char < "\x80" or "가" <= char <= "힣")) for char in text)
    return known >= _READABLE * len(text)


def _fits(file: BinaryIO, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    file.seek(0)
    try:
        while piece := file.read(_CHUNK):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        file.seek(0)
    return True


def _is_korean(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("cp949")("strict")
    ordinary = others = 0
    while piece := file.read(_CHUNK):
        for char in decoder.decode(piece):
            if char >= "\x80":
                is_ordinary = "가" <= char <= "힣" and _in_ks(char)
                ordinary, others = ordinary + is_ordinary, others + (not is_ordinary)
    file.seek(0)
    return ordinary >= _ORDINARY * (ordinary + others)


def _in_ks(char: str) -> bool:
    try:
        # Python's EUC-KR spells other syllables out in eight bytes.
        return len(char.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False
