"""Every figure of the page, each with the filter that gives the rows it counts."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from firstline.insights.cases import WAITS, case_rows
from firstline.insights.conversations import RESULTS, conversation_rows
from firstline.insights.promises import STATES, promise_rows
from firstline.insights.rows import Of
from firstline.insights.scope import Scope
from firstline.insights.searches import FOUND, search_rows

Figure = dict[str, Any]
_HOURS, _WEEKDAYS = 24, 7
_OF_TALKS = ("slot", "day", "language", "category", "result", "by", "confirmed", "settling")
_OF_CASES = ("reason", "wait", "wait_seconds", "worked", "handle_seconds")


def figure(count: int, of: Of, **wanted: Any) -> Figure:
    """Return ``{"count", "rows"}``; ``rows`` is the query that gives so many rows, such as ``of=cases&wait=never``."""
    return {"count": count, "rows": urlencode({"of": of} | wanted)}


async def figures(session: AsyncSession, scope: Scope) -> dict[str, Any]:
    """Return all figures of the scope but the knowledge gaps, in the shape of ``GET /api/staff/insights``."""
    talks = await _tuples(session, conversation_rows(scope), *_OF_TALKS)
    cases = await _tuples(session, case_rows(scope), *_OF_CASES)
    promises = await _grouped(session, promise_rows(scope), "kind", "severity", "state")
    searches = await _grouped(session, search_rows(scope), "day", "language", "found")
    # Twenty thousand rows take a while to count; others want to be answered meanwhile.
    return await asyncio.to_thread(_report, scope, talks, cases, promises, searches)


def _report(
    scope: Scope, talks: Sequence[Any], cases: Sequence[Any], promises: Mapping[Any, int], searches: Mapping[Any, int]
) -> dict[str, Any]:
    return {
        "volume": _volume(scope, talks),
        "resolution": _resolution(talks),
        "promises": _promises(promises),
        "wait": _times("wait", [row for row in cases if row.wait == "answered"], "wait_seconds", len(cases))
        | {"waiting": _cases_with(cases, wait="waiting"), "never": _cases_with(cases, wait="never")},
        "handle": _times("worked", [row for row in cases if row.worked == "done"], "handle_seconds", len(cases)),
        "handovers": {
            "total": figure(len(cases), "cases"),
            "by_reason": _by("cases", "reason", (row.reason for row in cases)),
        },
        "bot": _bot(scope, searches),
    }


def _volume(scope: Scope, talks: Sequence[Any]) -> dict[str, Any]:
    slots = Counter(row.slot for row in talks)
    days = Counter((row.day, row.language) for row in talks)
    return {
        "total": figure(len(talks), "conversations"),
        "by_language": _by("conversations", "language", (row.language for row in talks)),
        "by_category": _by("conversations", "category", (row.category for row in talks)),
        "by_hour": [
            {"hour": hour}
            | figure(sum(slots[day * _HOURS + hour] for day in range(_WEEKDAYS)), "conversations", hour=hour)
            for hour in range(_HOURS)
        ],
        "by_weekday_and_hour": [
            {"weekday": slot // _HOURS, "hour": slot % _HOURS} | figure(slots[slot], "conversations", slot=slot)
            for slot in range(_WEEKDAYS * _HOURS)
        ],
        "by_day": [
            {
                "day": day,
                "languages": {
                    lang: figure(days[day, lang], "conversations", day=day, language=lang) for lang in ("ko", "en")
                },
            }
            for day in map(str, scope.period.days())
        ],
    }


def _resolution(talks: Sequence[Any]) -> dict[str, Any]:
    counts = Counter((row.result, row.by) for row in talks)
    by_category = Counter((row.category, row.result) for row in talks)
    results = {result: counts[result, "bot"] + counts[result, "person"] for result in RESULTS}
    return {
        "share_solved": _share(results["solved"], len(talks)),
        "confirmed": figure(sum(row.confirmed for row in talks), "conversations", confirmed=1),
        "settling": figure(sum(row.settling for row in talks), "conversations", settling=1),
        "results": [
            {"key": result}
            | figure(results[result], "conversations", result=result)
            | {by: figure(counts[result, by], "conversations", result=result, by=by) for by in ("bot", "person")}
            for result in RESULTS
        ],
        "by_category": [
            {
                "key": category,
                "results": {
                    result: figure(by_category[category, result], "conversations", category=category, result=result)
                    for result in RESULTS
                },
            }
            for category in sorted({row.category for row in talks})
        ],
    }


def _promises(counts: Mapping[Any, int]) -> dict[str, Any]:
    def part(rows: Mapping[Any, int], **wanted: str) -> dict[str, Any]:
        states = Counter[str]()
        for (_kind, _severity, state), count in rows.items():
            states[state] += count
        return {state: figure(states[state], "promises", state=state, **wanted) for state in STATES} | {
            "share_kept": _share(states["kept"], states["kept"] + states["late"])
        }

    return {
        "total": part(counts),
        "by_kind_and_severity": [
            {"kind": kind, "severity": severity}
            | part(
                {key: count for key, count in counts.items() if key[:2] == (kind, severity)},
                kind=kind,
                severity=severity,
            )
            for kind, severity in sorted({key[:2] for key in counts})
        ],
    }


def _times(column: str, rows: Sequence[Any], seconds: str, total: int) -> dict[str, Any]:
    times = sorted(getattr(row, seconds) for row in rows)
    return {
        "measured": figure(len(rows), "cases", **{column: "answered" if column == "wait" else "done"}),
        "of": figure(total, "cases"),
        "median_seconds": percentile(times, 0.5),
        "p90_seconds": percentile(times, 0.9),
    }


def _bot(scope: Scope, counts: Mapping[Any, int]) -> dict[str, Any]:
    found = Counter[str]()
    languages = Counter[tuple[str, str]]()
    days = Counter[tuple[str, str]]()
    for (day, language, what), count in counts.items():
        found[what] += count
        languages[language, what] += count
        days[day, what] += count
    return {
        "searches": figure(sum(found.values()), "searches"),
        "fallbacks": figure(found["fallback"], "searches", found="fallback"),
        "share_fallback": _share(found["fallback"], sum(found.values())),
        "by_language": [
            {"key": lang}
            | {what: figure(languages[lang, what], "searches", language=lang, found=what) for what in FOUND}
            | {"share_fallback": _share(languages[lang, "fallback"], sum(languages[lang, what] for what in FOUND))}
            for lang in ("ko", "en")
        ],
        "by_day": [
            {"day": day} | {what: figure(days[day, what], "searches", day=day, found=what) for what in FOUND}
            for day in map(str, scope.period.days())
        ],
    }


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which ``share`` of ``ordered`` (ascending) lies, between two values in proportion.

    It is what a spreadsheet's ``PERCENTILE`` and ``MEDIAN`` give; ``None`` for nothing.
    """
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (ordered[above] - ordered[below]) * (place - below), 3)


def _by(of: Of, column: str, values: Iterable[str]) -> list[Figure]:
    counts = Counter(values)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [{"key": value} | figure(count, of, **{column: value}) for value, count in ordered]


def _cases_with(cases: Sequence[Any], wait: str) -> Figure:
    assert wait in WAITS
    return figure(sum(row.wait == wait for row in cases), "cases", wait=wait)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


async def _tuples(session: AsyncSession, query: Any, *columns: str) -> Sequence[Any]:
    rows = query.subquery("rows")
    return (await session.execute(select(*(rows.c[name] for name in columns)))).all()


async def _grouped(session: AsyncSession, query: Any, *columns: str) -> dict[Any, int]:
    rows = query.subquery("rows")
    by = [rows.c[name] for name in columns]
    found = await session.execute(select(*by, func.count()).group_by(*by))
    return {tuple(row[:-1]): row[-1] for row in found}
