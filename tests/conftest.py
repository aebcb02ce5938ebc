"""What all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests.chromium import CHROMIUM, CHROMIUM_FLAGS

# No deadline for one example: machines are noisy, and pytest-timeout bounds what hangs. The same
# examples every time, so that a change is judged by what it changes; to look for new ones:
# .venv/bin/pytest --hypothesis-profile=explore
settings.register_profile("course", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("course")

TESTS = Path(__file__).parent
#: Folders of tests/autograder whose tests start the grader or its processes.
GRADER = (
    "",
    "cli",
    "examiner",
    "gradebook",
    "grading",
    "release",
    "sandbox",
    "stock",
    "watch",
    "workers",
)
#: Marks of all tests that are directly in a folder.
KINDS = {
    TESTS / "attacks": "attack",
    TESTS / "faults": "fault",
    **{TESTS / "autograder" / folder: "grader" for folder in GRADER},
}


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by folder; slow modules first, or one core would wait for the last of them."""
    for item in items:
        if kind := KINDS.get(item.path.parent):
            item.add_marker(kind)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


# Of a module, not of the session: while it lives, nothing else can use asyncio in this process.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
