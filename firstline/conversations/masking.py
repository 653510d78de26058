"""Personal data that must not be kept is masked before it is stored or sent anywhere."""

import re
from collections.abc import Callable

MASK = "●●●●"

_RESIDENT = re.compile(r"(?<!\d)(\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\s*[-–]\s*([1-8]\d{6})(?!\d)")
_CARD = re.compile(r"(?<![\d-])(?:\d[ -]?){12,18}\d(?![\d-])")
_PASSWORD = re.compile(
    r"((?:비밀\s?번호|비번|패스워드|암호|password|passwd|pwd|passcode)\s*(?:는|은|가|이|is|[:=])\s*[:=]?\s*)"
    r"(?=\S*[\d!@#$%^&*?~+=])(?![가-힣\s]*$)([^\s,]{4,})",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\b(?:eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*|(?:sk|ghp|xox[bp])[-_][A-Za-z0-9-]{16,})")


def mask(text: str) -> tuple[str, frozenset[str]]:
    """Return ``text`` with resident and card numbers, passwords and tokens masked, and the kinds found."""
    found: set[str] = set()

    def note(kind: str, replacement: Callable[[re.Match[str]], str | None]) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            new = replacement(match)
            if new is None:
                return match.group()
            found.add(kind)
            return new

        return replace

    text = _RESIDENT.sub(note("resident_number", lambda m: f"{m[1]}-{MASK}"), text)
    text = _CARD.sub(note("card", lambda m: MASK if _luhn(re.sub(r"\D", "", m[0])) else None), text)
    text = _PASSWORD.sub(note("password", lambda m: f"{m[1]}{MASK}"), text)
    text = _TOKEN.sub(note("token", lambda m: MASK), text)
    return text, frozenset(found)


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
