"""Killed processes, a missing bot, a second start, a taken port: nothing is lost and everybody is told."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from firstline.serve.bench.server import wait_for

from ..garbage import hook, share_left_out
from ..prepared import prepared_copy
from .conftest import Live, Talk

pytestmark = pytest.mark.bot


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("fragile")
    prepared_copy(folder)
    server = Live(folder)
    server.environment["PYTHONPATH"] = hook(tmp_path_factory.mktemp("garbage"))
    server.start()
    yield server
    server.stop()


def test_no_search_for_garbage_walks_through_the_library(fragile: Live) -> None:
    assert fragile.process
    ready = time.monotonic() + 30
    while "Ready" not in fragile.log() and time.monotonic() < ready:
        time.sleep(0.1)
    assert Talk(fragile, "ko").say("공유 사서함 만드는 법")["messages"]
    fragile.stop()
    left_out = share_left_out(Path(fragile.environment["PYTHONPATH"]), fragile.process.pid)
    fragile.start()
    assert left_out > 0.8


def test_bot_killed_between_two_turns(fragile: Live) -> None:
    customer = Talk(fragile, "ko")
    customer.say("공유 사서함 만드는 법")
    before = customer.now()["messages"]
    os.kill(fragile.bot_pid(), signal.SIGKILL)
    silent = customer.say("사용자는 어떻게 추가하나요?")
    assert silent["messages"][0]["author"] == "system" and silent["messages"][0]["buttons"][0]["payload"] == "/human"
    fragile.wait_until_healthy()
    answered = customer.say("사용자는 어떻게 추가하나요?")
    assert answered["messages"][0]["articles"][0]["slug"] == "add-a-user"
    assert customer.now()["messages"][: len(before)] == before


def test_app_killed_with_an_open_case(fragile: Live) -> None:
    waiting, chatting = Talk(fragile, "ko"), Talk(fragile, "en")
    number = waiting.say("상담원 연결해 주세요")["case"]["number"]
    chatting.say("how do I record a teams meeting")
    before = waiting.now(), chatting.now()
    fragile.kill()
    fragile.start()
    assert (waiting.now(), chatting.now()) == before
    assert waiting.now()["case"]["number"] == number
    assert waiting.say("아직 기다리고 있어요")["messages"]
    assert chatting.say("that did not help")["state"] == "waiting", "the bot forgot what it had asked"


def test_no_child_is_left_when_the_app_is_killed(fragile: Live) -> None:
    bot = fragile.bot_pid()
    fragile.kill()
    end = time.monotonic() + 10
    while Path(f"/proc/{bot}").exists() and time.monotonic() < end:
        if "Z" in Path(f"/proc/{bot}/stat").read_text().split()[2]:
            break
        time.sleep(0.1)
    else:
        assert not Path(f"/proc/{bot}").exists()
    fragile.start()


def test_second_start_on_the_same_data_says_so(fragile: Live) -> None:
    second = fragile.command("run")
    assert second.returncode == 1
    assert "already runs" in second.stderr and "FIRSTLINE_DATA_DIR" in second.stderr


def test_taken_port_is_named(tmp_path: Path) -> None:
    server = Live(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", server.port))
        taken.listen()
        done = server.command("run")
    assert done.returncode == 1 and str(server.port) in done.stderr and "PORT=" in done.stderr


def test_charter_that_fails_its_lint_stops_the_start(tmp_path: Path) -> None:
    server = Live(tmp_path)
    partner = tmp_path / "partners" / "broken"
    partner.mkdir(parents=True)
    (partner / "charter.yaml").write_text("id: broken\nlanguages: [ko]\n", "utf-8")
    server.environment["FIRSTLINE_PARTNERS_DIR"] = str(tmp_path / "partners")
    done = server.command("staff", "add", "--partner", "broken", "--role", "agent", "--email", "a@b.co",
                          "--password-stdin", given="a-long-password\n")  # fmt: skip
    assert done.returncode == 1 and "charter" in done.stderr.lower()


def test_an_app_that_waits_for_its_bot_ends_when_it_is_asked(tmp_path: Path) -> None:
    prepared_copy(tmp_path)
    server = Live(tmp_path)
    server.environment["FIRSTLINE_BOT_URL"] = "http://127.0.0.1:9"
    server.launch()
    assert server.process
    wait_for(f"{server.url}/readyz", server.process, tmp_path / "run.log")
    assert httpx.get(f"{server.url}/healthz", timeout=5).status_code == 503
    server.stop()
    assert server.process.returncode in (0, 130), "0 where a shell runs it in the background and Ctrl-C is ignored"
