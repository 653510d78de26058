"""Keeps what the bot reads of each partner up to date with the partner's folder."""

import base64
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import structlog

from firstline.partner_bot.check import FILES, check_folder
from firstline.partner_bot.document import Finding

_log = structlog.get_logger(__name__)

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]
Stamp = tuple[tuple[int, int] | None, ...]


class PartnerBots:
    """Writes ``<made>/<partner>.json`` whenever a file below ``<partners>/<partner>/bot`` has changed.

    A folder with an error leaves the file as it is: what was last right is served on, also over a restart, and the
    findings are logged. Where nothing ever was right, the bot's own texts are.
    """

    def __init__(self, partners_dir: Path, made_dir: Path, encode: Encode) -> None:
        """Read below ``partners_dir``, write to ``made_dir``; does nothing yet.

        ``encode`` makes the examples' vectors with the encoder that the bot's model knows: app and bot share one.
        """
        self._partners_dir = partners_dir
        self._made_dir = made_dir
        self._encode = encode
        self._stamps: dict[str, Stamp] = {}
        self._lock = Lock()

    def is_stale(self, partner: str) -> bool:
        """Tell whether ``refresh`` has something to do: three looks at the file system."""
        return self._stamps.get(partner) != self._stamp(partner)

    def refresh(self, partner: str) -> list[Finding]:
        """Take over what changed, if anything did; returns the findings of a folder that was read anew."""
        with self._lock:
            stamp = self._stamp(partner)
            if self._stamps.get(partner) == stamp:
                return []
            self._stamps[partner] = stamp
            checked = check_folder(self._partners_dir / partner / "bot")
            made = self._made_dir / f"{partner}.json"
            if checked.content is None:
                errors = [str(finding) for finding in checked.findings if finding.level == "error"]
                serving = "the last one that was right" if made.is_file() else "the bot's own texts"
                folder = str(self._partners_dir / partner / "bot")
                _log.error("partner_bot_invalid", folder=folder, errors=errors, serving=serving)
            elif any(checked.content.values()):
                for intent in checked.content["intents"]:
                    intent["vectors"] = self._vectors(intent["examples"])
                _write(made, json.dumps(checked.content, ensure_ascii=False, indent=1))
            else:
                made.unlink(missing_ok=True)
            return checked.findings

    def _vectors(self, examples: list[str]) -> str:
        vectors = np.asarray(self._encode(examples), dtype="<f4")
        return base64.b64encode(vectors.tobytes()).decode()

    def _stamp(self, partner: str) -> Stamp:
        folder = self._partners_dir / partner / "bot"
        return tuple(_stamp_of(folder / name) for name in FILES)


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def _write(path: Path, content: str) -> None:
    """Replace the file as a whole, and only if it says something else."""
    if path.is_file() and path.read_text("utf-8") == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    partial.write_text(content, "utf-8")
    partial.replace(path)
