"""Candidates of one's own machine are started ahead, and none is left behind."""

from __future__ import annotations

from autograder.workers.candidates import Candidates, end


def test_who_takes_a_candidate_ends_it() -> None:
    with Candidates() as candidates:
        taken = [candidates.take(), candidates.take()]
    running = [process.poll() is None for process in taken]
    for process in taken:
        end(process)
    assert running == [True, True]
    assert all(process.poll() is not None for process in taken)


def test_one_that_nobody_takes_ends_with_the_context() -> None:
    with Candidates() as candidates:
        waiting = candidates._ahead
    assert waiting is not None
    assert waiting.poll() is not None
