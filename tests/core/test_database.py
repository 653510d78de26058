"""Who writes to the database, and in which order."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from firstline.core.database import Database


async def test_writers_of_one_process_come_in_the_order_they_asked(database: Database) -> None:
    order = []

    async def write(number: int) -> None:
        async with database.session() as session:
            await session.execute(text("SELECT 1"))
            await asyncio.sleep(0.001)
            order.append(number)

    tasks = []
    for number in range(40):
        tasks.append(asyncio.create_task(write(number)))
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert sorted(order) == list(range(40))
    if database.is_sqlite:
        assert order == sorted(order)


async def test_work_done_alone_is_waited_for_by_other_processes(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    entered: list[str] = []
    began, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.alone("a"):
            began.set()
            await go_on.wait()
            entered.append("first")

    async def second() -> None:
        await began.wait()
        async with other.alone("b"):
            entered.append("another work")
        go_on.set()
        async with other.alone("a"):
            entered.append("second")

    async with asyncio.timeout(30):
        await asyncio.gather(first(), second())
    assert entered == ["another work", "first", "second"]
    await other.close()
