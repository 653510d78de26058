"""Several processes over one database: what one publishes the others find."""

import asyncio
from collections.abc import Callable

import pytest

from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.limits import Limits
from firstline.knowledge.service import Knowledge
from firstline.serve.migrate import migrate

SPLIT = Limits(merge_rows=0, recent_share=0.5)


@pytest.fixture(params=["own folder", "shared folder"])
async def replica(request, settings: Settings, database: Database, tmp_path):
    """Makes a knowledge base as another process has it: its own connections, the same or another index folder."""
    opened: list[Database] = []

    def open_one(limits: Limits = Limits()) -> Knowledge:
        own = settings.model_copy(update={"database_url": settings.resolved_database_url})
        if request.param == "own folder":
            own = own.model_copy(update={"data_dir": tmp_path / f"replica{len(opened)}"})
        opened.append(Database(own.resolved_database_url))
        return Knowledge(opened[-1], HashingEncoder(), own, starter=None)

    yield open_one
    for one in opened:
        await one.close()


async def titles(knowledge: Knowledge) -> set[str]:
    return {hit.title for hit in (await knowledge.search("acme", "password", "en", 20)).results}


async def test_replicas_that_write_the_same_article_at_once(replica: Callable[[], Knowledge], make):
    stores = [replica().store for _ in range(4)]
    # As each does with the library when they are started together.
    imports = [store.save("starter", make(), author="Firstline", status="published") for store in stores]
    assert {one.version for one in await asyncio.gather(*imports)} == {1}
    await asyncio.gather(*(store.remember("starter_sha256", "1") for store in stores))
    for newest in (0, 1):
        saves = [
            store.save("acme", make(title=f"{newest + 1} by {at}"), author="kim", expect_version=newest)
            for at, store in enumerate(stores)
        ]
        done = await asyncio.gather(*saves, return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["Conflict"] * 3 + ["StoredArticle"]


async def publish(knowledge: Knowledge, *articles) -> None:
    for article in articles:
        await knowledge.save("acme", article, author="kim", status="published")


async def test_the_others_follow_publishing_editing_archiving_and_hiding(replica: Callable[[], Knowledge], make):
    one, two = replica(), replica()
    await one.ensure_ready("acme")
    await two.ensure_ready("acme")
    assert await two.follow() == []
    await publish(one, make(title="First"))
    assert await titles(two) == set()
    assert await two.follow() == ["acme"]
    assert await titles(two) == {"First"}
    await publish(two, make(title="Second"), make("other", title="Third"))
    await one.follow()
    assert await titles(one) == {"Second", "Third"}
    await two.set_status("acme", "other", "en", "archived")
    await one.follow()
    assert await titles(one) == {"Second"}
    await one.store.save("starter", make("below", title="Below"), author="x", status="published")
    await two.follow()
    assert await titles(two) == {"Second", "Below"}
    await two.hide("acme", "below", "en", True, "kim")
    assert await one.follow() == ["acme"]
    assert await titles(one) == {"Second"}
    assert await one.follow() == [] and await two.follow() == []


async def test_two_that_publish_at_once_lose_nothing(replica: Callable[[], Knowledge], make):
    one, two = replica(), replica()
    await one.ensure_ready("acme")
    await two.ensure_ready("acme")

    async def many(knowledge: Knowledge, name: str) -> None:
        for number in range(8):
            await publish(knowledge, make(f"{name}-{number}", title=f"Password {name} {number}"))

    await asyncio.gather(many(one, "a"), many(two, "b"))
    await one.follow()
    await two.follow()
    expected = {f"Password {name} {number}" for name in "ab" for number in range(8)}
    assert await titles(one) == await titles(two) == expected
    fresh = replica()
    await fresh.ensure_ready("acme")
    assert await titles(fresh) == expected


async def test_a_database_put_back_is_noticed(database: Database, settings: Settings, make):
    knowledge = Knowledge(database, HashingEncoder(), settings, starter=None)
    await publish(knowledge, make(title="One"), make("two", title="Two"))
    await database.close()
    older = Database(f"sqlite+aiosqlite:///{settings.data_dir / 'older.db'}")
    await migrate(older)
    knowledge = Knowledge(older, HashingEncoder(), settings, starter=None)
    await publish(knowledge, make(title="Restored"))
    assert await titles(knowledge) == {"Restored"}
    await older.close()


async def wait_for_merge(knowledge: Knowledge, settings: Settings) -> None:
    for _ in range(600):
        if len((await knowledge.index("acme")).segments) == 1:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the segments were not put together")


async def test_a_large_index_takes_changes_beside_its_first_segment_and_merges_later(
    database: Database, settings: Settings, make
):
    knowledge = Knowledge(database, HashingEncoder(), settings, starter=None, limits=SPLIT)
    articles = [make(f"n{number}", title=f"Password {number}") for number in range(8)]
    for article in articles:
        await knowledge.store.save("acme", article, author="kim", status="published")
    await knowledge.ensure_ready("acme")
    first = (await knowledge.index("acme")).segments[0]
    await publish(knowledge, make("n0", title="Password changed"), make("new", title="Password new"))
    index = await knowledge.index("acme")
    assert index.segments[0] is first and len(index.segments) == 2
    expected = {f"Password {number}" for number in range(1, 8)} | {"Password changed", "Password new"}
    assert await titles(knowledge) == expected
    loaded = Knowledge(database, HashingEncoder(), settings, starter=None, limits=SPLIT)
    await loaded.ensure_ready("acme")
    assert await titles(loaded) == expected
    await publish(knowledge, *(make(f"n{number}", title=f"Password {number} again") for number in range(1, 5)))
    await wait_for_merge(knowledge, settings)
    expected = {"Password changed", "Password new", "Password 5", "Password 6", "Password 7"}
    expected |= {f"Password {number} again" for number in range(1, 5)}
    assert await titles(knowledge) == expected
    await loaded.follow()
    assert await titles(loaded) == expected
