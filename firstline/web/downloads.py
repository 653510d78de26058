"""Files that staff download and upload, as routes declare them to the OpenAPI document."""

from typing import Any

from fastapi import Response


class CsvFile(Response):
    """A CSV file, in UTF-8."""

    media_type = "text/csv"


class ZipFile(Response):
    """A ZIP file."""

    media_type = "application/zip"


_FORM: dict[str, Any] = {
    "type": "object",
    "properties": {"files": {"type": "array", "items": {"type": "string", "format": "binary"}, "minItems": 1}},
    "required": ["files"],
}
FORM_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": _FORM}}}}
"""For routes that read a form themselves, since they first look who sends it."""


def saved_as(name: str) -> dict[str, str]:
    """Return the header by which a browser saves the answer under ``name``, which is ASCII."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
