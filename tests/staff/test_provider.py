"""What a provider sees of its resellers, and the cases they hand to it: on the way up, back for more, and answered."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from firstline.core.times import utcnow
from firstline.desk.models import CasePromise
from firstline.escalation.models import EscalationHop
from firstline.outbox.models import Notice
from firstline.serve.outbox import make_delivery

from ..conftest import Customer
from ..outbox.conftest import postbox
from .conftest import Person
from .routes import DOSSIER

__all__ = ["postbox"]
AZURE = DOSSIER | {"family": "azure", "product": "Azure", "summary": "가상 머신이 켜지지 않습니다."}


@pytest.fixture
def handed(person: Any, new_customer: Callable[..., Any]) -> Callable[..., Any]:
    """Open a case at a reseller and hand it to its provider; return agent, customer, number."""

    async def hand() -> tuple[Person, Any, str]:
        agent, customer = await person("agent"), await new_customer()
        number = (await customer.send("/human"))["case"]["number"]
        await agent.ok("POST", f"/api/desk/cases/{number}/claim")
        await put(agent, number, 0)
        await agent.ok("POST", f"/api/desk/cases/{number}/escalation/hand-on", json={"language": "ko", "revision": 1})
        return agent, customer, number

    return hand


async def put(agent: Person, number: str, revision: int, **changes: Any) -> Any:
    body = {"dossier": AZURE | changes, "revision": revision}
    return await agent.ok("PUT", f"/api/desk/cases/{number}/escalation", json=body)


async def test_a_case_goes_back_for_more_comes_again_and_is_answered(
    app: FastAPI, person: Any, handed: Any, postbox: Any
) -> None:
    agent, customer, number = await handed()
    boss, ours = await person("boss", "admin"), await person("ours", "provider", partner="total")
    (row,) = (await ours.ok("GET", "/api/staff/escalations"))["escalations"]
    assert (row["partner"], row["case"], row["with"], row["late"]) == ("demo", number, "provider", False)
    assert row["title"] == DOSSIER["title"] and row["due"] is not None
    path = f"/api/staff/escalations/demo/{number}"
    shown = await ours.ok("GET", path)
    assert {"field": "title", "label": "제목", "value": DOSSIER["title"], "quoted": False} in shown["form"]["ko"]
    assert {one["language"] for one in shown["further"]["microsoft"]} == {"ko", "en"}

    accepted = await ours.ok("POST", f"{path}/accept")
    assert accepted["hops"][0]["accepted_by"] == "ours@example.com"
    colleague = await person("colleague", "provider", partner="total")
    await colleague.refused(409, "accepted_already", "POST", f"{path}/accept")
    await ours.refused(400, "empty", "POST", f"{path}/ask", json={"text": " "})
    heard = len(await customer.transcript())
    back = await ours.ok("POST", f"{path}/ask", json={"text": "오류 코드를 알려 주세요."})
    assert (back["hops"][0]["outcome"], back["open"]) == ("returned", False)
    assert (await ours.ok("GET", "/api/staff/escalations"))["escalations"] == []
    await ours.refused(409, "not_from_below", "POST", f"{path}/accept")
    assert len(await customer.transcript()) == heard, "the customer hears nothing of it"

    settings = app.state.parts.settings.model_copy(
        update={
            "smtp_host": "127.0.0.1",
            "smtp_port": postbox.port,
            "smtp_security": "none",
            "smtp_from": "d@example.com",
        }
    )
    delivery = make_delivery(settings, app.state.parts.database, app.state.parts.charters)
    async with app.state.parts.database.session() as session:
        await session.execute(update(Notice).where(Notice.kind != "from_above").values(state="sent"))
    while await delivery.deliver_due(utcnow() + timedelta(days=4)):
        pass
    (envelope,) = postbox.mails
    mail = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["agent@example.com"] and "오류 코드를 알려 주세요." in mail.get_content()

    desk = f"/api/desk/cases/{number}/escalation"
    found = await agent.ok("GET", desk)
    assert (found["next"]["level"], found["hops"][0]["answer"]) == ("provider", "오류 코드를 알려 주세요.")
    await put(agent, number, found["revision"], error_text="0x80070005")
    again = await agent.ok("POST", f"{desk}/hand-on", json={"language": "ko", "revision": found["revision"] + 1})
    assert [hop["outcome"] for hop in again["hops"]] == ["returned", ""]
    assert "0x80070005" in str((await ours.ok("GET", path))["form"]["ko"])
    await ours.ok("POST", f"{path}/answer", json={"text": "권한을 고쳤습니다.", "reference": "T-77"})
    last = (await agent.ok("GET", desk))["hops"][-1]
    assert (last["answer"], last["reference"], last["outcome"]) == ("권한을 고쳤습니다.", "T-77", "answered")
    for action in ("hop_accepted", "hop_returned", "hop_answered"):
        (entry,) = await boss.audit(action=f"case.{action}")
        assert (entry["who"], entry["home"], entry["target"]) == ("ours@example.com", "total", number)
    assert "오류 코드" not in str(await boss.audit(limit=200))


async def test_a_case_is_passed_on_under_the_providers_own_charter(person: Any, handed: Any, settings: Any) -> None:
    agent, customer, number = await handed()
    charter = settings.partners_dir / "total" / "charter.yaml"
    text = charter.read_text("utf-8")
    charter.write_text(
        text.replace("initial_response: {A: 2h, B: 4h, C: 8h}", "initial_response: {A: 2h, B: 90min, C: 8h}")
    )
    ours = await person("ours", "provider", partner="total")
    path = f"/api/staff/escalations/demo/{number}"
    shown = await ours.ok("POST", f"{path}/pass-on", json={"to": "microsoft", "language": "en"})
    first, second = shown["hops"]
    assert (first["outcome"], second["level"], second["language"]) == ("passed_on", "microsoft", "en")
    assert second["due"] is not None and (await ours.ok("GET", path))["open"]
    (row,) = (await ours.ok("GET", "/api/staff/escalations"))["escalations"]
    assert (row["with"], row["due"]) == ("microsoft", second["due"])
    assert "Microsoft에 전달했습니다" in (await customer.transcript())[-1]["text"]
    await ours.refused(409, "passed_on", "POST", f"{path}/ask", json={"text": "더"})
    await ours.refused(409, "passed_on", "POST", f"{path}/pass-on", json={"to": "isv", "language": "en"})
    (counted,) = (await ours.ok("GET", "/api/staff/resellers"))["resellers"]
    assert counted["escalations"] == {"waiting": 0, "late": 0}, "it waits for Microsoft, not for the provider"
    await ours.ok("POST", f"{path}/answer", json={"text": "Microsoft가 복구했습니다.", "reference": ""})
    assert (await agent.ok("GET", f"/api/desk/cases/{number}/escalation"))["next"] is None


async def test_what_is_missing_for_the_way_further_is_named(person: Any, handed: Any, app: FastAPI) -> None:
    _, _, number = await handed()
    ours = await person("ours", "provider", partner="total")
    path = f"/api/staff/escalations/demo/{number}/pass-on"
    refused = await ours.refused(409, "incomplete", "POST", path, json={"to": "isv", "language": "ko"})
    assert refused.json()["error"]["details"] == {"missing": ["no_publisher"]}
    async with app.state.parts.database.session() as session:
        await session.execute(update(EscalationHop).values(dossier=AZURE | {"english_summary": ""}))
    refused = await ours.refused(409, "incomplete", "POST", path, json={"to": "microsoft", "language": "en"})
    assert refused.json()["error"]["details"] == {"missing": ["no_english"]}


async def test_another_provider_a_reseller_and_a_case_never_handed_up(
    person: Any, handed: Any, new_customer: Any
) -> None:
    agent, _, number = await handed()
    ours, rival = await person("ours", "provider", partner="total"), await person("rival", "provider", partner="rival")
    path = f"/api/staff/escalations/demo/{number}"
    calls: list[tuple[str, str, Any]] = [
        ("GET", path, None), ("POST", f"{path}/accept", None), ("POST", f"{path}/ask", {"text": "더"}),
        ("POST", f"{path}/answer", {"text": "답"}), ("POST", f"{path}/pass-on", {"to": "microsoft", "language": "en"}),
    ]  # fmt: skip
    for method, where, body in calls:
        await rival.refused(404, "no_reseller", method, where, json=body)
        await agent.refused(403, "wrong_role", method, where, json=body)
    assert (await rival.ok("GET", "/api/staff/escalations"))["escalations"] == []
    await agent.refused(403, "wrong_role", "GET", "/api/staff/escalations")
    other = (await (await new_customer()).send("/human"))["case"]["number"]
    await ours.refused(409, "not_from_below", "GET", f"/api/staff/escalations/demo/{other}")
    await ours.refused(409, "not_from_below", "POST", f"/api/staff/escalations/demo/{other}/accept")
    await ours.refused(404, "no_case", "POST", "/api/staff/escalations/demo/DEMO-999/accept")


async def test_resellers_stand_side_by_side_what_burns_first(
    app: FastAPI, settings: Any, person: Any, handed: Any
) -> None:
    folder = settings.partners_dir / "far" / "charter.yaml"
    folder.write_text(folder.read_text("utf-8").replace("provider: rival", "provider: total"), "utf-8")
    ours = await person("ours", "provider", partner="total")
    quiet = (await ours.ok("GET", "/api/staff/resellers"))["resellers"]
    assert [row["partner"] for row in quiet] == ["demo", "far"]
    assert quiet[0]["promises"] == {"due": 0, "kept": 0} and quiet[0]["oldest_wait"] is None

    begun = await ours.http.post("/api/chat/conversations", json={"partner": "far", "locale": "ko"})
    await Customer(ours.http, begun.json()).send("/human")
    waiting = (await ours.ok("GET", "/api/staff/resellers"))["resellers"]
    assert [row["partner"] for row in waiting] == ["far", "demo"]
    assert waiting[0]["waiting"] == 1 and waiting[0]["oldest_wait"] is not None

    await handed()
    now = utcnow()
    async with app.state.parts.database.session() as session:
        await session.execute(update(EscalationHop).values(due=now - timedelta(minutes=1)))
        kept = CasePromise.kind == "first_response"
        await session.execute(update(CasePromise).values(due=now - timedelta(days=31)))
        late = {"due": now - timedelta(days=1), "met_at": now - timedelta(hours=1), "next_at": None}
        await session.execute(update(CasePromise).where(kept, CasePromise.case_id == 1).values(**late))
        early = {"due": now - timedelta(days=1), "met_at": now - timedelta(days=2), "next_at": None}
        await session.execute(update(CasePromise).where(kept, CasePromise.case_id == 2).values(**early))
    rows = {row["partner"]: row for row in (await ours.ok("GET", "/api/staff/resellers"))["resellers"]}
    assert rows["demo"]["escalations"] == {"waiting": 1, "late": 1}
    assert rows["far"]["promises"] == {"due": 1, "kept": 0} and rows["demo"]["promises"] == {"due": 1, "kept": 1}
    assert rows["demo"]["duty"] in ("here", "nobody", "closed")


async def test_who_reads_the_providers_articles_and_who_has_their_own(person: Any) -> None:
    page = "---\nslug: {}\nlang: ko\ntitle: 가상 머신\ncategory: problem\nquestions:\n- VM이 안 켜져요\n---\n본문"
    ours = await person("ours", "provider", "author", partner="total")
    author = await person("author", "author")
    for who, slug in ((ours, "vm-quota"), (ours, "vm-start"), (author, "vm-quota"), (author, "own")):
        await who.ok("POST", "/api/authors/import", files={"files": (f"{slug}.md", page.format(slug))})
        version = (await who.ok("GET", f"/api/authors/articles/{slug}"))["languages"]["ko"]["version"]
        body = {"status": "published", "expect_version": version}
        await who.ok("POST", f"/api/authors/articles/{slug}/ko/status", json=body)
    rows = (await ours.ok("GET", "/api/staff/resellers/articles"))["articles"]
    assert [(row["slug"], row["used_by"], row["replaced_by"]) for row in rows] == [
        ("vm-quota", [], ["demo"]),
        ("vm-start", ["demo"], []),
    ]
    rival = await person("rival", "provider", partner="rival")
    assert (await rival.ok("GET", "/api/staff/resellers/articles"))["articles"] == []
