"""The training radar for leads: import of figures, the customers it names, letters, and trainings that were held."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from firstline.core.errors import BadInput, NotFound
from firstline.core.row_ids import RowId
from firstline.core.spreadsheets import csv_text
from firstline.core.texts import Language
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.training.importing import Percent
from firstline.training.radar import Radar, Seen
from firstline.training.service import Training, addresses_of, forget, take_back
from firstline.training.sheet import HEADER, rows_of
from firstline.training.table import known_columns
from firstline.training.views import customer_json, held_json, radar_json
from firstline.web.downloads import FORM_BODY, CsvFile, saved_as
from firstline.web.staff.body import Body
from firstline.web.staff_session import signed_in

_MOST = 500


class Held(Body):
    """Body of ``POST /api/staff/training/customers/{customer_id}/held``."""

    course: Annotated[str, Field(max_length=80)]
    held_on: date
    people: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


def training_router(training: Training) -> APIRouter:
    """Return the routes under ``/api/staff/training``."""
    router = APIRouter(prefix="/api/staff/training", tags=["staff"])
    database = training.database
    Lead = Annotated[Staff, Depends(signed_in(database, "training.keep"))]  # noqa: N806 - a type

    async def seen_by(lead: Staff, customer_id: int) -> tuple[Radar, Seen]:
        radar = await training.radar(lead.partner)
        seen = next((one for one in radar.customers if one.customer.id == customer_id), None)
        if seen is None:
            raise NotFound("There is no such customer.", code="no_customer")
        return radar, seen

    @router.get("")
    async def show(
        lead: Lead,
        q: Annotated[str, Query(max_length=200)] = "",
        everybody: bool = False,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    ) -> dict[str, Any]:
        radar = await training.radar(lead.partner)
        wanted = q.strip().casefold()
        found = radar.customers if everybody or wanted else radar.named
        if wanted:
            found = [s for s in found if wanted in f"{s.customer.key}\n{s.customer.name}".casefold()]
        told = radar_json(radar, utcnow(), found[:limit])
        columns = {name: list(words) for name, words in known_columns().items()}
        return told | {"found": len(found), "columns": columns}

    @router.get("/radar.csv", response_class=CsvFile)
    async def sheet(lead: Lead, lang: Language = "ko") -> CsvFile:
        radar = await training.radar(lead.partner)
        rows = list(rows_of(radar, lang))
        async with database.session() as session:
            audit(session, lead, "training.exported", rows=len(rows))
        return CsvFile(csv_text(HEADER, rows), headers=saved_as(f"training-{lead.partner}.csv"))

    @router.post("/import", openapi_extra=FORM_BODY)
    async def take_in(
        request: Request, lead: Lead, percent: Percent = "auto", others: Literal["refuse", "ignore"] = "refuse"
    ) -> dict[str, Any]:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise BadInput("Send the file as a form (multipart/form-data).", code="no_form")

        def note(session: Any, kept: Any) -> None:
            audit(session, lead, "training.imported", rows=kept.rows, added=kept.added, changed=kept.updated)

        # The form is read here and not by a parameter: only once it is known who sends it. Starlette puts a file that
        # is larger than a megabyte on the disk.
        try:
            async with request.form(max_files=1, max_fields=5) as form:
                upload = next((value for value in form.values() if isinstance(value, UploadFile)), None)
                if upload is None:
                    raise BadInput("Choose one CSV file.", code="no_file")
                kept, reading = await training.take_in(
                    lead.partner, upload.file, note, percent=percent, ignore_others=others == "ignore"
                )
        except MultiPartException as error:
            raise BadInput("The form can't be read; send one file.", code="bad_form") from error
        return kept.counts() | {
            "encoding": reading.encoding,
            "separator": reading.separator,
            "ignored": reading.ignored,
        }

    @router.get("/customers/{customer_id}")
    async def customer(customer_id: RowId, lead: Lead) -> dict[str, Any]:
        radar, seen = await seen_by(lead, customer_id)
        async with database.reading() as session:
            addresses = await addresses_of(session, customer_id)
        effects = await training.effects(radar, seen)
        return {"customer": customer_json(radar, seen) | {"addresses": addresses, "held": effects}}

    @router.delete("/customers/{customer_id}", status_code=204)
    async def remove(customer_id: RowId, lead: Lead) -> None:
        async with database.session() as session:
            audit(session, lead, "training.forgotten", await forget(session, lead.partner, customer_id))

    @router.get("/customers/{customer_id}/letter")
    async def letter(
        customer_id: RowId, lead: Lead, course: Annotated[str, Query(max_length=80)], lang: Language = "ko"
    ) -> dict[str, str]:
        radar, seen = await seen_by(lead, customer_id)
        written = training.letter(radar, seen, course, lang, lead.name)
        return {"subject": written.subject, "text": written.text}

    @router.post("/customers/{customer_id}/held", status_code=201)
    async def hold(customer_id: RowId, body: Held, lead: Lead) -> dict[str, Any]:
        async with database.session() as session:
            held = await training.hold(
                session, lead.partner, customer_id, body.course, body.held_on, body.people, lead.email
            )
            audit(session, lead, "training.held", customer_id, course=held.course)
        radar, _seen = await seen_by(lead, customer_id)
        return {"held": held_json(radar, held)}

    @router.delete("/customers/{customer_id}/held/{held_id}", status_code=204)
    async def undo(customer_id: RowId, held_id: RowId, lead: Lead) -> None:
        async with database.session() as session:
            course = await take_back(session, lead.partner, customer_id, held_id)
            audit(session, lead, "training.removed", customer_id, course=course)

    return router
