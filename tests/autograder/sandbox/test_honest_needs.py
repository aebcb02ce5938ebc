"""What honest notebooks do works inside the sandbox."""

from __future__ import annotations

import asyncio
import mmap
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import threading
import time
import zoneinfo
from pathlib import Path

import pytest


def numpy_solves_a_system():
    import numpy as np

    generator = np.random.default_rng(0)
    matrix = generator.normal(size=(300, 300))
    return bool(np.allclose(matrix @ np.linalg.solve(matrix, np.ones(300)), 1))


def numpy_saves_and_maps_an_array():
    import numpy as np

    np.save("array.npy", np.arange(10.0))
    np.arange(5.0).tofile("raw.bin")
    return float(np.load("array.npy", mmap_mode="r").sum()) == 45


def matplotlib_saves_a_figure():
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], [1, 0], label=r"$\sum_i x_i^2$")
    axes.legend()
    figure.savefig("figure.png")
    figure.savefig("figure.svg")
    return Path("figure.png").stat().st_size > 1000


def ipython_runs_a_cell():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    return shell.run_cell("total = sum(range(5))").success and shell.user_ns["total"] == 10


def ipython_awaits_at_top_level():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.autoawait = True
    result = shell.run_cell("import asyncio\nawait asyncio.sleep(0.01)\ndone = 1")
    return result.success and shell.user_ns["done"] == 1


def asyncio_runs():
    async def work():
        await asyncio.sleep(0.001)
        return await asyncio.to_thread(lambda: 7)

    return asyncio.run(work()) == 7


def socket_pair_talks_to_itself():
    one, other = socket.socketpair()
    one.send(b"hello")
    return other.recv(5) == b"hello"


def threads_run():
    seen: list[int] = []
    threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(seen) == list(range(8))


def tempfiles_work():
    with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as named:
        Path(folder, "file").write_text("text")
        return Path(named.name).parent == Path.cwd()


def unnamed_tempfile_works():
    with tempfile.TemporaryFile() as file:
        file.write(b"text")
        return file.tell() == 4


def scratch_is_home_and_working_folder():
    return Path.home() == Path.cwd() == Path(tempfile.gettempdir())


def files_are_written_renamed_truncated_and_removed():
    Path("a").mkdir()
    Path("a/one").write_text("some text")
    Path("a/one").rename("two")
    with Path("two").open("r+") as file:
        file.truncate(4)
    kept = Path("two").read_text()
    Path("two").unlink()
    shutil.rmtree("a")
    return kept == "some" and list(Path.cwd().iterdir()) == []


def files_are_copied_with_their_times():
    Path("one").write_text("text")
    shutil.copy("one", "two")
    shutil.copy2("one", "three")
    return Path("two").read_text() == Path("three").read_text() == "text"


def sqlite_keeps_a_table():
    with sqlite3.connect("data.db") as database:
        database.execute("create table t (x)")
        database.execute("insert into t values (1)")
        return database.execute("select x from t").fetchall() == [(1,)]


def sqlite_writes_ahead():
    with sqlite3.connect("ahead.db", timeout=1) as database:
        mode = database.execute("pragma journal_mode=wal").fetchall()
        database.execute("create table t (x)")
        database.execute("insert into t values (1)")
        return mode == [("wal",)] and database.execute("select x from t").fetchall() == [(1,)]


def a_file_is_mapped():
    Path("mapped").write_bytes(b"0" * 4096)
    with Path("mapped").open("r+b") as file, mmap.mmap(file.fileno(), 0) as area:
        area[0] = 49
    return Path("mapped").read_bytes()[:2] == b"10"


def time_and_chance_work():
    time.sleep(0.001)
    return len(os.urandom(8)) == 8 and 0 <= random.random() < 1 and time.process_time() > 0


def time_zones_are_there():
    return zoneinfo.ZoneInfo("Europe/Berlin").key == "Europe/Berlin"


def an_alarm_rings():
    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.05)
    return rung == [1]


def it_may_signal_itself():
    rung = []
    signal.signal(signal.SIGUSR1, lambda *_: rung.append(1))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    return rung == [1, 1]


def late_imports_work():
    import decimal
    import json.tool
    import unittest.mock
    import xml.dom.minidom

    import matplotlib.backends.backend_pdf
    import numpy.polynomial

    del json, xml, matplotlib, numpy
    return decimal.Decimal(1) == 1 and unittest.mock.sentinel.x is not None


def a_package_of_the_checkout_is_found():
    import half_open.public
    import open_package

    return open_package.name == "__init__" and half_open.public.name == "public"


def packages_are_known_by_version():
    import importlib.metadata

    return importlib.metadata.version("numpy")[0].isdigit()


def standard_output_swallows():
    os.write(1, b"lost")
    print("lost", flush=True)
    return os.fstat(1).st_rdev == Path(os.devnull).stat().st_rdev


def the_cpu_count_is_known():
    return (os.cpu_count() or 0) >= 1 and len(os.sched_getaffinity(0)) >= 1


def memory_within_the_limit_is_given():
    import numpy as np

    return float(np.ones(25_000_000).sum()) == 25e6  # 200 MB of the 512


def deep_recursion_is_an_error_not_a_crash():
    def fall():
        return fall()

    try:
        fall()
    except RecursionError:
        return sys.getrecursionlimit() >= 1000
    return False


NEEDS = [
    value
    for value in list(globals().values())
    if getattr(value, "__module__", None) == __name__ and callable(value)
]


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.__name__)
def test_works_inside(inside, need):
    outcome = inside(need)
    assert outcome.value is True, outcome
