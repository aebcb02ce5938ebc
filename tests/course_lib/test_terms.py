"""Which term of a sum, or which of its examples, a wrong result is asked about."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks import CheckFailed

FIT, PENALTY = np.array([1.0, 4.5, 10.25]), np.array([0.5, 0.125, 0.375])
TERMS = {"the fit": FIT, "the penalty": PENALTY}
RIGHT = float(FIT.sum() + PENALTY.sum())


def feedback(actual: float, **options: object) -> str:
    with pytest.raises(CheckFailed) as caught:
        checks.assert_close(actual, RIGHT, what="loss", terms=TERMS, **options)
    return caught.value.student_feedback.replace("\n    ", " ")


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (FIT.sum(), "is the penalty left out?"),
        (FIT.sum() - PENALTY.sum(), "is the penalty given the wrong sign?"),
        (2 * FIT.sum() + PENALTY.sum(), "is the fit without its factor 1/2, or counted twice?"),
        (FIT.sum() / 2 - PENALTY.sum(), "is the fit given a factor 1/2 too many, and the penalty"),
        (FIT.sum() / 3 + PENALTY.sum(), "does the fit count once, and not for each example?"),
        (FIT[1:].sum() + PENALTY.sum(), "does the fit lack the first example?"),
        (FIT[:2].sum() + PENALTY[:2].sum(), "all examples but the last one"),
        (FIT[0] + PENALTY[0], "the first example alone: is the `return` inside the loop?"),
        (RIGHT / 3, "is a mean where a sum belongs"),
        (RIGHT * 3 / 2, "is it divided by n - 1?"),
    ],
)
def test_a_term_or_an_example_that_counts_wrongly_is_asked_for(actual: float, words: str) -> None:
    assert words in feedback(actual)


def test_what_has_several_explanations_is_told_with_all_of_them() -> None:
    last_out = float(FIT[:2].sum() + PENALTY[:2].sum())
    said = feedback(last_out, mistakes={"lacks something else": last_out})
    assert said.startswith("loss lacks something else. Or it is that of all examples but the last")


def test_a_sign_that_all_summands_have_lost_is_no_absolute_value() -> None:
    assert "lost the signs" not in feedback(-RIGHT)


def test_terms_of_each_result_are_given_by_its_name() -> None:
    results = (RIGHT, np.array([1.0, -2.0]))
    terms = {"gradient": {"a": [3.0, 0.0], "b": [-2.0, -2.0]}}
    with pytest.raises(CheckFailed, match="gradient has the wrong size: is b left out?"):
        checks.assert_loss_and_gradient((RIGHT, [3.0, 0.0]), results, terms=terms)


def test_terms_that_are_not_those_of_the_right_result_are_an_error_of_the_test() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        checks.assert_close(1.0, 2.0, terms={"all": 3.0})
