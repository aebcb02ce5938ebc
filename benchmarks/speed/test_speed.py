"""Times every task in every library that has it, after checking that they agree.

The libraries take turns: within a task each makes a few calls, then the next library, and around
again, so that whatever else the machine does meanwhile slows all of them alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from threadpoolctl import threadpool_info

from benchmarks.speed.libraries import LIBRARIES
from benchmarks.speed.tasks import PLAIN, TASKS, Task, data_of

TURNS = 5
CASES = [
    (task, library)
    for task in TASKS
    for library in LIBRARIES
    if hasattr(LIBRARIES[library], task.operation)
]


def test_numerical_libraries_have_one_thread() -> None:
    """As `library_speed.py` has told them before they were imported."""
    assert {pool["num_threads"] for pool in threadpool_info()} == {1}


@pytest.mark.parametrize(("task", "library"), CASES, ids=str)
def test_agrees_with_plain_numpy(task: Task, library: str) -> None:
    """Nothing is timed that is quick and wrong."""
    got, wanted = (
        getattr(LIBRARIES[name], task.operation)(*data_of(task)) for name in (library, PLAIN)
    )
    pairs = zip(got, wanted, strict=True) if isinstance(wanted, tuple) else [(got, wanted)]
    for result, reference in pairs:
        largest = np.max(np.abs(reference))
        assert_allclose(result, reference, rtol=1e-11, atol=1e-13 * largest)


@pytest.mark.parametrize(
    ("task", "turn", "library"),
    [
        (task, turn, library)
        for task in TASKS
        for turn in range(TURNS)
        for of, library in CASES
        if of is task
    ],
    ids=str,
)
def test_speed(benchmark: Any, task: Task, turn: int, library: str) -> None:
    """A few calls; `library_speed.py` puts the turns together."""
    benchmark.extra_info |= {"operation": task.operation, "size": task.size, "library": library}
    function = getattr(LIBRARIES[library], task.operation)
    benchmark.pedantic(
        function, data_of(task), iterations=task.calls, rounds=task.rounds, warmup_rounds=1
    )
