import asyncio
import subprocess
import sys
from pathlib import Path

from firstline.core.locks import file_lock

HOLDER = (
    "import fcntl, sys, time\n"
    "handle = open(sys.argv[1], 'a'); fcntl.flock(handle, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)\n"
)


def hold(path: Path) -> subprocess.Popen[bytes]:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout
    with holder.stdout as said:
        assert said.readline() == b"held\n"
    return holder


async def test_a_file_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []

    async def work(number: int) -> None:
        async with file_lock(tmp_path / "new" / "x.lock"):
            inside.append(number)
            await asyncio.sleep(0.01)
            assert inside == [number]
            inside.clear()

    await asyncio.gather(*(work(number) for number in range(5)))


async def test_another_process_is_waited_for_until_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    holder = hold(path)

    async def take() -> bool:
        async with file_lock(path):
            return holder.poll() is not None

    waiting = asyncio.create_task(take())
    done, _pending = await asyncio.wait([waiting], timeout=0.2)
    assert not done
    holder.kill()
    holder.wait()
    assert await waiting
