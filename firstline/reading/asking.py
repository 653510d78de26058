"""Whether a message asks something, by its mark or its ending."""

import re

_ASKS = re.compile(
    r"[?？]\s*$|(까요|나요|ㄴ가요|인가요|은가요|는가요|건가요|을까|ㄹ까|죠)[\s.!~]*$"
    r"|^(when|how|who|where|what|which|can|could|will|is|are|do|does)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Tell whether ``text`` has the form of a question."""
    return bool(_ASKS.search(text))
