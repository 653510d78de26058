import os
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from firstline.core.asset_files import LARGEST, AssetFiles


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "secret.js").write_text("hidden", "utf-8")
    (tmp_path / "pages" / "desk.js").write_text("export const one = 1;", "utf-8")
    (tmp_path / "pages" / "large.js").write_bytes(b"a" * (LARGEST + 1))
    return tmp_path / "pages"


@pytest.fixture
async def http(folder: Path):
    app = Starlette(routes=[Mount("/static", AssetFiles(folder, {"Cache-Control": "no-cache"}))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
        yield client


@pytest.mark.parametrize("name", ["desk.js", "large.js"])
async def test_a_file_is_the_same_each_time_with_its_headers(http: httpx.AsyncClient, folder: Path, name: str):
    for _ in range(3):
        answer = await http.get(f"/static/{name}")
        assert answer.status_code == 200 and answer.content == (folder / name).read_bytes()
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "no-cache"
        assert int(answer.headers["content-length"]) == len(answer.content)


async def test_who_has_a_file_is_told_that_it_is_the_same(http: httpx.AsyncClient):
    first = await http.get("/static/desk.js")
    again = await http.get("/static/desk.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert (await http.get("/static/desk.js", headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_file_that_changed_is_read_anew_and_one_that_is_gone_is_not_there(
    http: httpx.AsyncClient, folder: Path
):
    before = await http.get("/static/desk.js")
    (folder / "desk.js").write_text("export const two = 2;", "utf-8")
    os.utime(folder / "desk.js", ns=(1, 1))
    after = await http.get("/static/desk.js", headers={"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.text) == (200, "export const two = 2;")
    (folder / "desk.js").unlink()
    assert (await http.get("/static/desk.js")).status_code == 404


async def test_head_has_the_headers_alone(http: httpx.AsyncClient, folder: Path):
    for _ in range(2):
        answer = await http.head("/static/desk.js")
        assert (answer.status_code, answer.content) == (200, b"")
        assert int(answer.headers["content-length"]) == (folder / "desk.js").stat().st_size


@pytest.mark.parametrize("path", ["missing.js", "", "../secret.js", "%2e%2e/secret.js", "desk.js/more"])
async def test_nothing_else_is_served(http: httpx.AsyncClient, path: str):
    assert (await http.get(f"/static/{path}")).status_code == 404


async def test_files_are_only_read(http: httpx.AsyncClient):
    assert (await http.post("/static/desk.js")).status_code == 405
