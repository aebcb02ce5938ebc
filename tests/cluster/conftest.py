"""Two workers that all tests of a module share, and courses to grade."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cluster.dask_processes import DaskProcesses


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskProcesses]:
    """A scheduler with two workers, which nobody kills."""
    with DaskProcesses() as processes:
        for _ in range(2):
            processes.add_worker()
        yield processes
