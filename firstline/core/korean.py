"""Korean particles chosen by the sound of the word before them."""

_HANGUL_FIRST = 0xAC00
_HANGUL_LAST = 0xD7A3
_FINALS = 28
_RIEUL = 8

# How a digit's Korean reading ends: no consonant, a consonant, or rieul (ㄹ).
_DIGITS = {"0": "c", "1": "r", "2": "v", "3": "c", "4": "v", "5": "v", "6": "c", "7": "r", "8": "r", "9": "v"}
_NAMES = {
    "outlook": "c", "excel": "r", "intune": "c", "teams": "v", "onedrive": "v", "sharepoint": "v", "azure": "v",
    "word": "v", "powerpoint": "v", "copilot": "c", "onenote": "v", "windows": "v", "exchange": "v", "entra": "v",
    "microsoft": "v", "office": "v", "forms": "v", "planner": "v", "defender": "v", "app": "c", "pc": "v",
}  # fmt: skip
_PAIRS = {
    "은": ("은", "는"), "는": ("은", "는"), "이": ("이", "가"), "가": ("이", "가"), "을": ("을", "를"),
    "를": ("을", "를"), "과": ("과", "와"), "와": ("과", "와"), "으로": ("으로", "로"), "로": ("으로", "로"),
}  # fmt: skip


def particle(word: str, wanted: str) -> str:
    """Return the form of ``wanted`` (은, 이, 을, 과 or 으로, either of its two forms) that follows ``word``.

    Raises ``KeyError`` for another particle.
    """
    after_consonant, after_vowel = _PAIRS[wanted]
    ending = _ending(word)
    if after_consonant == "으로" and ending == "r":
        return after_vowel
    return after_vowel if ending == "v" else after_consonant


class Spoken(str):
    """A value for a text template in which ``{number:은}`` adds the particle that fits."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return the value with the particle ``spec``, or as it is for another spec."""
        return f"{self}{particle(self, spec)}" if spec in _PAIRS else format(str(self), spec)


def _ending(word: str) -> str:
    bare = word.rstrip(" )]}'\"”’*.…")
    if not bare:
        return "v"
    last = bare[-1]
    if _HANGUL_FIRST <= ord(last) <= _HANGUL_LAST:
        final = (ord(last) - _HANGUL_FIRST) % _FINALS
        return "v" if final == 0 else "r" if final == _RIEUL else "c"
    if last in _DIGITS:
        return _DIGITS[last]
    name = bare.split()[-1].lower()
    if name in _NAMES:
        return _NAMES[name]
    if name.endswith(("l", "le")):
        return "r"
    return "c" if name.endswith(("m", "n", "ng", "ne", "me", "ck", "ok")) else "v"
