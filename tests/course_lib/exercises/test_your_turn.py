"""The lectures' *Your turn* cells say what is wrong, and the next cell runs either way."""

from __future__ import annotations

import math
import pkgutil
from typing import Any

import numpy as np
import pytest

from course_lib import exercises
from course_lib.exercises import NOT_WRITTEN, Task, tasks_of, your_turn


@pytest.fixture
def verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """What a reader is told about an answer to a task, and what goes on with."""

    def ask(task: Task, written: object) -> tuple[str, Any]:
        monkeypatch.setattr(exercises, "tasks_of", lambda _: {"it": task})
        goes_on = your_turn("00", "it", written)
        return capsys.readouterr().out.rstrip(), goes_on

    return ask


HALF = Task(lambda x: 0.5 * x, [(2.0,), (5.0,)], {"is the argument itself": lambda x: x})
SIX = Task(6.0, mistakes={"is the number of faces less one": 5.0})


@pytest.mark.parametrize(("task", "written"), [(HALF, lambda x: x / 2), (SIX, 6), (SIX, 6.0)])
def test_a_right_answer_goes_on(verdict: Any, task: Task, written: object) -> None:
    assert verdict(task, written) == ("Right.", written)


@pytest.mark.parametrize(
    ("task", "written"),
    [(HALF, lambda x: ...), (HALF, lambda x: None), (HALF, ...), (HALF, None), (SIX, ...)],
)
def test_without_an_answer_the_librarys_goes_on(verdict: Any, task: Task, written: object) -> None:
    assert verdict(task, written) == (NOT_WRITTEN, task.answer)


@pytest.mark.parametrize(
    ("task", "written", "words"),
    [
        (HALF, lambda x: x, "your result is the argument itself"),
        (SIX, 5, "your result is the number of faces less one"),
        (SIX, -6, "wrong sign"),
        (HALF, lambda x: 1 / 0, "your code raised ZeroDivisionError"),
        (HALF, lambda: 1, "your code raised TypeError"),
        (HALF, 3, "a function is expected"),
        (SIX, "six", "Not yet"),
    ],
)
def test_a_wrong_answer_is_named_and_the_librarys_goes_on(
    verdict: Any, task: Task, written: object, words: str
) -> None:
    said, goes_on = verdict(task, written)
    assert said.startswith("Not yet: ")
    assert words in said
    assert goes_on is task.answer


ROWS = Task(lambda p: p / p.sum(axis=1, keepdims=True), [(np.ones((2, 3)),)])


def in_place(p: Any) -> Any:
    p /= p.sum(axis=1)
    return p


@pytest.mark.parametrize(
    "written",
    [lambda p: p / p.sum(axis=1), lambda p: p.max(axis=1) - p, in_place],
    ids=["table first", "numbers first", "in place"],
)
def test_an_array_that_lost_its_axis_is_told_of_keepdims(verdict: Any, written: Any) -> None:
    said, _ = verdict(ROWS, written)
    assert "your code raised ValueError: operands could not be broadcast together" in said
    assert "keepdims=True" in said


def test_of_other_errors_their_own_words_are_enough(verdict: Any) -> None:
    said, _ = verdict(ROWS, lambda p: p + np.ones(5))
    assert said.endswith("with shapes (2,3) (5,)")


def test_a_logarithm_of_nothing_is_named(verdict: Any) -> None:
    said, _ = verdict(HALF, lambda x: math.log(0 * x))
    assert "the logarithm of 0" in said


def test_the_logarithm_of_a_product_fails_with_many_readings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def nll(x: Any, mu: float, sigma2: float) -> Any:
        heights = np.exp(-((x - mu) ** 2) / (2 * sigma2)) / np.sqrt(2 * np.pi * sigma2)
        return -np.log(np.prod(heights))

    your_turn("01", "nll", nll)
    assert "add up the logarithms" in capsys.readouterr().out


def test_an_unknown_task_is_named() -> None:
    with pytest.raises(KeyError, match="there are: squared_loss"):
        your_turn("00", "cubic_loss", None)
    with pytest.raises(KeyError, match="no tasks for lecture '77'"):
        tasks_of("77")


LECTURES = [
    module.name.removeprefix("lecture_") for module in pkgutil.iter_modules(exercises.__path__)
]


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_task_takes_its_own_answer_and_none_of_its_mistakes(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, task in tasks_of(lecture).items():
        your_turn(lecture, name, task.answer)
        assert capsys.readouterr().out == "Right.\n", name
        for text, mistake in task.mistakes.items():
            your_turn(lecture, name, mistake)
            assert text.split()[0] in capsys.readouterr().out, (name, text)


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_task_knows_two_mistakes(lecture: str) -> None:
    few = [name for name, task in tasks_of(lecture).items() if len(task.mistakes) < 2]
    assert few == []
