"""A file is kept as a whole or not at all; what comes later adds to what is there; a customer's data go."""

from typing import Any

import pytest
from sqlalchemy import func, select

from firstline.core.database import Base, Database
from firstline.customer_data.find import Found, rows_of
from firstline.customer_data.kept import KEPT
from firstline.serve.backup.rows import Tally, lines_of, load, tables_of
from firstline.training.models import AdoptionFigure, HeldTraining, TrainedAddress, TrainedCustomer
from firstline.training.problems import BadFigures
from firstline.training.service import Training, forget

TABLES = (TrainedCustomer, TrainedAddress, AdoptionFigure, HeldTraining)


async def rows(database: Database) -> list[int]:
    async with database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


async def test_a_fault_at_the_end_leaves_nothing(database: Database, take_in: Any, now: Any) -> None:
    good = "".join(f"C{n},c{n}.example,2026-10-31,5\n" for n in range(3000))
    with pytest.raises(BadFigures, match="line 3002"):
        await take_in("customer,domain,date,seats\n" + good + "X,x.example,no day,5\n")
    assert await rows(database) == [0, 0, 0, 0]
    await take_in("customer,domain,date,seats\nA,c5.example,2026-10-31,5\n")
    with pytest.raises(BadFigures, match=r"line 7: c5\.example belongs to the customer 'A' already"):
        await take_in("customer,domain,date,seats\n" + good)
    assert await rows(database) == [1, 1, 1, 0]


async def test_what_comes_later_adds_and_overwrites(database: Database, take_in: Any, now: Any) -> None:
    first, _ = await take_in("customer,name,date,seats,deployment\nA,가나,2026-10-31,100,45%\n")
    assert first.counts() == {"rows": 1, "merged": 0, "customers_added": 1, "added": 1, "updated": 0}
    second, _ = await take_in("customer,date,usage\nA,2026-10-31,30%\nB,2026-10-31,20%\n")
    assert second.counts() == {"rows": 2, "merged": 0, "customers_added": 1, "added": 1, "updated": 1}
    await take_in("customer,date,deployment\nA,2026-10-31,50%\n")
    async with database.reading() as session:
        query = select(AdoptionFigure).join(TrainedCustomer).where(TrainedCustomer.key == "A")
        one = (await session.scalars(query)).one()
        names = dict((await session.execute(select(TrainedCustomer.key, TrainedCustomer.name))).tuples().all())
    assert (one.seats, one.deployment, one.usage) == (100, 0.5, 0.3)
    assert names == {"A": "가나", "B": "B"}


async def test_a_hundred_thousand_rows(database: Database, take_in: Any, now: Any) -> None:
    products = ["팀즈", "Outlook", "OneDrive", "전체", "SharePoint"]
    lines = [
        f"C-{n // 5},회사 {n // 5},c{n // 5}.example,{products[n % 5]},2026-10-31,{50 + n % 200},{n % 120}%"
        for n in range(100_000)
    ]
    seen: list[int] = []
    text = "고객번호,고객사명,도메인,제품,기준일,라이선스 수,사용률\n" + "\n".join(lines)
    kept, reading = await take_in(text, "cp949", progress=seen.append)
    assert (kept.rows, kept.added, kept.customers_added, reading.encoding) == (100_000, 100_000, 20_000, "cp949")
    assert seen == list(range(2_000, 100_001, 2_000))
    assert await rows(database) == [20_000, 20_000, 100_000, 0]


async def test_a_persons_address_goes_with_the_person_and_a_customer_with_all_of_it(
    database: Database, training: Training, take_in: Any, now: Any
) -> None:
    await take_in("customer,domain,date,seats\nA,a.example kim@naver.com,2026-10-31,5\nB,b.example,2026-10-31,5\n")
    kept = next(one for one in KEPT if one.table.name == "training_addresses")
    async with database.session() as session:
        whose = Found("demo", ["c"], [], [], [], ["Kim@naver.com"], [])
        assert kept.is_deleted
        found = (await session.execute(select(kept.table.c.address).where(rows_of(kept, whose)))).scalars().all()
        assert found == ["kim@naver.com"]
        customer = (await session.scalars(select(TrainedCustomer).where(TrainedCustomer.key == "A"))).one()
        await training.hold(session, "demo", customer.id, "first-steps", training.today("demo"), 12, "a@b.example")
        assert await forget(session, "demo", customer.id) == "A"
    assert await rows(database) == [1, 1, 1, 0]


async def test_a_backup_carries_them(database: Database, take_in: Any, now: Any) -> None:
    await take_in("customer,domain,date,seats,usage\nA,a.example,2026-10-31,5,45%\n")
    names = {table.__tablename__ for table in TABLES}
    async with database.engine.begin() as connection:
        tables = [table for table in await tables_of(connection) if table.name in names]
        assert {table.name for table in tables} == names <= set(Base.metadata.tables)
        lines = {table: [line async for line in lines_of(connection, table)] for table in tables}
        for table in reversed(tables):
            await connection.execute(table.delete())
        for table in tables:
            await load(connection, table, lines[table])
        for table in tables:
            before, after = Tally(), Tally()
            for line in lines[table]:
                before.add(line)
            async for line in lines_of(connection, table):
                after.add(line)
            assert (before.rows, before.digest) == (after.rows, after.digest)
    assert await rows(database) == [1, 1, 1, 0]
