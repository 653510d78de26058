"""Publishes until it is killed: started by ``test_publish_crash.py`` with a folder and the limits' ``merge_rows``.

For every line on its input it forks a process that opens database and index, says which version search finds, then
publishes one version after the other and says so after each.
"""

import asyncio
import os
import sys
from pathlib import Path

from firstline.core.database import Database
from firstline.core.logs import configure_logs
from firstline.core.settings import Settings
from firstline.knowledge.articles import Article
from firstline.knowledge.hashing_encoder import HashingEncoder
from firstline.knowledge.lexical import warm_up
from firstline.knowledge.limits import Limits
from firstline.knowledge.service import Knowledge
from firstline.serve.migrate import migrate


def say(word: str, number: int) -> None:
    os.write(1, f"{word} {number}\n".encode())


def article(number: int) -> Article:
    body = f"Open the portal and count to {number}.\n\n## Then\n\n1. Close it."
    return Article(slug="counter", lang="en", title="Count to a number", category="usage", body=body)


def opened(folder: Path) -> tuple[Settings, Database]:
    settings = Settings(data_dir=folder, database_url="", _env_file=None)
    return settings, Database(settings.resolved_database_url)


async def prepare(folder: Path) -> None:
    _settings, database = opened(folder)
    await migrate(database)
    await database.close()


async def publish(folder: Path, merge_rows: int) -> None:
    settings, database = opened(folder)
    limits = Limits(merge_rows=merge_rows, recent_share=0.6)
    knowledge = Knowledge(database, HashingEncoder(64), settings, starter=None, limits=limits)
    await knowledge.ensure_ready("acme")
    hits = (await knowledge.search("acme", "count to a number", "en", 20)).results
    say("found", hits[0].version if hits else 0)
    number = hits[0].version if hits else 0
    while True:
        number += 1
        await knowledge.save("acme", article(number), author="kim", status="published")
        say("published", number)


def main() -> None:
    configure_logs("WARNING")
    folder, merge_rows = Path(sys.argv[1]), int(sys.argv[2])
    # What takes long is done before the fork, so that a start takes a moment.
    asyncio.run(prepare(folder))
    warm_up()
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(publish(folder, merge_rows))
        say("process", child)
        os.waitpid(child, 0)
        say("dead", child)


if __name__ == "__main__":
    main()
