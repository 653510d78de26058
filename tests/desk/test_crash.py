"""A process killed in the middle of a handover leaves nothing half-written: no case without its message."""

import asyncio
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from firstline.conversations.models import ConversationEvent, Message
from firstline.core.database import Database
from firstline.core.settings import Settings
from firstline.desk.models import Case, CasePromise

# Hands over as the app does, and dies by signal after everything is written and before the transaction ends.
HANDS_OVER_AND_DIES = """
import asyncio, os, signal, sys
from pathlib import Path
from firstline.charter import Charters
from firstline.conversations import store
from firstline.core.database import Database
from firstline.desk.handover import hand_over

async def main(url, partners, conversation_id):
    async with Database(url).session() as session:
        conversation = await store.get_conversation(session, conversation_id)
        case = await hand_over(session, conversation, Charters(Path(partners)).get("demo"), reason="human")
        await session.flush()
        print(case.number, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_killed_between_case_and_message_nothing_is_half_written(
    database: Database, settings: Settings, new_customer: Callable[..., Any]
) -> None:
    customer = await new_customer()
    before = await customer.transcript()
    dying = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HANDS_OVER_AND_DIES, settings.resolved_database_url, str(settings.partners_dir),
        customer.id, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await dying.communicate()
    assert dying.returncode == -signal.SIGKILL and said.startswith(b"DEMO-"), "it didn't come to the handover"
    async with database.reading() as session:
        for table in (Case, CasePromise, ConversationEvent):
            assert await session.scalar(select(func.count()).select_from(table)) == 0, table
        assert await session.scalar(select(func.count()).select_from(Message)) == len(before)
    assert await customer.transcript() == before and (await customer.state())["state"] == "bot"
    turn = await customer.send("/human")
    assert turn["state"] == "waiting" and turn["case"]["number"] == said.decode().strip()
    assert turn["case"]["number"] in turn["messages"][0]["text"]
