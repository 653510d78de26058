"""Brings the many ways of typing one thing to one form, for search."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml

_SPACES = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad\u115f\u1160\u3164]+")
_WIDE = re.compile(r"[\u3000\uff01-\uffee]")
_LONG_RUN = re.compile(r"([ㅋㅎㅠㅜㅡ!?.~,;])\1{2,}")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[A-Za-z]+|[가-힣ㄱ-ㅎㅏ-ㅣ]+")
_JAMO = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]")
SYNONYMS_FILE = Path(__file__).parent / "data" / "synonyms.yaml"

# The two-set Korean keyboard (KS X 5002): the letter each key gives.
_KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbmlQWERT",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣㅃㅉㄸㄲㅆ",
        strict=True,
    )
)
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: list[str] = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_PAIRS = {
    "ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ",
    "ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ",
    "ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ",
}  # fmt: skip
_SPLIT = {whole: pair for pair, whole in _PAIRS.items()}
_KEY_OF = {letter: key for key, letter in reversed(_KEYS.items())}


def normalise(text: str) -> str:
    """Compose letters (NFC), fold full-width forms, collapse spaces and long runs of one mark; case is kept."""
    folded = _WIDE.sub(lambda match: _fold(match.group()), unicodedata.normalize("NFC", text))
    folded = unicodedata.normalize("NFC", folded)
    return _LONG_RUN.sub(r"\1\1", _SPACES.sub(" ", folded)).strip()


def language_of(text: str) -> str | None:
    """Tell ``ko`` (any Hangul), ``en`` (Latin letters) or None (neither)."""
    if _HANGUL.search(text):
        return "ko"
    return "en" if _LATIN.search(text) else None


def to_hangul(keys: str) -> str:
    """Read Latin letters as what they give on a Korean keyboard: ``xlawm`` becomes ``팀즈``."""
    letters = [_KEYS.get(key) or _KEYS.get(key.lower(), key) for key in keys]
    out: list[str] = []
    place = 0
    while place < len(letters):
        place = _compose(letters, place, out)
    return "".join(out)


def to_latin(text: str) -> str:
    """Read Hangul as the keys that were pressed: ``ㅐㅕ시ㅐㅐㅏ`` becomes ``outlook``."""
    keys: list[str] = []
    for char in text:
        for letter in _letters(char):
            keys.extend(_KEY_OF.get(part, part) for part in _SPLIT.get(letter, letter))
    return "".join(keys)


def mend_keyboard(text: str, known: Callable[[str], bool]) -> str:
    """Replace words typed on the wrong keyboard, where ``known`` says that only the other reading is a word.

    ``known`` is asked with lower-case words. A Korean reading may carry particles after a known word.
    """

    def mended(match: re.Match[str]) -> str:
        word: str = match.group()
        if len(word) < 3 or known(word.lower()):
            return word
        if word[0].isascii():
            reading = to_hangul(word)
            whole = not _JAMO.search(reading) and not _LATIN.search(reading)
            fits = whole and any(known(reading[:end]) for end in range(len(reading), 1, -1))
            return reading if fits else word
        reading = to_latin(word).lower()
        return reading if _JAMO.search(word) and len(reading) >= 3 and known(reading) else word

    return _WORD.sub(mended, text)


def brand_words(text: str) -> str:
    """Write brand names and common variants one way (``아웃룩``, ``라이센스``), as ``data/synonyms.yaml`` says."""
    pattern, forms = _synonyms()
    return pattern.sub(lambda match: f" {forms[match.group().lower()]} ", text)


@cache
def brand_names() -> frozenset[str]:
    """Return every spelling that ``brand_words`` knows, lower-case."""
    _pattern, forms = _synonyms()
    return frozenset(forms) | {name.lower() for name in forms.values()}


@cache
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, list[str]] = yaml.safe_load(SYNONYMS_FILE.read_text("utf-8"))
    forms = {form.lower(): name for name, spellings in table.items() for form in spellings}
    longest_first = sorted(forms, key=len, reverse=True)
    # A spelling counts at the start of a word only: 워드 is no part of 패스워드.
    pattern = "|".join(re.escape(form) for form in longest_first)
    return re.compile(rf"(?<![가-힣A-Za-z])(?:{pattern})", re.IGNORECASE), forms


def _fold(char: str) -> str:
    wide = unicodedata.east_asian_width(char)
    if wide == "F" or (wide == "H" and ord(char) >= 0xFF00) or char == "\u3000":
        return unicodedata.normalize("NFKC", char)
    return char


def _letters(char: str) -> str:
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return char
    initial, vowel, final = code // 588, code % 588 // 28, code % 28
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def _compose(letters: list[str], place: int, out: list[str]) -> int:
    """Compose one syllable from ``place`` on; returns the place after it."""
    count = len(letters)
    if letters[place] not in _INITIALS or place + 1 >= count or letters[place + 1] not in _VOWELS:
        out.append(letters[place])
        return place + 1
    initial, vowel = letters[place], letters[place + 1]
    place += 2
    if place < count and (pair := _PAIRS.get(vowel + letters[place])):
        vowel, place = pair, place + 1

    def is_final(at: int) -> bool:
        return at < count and letters[at] in _FINALS and not (at + 1 < count and letters[at + 1] in _VOWELS)

    final = ""
    if is_final(place):
        final, place = letters[place], place + 1
        if is_final(place) and (pair := _PAIRS.get(final + letters[place])):
            final, place = pair, place + 1
    code = (_INITIALS.index(initial) * 21 + _VOWELS.index(vowel)) * 28 + _FINALS.index(final)
    out.append(chr(0xAC00 + code))
    return place
