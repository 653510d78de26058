"""Static files that stay in memory: a page asks for a hundred modules at once, each of them small."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

LARGEST = 200_000
"""Bytes of a file that is kept; larger ones are read each time."""


@dataclass(frozen=True)
class _Kept:
    path: Path
    changed: int
    body: bytes
    headers: Mapping[str, str]


class AssetFiles(StaticFiles):
    """``StaticFiles`` without threads and reads for a file that was asked for before; one that changed is read anew."""

    def __init__(self, directory: Path, headers: Mapping[str, str] | None = None) -> None:
        """Serve the files below ``directory`` with ``headers``; raises ``RuntimeError`` where it is no folder."""
        super().__init__(directory=directory)
        self._headers = headers or {}
        self._kept: dict[str, _Kept] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the response for ``path``; raises ``HTTPException`` as ``StaticFiles`` does."""
        if scope["method"] not in ("GET", "HEAD"):
            return await super().get_response(path, scope)
        kept = self._kept.get(path)
        if kept is None or _changed(kept.path) != kept.changed:
            self._kept.pop(path, None)
            response = await super().get_response(path, scope)
            if not isinstance(response, FileResponse) or int(response.headers["content-length"]) > LARGEST:
                return response
            kept = self._kept[path] = await asyncio.to_thread(_read, response)
        headers = Headers(kept.headers)
        if self.is_not_modified(headers, Headers(scope=scope)):
            return NotModifiedResponse(headers)
        return Response(b"" if scope["method"] == "HEAD" else kept.body, headers=kept.headers)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return the response for one file, with the headers of all."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(self._headers)
        return response


def _read(response: FileResponse) -> _Kept:
    path = Path(response.path)
    changed = path.stat().st_mtime_ns
    body = path.read_bytes()
    return _Kept(path, changed, body, dict(response.headers) | {"content-length": str(len(body))})


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return -1
