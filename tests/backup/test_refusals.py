"""What is refused: archives that are broken, foreign or too new, and places in use; nothing is touched then."""

import json
import shutil
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from firstline.core.errors import BadInput, Conflict, SetupIncomplete
from firstline.core.settings import Settings
from firstline.serve.backup import restore, take_backup, verify, verify_installation
from firstline.serve.run_lock import take_run_lock

from .conftest import contents, names_in, put

Live = Callable[[], Awaitable[Any]]


@pytest.fixture
async def taken(settings: Settings, lived_in: Live, tmp_path: Path) -> Path:
    await lived_in()
    path, _manifest = await take_backup(settings, tmp_path / "taken.zip")
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Copy an archive, each member as ``change`` returns it; ``None`` leaves it out."""
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = change(name, source.read(name))
            if data is not None:
                copy.writestr(name, data)
    return target


def with_manifest(path: Path, **changes: Any) -> Path:
    return rewritten(
        path, lambda name, data: json.dumps(json.loads(data) | changes).encode() if name == "manifest.json" else data
    )


async def refused(place: Settings, path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        await restore(place, path)
    assert not list(place.data_dir.rglob("*.db")) and not list(place.data_dir.glob(".restoring"))
    return caught.value.message


async def test_a_changed_member_is_named(taken: Path, empty_place: Settings) -> None:
    changed = rewritten(taken, lambda name, data: data.replace(b"echo", b"lies") if "messages" in name else data)
    assert verify(changed)[1] == ["database/messages.jsonl was changed"]
    assert "database/messages.jsonl was changed" in await refused(empty_place, changed)


async def test_a_missing_and_a_foreign_member_are_named(taken: Path) -> None:
    less = rewritten(taken, lambda name, data: None if name == "database/cases.jsonl" else data)
    assert verify(less)[1] == ["database/cases.jsonl is missing"]
    with zipfile.ZipFile(taken, "a") as archive:
        archive.writestr("extra", "x")
    assert verify(taken)[1] == ["extra stands in no manifest"]


async def test_a_cut_archive_is_refused(taken: Path, empty_place: Settings) -> None:
    put(taken, contents(taken)[:-200])
    assert "cut off" in await refused(empty_place, taken)


async def test_a_flipped_bit_is_found(taken: Path) -> None:
    data = bytearray(contents(taken))
    with zipfile.ZipFile(taken) as archive:
        place = archive.getinfo("database/messages.jsonl").header_offset + 80
    data[place] ^= 1
    put(taken, bytes(data))
    assert [problem.split(" ")[0] for problem in verify(taken)[1]] == ["database/messages.jsonl"]


async def test_another_zip_file_is_refused(empty_place: Settings, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("holiday.txt", "x")
    assert "no backup of Firstline" in await refused(empty_place, foreign)
    assert "can't be read" in await refused(empty_place, tmp_path / "nowhere.zip")


async def test_a_newer_schema_is_refused_with_what_to_do(taken: Path, empty_place: Settings) -> None:
    newer = with_manifest(taken, schema_revision="9999", version="99.0")
    message = await refused(empty_place, newer)
    assert "99.0" in message and "Install that version" in message


async def test_a_newer_form_and_a_name_that_leads_out_are_refused(taken: Path, empty_place: Settings) -> None:
    assert "Use the Firstline that wrote it" in await refused(empty_place, with_manifest(taken, firstline_backup=2))
    out = with_manifest(taken, members={"../out": {"bytes": 1, "sha256": "0"}})
    assert "no backup of Firstline" in await refused(empty_place, out)


@pytest.mark.parametrize("name", ["firstline.db", "secrets.json", "bot/tracker.db", "uploads/aa/" + "a" * 32])
async def test_a_place_in_use_is_refused_and_left_alone(taken: Path, empty_place: Settings, name: str) -> None:
    there = empty_place.data_dir / name
    put(there, b"mine")
    with pytest.raises(Conflict, match="empty place"):
        await restore(empty_place, taken)
    found = [path for path in empty_place.data_dir.rglob("*") if path.is_file() and path.name != "run.lock"]
    assert found == [there] and there.read_text() == "mine"


async def test_another_charter_in_the_way_is_refused_and_the_same_is_not(
    taken: Path, empty_place: Settings, tmp_path: Path
) -> None:
    partners = tmp_path / "partners"
    shutil.copytree(empty_place.partners_dir, partners)
    place = empty_place.model_copy(update={"partners_dir": partners})
    (partners / "demo" / "charter.yaml").write_text("other: true")
    with pytest.raises(Conflict, match="with another content"):
        await restore(place, taken)
    shutil.rmtree(partners)
    manifest = await restore(place, taken)
    assert await verify_installation(manifest, place) == []


async def test_a_running_firstline_is_not_restored_over(taken: Path, empty_place: Settings) -> None:
    lock = take_run_lock(empty_place.data_dir)
    with pytest.raises(Conflict, match="already runs"):
        await restore(empty_place, taken)
    lock.close()


async def test_a_restore_that_was_killed_is_done_again(taken: Path, empty_place: Settings) -> None:
    half = empty_place.data_dir / ".restoring" / "firstline.db"
    put(half, b"half")
    manifest = await restore(empty_place, taken)
    assert await verify_installation(manifest, empty_place) == []
    assert not half.parent.exists()


async def test_a_backup_replaces_none_and_needs_a_database(
    taken: Path, settings: Settings, empty_place: Settings, tmp_path: Path
) -> None:
    before = contents(taken)
    with pytest.raises(Conflict, match="never replaces"):
        await take_backup(settings, taken)
    assert contents(taken) == before
    with pytest.raises(SetupIncomplete, match="firstline prepare"):
        await take_backup(empty_place, tmp_path / "nothing.zip")
    assert not names_in(tmp_path, "nothing")


async def test_what_changed_since_is_named(taken: Path, settings: Settings, app: Any, new_customer: Any) -> None:
    manifest, _problems = verify(taken)
    assert await verify_installation(manifest, settings) == []
    await new_customer()
    put(settings.upload_dir / "ff" / ("f" * 32), b"x")
    next(settings.image_dir.rglob("*.png")).write_bytes(b"y")
    found = "\n".join(await verify_installation(manifest, settings))
    assert "table conversations: 1 rows" in found and "table messages" in found
    assert "stands in no backup" in found and "another content" in found
