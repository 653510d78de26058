"""A case's way up by its contract: dossier and credit file in memory, judged by the real rules."""

from typing import Any

from fastapi import FastAPI, Request, Response

from firstline.core.times import utcnow
from firstline.escalation.credit_file import CreditFile, deadline_of, missing_credit
from firstline.escalation.dossier import Around, Dossier, missing
from firstline.escalation.form import form_of
from firstline.escalation.keeping import reasons_json
from firstline.escalation.views import words_json

from ..staff_pages import refuse
from .fake_desk import EMAIL, FakeDesk
from .fake_team import stamp

LANGUAGES = ("ko", "en")
ROUTE = [
    {"level": "provider", "name": {"ko": "예시총판", "en": "Example Provider"}, "contact": "desk@provider.example"},
    {"level": "microsoft", "name": {"ko": "Microsoft", "en": "Microsoft"}, "contact": None},
]
FILES = [{"id": "a" * 32, "name": "오류 화면.png"}]


def way_up(desk: FakeDesk, number: str, **fields: Any) -> dict[str, Any]:
    """Return what is kept of a case's way up, begun when first asked for."""
    begun: dict[str, Any] = {"dossier": Dossier(), "credit": None, "hops": [], "revision": 0}
    kept = desk.ways_up.setdefault(number, begun)
    kept |= fields
    return kept


def shown(desk: FakeDesk, number: str) -> dict[str, Any]:
    """Return the answer of ``GET .../escalation``."""
    kept, case = way_up(desk, number), desk.cases[number]
    dossier: Dossier = kept["dossier"]
    step = dict(enumerate(ROUTE)).get(len(kept["hops"]))
    around = {lang: Around(utcnow(), english=lang == "en") for lang in LANGUAGES}
    told = f"{number} 문의를 총판에 전달했습니다. 오늘 오후 6:00까지 진행 상황을 알려 드리겠습니다."
    return {
        "number": number,
        "revision": kept["revision"],
        "dossier": dossier.model_dump(mode="json"),
        "original": {"lang": case["language"], "texts": case["summary"]["questions"]},
        "form": {lang: form_of(dossier, lang, "Asia/Seoul") for lang in LANGUAGES},
        "route": ROUTE,
        "next": step,
        "choices": [{"language": lang, "due": stamp(due)} for lang, due in (("en", 120), ("ko", 600)) if step],
        "missing": {lang: reasons_json(missing(dossier, around[lang]), "missing") for lang in LANGUAGES},
        "told": step and {"lang": "ko", "text": told},
        "hops": kept["hops"],
        "files": FILES,
        "credit": kept["credit"] and _credit(kept["credit"]),
    }


def _credit(file: CreditFile) -> dict[str, Any]:
    found = deadline_of(file, 7)
    dates = found and {name: getattr(found, name).isoformat() for name in ("safe", "latest", "ask_by")}
    return {
        "file": file.model_dump(mode="json"),
        "missing": reasons_json(missing_credit(file, utcnow()), "credit_missing"),
        "deadline": found and dates and {**dates, "as_of": found.as_of, "source": found.source},
        "route": ROUTE,
        "form": {lang: form_of(file, lang, "Asia/Seoul") for lang in LANGUAGES},
    }


def add_escalation(app: FastAPI, desk: FakeDesk) -> None:
    base = "/api/desk/cases/{number}/escalation"

    @app.get("/api/desk/escalation/words")
    async def words() -> Any:
        return words_json()

    @app.get(base)
    async def show(number: str) -> Any:
        return shown(desk, number) if number in desk.cases else refuse(404, "no_case", "There is none.")

    def keep(number: str, what: str, body: dict[str, Any], value: Any) -> Any:
        kept = way_up(desk, number)
        if desk.failures:
            return refuse(desk.failures.pop(0), "unavailable", "Try again.")
        if body["revision"] != kept["revision"]:
            return refuse(409, "changed_meanwhile", "Load it again.")
        desk.calls.append((what, number, body))
        kept |= {what: value, "revision": kept["revision"] + 1}
        return shown(desk, number)

    @app.put(base)
    async def save(number: str, request: Request) -> Any:
        body = await request.json()
        return keep(number, "dossier", body, Dossier.model_validate(body["dossier"]))

    @app.put(base + "/credit")
    async def save_credit(number: str, request: Request) -> Any:
        body = await request.json()
        return keep(number, "credit", body, CreditFile.model_validate(body["credit"]))

    @app.post(base + "/hand-on")
    async def hand_on(number: str, request: Request) -> Any:
        body = await request.json()
        now = shown(desk, number)
        if left := [row["reason"] for row in now["missing"][body["language"]]]:
            return refuse(409, "incomplete", "Not yet.", {"missing": left})
        due = next(one["due"] for one in now["choices"] if one["language"] == body["language"])
        hop = {"level": now["next"]["level"], "language": body["language"], "sent_at": stamp(0), "sent_by": EMAIL}
        hops = [*now["hops"], hop | {"due": due, "reference": "", "answer": None, "answered_at": None}]
        answer = keep(number, "hops", body, hops)
        desk.say(number, "system", now["told"]["text"])
        return answer

    @app.post(base + "/answer")
    async def answer(number: str, request: Request) -> Any:
        body = await request.json()
        desk.calls.append(("answer", number, body))
        hop = way_up(desk, number)["hops"][-1]
        hop |= {"answer": body["text"], "reference": body["reference"], "answered_at": stamp(1)}
        return shown(desk, number)

    @app.get(base + "/packet")
    async def packet(number: str, kind: str, language: str) -> Response:
        desk.calls.append(("packet", number, {"kind": kind, "language": language}))
        now = shown(desk, number)
        left = now["credit"]["missing"] if kind == "credit" else now["missing"][language]
        if left:
            return refuse(409, "incomplete", "Not yet.", {"missing": [row["reason"] for row in left]})
        return Response(b"PK", media_type="application/zip")
