"""What the self-checks of a lecture ask for, when it is a number."""

from __future__ import annotations

from collections.abc import Mapping

from course_lib.questions import NumberQuestion, Question


def single_number(questions: Mapping[str, Question], name: str) -> NumberQuestion:
    """The question of this name, which has one number for an answer, not a range of them."""
    question = questions[name]
    assert isinstance(question, NumberQuestion)
    assert question.low == question.high
    return question


def wrong_numbers(questions: Mapping[str, Question], name: str) -> list[float]:
    """The wrong answers for which it has a remark of their own."""
    return list(single_number(questions, name).mistakes)
