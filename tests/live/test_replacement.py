"""A newly trained bot takes over while customers are talking: no turn fails, and nobody's talk is forgotten."""

import shutil
import threading
import time
from collections.abc import Iterator

import pytest

from ..prepared import prepared_copy
from .conftest import Live, Talk

pytestmark = pytest.mark.bot


@pytest.fixture(scope="module")
def replaced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("replaced")
    prepared_copy(folder)
    server = Live(folder)
    server.start()
    yield server
    server.stop()


def test_turns_flow_on_while_the_bot_is_replaced(replaced: Live) -> None:
    old = replaced.bot_pid()
    waiting = Talk(replaced, "ko")
    waiting.say("우주 엘리베이터 라이선스 정책이 궁금합니다")
    over = threading.Event()
    authors: list[str] = []

    def talk() -> None:
        customer = Talk(replaced, "en")
        while not over.is_set():
            for text in ("how do I add a user?", "thanks", "are you open now?"):
                authors.extend(message["author"] for message in customer.say(text)["messages"])

    talks = [threading.Thread(target=talk) for _ in range(3)]
    for thread in talks:
        thread.start()
    model = replaced.folder / "bot" / "model.tar.gz"
    shutil.copy(model, model.with_suffix(".next"))
    model.with_suffix(".next").replace(model)
    end = time.monotonic() + 240
    while replaced.runs(old) and time.monotonic() < end:
        time.sleep(0.2)
    over.set()
    for thread in talks:
        thread.join(60)
    assert not replaced.runs(old), replaced.log()
    assert replaced.bot_pid() != old
    assert len(authors) > 10 and set(authors) == {"bot"}, "a turn failed meanwhile"
    assert waiting.say("사람이랑 얘기하고 싶어요")["messages"]
