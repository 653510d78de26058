"""The outbox's worker as a process of its own, to be killed: ``python worker.py SETTINGS-AS-JSON MINUTES-AHEAD``."""

import asyncio
import json
import sys
from datetime import timedelta

from firstline.charter import Charters
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.core.times import system_clock, use_clock
from firstline.serve.outbox import make_delivery


async def main(settings: Settings, ahead: timedelta) -> None:
    database = Database(settings.resolved_database_url)
    with use_clock(lambda: system_clock() + ahead):
        await make_delivery(settings, database, Charters(settings.partners_dir)).run()


if __name__ == "__main__":
    asyncio.run(main(Settings(**json.loads(sys.argv[1]), _env_file=None), timedelta(minutes=int(sys.argv[2]))))
