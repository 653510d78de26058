"""Personal data and secrets that must not be kept are masked before they are stored or sent anywhere."""

import re
from collections.abc import Callable

from firstline.conversations.check_digits import card_is_valid, iban_is_valid, resident_number_is_valid

MASK = "●●●●"

# Numbers that people name: an order or a case is no card, even where its digits would do for one.
_NAMED = re.compile(
    r"(?:주문|접수|문의|송장|청구서?|계산서|승인|사업자(?:등록)?|구독|티켓|배송|운송장|테넌트|고객|모델|시리얼|일련)\s?(?:번호|id|no\.?)?\s*[:=#]?\s*$"
    r"|(?:order|case|ticket|invoice|tracking|subscription|tenant|request|customer|serial|reference|po)\s*"
    r"(?:number|no\.?|id|#)?\s*(?:is)?\s*[:=#]?\s*$",
    re.IGNORECASE,
)
_RESIDENT = re.compile(r"(?<![\d-])(\d{6})(\s*[-–]\s*|\s?)([1-8]\d{6})(?![\d-])")
_RESIDENT_NAMED = re.compile(r"주민|외국인\s?등록|resident", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w-])(?:\d[ -]?){12,18}\d(?![\w-]|\.\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_ACCOUNT = re.compile(
    r"((?:계좌(?:\s?번호)?|(?:국민|신한|우리|하나|농협|기업|외환|씨티|수협|새마을|우체국|카카오|토스|케이|부산|대구|광주|전북|경남|제일)\s?(?:은행|뱅크)?"
    r"|account\s?(?:number|no\.?)|bank\s?account|iban)\s*(?:는|은|가|이|로|is|[:=#])?\s*)"
    r"(?!0\d{1,2}-\d{3,4}-\d{4}\b)(\d(?:[ -]?\d){8,15})(?![\d-])",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"((?:인증\s?(?:번호|코드)|확인\s?코드|otp|verification code|one.?time (?:code|password)|mfa code)\s*"
    r"(?:는|은|가|이|is|was|[:=])?\s*[:=]?\s*)(\d{3}[ -]?\d{3}|\d{4,8})(?!\d|\s?(?:번|자리|초|분|개|digits?))",
    re.IGNORECASE,
)
_CALLED = (
    r"(?<![a-z])(?:비밀\s?번호|비번|패스\s?워드|암호|(?:임시|초기|관리자|로그인)\s?(?:비번|암호)"
    r"|pass\s?word|passwd|pwd|pw|passcode|passphrase)"
)
# Said with a verb or a sign, whatever has a figure or a sign in it; right behind the word, only what looks like one.
_SAID = re.compile(
    rf"({_CALLED}\s*(?:는|은|가|이|를|을|is|was|to|[:=])\s*[:=]?\s*[\"'“‘`(]?)(?=[!-~]*[\d!@#$%^&*?~+=])([!-~]{{4,}}[!-~]*)",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"({_CALLED}\s+[\"'“‘`(]?)(?=[!-~]*\d)(?=[!-~]*[a-z])(?=[!-~]*[!@#$%^&*?~+=]|[!-~]{{6}})([!-~]{{6,}})",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    rf"({_CALLED}\s+)(\d{{4,}})(?=\s?(?:으?로\b|으?로 |입니다|이에요|예요|이요|인데|임))", re.IGNORECASE
)
# What stands behind "password" and is none: error codes, dates, phones, addresses, products, counts.
_NO_PASSWORD = re.compile(
    r"aadsts\d+|0x[0-9a-f]+|kb\d+|\d{4}[-./]\d{1,2}[-./]\d{1,2}\S*|\d{1,2}:\d{2}\S*|0\d{1,2}-\d{3,4}-\d{4}|https?://\S+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:office|microsoft|windows|m|o)-?\d+|[a-z]{2}\d{4,8}|\d+(?:days?|chars?|characters?|times?|x)?"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
_DIGITS_PASSWORD = re.compile(r"\d{4,}")
_COUNTED = re.compile(r"\s?(?:년|월|일|시|분|자리|번|회|개|명|차|days?|times?|characters?|digits?|%)", re.IGNORECASE)
_TRAILING = ".,;:?)\"'”’`"
_KEY_CALLED = (
    r"(?:api|access|secret|client|account|shared ?access|storage|인증|액세스|클라이언트|시크릿|비밀|접근)[\s_-]*"
    r"(?:key|token|secret|키|토큰|암호|비밀)|client[\s_-]?secret|\bsecret\b|\btoken\b|토큰|api\s?키"
)
_TOKENS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}(?:\.[\w-]*)*"),
    re.compile(r"\b(?:sk|pk|rk)[-_](?:live[-_]|test[-_]|proj[-_]|ant[-_])?[A-Za-z0-9_-]{16,}"),
    re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|xox[abeprs]-[\w-]{10,})"
    ),
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}"),
    re.compile(r"\b[\w.~-]{3}\dQ~[\w.~-]{31,34}"),
    re.compile(r"(?<![\d-])(?:\d{6}-){7}\d{6}(?![\d-])"),
    re.compile(r"\b[BCDFGHJKMPQRTVWXY2346789N]{5}(?:-[BCDFGHJKMPQRTVWXY2346789N]{5}){4}\b"),
)
_KEYED = (
    re.compile(r"((?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd)=)([^;\s●]{4,})", re.IGNORECASE),
    re.compile(r"([?&]sig=)([\w%+/=-]{16,})"),
    re.compile(r"(\bBearer\s+)([\w.~+/=-]{20,})", re.IGNORECASE),
    re.compile(
        rf"((?:{_KEY_CALLED})\s*(?:는|은|is|[:=])\s*[:=]?\s*[\"'`]?)(?=[\w.~+/=-]*\d)"
        r"(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})([\w.~+/=-]{16,})",
        re.IGNORECASE,
    ),
)

Replace = Callable[[re.Match[str]], str | None]


def mask(text: str) -> tuple[str, frozenset[str]]:
    """Return ``text`` with personal data and secrets masked, and the kinds found.

    Kinds: ``resident_number`` (the last seven digits), ``card`` (by prefix and Luhn's check), ``account``,
    ``password``, ``code`` (one-time codes) and ``token`` (keys, tokens, recovery and product keys). Phone numbers,
    addresses, order and case numbers, error codes and GUIDs stay.
    """
    found: set[str] = set()
    for kind, pattern, replacement in _STEPS:
        text = pattern.sub(_noting(kind, replacement, found), text)
    return text, frozenset(found)


def _noting(kind: str, replacement: Replace, found: set[str]) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        new = replacement(match)
        if new is None or new == match[0]:
            return match[0]
        found.add(kind)
        return new

    return replace


def _before(match: re.Match[str], length: int = 24) -> str:
    return match.string[max(0, match.start() - length) : match.start()]


def _resident(match: re.Match[str]) -> str | None:
    digits = match[1] + match[3]
    named = _RESIDENT_NAMED.search(_before(match)) is not None
    if not named and _NAMED.search(_before(match)):
        return None
    # Numbers given since October 2020 have no check digit: with the hyphen, date and century suffice.
    if resident_number_is_valid(digits, check=not (named or "-" in match[2] or "–" in match[2])):
        return f"{match[1]}-{MASK}"
    return None


def _card(match: re.Match[str]) -> str | None:
    valid = card_is_valid(re.sub(r"\D", "", match[0]))
    return MASK if valid and not _NAMED.search(_before(match)) else None


def _iban(match: re.Match[str]) -> str | None:
    return MASK if iban_is_valid(match[0].replace(" ", "")) else None


def _password(match: re.Match[str]) -> str | None:
    value = match[2].rstrip(_TRAILING)
    rest = match[2][len(value) :] + match.string[match.end() :]
    if _DIGITS_PASSWORD.fullmatch(value):
        if _COUNTED.match(rest):
            return None
    elif len(value) < 4 or _NO_PASSWORD.fullmatch(value):
        return None
    return f"{match[1]}{MASK}{match[2][len(value) :]}"


def _keep_name(match: re.Match[str]) -> str:
    return f"{match[1]}{MASK}"


_STEPS: tuple[tuple[str, re.Pattern[str], Replace], ...] = (
    *(("token", pattern, lambda _: MASK) for pattern in _TOKENS),
    *(("token", pattern, _keep_name) for pattern in _KEYED),
    ("resident_number", _RESIDENT, _resident),
    ("card", _CARD, _card),
    ("account", _IBAN, _iban),
    ("account", _ACCOUNT, _keep_name),
    ("code", _CODE, _keep_name),
    ("password", _SAID, _password),
    ("password", _BARE, _password),
    ("password", _FIGURES, _password),
)
