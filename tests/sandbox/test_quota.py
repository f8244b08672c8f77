"""Files where no file system of the run's own caps them: however they are made to go unseen, they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flashtorch.sandbox.cell import Ending, Limits
from tests.sandbox.running import replied, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from flashtorch.sandbox.sandbox import Sandbox

SMALL = Limits(wall_s=15, cpu_s=15, disk_mb=8, file_mb=8)
START = "import array, mmap, os, socket, time\nEIGHT = b'x' * (8 << 20)\na, b = socket.socketpair()\nheld = []\nos.mkdir('d', 0o300)\n"
# What is done again and again; each holds eight more megabytes.
HIDERS = {
    "no name any more": "f = os.open('f', os.O_CREAT | os.O_RDWR); os.unlink('f'); os.write(f, EIGHT); held.append(f)",
    "never a name": "f = os.open('.', os.O_TMPFILE | os.O_RDWR); os.write(f, EIGHT); held.append(f)",
    "a folder that cannot be listed": "open(f'd/{turn}', 'wb').write(EIGHT)",
    "on its way through a socket": (
        "f = os.open('f', os.O_CREAT | os.O_RDWR); os.unlink('f'); os.write(f, EIGHT)\n"
        "    a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [f]))]); os.close(f)"
    ),
    "mapped": "f = os.open('f', os.O_CREAT | os.O_RDWR); os.unlink('f'); os.write(f, EIGHT); held.append(mmap.mmap(f, 4096)); os.close(f)",
}


@pytest.mark.parametrize("hider", HIDERS)
def test_files_that_nobody_sees_are_counted(at_level: Callable[[str], Sandbox], hider: str) -> None:
    script = f"{START}for turn in range(40):\n    {HIDERS[hider]}\n    time.sleep(0.02)\ntime.sleep(0.2)\nreply = 'written'"
    assert run(at_level("C"), script, SMALL).ending is Ending.DISK


def test_a_file_is_written_before_it_has_its_space(at_level: Callable[[str], Sandbox]) -> None:
    """Asked for at once, gigabytes would be there before anybody looks."""
    script = "import os\ntry: os.posix_fallocate(os.open('f', os.O_CREAT | os.O_RDWR), 0, 4096); reply = 'got'\nexcept PermissionError: reply = 'refused'"
    assert replied(run(at_level("C"), script)) == "refused"


def test_an_ordinary_run_may_write_the_same_file_again(at_level: Callable[[str], Sandbox]) -> None:
    script = "import os, time\nfor _ in range(5):\n    open('f', 'wb').write(b'x' * (6 << 20)); time.sleep(0.06)\nos.mkdir('d', 0)\ntime.sleep(0.2)\nreply = 1"
    assert replied(run(at_level("C"), script, SMALL)) == 1
