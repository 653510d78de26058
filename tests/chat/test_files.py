"""Files a customer sends: what is let in, how it is kept, who may fetch it, and what happens around it."""

import io
import stat
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from firstline.desk.attachments import judge_held

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(64)
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


async def upload(
    who: Any, data: Any = PNG, name: str = "화면.png", client_id: str = "f1", **headers: str
) -> httpx.Response:
    answer: httpx.Response = await who.http.post(
        "/api/chat/files",
        params={"name": name, "client_message_id": client_id},
        content=data,
        headers=who.headers | headers,
    )
    return answer


async def fetch(who: Any, file_id: str) -> httpx.Response:
    answer: httpx.Response = await who.http.get(f"/api/chat/files/{file_id}", headers=who.headers)
    return answer


def kept(settings: Any) -> list[Path]:
    return [path for path in (settings.data_dir / "uploads").rglob("*") if path.is_file()]


def archive(part: str, text: str = "x", more: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in filter(None, (part, more)):
            file.writestr(name, text)
    return made.getvalue()


@pytest.fixture
def scanner(tmp_path: Path, make_app: Any) -> Any:
    """The setting of a command that finds EICAR, and fails while the file ``down`` lies beside it."""
    command = tmp_path / "scan"
    command.write_text(f'#!/bin/sh\n[ -e {tmp_path}/down ] && exit 2\ngrep -q EICAR "$1" && exit 1\nexit 0\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return str(command)


async def test_file_is_a_message_with_a_reaction_and_comes_back_as_it_was(new_customer: Any, settings: Any) -> None:
    customer = await new_customer()
    answer = await upload(customer)
    assert answer.status_code == 201, answer.text
    turn = answer.json()
    (file,) = turn["message"]["attachments"]
    assert turn["message"]["author"] == "customer" and turn["message"]["client_message_id"] == "f1"
    assert (file["name"], file["kind"], file["bytes"], file["state"]) == ("화면.png", "png", len(PNG), "ready")
    assert file["scanned"] is False, "nobody scanned it"
    assert [button["payload"] for button in turn["messages"][0]["buttons"]] == ["/human"]
    got = await fetch(customer, file["id"])
    assert got.content == PNG and got.headers["content-type"] == "image/png"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    (path,) = kept(settings)
    assert path.name == file["id"] and "화면" not in str(path)


async def test_waiting_customers_file_goes_to_the_case_and_the_agent_can_open_it(
    new_customer: Any, new_agent: Any, http: Any
) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    turn = (await upload(customer)).json()
    assert number in turn["messages"][0]["text"]
    agent = await new_agent()
    story = (await http.get(f"/api/desk/cases/{number}", headers=agent)).json()
    file = next(m for m in story["messages"] if m["attachments"])["attachments"][0]
    assert "file" in [event["kind"] for event in story["events"]]
    assert "화면.png" not in story["summary"]["questions"], "a name is no question"
    got = await http.get(f"/api/desk/files/{file['id']}", headers=agent)
    assert got.content == PNG and "sandbox" in got.headers["content-security-policy"]


async def test_same_upload_twice_is_one_message(new_customer: Any, settings: Any) -> None:
    customer = await new_customer()
    first, again = await upload(customer), await upload(customer)
    assert first.json()["message"]["id"] == again.json()["message"]["id"]
    assert len(kept(settings)) == 1


async def test_agents_file_reaches_the_customer(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    agent = await new_agent()
    query = {"name": "안내서.pdf", "client_message_id": "a1"}
    path = f"/api/desk/cases/{number}/files"
    early = await http.post(path, params=query, content=PDF, headers=agent)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "not_yours")
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    for _ in range(2):
        sent = await http.post(path, params=query, content=PDF, headers=agent)
        assert sent.status_code == 201, sent.text
    told = [m for m in await customer.transcript() if m["author"] == "agent"]
    assert [m["attachments"][0]["name"] for m in told] == ["안내서.pdf"]
    assert (await fetch(customer, told[0]["attachments"][0]["id"])).content == PDF


@pytest.mark.parametrize(
    ("name", "data", "kind", "shown"),
    [
        ("사진.png", PNG, "png", "사진.png"),
        ("사진.png", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(40), "jpg", "사진.png.jpg"),
        ("로그.LOG", "오류 0x80070005".encode("cp949"), "text", "로그.LOG"),
        ("run.ps1", b"Get-Mailbox -Identity kim", "text", "run.ps1.txt"),
        ("page.html", b"<script>alert(1)</script>", "text", "page.html.txt"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "text", "x.svg.txt"),
        ("보고서.docx", archive("word/document.xml"), "docx", "보고서.docx"),
        ("문서.hwpx", archive("mimetype", "application/hwp+zip"), "hwpx", "문서.hwpx"),
        ("a.pdf", PDF, "pdf", "a.pdf"),
        ("/etc/../비밀\u202egnp.exe/제목.pdf", PDF, "pdf", "제목.pdf"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af.pdf", PDF, "pdf", "한글.pdf"),
        ("...", PDF, "pdf", "file.pdf"),
        ("con.pdf", PDF, "pdf", "_con.pdf"),
        ("가" * 400 + ".pdf", PDF, "pdf", "가" * 116 + ".pdf"),
    ],
)  # fmt: skip
async def test_content_decides_and_the_name_follows(
    new_customer: Any, name: str, data: bytes, kind: str, shown: str
) -> None:
    answer = await upload(await new_customer(), data, name)
    assert answer.status_code == 201, answer.text
    (file,) = answer.json()["message"]["attachments"]
    assert (file["kind"], file["name"]) == (kind, shown)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.png", b"MZ\x90\x00\x03" + bytes(200), "file_kind"),
        ("a.txt", b"\x7fELF\x02\x01\x01" + bytes(200), "file_kind"),
        ("a.xlsx", archive("xl/workbook.xml", more="xl/vbaProject.bin"), "file_kind"),
        ("a.zip", archive("readme.txt"), "file_kind"),
        ("a.png", b"\x00\x01\x02\x03", "file_kind"),
        ("a.txt", b"", "empty_file"),
    ],
)  # fmt: skip
async def test_what_is_not_allowed_leaves_nothing(
    new_customer: Any, settings: Any, name: str, data: bytes, code: str
) -> None:
    customer = await new_customer()
    answer = await upload(customer, data, name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert kept(settings) == []
    assert [m for m in await customer.transcript() if m["author"] == "customer"] == []


async def test_too_large_is_cut_off_without_reading_on(new_customer: Any, settings: Any) -> None:
    customer = await new_customer()
    asked = 0

    async def gigabyte() -> AsyncIterator[bytes]:
        nonlocal asked
        for _ in range(16_384):
            asked += 65_536
            yield bytes(65_536)

    answer = await upload(customer, gigabyte(), "backup.png")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "file_too_large")
    assert str(settings.upload_max_bytes) in answer.json()["error"]["message"]
    assert asked < settings.upload_max_bytes + 200_000, "it read on"
    assert kept(settings) == []


async def test_declared_too_large_is_refused_at_once(new_customer: Any, settings: Any) -> None:
    customer = await new_customer()
    answer = await upload(customer, PNG, **{"Content-Length": str(10**9)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "file_too_large")


async def test_a_form_is_told_what_to_send(new_customer: Any) -> None:
    customer = await new_customer()
    answer = await customer.http.post(
        "/api/chat/files",
        params={"name": "a.png", "client_message_id": "f"},
        files={"file": ("a.png", PNG)},
        headers=customer.headers,
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "form")


async def test_conversation_holds_so_many_files(make_app: Any, database: Any) -> None:
    app = make_app(upload_max_files=2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        customer = await start(http)
        codes = [(await upload(customer, client_id=f"f{number}")).status_code for number in range(3)]
    await app.state.parts.database.close()
    assert codes == [201, 201, 409]


async def test_foreign_and_guessed_files_are_not_there(new_customer: Any, new_agent: Any, http: Any) -> None:
    owner, other = await new_customer(), await new_customer()
    file_id = (await upload(owner)).json()["message"]["attachments"][0]["id"]
    foreign, guessed = await fetch(other, file_id), await fetch(other, "0" * 32)
    assert foreign.status_code == guessed.status_code == 404
    strip = lambda answer: {k: v for k, v in answer.json()["error"].items() if k != "request_id"}  # noqa: E731
    assert strip(foreign) == strip(guessed), "the answer gives away that there is one"
    assert (await fetch(other, "../../firstline.db")).status_code == 404
    elsewhere = await new_agent("other", partner="elsewhere")
    assert (await http.get(f"/api/desk/files/{file_id}", headers=elsewhere)).status_code == 404
    assert (await http.get(f"/api/desk/files/{file_id}")).status_code == 401
    assert (await http.get(f"/api/chat/files/{file_id}")).status_code == 401
    for _ in range(29):
        await fetch(other, "1" * 32)
    assert (await fetch(other, "1" * 32)).status_code == 429, "guessing went on and on"
    assert (await fetch(owner, file_id)).status_code == 200


async def test_forged_token_sends_nothing(new_customer: Any, settings: Any) -> None:
    customer = await new_customer()
    customer.headers = {"Authorization": f"Bearer {customer.token[:-4]}AAAA"}
    assert (await upload(customer)).status_code == 401
    assert kept(settings) == []


async def test_file_into_a_closed_case_reopens_it_as_words_do(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    agent = await new_agent()
    await http.post(f"/api/desk/cases/{number}/claim", headers=agent)
    await http.post(f"/api/desk/cases/{number}/resolve", json={"solution": "해결했습니다."}, headers=agent)
    assert (await customer.send("/solved"))["state"] == "closed"
    turn = (await upload(customer)).json()
    assert (turn["state"], turn["case"]["number"]) == ("waiting", number)


async def test_the_state_counts_when_the_last_byte_is_there(new_customer: Any, new_agent: Any, http: Any) -> None:
    customer = await new_customer()
    number = (await customer.send("/human"))["case"]["number"]
    agent = await new_agent()

    async def claimed_meanwhile() -> AsyncIterator[bytes]:
        yield PNG[:20]
        assert (await http.post(f"/api/desk/cases/{number}/claim", headers=agent)).status_code == 200
        yield PNG[20:]

    turn = (await upload(customer, claimed_meanwhile())).json()
    assert turn["state"] == "human" and turn["messages"] == [], "the queue's receipt came after an agent had taken over"


async def test_infected_files_are_refused_and_deleted(
    make_app: Any, database: Any, scanner: str, settings: Any
) -> None:
    async with scanning(make_app, scanner) as (http, _):
        customer = await start(http)
        answer = await upload(customer, EICAR, "eicar.txt")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "file_infected")
        clean = await upload(customer, PNG, client_id="f2")
        assert clean.json()["message"]["attachments"][0]["scanned"] is True
    assert len(kept(settings)) == 1


async def test_without_its_scanner_a_file_is_held_and_the_customer_is_told(
    make_app: Any, database: Any, scanner: str, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "down").touch()
    async with scanning(make_app, scanner) as (http, app):
        customer = await start(http)
        good = (await upload(customer, PNG, client_id="f1")).json()
        bad = (await upload(customer, EICAR, "eicar.txt", client_id="f2")).json()
        assert any("화면.png" in message["text"] for message in good["messages"])
        ids = [turn["message"]["attachments"][0]["id"] for turn in (good, bad)]
        assert [(await fetch(customer, file_id)).json()["error"]["code"] for file_id in ids] == ["file_held"] * 2
        parts = app.state.parts
        assert await judge_held(parts.database, parts.files) == 0
        (tmp_path / "down").unlink()
        assert await judge_held(parts.database, parts.files) == 2
        assert [(await fetch(customer, file_id)).status_code for file_id in ids] == [200, 404]
        states = [m["attachments"][0]["state"] for m in await customer.transcript() if m["attachments"]]
        assert states == ["ready", "refused"]
        assert "eicar.txt" in (await customer.transcript())[-1]["text"]
    assert len(kept(settings)) == 1


@pytest.mark.parametrize("setting", ["/no/such/scanner", "http://127.0.0.1:9/scan"])
async def test_a_scanner_that_is_not_there_holds_too(make_app: Any, database: Any, setting: str) -> None:
    async with scanning(make_app, setting) as (http, _):
        answer = await upload(await start(http))
        assert answer.json()["message"]["attachments"][0]["state"] == "held"


class start:  # noqa: N801 - reads as the verb it is
    """``await start(http)``: a customer on an app of its own."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    def __await__(self) -> Any:
        return self._start().__await__()

    async def _start(self) -> Any:
        answer = await self.http.post("/api/chat/conversations", json={"partner": "demo", "locale": "ko"})
        self.headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        return self

    async def transcript(self) -> list[dict[str, Any]]:
        answer = await self.http.get("/api/chat/messages", headers=self.headers)
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages


class scanning:  # noqa: N801 - reads as the verb it is
    """An app with a scanner, over HTTP."""

    def __init__(self, make_app: Any, setting: str) -> None:
        self.app = make_app(upload_scanner=setting, upload_scan_seconds=20.0)

    async def __aenter__(self) -> tuple[httpx.AsyncClient, Any]:
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://test")
        return self.http, self.app

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self.app.state.parts.database.close()
