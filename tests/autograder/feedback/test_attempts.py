"""Pages tell which attempt they are about, and leave hidden tests' results for later."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.autograded.attempts import Attempt, Attempts, Policy
from autograder.autograded.record import Record
from autograder.feedback.attempts import AttemptView, attempt_view
from autograder.feedback.page import render_page
from autograder.results import NotebookResult, Outcome, Question, Review
from autograder.term.deadlines import Deadlines

VISIBLE = Question("visible", 1.0, 1.0, Outcome.PASSED)
HIDDEN = Question("secret", 0.5, 2.0, Outcome.PARTIAL, "half of it", hidden=True)
RESULT = NotebookResult("ps1", "ada", "n", (VISIBLE, HIDDEN), seed=4711)
FIRST = AttemptView(1, 3, {})


def test_without_attempts_the_page_is_as_it_was() -> None:
    page = render_page(RESULT)
    assert "Attempt" not in page
    assert "4711" in page


def test_the_seed_that_the_next_attempt_has_is_not_told() -> None:
    page = render_page(RESULT, attempt=FIRST)
    assert "Attempt 1 of 3" in page
    assert "4711" not in page


def test_old_points_stand_beside_new_ones() -> None:
    page = render_page(RESULT, attempt=AttemptView(2, None, {"visible": 0.0, "secret": 0.5}))
    assert "Points now, and in attempt 1" in page
    assert page.count("▲ more") == 1
    assert page.count("the same") == 1


@pytest.mark.parametrize("hidden", [(), ("secret",)], ids=["by-result", "by-source"])
def test_what_hidden_tests_found_is_shown_later(hidden: tuple[str, ...]) -> None:
    attempt = AttemptView(2, None, {"visible": 1.0, "secret": 2.0}, hidden_until="noon")
    review = Review(scores={"secret": 1.5}, comments={"secret": "well"}, late_penalty=0.25)
    page = render_page(RESULT, review=review, hidden=hidden, attempt=attempt)
    assert "shown after noon" in page
    for told in ("half of it", "Partly right", "0.5", "1.5", "well", "0.25", "▼ less"):
        assert told not in page.partition("</style>")[2]
    assert "<strong>1</strong> / 3" in page


def test_it_is_told_that_a_version_is_not_graded() -> None:
    page = render_page(RESULT, attempt=AttemptView(3, 3, {}, refused="noon"))
    assert "What you handed in at noon is not graded" in page


def view_of(work: str) -> AttemptView | None:
    """What the page of a notebook with this digest tells, after an attempt and what came then."""
    now = datetime(2026, 11, 30, tzinfo=UTC)
    made = (Attempt("a", now, works={"n": "work"}),)
    attempts = Attempts(made=made, refused=Attempt("b", now), policy=Policy(1))
    return attempt_view(attempts, Record("digest", RESULT, work), Deadlines(), now)


def test_the_page_of_a_version_that_is_no_attempt_does_not_say_that_it_is_one() -> None:
    page = render_page(RESULT, attempt=view_of("another"))
    assert "another version than that of attempt 1" in page
    assert "no attempt was left" not in page


def test_the_page_of_the_last_attempt_says_what_came_after_it() -> None:
    page = render_page(RESULT, attempt=view_of("work"))
    assert "those of attempt 1" in page
    assert "another version" not in page


@pytest.mark.parametrize("others", [(HIDDEN,), ()], ids=["in it", "in another notebook"])
def test_the_share_for_a_dropped_question_does_not_tell_what_is_shown_later(
    others: tuple[Question, ...],
) -> None:
    dropped = Question("dropped", 0.0, 3.0, Outcome.FAILED)
    result = NotebookResult("ps1", "ada", "n", (VISIBLE, dropped, *others))
    review = Review(scores={"dropped": 2.14}, decisions={"dropped": "drop"})
    page = render_page(result, review=review, attempt=AttemptView(1, 3, {}, hidden_until="noon"))
    assert "2.14" not in page
    assert "<strong>1</strong>" in page
    assert "It is shown after noon" in page
    assert "so far" in page
