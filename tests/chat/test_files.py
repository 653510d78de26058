"""Files a customer sends: how they are kept, who may fetch them, and what happens around them."""

from collections.abc import AsyncIterator
from typing import Any

import httpx

from .uploads import PDF, PNG, fetch, kept, start, upload


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
