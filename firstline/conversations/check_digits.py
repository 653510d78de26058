"""Check digits of cards, bank accounts and Korean resident registration numbers."""

import re
from datetime import date

# First digits and lengths that card networks give out; 9 begins Korean cards for use at home.
_CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}"
    r"|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12}(?:\d{1,3})?|9\d{15}"
)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CENTURIES = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000}
_FOREIGN = frozenset("5678")


def card_is_valid(digits: str) -> bool:
    """Say whether the digits can be a card's: a network's prefix and length, and Luhn's check digit (ISO/IEC 7812)."""
    if not _CARD.fullmatch(digits):
        return False
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_is_valid(account: str) -> bool:
    """Say whether it is an international bank account number by its check digits (ISO 13616, modulo 97)."""
    if not 15 <= len(account) <= 34:
        return False
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def resident_number_is_valid(digits: str, *, check: bool = True) -> bool:
    """Say whether thirteen digits can be a Korean resident's number, or a registered foreigner's.

    The birthday has to exist in the century that the seventh digit names; ``check`` asks for the check digit too,
    which numbers given since October 2020 don't have.
    """
    century = _CENTURIES.get(digits[6])
    if century is None:
        return False
    try:
        date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    if not check:
        return True
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return int(digits[12]) == ((13 if digits[6] in _FOREIGN else 11) - total % 11) % 10
