"""Writes what the upgrade tests start from: `.venv/bin/python -m tests.upgrade.make_dump [--from FILE] [REVISION ...]`.

Lives through a small installation with the app itself, or takes one's SQLite FILE that an older Firstline made, and
writes its rows as ``dumps/<schema>.json``. Each ``REVISION`` (newest first) is one that it is then taken back to by the
migrations' own downgrades, and written as well. A dump that is there is never written again: it stands for data that
somebody has.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import httpx
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncConnection

from firstline.core.database import Database
from firstline.core.settings import PROJECT_ROOT, Settings
from firstline.desk.staff import add_staff
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.serve.app import create_app
from firstline.serve.backup.rows import lines_of, tables_of
from firstline.serve.migrate import alembic_config, migrate, schema_of

from ..conftest import Customer, ScriptedBot
from .rest import leave_the_rest

DUMPS = Path(__file__).parent / "dumps"
TOKEN_SECRET = "upgrade-tests-0123456789"
PASSWORD = "long-ago-a-password"
ASKED = "Outlook에서 비밀번호를 계속 물어봐요"
ARTICLES = {
    "ko": ("우리 회사 메일 서명", "Outlook 설정에서 서명을 열고, 회사 서식을 붙여 넣습니다.", "서명 어떻게 바꿔요"),
    "en": ("Our mail signature", "Open Signatures in Outlook's settings and paste the company's form.", "my signature"),
}


async def live(settings: Settings) -> None:
    """Let customers and agents leave something behind."""
    bot = ScriptedBot()
    article = {
        "slug": "outlook-keeps-asking", "lang": "ko", "title": "암호를 계속 묻습니다", "excerpt": "자격 증명 삭제",
        "url": "/articles/demo/ko/outlook-keeps-asking", "probability": 0.93,
    }  # fmt: skip
    receipt = {"answered": True, "asked": ASKED, "article": "outlook-keeps-asking", "version": 1, "model": "hashing-8"}
    custom = {"articles": [article], "receipt": receipt}
    bot.script[ASKED] = [{"text": "자격 증명 관리자에서 항목을 지우고 다시 로그인해 보세요.", "custom": custom}]
    app = create_app(settings, HashingEncoder(8), bot_transport=bot, starter=None)
    parts = app.state.parts
    await migrate(parts.database)
    async with parts.database.session() as session:
        for name, roles in (("minji", "agent"), ("jun", "admin")):
            await add_staff(
                session, "demo", f"{name}@example.com", roles, PASSWORD, {"minji": "김민지"}.get(name, name)
            )
    for lang, (title, body, question) in ARTICLES.items():
        values = {"lang": lang, "title": title, "body": body, "questions": (question,)}
        signature = Article.model_validate({"slug": "mail-signature", "category": "usage", **values})
        await parts.knowledge.save("demo", signature, author="jun@example.com", status="published")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        await _solved(http)
        await _waiting(http)
        wrong = {"partner": "demo", "email": "minji@example.com", "password": "not-this-one"}
        assert (await http.post("/api/staff/login", json=wrong)).status_code == 401
    await leave_the_rest(parts.database)
    await parts.database.close()


async def _solved(http: httpx.AsyncClient) -> None:
    """A Korean customer: an answer, a case, a file, a reply, a solution, a rating."""
    customer = Customer(http, await _post(http, "/api/chat/conversations", {"partner": "demo", "locale": "ko"}))
    await customer.send(ASKED)
    number = (await customer.send("/human"))["case"]["number"]
    await customer.send("회사 전체가 그래요. 제 메일은 seoyeon@customer.example 입니다.")
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(32)
    query = {"name": "오류 화면.png", "client_message_id": "f1"}
    assert (await http.post("/api/chat/files", params=query, content=png, headers=customer.headers)).is_success
    login = {"partner": "demo", "email": "minji@example.com", "password": PASSWORD}
    desk = {"Authorization": f"Bearer {(await _post(http, '/api/staff/login', login))['token']}"}
    http.cookies.clear()
    steps: tuple[tuple[str, Any], ...] = (
        ("claim", None),
        ("note", {"text": "@jun 조건부 액세스가 바뀐 것 같아요. 확인 부탁드려요."}),
        ("reply", {"text": "안녕하세요, 김민지입니다. 정책을 되돌렸습니다.", "client_message_id": "a1"}),
        ("resolve", {"solution": "조건부 액세스 정책을 되돌렸습니다."}),
    )
    for step, body in steps:
        await _post(http, f"/api/desk/cases/{number}/{step}", body, desk)
    await customer.send("/solved")
    rating = {"score": 5, "comment": "빨리 해결해 주셔서 감사합니다."}
    assert (await http.put("/api/chat/rating", json=rating, headers=customer.headers)).is_success


async def _waiting(http: httpx.AsyncClient) -> None:
    """An English customer who waits for an agent and left an address."""
    customer = Customer(http, await _post(http, "/api/chat/conversations", {"partner": "demo", "locale": "en"}))
    await customer.send("Nobody in the Busan office can send mail since 9 a.m.")
    await customer.send("/human")
    address = {"email": "alex@customer.example"}
    assert (await http.put("/api/chat/contact", json=address, headers=customer.headers)).is_success


async def _post(http: httpx.AsyncClient, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    answer = await http.post(path, json=body, headers=headers)
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json() if answer.content else None


async def write(connection: AsyncConnection) -> None:
    """Write the rows that there are, unless this schema's were written before."""
    revision = await schema_of(connection)
    tables = {
        table.name: [json.loads(line) async for line in lines_of(connection, table)]
        for table in await tables_of(connection)
    }
    bare = [name for name, rows in tables.items() if not rows]
    assert not bare, f"These tables have no row: {', '.join(bare)}. Let something be left in them."
    path = DUMPS / f"{revision}.json"
    if path.exists():
        print(f"{path.relative_to(PROJECT_ROOT)} is there already.")
        return
    path.write_text(json.dumps(tables, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"Wrote {path.relative_to(PROJECT_ROOT)}.")


async def main(given: Path | None, revisions: list[str]) -> None:
    """Live in a new place, or take ``given``; write its rows, and those after taking it back to each revision."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "firstline.db"
        if given:
            shutil.copy(given, file)
        else:
            await live(Settings(data_dir=Path(folder), token_secret=TOKEN_SECRET, database_url="", _env_file=None))
        database = Database(f"sqlite+aiosqlite:///{file}")
        try:
            for revision in ("", *revisions):
                if revision:
                    await asyncio.to_thread(_take_back, file, revision)
                async with database.engine.begin() as connection:
                    await write(connection)
        finally:
            await database.close()


def _take_back(file: Path, revision: str) -> None:
    # Without our own preparations: SQLite lets nobody make a table anew that others refer to while it checks that.
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        if revision < "0012":
            # Their downgrade ends every session; an installation of that time had some.
            connection.execute(
                text(
                    "INSERT OR IGNORE INTO staff_sessions (token_hash, staff_id, expires_at, created_at) "
                    "SELECT hex(zeroblob(32)), id, created_at, created_at FROM staff LIMIT 1"
                )
            )
    engine.dispose()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--from", dest="given", type=Path)
    arguments.add_argument("revisions", nargs="*")
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.given, chosen.revisions))
