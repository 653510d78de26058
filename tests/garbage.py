"""How much of a process its search for garbage has to walk through."""

import json
from pathlib import Path

_HOOK = """
import atexit, gc, json, os, pathlib

def tell():
    told = {"left_out": gc.get_freeze_count(), "walked_through": len(gc.get_objects())}
    pathlib.Path(__file__).with_name(f"{os.getpid()}.json").write_text(json.dumps(told))

atexit.register(tell)
"""


def hook(folder: Path) -> str:
    """Return what to put on PYTHONPATH so that a process tells at its end; see ``share_left_out``."""
    (folder / "sitecustomize.py").write_text(_HOOK, "utf-8")
    return str(folder)


def share_left_out(folder: Path, pid: int) -> float:
    """Return the share of all objects that the process, which has ended, left out."""
    told = json.loads((folder / f"{pid}.json").read_text("utf-8"))
    return float(told["left_out"] / (told["left_out"] + told["walked_through"]))
