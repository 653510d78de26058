"""The language of a turn, from the script of what was typed."""

import re

from firstline.core.texts import Language

_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣᄀ-ᇿ]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]+")
_SILENT = re.compile(r"https?://\S+|www\.\S+|\b(?=\w*\d)\w[\w.-]*\b")
_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        microsoft office outlook teams onedrive sharepoint exchange online azure intune windows word excel powerpoint
        onenote forms planner copilot entra defender visio project access publisher yammer viva power bi automate
        apps pro business premium standard basic enterprise server android iphone ipad mac macos ios chrome edge
        safari firefox gmail google mfa vpn dns mx spf dkim dmarc csv pdf sla csp gdap url ip id ad otp pc rdp ssh
        ok vm
        """,
    )
)


def language_of(text: str, last: Language) -> Language:
    """Return the language of ``text``: any Hangul is Korean, else Latin words are English.

    Error codes, addresses, product names, digits and emoji alone don't decide: ``last`` stays.
    """
    if _HANGUL.search(text):
        return "ko"
    plain = " ".join(part for part in text.split() if not _is_address(part))
    words = [word.lower() for word in _WORD.findall(_SILENT.sub(" ", plain))]
    return "en" if any(word not in _NAMES for word in words) else last


def _is_address(part: str) -> bool:
    """Tell whether an at sign and later a dot stand inside ``part``; a pattern would take the square of its length."""
    at = part.find("@", 1)
    return at > 0 and part.rfind(".", at + 2, len(part) - 1) > 0
