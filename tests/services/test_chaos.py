"""Conversations while app, bot, database and Redis are killed: no promise is broken.

``make chaos`` runs them, with as many conversations as a night takes; they are too long to stand among the others.
"""

import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from firstline.serve.chaos.servers import missing

pytestmark = [
    pytest.mark.services, pytest.mark.bot, pytest.mark.model,
    pytest.mark.skipif("CHAOS_CONVERSATIONS" not in os.environ, reason="only `make chaos` runs this"),
]  # fmt: skip

CONVERSATIONS = int(os.environ.get("CHAOS_CONVERSATIONS", "30"))
SHORT = ["--at-once", "10", "--every", "4"] if CONVERSATIONS < 500 else []

CHAOS = [sys.executable, "-c", "from firstline.serve.cli import main; main()", "chaos"]


@pytest.mark.skipif(bool(missing()), reason=f"no servers can be started here: {missing()}")
def test_no_promise_is_broken_while_everything_is_killed() -> None:
    options = ["--apps", "2", "--servers", "--conversations", str(CONVERSATIONS), *SHORT, "--json"]
    done = subprocess.run([*CHAOS, *options], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode in (0, 1), "the run itself failed; its own words stand above"
    report = json.loads(done.stdout)
    assert report["violations"] == []
    assert report["conversations"] == CONVERSATIONS
    assert report["acknowledged"] > 2 * CONVERSATIONS
    assert sum(report["kills"].values()) > 3
    assert report["handovers"] > 0
    assert report["claims"] > 0
    print(json.dumps({name: value for name, value in report.items() if name != "violations"}, ensure_ascii=False))


def test_a_run_that_is_told_to_end_leaves_no_process_behind() -> None:
    run = psutil.Popen([*CHAOS, "--conversations", "50"], stderr=subprocess.PIPE)
    assert run.stderr is not None
    assert b"Starting the stack" in run.stderr.readline()
    while len(children := run.children(recursive=True)) < 2:  # an app and its bot
        time.sleep(0.2)
    run.terminate()
    run.stderr.close()
    run.wait(60)
    assert psutil.wait_procs(children, timeout=30)[1] == []
