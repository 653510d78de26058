"""The rule files of this folder: YAML with regular expressions, checked when they are read."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_FOLDER = Path(__file__).parent / "data"
_MACRO = re.compile(r"<(\w+)>")
_APOSTROPHE = re.compile(r"['’`]")
_NO_WORD = re.compile(r"[\W_]+")
# Laughing and crying in single letters.
_MOOD = re.compile(r"[ㅋㅎㅠㅜ]+")


def load(name: str) -> dict[str, Any]:
    """Return the content of ``data/<name>.yaml``."""
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text("utf-8"))
    return content


def compiled(pattern: str, macros: dict[str, str], where: str) -> re.Pattern[str]:
    """Compile a rule with its ``<macros>`` filled in, ignoring case; raises ``ValueError`` that names ``where``."""
    try:
        return re.compile(_MACRO.sub(lambda match: f"(?:{macros[match[1]]})", pattern), re.IGNORECASE)
    except (re.error, KeyError) as error:
        raise ValueError(f"reading/data, {where}: '{pattern}' is not a rule ({error})") from error


def bare(text: str) -> str:
    """Return ``text`` as set phrases are compared: words only, in lower case; Korean without its spaces.

    Spacing is a matter of taste in chat Korean, so that "그거 말고" and "그거말고" are one.
    """
    plain = _MOOD.sub(" ", _APOSTROPHE.sub("", unicodedata.normalize("NFC", text)))
    words = _NO_WORD.sub(" ", plain).lower().strip()
    return words.replace(" ", "") if HANGUL.search(words) else words
