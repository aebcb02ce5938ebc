"""The processors that a grading may use, and how long its processes were kept from theirs.

Every slot has a processor of its own: the threads of one submission then slow nobody else down.
What is left are programs that are none of ours, and the quota of a container. What they take is
measured here, so that no submission has to pay for it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC, _CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")
_NANOSECOND = 1e-9


def usable_processors(proc: Path = _PROC, cgroups: Path = _CGROUPS) -> tuple[int, ...]:
    """The processors that this process may use: as many as its affinity and its quota allow.

    A quota of two and a half processors is one of two: the third would be taken away half of the
    time. Below one processor there is one, which has to do.

    Examples
    --------
    >>> len(usable_processors()) >= 1
    True
    """
    if not hasattr(os, "sched_getaffinity"):  # not Linux: notebooks are checked, and none is graded
        return tuple(range(os.cpu_count() or 1))
    allowed = sorted(os.sched_getaffinity(0))
    quotas = [found for group in _groups(proc, cgroups) if (found := _quota(group)) is not None]
    return tuple(allowed[: max(1, int(min(quotas, default=len(allowed))))])


@contextlib.contextmanager
def claimed_processors(wanted: int) -> Iterator[Sequence[int]]:
    """So many processors for the context's time, first those that no other grading has.

    A claim is a name in the kernel's memory, which ends with this process.
    """
    with contextlib.ExitStack() as claims:
        free: list[int] = []
        taken: list[int] = []
        for number in usable_processors():
            claim = claims.enter_context(socket.socket(socket.AF_UNIX))
            try:
                if len(free) < wanted:
                    claim.bind(f"\0autograder-processor-{number}")
                    free.append(number)
            except OSError:
                taken.append(number)
        yield (*free, *taken)[:wanted]


@dataclass(frozen=True)
class Use:
    """What some processes had of a processor until some time; in seconds.

    Attributes
    ----------
    at
        When this was measured, by the monotonic clock.
    ran
        CPU time of the processes.
    delays
        How long each thread could have run and did not.
    busy
        How long the processor was not idle.
    throttled
        How long the quota of a control group kept everything in it from running.
    """

    at: float
    ran: float
    delays: dict[tuple[int, str], float]
    busy: float
    throttled: float


def measure_use(
    pids: Sequence[int], processor: int, proc: Path = _PROC, cgroups: Path = _CGROUPS
) -> Use | None:
    """What these processes, which are pinned to ``processor``, had of it until now.

    None where the kernel does not tell, or one of the processes has ended.
    """
    try:
        return Use(
            time.monotonic(),
            sum(_cpu_seconds(proc / str(pid)) for pid in pids),
            {(pid, thread): delay for pid in pids for thread, delay in _delays(proc / str(pid))},
            _busy_seconds(proc, processor),
            max((_throttled_seconds(group) for group in _groups(proc, cgroups)), default=0.0),
        )
    except (OSError, ValueError, IndexError):
        return None


def seconds_kept(before: Use, after: Use) -> float:
    """How long others kept the processes from running between two measurements.

    A thread's delay alone proves nothing: a student's threads can keep each other waiting. Time
    counts only as far as these processes did not use it, and others did or a quota forbade it. A
    process that sleeps has no delay, and one that computes has used its time.
    """
    elapsed = after.at - before.at
    ran = after.ran - before.ran
    longest: dict[int, float] = {}  # of the threads of each process, which take turns
    for (pid, thread), delay in after.delays.items():
        waited = delay - before.delays.get((pid, thread), 0.0)
        longest[pid] = max(waited, longest.get(pid, 0.0))
    by_others = after.busy - before.busy - ran + after.throttled - before.throttled
    return max(0.0, min(sum(longest.values()), elapsed - ran, by_others))


def _groups(proc: Path, cgroups: Path) -> Iterator[Path]:
    """The control groups that this process's CPU time is counted in, with their parents.

    They lie in the folder of version 2, or of the controller ``cpu`` of version 1. In a container
    the path that the kernel tells may not exist: its own group is at the top then.
    """
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            tops = [cgroups, cgroups / "unified"]
        elif "cpu" in controllers.split(","):
            tops = [cgroups / controllers, cgroups / "cpu"]
        else:
            continue
        top = next((each for each in tops if each.is_dir()), None)
        if top is not None:
            group = top / path.strip("/")
            yield from (each for each in (group, *group.parents) if each.is_relative_to(top))


def _quota(group: Path) -> float | None:
    """How many processors a control group may use; None: all."""
    try:
        if (group / "cpu.max").exists():
            quota, period = (group / "cpu.max").read_text().split()
        else:
            quota = (group / "cpu.cfs_quota_us").read_text()
            period = (group / "cpu.cfs_period_us").read_text()
        return int(quota) / int(period) if int(quota) > 0 else None
    except (OSError, ValueError):  # there is none, or it is "max"
        return None


def _throttled_seconds(group: Path) -> float:
    try:
        words = (group / "cpu.stat").read_text().split()
    except OSError:
        return 0.0
    found = dict(zip(words[::2], words[1::2], strict=False))
    if "throttled_usec" in found:
        return int(found["throttled_usec"]) / 1e6
    return int(found.get("throttled_time", 0)) * _NANOSECOND


def _cpu_seconds(process: Path) -> float:
    """CPU time of a process, threads that have ended included."""
    # The name before it may hold anything.
    fields = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _delays(process: Path) -> Iterator[tuple[str, float]]:
    """The threads of a process, and how long each has waited for a processor."""
    for thread in (process / "task").iterdir():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
            numbers = (thread / "schedstat").read_text().split()
            yield thread.name, int(numbers[1]) * _NANOSECOND


def _busy_seconds(proc: Path, processor: int) -> float:
    """How long a processor was not idle, time that a hypervisor took away included."""
    for line in (proc / "stat").read_text().splitlines():
        name, *numbers = line.split()
        if name == f"cpu{processor}":
            # user, nice, system, idle, iowait, irq, softirq, steal; guests are in user and nice.
            ticks = [int(number) for number in numbers[:8]]
            return (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
    raise ValueError(f"processor {processor} is not in {proc / 'stat'}")
