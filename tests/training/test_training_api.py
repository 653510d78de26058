"""The staff API of the radar: import with its refusals, customers, letters, trainings, and a sheet without formulas."""

import csv
import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from firstline.training.service import Training

from .seed import FIGURES, articles

BASE = "/api/staff/training"


@pytest.fixture
async def lead(seeded: Training, app: FastAPI, new_agent: Any) -> dict[str, str]:
    headers: dict[str, str] = await new_agent("lead", "lead")
    return headers


async def test_a_lead_imports_looks_writes_and_notes(http: httpx.AsyncClient, lead: dict[str, str]) -> None:
    async def call(method: str, path: str, wanted: int = 200, **parts: Any) -> Any:
        answer = await http.request(method, f"{BASE}{path}", headers=lead, **parts)
        assert answer.status_code == wanted, answer.text
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer

    files = {"file": ("뽑은 것.csv", FIGURES.replace("가나상사", "=SUM(A1)").encode("cp949"))}
    taken = await call("POST", "/import", files=files)
    assert (taken["encoding"], taken["rows"], taken["updated"], taken["added"]) == ("cp949", 10, 10, 0)
    bad = (await call("POST", "/import", 400, files={"file": ("a.csv", b"customer,date,seats\nA,x,5\n")}))["error"]
    assert bad["details"] == {"faults": [{"line": 2, "code": "date_bad", "values": {"value": "x"}}], "more": 0}
    other = (await call("POST", "/import", 400, files={"file": ("a.csv", b"Geo,Tenant\n1,2\n")}))["error"]
    assert (other["code"], other["details"]["values"]) == ("file_columns", {"seen": "Geo, Tenant"})
    odd = {"file": ("a.csv", b"customer,Geo,date,usage\nA,x,2026-10-31,0.5\n")}
    assert (await call("POST", "/import", 400, files=odd))["error"]["code"] == "columns_unknown"
    kept = await call("POST", "/import", files=odd, params={"others": "ignore", "percent": "points"})
    assert kept["ignored"] == ["Geo"]
    await call("POST", "/import", 400, json={})

    named = await call("GET", "")
    assert [one["key"] for one in named["customers"]] == ["G-1", "H-9", "A", "C-5", "K-6", "T-7"]
    assert named["counts"]["named"] == 6 and named["columns"]["date"][0] == "date"
    (paha,) = (await call("GET", "", params={"q": "파하"}))["customers"]
    assert paha["key"] == "P-8" and paha["reasons"] == []
    assert (await call("GET", "", params={"everybody": True}))["found"] == 11
    gana = named["customers"][0]
    path = f"/customers/{gana['id']}"
    letter = await call("GET", f"{path}/letter", params={"course": "teams-meetings", "lang": "en"})
    assert "11 times" in letter["text"] and letter["text"].endswith("Kind regards,\nlead\n")
    await call("GET", f"{path}/letter", 404, params={"course": "none"})
    held = {"course": "teams-meetings", "held_on": "2026-10-20", "people": 12}
    noted = (await call("POST", f"{path}/held", 201, json=held))["held"]
    await call("POST", f"{path}/held", 400, json=held | {"held_on": "2027-01-01"})
    shown = (await call("GET", path))["customer"]
    assert shown["addresses"] == ["gana.example"] and shown["held"][0]["before"]["questions"] == 1
    await call("DELETE", f"{path}/held/{noted['id']}", 204)

    sheet = await call("GET", "/radar.csv", params={"lang": "ko"})
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert rows[0]["name"] == "'=SUM(A1)" and rows[0]["courses"] == "Teams 모임 잘 쓰기"
    assert len(rows) == 7 + 5
    await call("DELETE", path, 204)
    await call("GET", path, 404)


async def test_chats_as_the_app_keeps_them_are_counted(
    app: FastAPI, http: httpx.AsyncClient, bot: Any, new_customer: Any, new_agent: Any
) -> None:
    """No row written by hand: questions, the offer taken up and the address go through the chat's own routes."""
    await articles(app.state.parts.database)
    lead = await new_agent("lead", "lead")
    figures = b"customer,name,domain,date,seats\nG,Gana,gana.example,2026-01-31,20\n"
    figures += b"D,Dara,dara.example,2026-01-31,500\n"
    taken = await http.post(f"{BASE}/import", headers=lead, files={"file": ("a.csv", figures)})
    assert taken.status_code == 200, taken.text
    receipt = {"answered": True, "asked": "?", "article": "record-teams-meeting", "lang": "ko", "version": 1}
    offer = [{"title": "교육 보기", "payload": "/training_wanted"}]
    bot.script["녹화 방법"] = [{"text": "이렇게요", "custom": {"receipt": receipt, "articles": []}, "buttons": offer}]
    customer = await new_customer()
    for _ in range(4):
        await customer.send("녹화 방법")
    await customer.send("/training_wanted")
    await customer.send("/human")
    left = await http.put("/api/chat/contact", json={"email": "Lee@Gana.example"}, headers=customer.headers)
    assert left.status_code == 200, left.text
    (gana,) = (await http.get(BASE, headers=lead)).json()["customers"]
    assert (gana["key"], gana["questions"], gana["topics"][0]["titles"]["ko"]) == ("G", 4, "Teams 모임 녹화")
    assert [one["why"] for one in gana["reasons"]] == ["wanted", "questions", "questions"]
    assert gana["courses"][0]["id"] == "teams-meetings"
