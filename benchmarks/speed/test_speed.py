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
from benchmarks.speed.tasks import TASKS, Task, data_of

TURNS = 6
CASES = [
    (task, library)
    for task in TASKS
    for library in LIBRARIES
    if hasattr(LIBRARIES[library], task.operation)
]


def compute(library: str, task: Task) -> Any:
    """The result of a task, as a library computes it."""
    return getattr(LIBRARIES[library], task.operation)(*data_of(task))


def test_numerical_libraries_have_one_thread() -> None:
    """As `library_speed.py` has told them before they were imported."""
    assert {pool["num_threads"] for pool in threadpool_info()} == {1}


@pytest.mark.parametrize(
    ("task", "library"), [case for case in CASES if "least work" not in case], ids=str
)
def test_agrees_with_scipy(task: Task, library: str) -> None:
    """Nothing is timed that is quick and wrong."""
    got, wanted = compute(library, task), compute("SciPy", task)
    pairs = zip(got, wanted, strict=True) if isinstance(wanted, tuple) else [(got, wanted)]
    eps = np.finfo(task.dtype).eps
    for result, reference in pairs:
        largest = np.abs(reference).max()
        assert_allclose(result, reference, rtol=1000 * eps, atol=100 * eps * largest)


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
    benchmark.extra_info |= {"task": str(task), "goal": task.goal, "library": library}
    benchmark.pedantic(compute, (library, task), rounds=task.rounds, warmup_rounds=1)
