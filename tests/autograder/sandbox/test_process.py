"""Who a confined process is and what it holds."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def users_and_groups() -> list[list[int]]:
    return [list(os.getresuid()), list(os.getresgid()), os.getgroups()]


def test_the_candidate_is_an_unprivileged_user(inside, parent):
    users, groups, supplementary = inside(users_and_groups).value
    assert len({*users}) == len({*groups}) == 1
    assert 0 not in users + groups
    if owner := parent.popen_as_candidate:
        assert users[0] == owner["user"]
        assert supplementary == []


def test_candidate_and_examiner_are_different_users_under_root(inside, inside_examiner, parent):
    if parent.popen_as_candidate.get("user") != 64000:
        pytest.skip("an ordinary user has one name only")
    assert inside(users_and_groups).value != inside_examiner(users_and_groups).value


def capabilities() -> list[int]:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*[7] * 6)
    assert ctypes.CDLL(None).capget(header, data) == 0
    return list(data)


def test_no_capability_is_left(inside):
    assert inside(capabilities).value == [0] * 6


def prctl(option: int, argument: int = 0) -> int:
    return ctypes.CDLL(None).prctl(*map(ctypes.c_ulong, (option, argument, 0, 0, 0)))


def test_bounding_set_is_empty_under_root(inside, parent):
    if parent.popen_as_candidate.get("user") != 64000:
        pytest.skip("takes root")
    assert {inside(prctl, 23, capability).value for capability in (0, 1, 7, 12, 21, 40)} == {0}


def test_no_new_privileges_and_no_dumps(inside):
    assert inside(prctl, 39).value == 1
    assert inside(prctl, 3).value == 0


def become_root() -> None:
    os.setuid(0)


def test_root_cannot_be_regained(inside):
    assert inside(become_root).error == "EPERM"


def open_descriptors() -> list[int]:
    found = []
    for number in range(1024):
        try:
            os.fstat(number)
            found.append(number)
        except OSError:
            continue
    return found


def test_only_the_wire_stays_open(inside):
    descriptors = inside(open_descriptors).value
    assert descriptors[:3] == [0, 1, 2]
    assert len(descriptors) == 4 + 2  # files of the parent's


def files_of_the_parent() -> list[tuple[bool, bool, int]]:
    found = []
    for number in open_descriptors()[3:]:
        if not stat.S_ISFIFO(os.fstat(number).st_mode):
            is_numpys = os.path.samestat(os.fstat(number), Path(np.__file__).stat())
            is_null = stat.S_ISCHR(os.fstat(number).st_mode)
            found.append((is_numpys, is_null, os.lseek(number, 0, os.SEEK_CUR)))
    return found


def test_files_of_the_parent_are_opened_anew_if_they_may_be_read(inside):
    assert sorted(inside(files_of_the_parent).value) == [[False, True, 0], [True, False, 0]]


def environment() -> list[str | None]:
    libc = ctypes.CDLL(None)
    libc.getenv.restype = ctypes.c_char_p
    secret = libc.getenv(b"SECRET")
    return [*sorted(os.environ), secret.decode() if secret else None]


def test_the_environment_is_cleared(inside):
    assert inside(environment).value == [
        "HOME",
        "IPYTHONDIR",
        "LANG",
        "MPLCONFIGDIR",
        "OPENBLAS_NUM_THREADS",
        "TMPDIR",
        None,
    ]


def grab_memory() -> str:
    chunks = []
    try:
        while True:
            chunks.append(bytearray(16 << 20))
    except MemoryError:
        pass
    return "stopped" if len(chunks) < 40 else "too late"


def test_memory_is_limited(inside):
    assert inside(grab_memory).value == "stopped"


def write_a_large_file() -> None:
    with Path("large").open("wb") as file:
        file.writelines(bytes(1 << 20) for _ in range(100))


def test_file_size_is_limited(inside):
    assert inside(write_a_large_file).error == "EFBIG"


def open_many_files() -> None:
    for _ in range(1000):
        os.open(os.devnull, os.O_RDONLY)


def test_open_files_are_limited(inside):
    assert inside(open_many_files).error == "EMFILE"


def start_many_threads() -> None:
    for _ in range(2000):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()


def test_threads_are_limited(inside):
    outcome = inside(start_many_threads)
    assert outcome.error == "RuntimeError"
    assert "start new thread" in outcome.message


def stop_the_death_wish() -> list[int]:
    value = ctypes.c_int()
    ctypes.CDLL(None).prctl(2, ctypes.byref(value), 0, 0, 0)
    return [prctl(1, 0), value.value]


def test_the_death_wish_stands(inside):
    assert inside(stop_the_death_wish).value == [-1, signal.SIGKILL]


def sleep_long() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(600)


def child_of(pid: int) -> int | None:
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            return int(file.parent.name)
    return None


def wait_for(condition: Callable[[], Any], seconds: float = 10) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    pytest.fail("waited in vain")


def test_a_candidate_dies_with_its_parent(parent_to_lose):
    parent_to_lose.send(sleep_long, profile="candidate")
    child = wait_for(lambda: child_of(parent_to_lose.pid))
    parent_to_lose.kill()
    wait_for(lambda: is_gone(child))


def test_a_candidate_is_the_first_to_go_when_memory_ends(parent_to_lose):
    parent_to_lose.send(sleep_long, profile="candidate")
    child = wait_for(lambda: child_of(parent_to_lose.pid))
    score = Path(f"/proc/{child}/oom_score_adj")
    wait_for(lambda: score.read_text() == "1000\n")


def processors() -> int:
    return len(os.sched_getaffinity(0))


def test_a_process_stays_on_its_processors(inside_examiner):
    assert inside_examiner(processors).value == 1


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


LOOP = """
import signal
from autograder.sandbox.limits import Limits, apply
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
apply(Limits(), tasks=10_000, cpu_seconds=1)
while True: pass
"""


def test_cpu_time_is_limited_even_when_the_warning_is_ignored():
    finished = subprocess.run([sys.executable, "-c", LOOP], timeout=60, check=False)
    assert finished.returncode == -signal.SIGKILL
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime > 1
