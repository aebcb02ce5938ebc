"""The renderer: what it renders, and what becomes of what it cannot."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator

import pytest

from autograder.autograded.notebook import autograded_text
from autograder.feedback.page import render_page
from autograder.results import Review
from autograder.workers import renderer
from autograder.workers.renderer import Renderer
from tests.autograder.nasty_notebooks import nasty_result

pytestmark = pytest.mark.grader


# What follows runs in the renderer, which finds it by its name.


def shout(text: str, *, plain: bool = False) -> str:
    return f"{text} here" if plain else f"{text.upper()} {os.getpid()}"


def loaded(*, plain: bool = False) -> str:
    return " ".join(sys.modules)


def never_ends(text: str, *, plain: bool = False) -> str:
    while not plain:
        pass
    return text


def takes_all_memory(text: str, *, plain: bool = False) -> str:
    return text if plain else str(len(bytearray(8 << 30)))


def prints(text: str, *, plain: bool = False) -> str:
    os.write(1, b"not a reply")
    return text


@pytest.fixture
def running() -> Iterator[Renderer]:
    with Renderer() as running:
        yield running


def test_it_is_another_process_and_the_same_for_all(running: Renderer) -> None:
    first, second = running.run(shout, text="a"), running.run(shout, text="b")
    assert first.split()[0] == "A"
    assert first.split()[1] == second.split()[1] != str(os.getpid())


def test_started_ahead_it_imports_what_it_will_need_and_no_grammar_of_addresses(
    running: Renderer,
) -> None:
    running.start("autograder.autograded.rendered")
    modules = running.run(loaded).split()
    assert {"autograder.autograded.rendered", "nbconvert", "jsonschema"} <= {*modules}
    assert "rfc3987_syntax.syntax_helpers" not in modules  # the second that building it takes


def test_what_has_no_end_is_ended_and_shown_as_plain_text(
    running: Renderer, caplog: pytest.LogCaptureFixture
) -> None:
    assert running.run(never_ends, text="a") == "a"
    assert "shown as plain text" in caplog.text


def test_what_takes_all_memory_is_shown_as_plain_text(running: Renderer) -> None:
    assert running.run(takes_all_memory, text="a") == "a"


def test_after_a_failure_another_process_goes_on(running: Renderer) -> None:
    running.run(takes_all_memory, text="a")
    assert running.run(shout, text="b").startswith("B ")


def test_what_is_printed_is_no_reply(running: Renderer) -> None:
    assert running.run(prints, text="a") == "a"


def test_it_makes_what_is_made_without_it(
    running: Renderer, caplog: pytest.LogCaptureFixture
) -> None:
    result = nasty_result("errors")
    assert running.run(autograded_text, result=result, version="1") == autograded_text(result, "1")
    page = running.run(render_page, result=result, review=Review(), released={}, hidden={"q"})
    assert page == render_page(result, hidden={"q"})
    assert caplog.records == []


def test_it_ends_with_the_block() -> None:
    with Renderer() as running:
        pid = int(running.run(shout, text="a").split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_it_is_not_started_where_nothing_is_rendered() -> None:
    with Renderer() as running:
        assert running._process is None


def test_time_is_its_own_for_each_request(running: Renderer) -> None:
    """Many requests may take longer together than one may."""
    for _ in range(3):
        running.run(busy, seconds=renderer.CPU_SECONDS / 2)
    with_time = running.run(shout, text="a")
    assert with_time.startswith("A ")


def busy(seconds: float, *, plain: bool = False) -> str:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    assert not plain
    logging.getLogger(__name__).debug("done")
    return ""
