"""The widget's files: the loader a partner's site includes, and the frame it opens."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from firstline.charter import Charters
from firstline.chat.origins import Origins
from firstline.core.asset_files import AssetFiles

STATIC = Path(__file__).parent / "static"

# Asset addresses carry no version, so that a browser asks each time whether they changed.
_HEADERS = {"Cache-Control": "no-cache"}
_FRAME_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)


def widget_router(charters: Charters, origins: Origins) -> APIRouter:
    """Return ``/widget.js`` (the loader), ``/widget/frame``, which the partner's own sites may hold, and its files."""
    router = APIRouter(include_in_schema=False)

    @router.get("/widget.js")
    async def loader() -> FileResponse:
        return FileResponse(STATIC / "widget.js", media_type="text/javascript", headers=_HEADERS)

    @router.get("/widget/frame")
    async def frame(partner: str = "") -> FileResponse:
        # Of a partner that isn't there nobody else shows a chat.
        ancestors = origins.ancestors(partner) if partner in charters.partners() else "; frame-ancestors 'self'"
        headers = _HEADERS | {"Content-Security-Policy": _FRAME_POLICY + ancestors}
        return FileResponse(STATIC / "frame.html", media_type="text/html", headers=headers)

    router.mount("/widget/static", AssetFiles(STATIC, _HEADERS), name="widget")
    return router
