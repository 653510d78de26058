"""Insights for leads and admins, and for a provider those of its resellers: figures, their rows, and files."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from firstline.authoring.gaps import Gaps
from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.errors import NotFound
from firstline.core.spreadsheets import csv_lines, csv_text
from firstline.core.times import utcnow
from firstline.desk.audit import audit
from firstline.desk.models import Staff
from firstline.insights.gaps import COLUMNS as GAP_COLUMNS
from firstline.insights.gaps import GapReport, gap_report
from firstline.insights.report import report, scope_of
from firstline.insights.rows import Of, columns_of, page, pieces, refuse_unknown
from firstline.insights.scope import Scope
from firstline.knowledge.service import Knowledge
from firstline.web.downloads import CsvFile, saved_as
from firstline.web.staff_session import signed_in

_PAGE = 100
_NO_FILTERS = frozenset({"of", "since", "until", "lang", "after", "limit", "gap"})

AnyOf = Literal["conversations", "cases", "promises", "searches", "gaps"]
Day = Annotated[str, Query(max_length=10)]


def insights_router(
    database: Database, charters: Charters, knowledge: Knowledge, providers: Mapping[str, str]
) -> APIRouter:
    """Return ``/api/staff/insights``, and the same below ``/api/staff/resellers/{partner}``; nothing is changed."""
    router = APIRouter(prefix="/api/staff", tags=["staff"])
    own = signed_in(database, "insights.read")
    provider = signed_in(database, "reseller.read")
    finder = Gaps(knowledge)

    def scope(partner: str, since: str, until: str, lang: str | None) -> Scope:
        layers = knowledge.layers(partner)
        return scope_of(partner, charters.get(partner), layers, utcnow(), since=since, until=until, lang=lang)

    async def own_scope(
        staff: Annotated[Staff, Depends(own)], since: Day = "", until: Day = "", lang: Literal["ko", "en"] | None = None
    ) -> tuple[Staff, Scope]:
        return staff, scope(staff.partner, since, until, lang)

    async def resellers_scope(
        partner: str,
        staff: Annotated[Staff, Depends(provider)],
        since: Day = "",
        until: Day = "",
        lang: Literal["ko", "en"] | None = None,
    ) -> tuple[Staff, Scope]:
        if providers.get(partner) != staff.partner:
            raise NotFound(f"There is no reseller '{partner}'.", code="no_reseller")
        return staff, scope(partner, since, until, lang)

    for prefix, asked in (("/insights", own_scope), ("/resellers/{partner}/insights", resellers_scope)):
        _add_routes(router, prefix, asked, database, charters, knowledge, finder)
    return router


def _add_routes(
    router: APIRouter,
    prefix: str,
    asked: Callable[..., Any],
    database: Database,
    charters: Charters,
    knowledge: Knowledge,
    finder: Gaps,
) -> None:
    Asked = Annotated[tuple[Staff, Scope], Depends(asked)]  # noqa: N806 - a type

    @router.get(prefix)
    async def show(asked: Asked) -> dict[str, Any]:
        _staff, scope = asked
        return await report(database, scope, charters.get(scope.partner))

    @router.get(f"{prefix}/gaps")
    async def gaps(asked: Asked) -> dict[str, Any]:
        return (await gap_report(database, knowledge, finder, asked[1])).as_json()

    @router.get(f"{prefix}/rows")
    async def rows(
        request: Request,
        asked: Asked,
        of: AnyOf = "conversations",
        gap: Annotated[str, Query(max_length=12)] = "",
        after: Annotated[str, Query(max_length=100)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = _PAGE,
    ) -> dict[str, Any]:
        _staff, scope = asked
        if of == "gaps":
            listed = await _gap_rows(await gap_report(database, knowledge, finder, scope), gap)
            return {"columns": GAP_COLUMNS, "rows": listed, "next": None, "count": len(listed)}
        async with database.reading() as session:
            found = await page(session, scope, of, _filters(request), after, limit)
        return {"columns": found.columns, "rows": found.rows, "next": found.next, "count": found.count}

    @router.get(f"{prefix}/rows.csv", response_class=CsvFile)
    async def export(
        request: Request,
        asked: Asked,
        of: AnyOf = "conversations",
        gap: Annotated[str, Query(max_length=12)] = "",
    ) -> StreamingResponse:
        staff, scope = asked
        if of == "gaps":
            found = await gap_report(database, knowledge, finder, scope)
            file = _gap_file(await _gap_rows(found, gap))
        else:
            wanted = _filters(request)
            refuse_unknown(of, wanted)
            file = _file(database, scope, of, wanted)
        async with database.session() as session:
            audit(session, staff, "insights.exported", of, partner=scope.partner)
        name = f"{of}-{scope.partner}-{scope.period.since}-{scope.period.until}.csv"
        return StreamingResponse(file, media_type=CsvFile.media_type, headers=saved_as(name))


def _filters(request: Request) -> dict[str, str]:
    return {name: value for name, value in request.query_params.items() if name not in _NO_FILTERS}


async def _gap_rows(found: GapReport, gap: str) -> list[dict[str, Any]]:
    rows = found.rows(gap)
    if gap and not rows:
        raise NotFound("There is no such gap any more; load the page again.", code="no_gap")
    return rows


async def _file(database: Database, scope: Scope, of: Of, wanted: Mapping[str, str]) -> AsyncIterator[str]:
    yield csv_text(columns_of(scope, of), [])
    async with database.reading() as session:
        async for rows in pieces(session, scope, of, wanted):
            yield csv_lines([list(row.values()) for row in rows])


async def _gap_file(rows: list[dict[str, Any]]) -> AsyncIterator[str]:
    yield csv_text(GAP_COLUMNS, [list(row.values()) for row in rows])
