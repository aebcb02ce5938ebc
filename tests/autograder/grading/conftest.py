"""One slot of real, sandboxed processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.autograder.workers.bench import Bench, open_bench


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as bench:
        yield bench
