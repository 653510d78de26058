"""One normal form of a customer's text, shared by every component that reads it."""

import re
import unicodedata

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff\ufe0e\ufe0f]")
_SPACES = re.compile(r"\s+")
# Three or more of one character say no more than two ("ㅠㅠㅠㅠ", "!!!!", "plzzzz").
_REPEATS = re.compile(r"(\D)\1{2,}")


def normalise(text: str) -> str:
    """Return `text` in NFC, full-width forms folded, invisible characters removed, spaces single; emoji stay.

    NFKC is not used: it would turn the stand-alone letters of chat Korean ("ㅠㅠ", "ㅇㅇ") into other code points.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(_narrow(character) for character in text)
    text = _INVISIBLE.sub("", text)
    text = _REPEATS.sub(r"\1\1", text)
    return _SPACES.sub(" ", text).strip()


def jamo(text: str) -> str:
    """Return `text` with Hangul syllables taken apart, so that a slip inside a syllable changes one letter."""
    return unicodedata.normalize("NFD", text)


def has_content(text: str) -> bool:
    """Tell whether `text` holds a letter or a digit of any script."""
    return any(character.isalnum() for character in text)


def _narrow(character: str) -> str:
    code = ord(character)
    if 0xFF01 <= code <= 0xFF5E:
        return chr(code - 0xFEE0)
    return " " if code == 0x3000 else character
