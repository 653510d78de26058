"""Makes both Python environments, with nothing but a Python and the package registries.

Standard library alone, any Python from 3.8 on. A step that is done and whose inputs did not change is skipped; one
that was stopped half-way is done anew.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ROOT / ".tools"
APP = ROOT / ".venv"
BOT = ROOT / ".venv-bot"
APP_PYTHON = "3.11"
BOT_PYTHON = "3.10"
STAMP = ".firstline-ready"
BIN = "Scripts" if os.name == "nt" else "bin"


def main():
    """Run the steps; return 0, or 1 after saying what is missing."""
    began = time.monotonic()
    os.chdir(ROOT)
    steps = [step for step in (app_step(), bot_step()) if not step.ready()]
    for number, step in enumerate(steps, start=1):
        print(f"[{number}/{len(steps)}] {step.title}", flush=True)
        started = time.monotonic()
        problem = step.make(find_uv())
        if problem:
            print(f"\n{problem}\n", file=sys.stderr)
            return 1
        print(f"      done in {time.monotonic() - started:.0f} s", flush=True)
    if steps:
        print(f"Both environments are ready ({time.monotonic() - began:.0f} s).", flush=True)
    return 0


class Step:
    """One environment: its folder, its Python and what goes into it."""

    def __init__(self, title, folder, python, arguments, inputs):
        self.title = title
        self.folder = folder
        self.python = python
        self.arguments = arguments
        self.fingerprint = hashlib.sha256(
            b"".join(path.read_bytes() for path in inputs) + str(ROOT).encode()
        ).hexdigest()

    def ready(self):
        """Say whether the environment is whole and made from today's inputs."""
        stamp = self.folder / STAMP
        return stamp.is_file() and stamp.read_text() == self.fingerprint and (self.folder / BIN / "python").exists()

    def make(self, uv):
        """Make the environment anew; return what went wrong, or nothing."""
        (self.folder / STAMP).unlink(missing_ok=True) if self.folder.exists() else None
        made = call(uv, "venv", "--quiet", "--clear", "--python", self.python, str(self.folder))
        if made:
            return (
                f"Python {self.python} is missing and could not be fetched. Install it (pyenv: `pyenv install "
                f"{self.python}`, Debian/Ubuntu: the package python{self.python} with python{self.python}-venv, "
                f"macOS: `brew install python@{self.python}`) and run the same command again."
            )
        target = str(self.folder / BIN / "python")
        failed = True
        for extra in torch_choices() if self.folder == APP else [[]]:
            failed = call(
                uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", target, *extra, *self.arguments
            )
            if not failed:
                break
        if failed:
            return "The packages could not be installed; the reason stands above. Run the same command to try again."
        (self.folder / STAMP).write_text(self.fingerprint)
        return ""


def app_step():
    """Return the step for the app's environment."""
    pins = ROOT / "requirements" / "app.txt"
    return Step(
        f"App environment (Python {APP_PYTHON}; about 1.5 GB with PyTorch for the CPU)",
        APP,
        APP_PYTHON,
        ["--constraint", str(pins), "--editable", ".[model,dev]"],
        [ROOT / "pyproject.toml", pins],
    )


def bot_step():
    """Return the step for Rasa's environment."""
    pins = ROOT / "requirements" / "bot.txt"
    return Step(
        f"Bot environment (Python {BOT_PYTHON}, Rasa 3.6; about 2.5 GB)",
        BOT,
        BOT_PYTHON,
        ["--requirement", str(pins)],
        [ROOT / "bot" / "pyproject.toml", pins],
    )


def torch_choices():
    """Return the ways to get PyTorch without CUDA, the first that works is taken."""
    folders = find_links()
    if folders and any(Path(folder).is_dir() and list(Path(folder).glob("torch-*")) for folder in folders):
        return [[item for folder in folders for item in ("--find-links", folder)]]
    return [["--torch-backend", "cpu"], []] if platform.system() == "Linux" else [[]]


def find_links():
    """Return pip's own find-links folders, which uv does not read."""
    given = os.environ.get("PIP_FIND_LINKS")
    if given is None:
        shown = subprocess.run(
            [sys.executable, "-m", "pip", "config", "get", "global.find-links"], capture_output=True, text=True
        )
        given = shown.stdout if shown.returncode == 0 else ""
    return given.split()


def find_uv():
    """Return the path of uv, installed into a folder of this project when the machine has none."""
    known = shutil.which("uv")
    if known:
        return known
    own = TOOLS / BIN / "uv"
    if not own.exists():
        print("      fetching uv, the installer", flush=True)
        shutil.rmtree(TOOLS, ignore_errors=True)
        for command in (
            [sys.executable, "-m", "venv", str(TOOLS)],
            [str(TOOLS / BIN / "python"), "-m", "pip", "install", "--quiet", "uv"],
        ):
            if subprocess.run(command).returncode:
                sys.exit("uv could not be installed. Check that this Python has venv and pip, and the network.")
    return str(own)


def call(*command):
    """Run a command; return its exit code."""
    environment = dict(
        os.environ, UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "copy" if crosses_disks() else "hardlink")
    )
    return subprocess.run(command, env=environment).returncode


def crosses_disks():
    """Say whether the installer's cache lies on another disk than the project."""
    cache = Path(os.environ.get("UV_CACHE_DIR", Path.home() / ".cache"))
    while not cache.exists():
        cache = cache.parent
    return cache.stat().st_dev != ROOT.stat().st_dev


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again; it goes on where it was.")
