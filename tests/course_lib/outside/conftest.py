"""Lets SciPy's test modules be imported under --strict-markers."""

from __future__ import annotations

import pytest

MARKS_OF_SCIPY = [
    "array_api_backends",
    "fail_slow",
    "parallel_threads_limit",
    "skip_xp_backends",
    "thread_unsafe",
    "uses_xp_capabilities",
    "xfail_on_32bit",
    "xfail_xp_backends",
    "xslow",
]


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS_OF_SCIPY:
        config.addinivalue_line("markers", f"{mark}: used in SciPy's test modules")
