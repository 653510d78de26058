"""Which modules a page's script needs, so that the browser asks for all of them at once and not level by level."""

import posixpath
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r"""^(?:import|export)\s[^"']*?["']((?:\.{1,2})?/[^"']+\.js)["']""", re.MULTILINE)

Find = Callable[[str], Path | None]


def modules_of(script: str, find: Find) -> list[str]:
    """Return the addresses of all modules that ``script`` imports when it starts, without itself, nearest first.

    ``find`` returns the file behind an address, ``None`` for one that isn't ours. Modules that are imported later, by
    ``import()``, are left out.
    """
    found = [script]
    for address in found:
        path = find(address)
        if path is None:
            continue
        for name in _IMPORT.findall(path.read_text("utf-8")):
            wanted = (
                name if name.startswith("/") else posixpath.normpath(posixpath.join(posixpath.dirname(address), name))
            )
            if wanted not in found:
                found.append(wanted)
    return found[1:]


@cache
def below(*folders: tuple[str, Path]) -> Find:
    """Return how to find files: each of ``folders`` is an address and the folder that is served there."""

    def find(address: str) -> Path | None:
        for prefix, folder in folders:
            if address.startswith(f"{prefix}/") and (path := folder / address.removeprefix(f"{prefix}/")).is_file():
                return path
        return None

    return find
