"""What stands in a cell: counts, shares, days, e-mail domains, products."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from firstline.support_rules.products import named_in
from firstline.training.models import ALL

_COUNT = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}")
_NUMBER = re.compile(r"(?P<number>\d{1,6}(?:\.\d{1,17}|,\d{1,2})?|\.\d{1,17})\s*(?P<sign>%|퍼센트|프로|percent)?")
_DAYS = (
    re.compile(r"(?P<y>\d{4})\s*([-./])\s*(?P<m>\d{1,2})\s*\2\s*(?P<d>\d{1,2})\s*\.?"),
    re.compile(r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일"),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
)
# A weekday or the time that a spreadsheet or an export adds.
_AFTER_DAY = re.compile(r"\s*\([월화수목금토일]\)\s*$|[T ]\s*\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_DOMAIN = re.compile(r"(?=.{4,253}$)[a-z0-9가-힣][a-z0-9가-힣-]*(?:\.[a-z0-9가-힣-]+)*\.[a-z가-힣]{2,24}")
_ADDRESS = re.compile(r"[^@\s,;]{1,64}@(?P<domain>[^@\s,;]+)")
_EVERYTHING = frozenset({"", "all", "total", "전체", "모두", "합계", "전 제품", "모든 제품"})
_LONGEST_PRODUCT = 80


def plain(cell: str) -> str:
    """Return a cell without blanks around it, full-width forms as ordinary ones, decomposed Hangul composed."""
    if cell.isprintable() and unicodedata.is_normalized("NFKC", cell):
        return cell.strip()
    text = unicodedata.normalize("NFKC", cell)
    return "".join(char for char in text if char.isprintable() or char.isspace()).strip()


def count_in(cell: str) -> int | None:
    """Return a count such as ``1,200``; ``None`` for what is none."""
    return int(cell.replace(",", "")) if _COUNT.fullmatch(cell) else None


def number_in(cell: str) -> tuple[float, bool] | None:
    """Return a number with whether it carries a percent sign; ``None`` for what is none or is negative."""
    found = _NUMBER.fullmatch(cell)
    return (float(found["number"].replace(",", ".")), found["sign"] is not None) if found else None


@lru_cache(maxsize=1000)
def day_of(cell: str) -> date | None:
    """Return the day of ``2026-10-31``, ``2026.10.31``, ``2026. 10. 31.``, ``2026년 10월 31일`` or ``20261031``.

    ``None`` for everything else: ``10/31/2026`` and ``31/10/2026`` can't be told apart.
    """
    bare = _AFTER_DAY.sub("", cell).strip()
    for pattern in _DAYS:
        if found := pattern.fullmatch(bare):
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


def addresses_in(cell: str) -> list[str] | None:
    """Return the e-mail domains and whole addresses of a cell, in lower case; ``None`` if one is neither."""
    found = []
    for part in filter(None, re.split(r"[\s,;|]+", cell.lower())):
        part = part.removeprefix("@").rstrip(".")
        address = _ADDRESS.fullmatch(part)
        if not _DOMAIN.fullmatch(address["domain"] if address else part):
            return None
        found.append(part)
    return found


@lru_cache(maxsize=1000)
def product_in(cell: str) -> str:
    """Return the id of the one product that a cell names; a name of several or none stays, up to 80 letters."""
    if cell.casefold() in _EVERYTHING:
        return ALL
    named = {product.id for product in named_in(cell)}
    if len(named) > 1:
        # "Microsoft 365 Copilot" names the suite too.
        named.discard("m365_suite")
    return named.pop() if len(named) == 1 else cell[:_LONGEST_PRODUCT]
