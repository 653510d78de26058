"""What this machine offers: folders, room on the disk, the port, the scanner."""

import shlex
import shutil
import tempfile
from pathlib import Path

import httpx

from firstline.core.errors import Conflict
from firstline.core.settings import Settings
from firstline.files.kinds import KINDS
from firstline.files.store import SPARE_BYTES
from firstline.serve.doctor.finding import Finding, error, warning
from firstline.serve.run_lock import check_port, is_held


async def folders(settings: Settings) -> list[Finding]:
    """Check that the data folder takes files, and that the disk has room for them."""
    folder = settings.data_dir
    problem = _unwritable(folder)
    if problem:
        mend = "Give it to the user that runs Firstline, or set FIRSTLINE_DATA_DIR to another folder."
        return [error("folder_not_writable", f"The data folder {folder} takes no files ({problem}).", mend)]
    free, wanted = _free(folder), settings.upload_max_bytes + SPARE_BYTES
    if free < wanted:
        what = f"The disk of {folder} has {free // 1_000_000} MB left; below {wanted // 1_000_000} MB no file is taken."
        return [error("disk_low", what, "Free some, or set FIRSTLINE_DATA_DIR to a folder on another disk.")]
    return []


async def port(settings: Settings) -> list[Finding]:
    """Check that the port is free; where Firstline runs already, ask it how it is."""
    if is_held(settings.data_dir):
        return await _health(settings)
    try:
        check_port(settings.host, settings.port)
    except Conflict as problem:
        return [error("port_taken", problem.message, "Stop what listens there, or set FIRSTLINE_PORT to another port.")]
    return []


async def uploads(settings: Settings) -> list[Finding]:
    """Check the kinds of files and the scanner's command."""
    findings = []
    unknown = {kind.strip() for kind in settings.upload_kinds.split(",")} - {"", *KINDS}
    if unknown:
        what = f"FIRSTLINE_UPLOAD_KINDS names kinds that nobody knows: {', '.join(sorted(unknown))}."
        findings.append(error("unknown_kind", what, f"Choose of {', '.join(sorted(KINDS))}."))
    scanner = settings.upload_scanner
    if scanner and not scanner.startswith(("http://", "https://")) and not shutil.which(shlex.split(scanner)[0]):
        what = f"The scanner '{shlex.split(scanner)[0]}' is no command here; every file would be held back."
        findings.append(error("scanner_missing", what, "Install it, or mend FIRSTLINE_UPLOAD_SCANNER."))
    if not scanner:
        what = "No scanner looks at files that customers send."
        mend = "Set FIRSTLINE_UPLOAD_SCANNER, such as 'clamdscan --no-summary --fdpass'."
        findings.append(warning("no_scanner", what, mend))
    return findings


async def _health(settings: Settings) -> list[Finding]:
    """Ask the Firstline that runs what it lacks."""
    url = f"http://{settings.host}:{settings.port}/healthz"
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            missing: dict[str, str] = (await client.get(url)).json()["missing"]
    except (httpx.HTTPError, ValueError, KeyError) as problem:
        what = f"Firstline runs on this data folder, but {url} does not answer ({type(problem).__name__})."
        return [error("not_answering", what, "Give the doctor the same settings as the app, or start the app again.")]
    mend = "Wait a minute if it was just started; else its log says why."
    return [error("not_healthy", f"{part}: {what}", mend) for part, what in missing.items()]


def _unwritable(folder: Path) -> str:
    folder = _nearest(folder)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-"):
            return ""
    except OSError as problem:
        return problem.strerror or type(problem).__name__


def _free(folder: Path) -> int:
    return shutil.disk_usage(_nearest(folder)).free


def _nearest(folder: Path) -> Path:
    """Return the folder, or the one that it would be made in."""
    return next(path for path in (folder, *folder.parents) if path.exists())
