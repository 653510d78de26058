"""A case on its way up: from the outage chat to dossier, hops, answers and the packet, over the API."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.core.times import use_clock

from .conftest import EVIDENCE, Desk
from .filled import CREDIT, DOSSIER, TENANT

NIGHT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # 23:00 in Korea


async def begin(new_customer: Any, new_agent: Any, http: Any, text: str) -> tuple[Any, Desk]:
    customer = await new_customer()
    await customer.send(text)
    turn = await customer.send("/human")
    return customer, Desk(http, await new_agent(), turn["case"]["number"])


async def test_the_dossier_begins_with_the_conversation_and_names_what_is_missing(outage: Any) -> None:
    _, desk = outage
    shown = await desk.ok("GET")
    assert shown["original"] == {"lang": "ko", "texts": ["메일이 안 됐는데 크레딧 받을 수 있나요"]}
    assert shown["dossier"]["product"] == "Exchange Online"
    assert "no_tenant" in [row["reason"] for row in shown["missing"]["ko"]]
    assert all(row["ko"] and row["en"] for row in shown["missing"]["en"])
    refused = await desk.call("POST", "/hand-on", json={"language": "en", "revision": 0})
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "incomplete")
    assert error["details"]["missing"] == [row["reason"] for row in shown["missing"]["en"]]


@pytest.mark.parametrize(
    ("said", "product", "family"),
    [
        ("익스체인지 메일이 안 들어와요", "Exchange Online", "m365"),
        ("아웃룩이 안 열려요", "Outlook", "m365"),
        ("애저 가상 머신이 안 켜져요", "Azure", "azure"),
        ("다이나믹스 접속이 안 돼요", "Dynamics 365", "dynamics"),
    ],
)
async def test_the_product_has_its_name_and_its_family(
    new_customer: Any, new_agent: Any, http: Any, said: str, product: str, family: str
) -> None:
    _, desk = await begin(new_customer, new_agent, http, said)
    begun = (await desk.ok("GET"))["dossier"]
    assert (begun["product"], begun["family"]) == (product, family)


async def test_the_customer_hears_our_time_alone_and_the_trail_has_each_step(outage: Any) -> None:
    customer, desk = outage
    with use_clock(lambda: NIGHT):
        await desk.save(0)
        before = (await desk.http.get(desk.base, headers=desk.headers)).json()["promises"]
        shown = await desk.ok("POST", "/hand-on", json={"language": "ko", "revision": 1})
    (hop,) = shown["hops"]
    assert (hop["level"], hop["due"], shown["next"]) == ("microsoft", "2026-11-24T04:00:00.000Z", None)
    told = (await customer.transcript())[-1]
    assert told["author"] == "system" and "Microsoft에 전달했습니다" in told["text"]
    assert "11월 24일" not in told["text"], "a hop's time is not ours to promise"
    story = (await desk.http.get(desk.base, headers=desk.headers)).json()
    assert story["promises"][: len(before)] == before, "no promise was moved"
    again = await desk.call("POST", "/hand-on", json={"language": "ko", "revision": 2})
    assert again.json()["error"]["code"] == "nobody_above"
    answered = await desk.ok("POST", "/answer", json={"text": "접수했습니다.", "reference": "2611230001"})
    assert (answered["hops"][0]["answer"], answered["hops"][0]["reference"]) == ("접수했습니다.", "2611230001")
    assert (await desk.call("POST", "/answer", json={"text": "또"})).json()["error"]["code"] == "not_handed_on"
    story = (await desk.http.get(desk.base, headers=desk.headers)).json()
    assert [event["kind"] for event in story["events"]][-3:] == ["dossier_saved", "handed_on", "hop_answered"]


async def test_a_promise_that_has_passed_is_followed_by_a_new_one(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer, desk = await begin(new_customer, new_agent, http, "애저 가상 머신이 안 켜져요")
    await desk.ok("PUT", json={"dossier": DOSSIER | {"family": "azure", "severity": "C"}, "revision": 0})
    await http.post(f"{desk.base}/claim", headers=desk.headers)
    await http.put("/api/desk/presence", json={"mode": "here"}, headers=desk.headers)
    owed = (await http.get(desk.base, headers=desk.headers)).json()["respond_by"]
    late = datetime.fromisoformat(owed) + timedelta(minutes=1)
    with use_clock(lambda: late):
        desk.headers = await new_agent("night")
        foretold = (await desk.ok("GET"))["told"]
        shown = await desk.ok("POST", "/hand-on", json={"language": "ko", "revision": 1})
        case = (await http.get(desk.base, headers=desk.headers)).json()
    assert shown["hops"][0]["level"] == "provider" and shown["next"]["level"] == "microsoft"
    text = (await customer.transcript())[-1]["text"]
    assert foretold == {"lang": "ko", "text": text}
    assert "총판에 전달했습니다" in text and "까지 진행 상황을 알려" in text
    given = [datetime.fromisoformat(one["due"]) for one in case["promises"] if one["kind"] == "next_update"]
    assert given and min(given) > late, "a late promise is followed by a new one, never by a lie"


async def test_a_marketplace_product_goes_to_its_publisher_and_not_to_microsoft(
    new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer, desk = await begin(new_customer, new_agent, http, "마켓플레이스에서 산 앱이 안 열려요")
    shown = await desk.ok("GET")
    assert (shown["dossier"]["family"], shown["dossier"]["target"]) == ("marketplace", "isv")
    wrong = await desk.save(0, family="marketplace", target="microsoft")
    assert [row["reason"] for row in wrong["missing"]["ko"]] == ["isv_route"]
    right = await desk.save(1, family="marketplace", target="isv", publisher="예시앱 support@isv.example")
    assert right["missing"]["ko"] == [] and [step["level"] for step in right["route"]] == ["isv"]
    done = await desk.ok("POST", "/hand-on", json={"language": "ko", "revision": 2})
    assert (done["hops"][0]["level"], done["hops"][0]["due"], done["next"]) == ("isv", None, None)
    assert "제품 제조사에 전달했습니다" in (await customer.transcript())[-1]["text"]


async def test_who_saves_over_a_colleague_is_refused(outage: Any) -> None:
    _, desk = outage
    await desk.save(0)
    stale = await desk.call("PUT", json={"dossier": DOSSIER, "revision": 0})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "changed_meanwhile")
    naive = await desk.call("PUT", json={"dossier": DOSSIER | {"first_seen": "2026-01-05T00:00:00"}, "revision": 1})
    assert naive.status_code == 422


async def test_the_credit_packet_opens_and_every_hash_is_right(outage: Any) -> None:
    _, desk = outage
    begun = (await desk.ok("GET"))["credit"]
    assert begun["file"]["incident_id"] == "EX25194" and begun["file"]["users_affected"] == EVIDENCE["affected"]
    assert begun["deadline"]["safe"] == "2026-12-30"
    assert [step["level"] for step in begun["route"]] == ["provider", "microsoft"]
    with use_clock(lambda: NIGHT):
        refused = await desk.call("GET", "/packet", params={"kind": "credit"})
        assert refused.json()["error"]["code"] == "incomplete"
        saved = await desk.ok("PUT", "/credit", json={"credit": CREDIT, "revision": 0})
        assert saved["credit"]["missing"] == []
        packed = await desk.call("GET", "/packet", params={"kind": "credit"})
    assert packed.headers["content-type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(packed.content))
    manifest = json.loads(archive.read("manifest.json"))
    assert {row["path"] for row in manifest["files"]} | {"manifest.json"} == set(archive.namelist())
    for row in manifest["files"]:
        data = archive.read(row["path"])
        assert (len(data), hashlib.sha256(data).hexdigest()) == (row["bytes"], row["sha256"])
    data = json.loads(archive.read("credit.json"))
    assert data["credit"]["tenant_id"] == TENANT and data["deadline"]["ask_by"] < data["deadline"]["safe"]
    page = archive.read("index.html").decode()
    assert "EX25194" in page and "서비스 크레딧 요청서" in page and "Service credit claim" in page
    assert "크레딧 받을 수 있나요" in archive.read("evidence/transcript.txt").decode()
    assert "From: kim@customer.example" in archive.read("evidence/credit-request.txt").decode()


async def test_the_dossiers_packet_quotes_korean_and_takes_the_cases_own_files_alone(outage: Any) -> None:
    _, desk = outage
    await desk.save(0, title="<b>메일</b>", files=["0" * 32])
    assert (await desk.call("GET", "/packet")).json()["error"]["code"] == "no_file"
    await desk.save(1, title="<b>메일</b>")
    packed = await desk.call("GET", "/packet", params={"language": "en"})
    page = zipfile.ZipFile(io.BytesIO(packed.content)).read("index.html").decode()
    assert "&lt;b&gt;메일" in page and "Nobody in sales receives mail." in page
    assert page.count("Original text (Korean), not translated:") >= 3
