"""What a person wrote in a pasted mail thread or around a pasted log, so that the bot reads that and not the rest."""

import re

# A quoted mail begins with such a line; all after it is older.
_QUOTE_BEGINS = re.compile(
    r"^[^\S\n]*"
    r"(?:-{2,}\s*(?:original message|forwarded message|원본 메시지|원본 메일|전달된 메시지|전달된 메일)\s*-{2,}"
    r"|_{10,}\s*$"
    r"|on .{4,120} wrote:\s*$"
    r"|\d{4}년 .{4,80}(?:작성|님이 쓴 글|보냄)\s*:?\s*$"
    r"|.{4,80}님이 (?:작성|쓴 글|보낸 메일)\s*:?\s*$"
    r"|begin forwarded message:)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER = re.compile(
    r"^\s*\**(?:from|to|cc|bcc|sent|date|subject|reply-to|보낸\s?사람|받는\s?사람|참조|보낸\s?날짜|날짜|제목|일시)\**\s*:",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"^\s*\**(?:subject|제목)\**\s*:\s*(?:(?:re|fw|fwd|회신|전달)\s*:\s*)*(.*)$", re.IGNORECASE)
_SIGNATURE = re.compile(r"^--\s*$", re.MULTILINE)
_HEADERS_OF_A_MAIL = 2
_LOG_LINE = re.compile(
    r"^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T\s]\d\d:\d\d|\[?\d\d:\d\d:\d\d"
    r"|\[?(?:info|warn|warning|error|debug|trace|fatal)\b\]?[\s:]"
    r"|at\s+[\w.$<>]+\(|caused by:|traceback|file \"|\w+(?:\.\w+){2,}(?:exception|error)?:|0x[0-9a-f]{6,}"
    r"|[{}<>\[\]|+=#*_-]{3,})",
    re.IGNORECASE,
)
_LOG_LINES = 4


def own_words(text: str) -> str:
    """Return the newest mail of a pasted thread, and what stands around the lines of a pasted log.

    A mail without a word of its own gives its subject; a log without any gives its beginning: there is nothing else.
    """
    return _around_log(_newest_mail(text)).strip() or text


def _newest_mail(text: str) -> str:
    begins = [match.start() for match in _QUOTE_BEGINS.finditer(text)]
    lines = text.splitlines()
    places = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    if not begins and len(places) < _HEADERS_OF_A_MAIL and not any(line.startswith(">") for line in lines):
        return text
    body: list[str] = []
    subject = ""
    for line in (text[: begins[0]] if begins and text[: begins[0]].strip() else text).splitlines():
        if _HEADER.match(line):
            if any(own.strip() for own in body):
                break
            match = _SUBJECT.match(line)
            subject = subject or (match[1].strip() if match else "")
        elif _QUOTE_BEGINS.match(line):
            if any(own.strip() for own in body):
                break
        elif not line.lstrip().startswith(">"):
            body.append(line)
    return _SIGNATURE.split("\n".join(body), maxsplit=1)[0].strip() or subject


def _around_log(text: str) -> str:
    lines = text.splitlines()
    log = [line for line in lines if _LOG_LINE.match(line)]
    if len(log) < _LOG_LINES:
        return text
    return "\n".join(line for line in lines if line.strip() and not _LOG_LINE.match(line))
