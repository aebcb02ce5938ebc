"""Which submissions are called alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.directory import Course
from autograder.similarity.pairs import Comparison, compare, usual_number
from tests.autograder.similarity.conftest import ASSIGNMENT, OWN, SOLUTION, Handed

HONEST = {f"honest{number:02}": text for number, text in enumerate(OWN[1:], 1)}
DISGUISED = (
    OWN[0]
    .replace("history", "h")
    .replace("slope", "gradient")
    .replace("    while", "# mine\n    while")
)


def found(course: Course) -> list[tuple[str, str]]:
    return names(compare(course, ASSIGNMENT))


def names(comparison: Comparison) -> list[tuple[str, str]]:
    return [(pair.first.student, pair.second.student) for pair in comparison.pairs]


def test_who_writes_alone_is_not_listed(hand_in: Handed) -> None:
    assert found(hand_in(ada=OWN[0], **HONEST)) == []


def test_a_disguised_copy_is_found(hand_in: Handed) -> None:
    comparison = compare(hand_in(ada=OWN[0], zoe=DISGUISED, **HONEST), ASSIGNMENT)
    assert names(comparison) == [("ada", "zoe")]
    assert comparison.pairs[0].share == 1
    assert comparison.compared == 2 + len(HONEST)


def test_a_copy_with_cells_of_its_own_is_found(hand_in: Handed) -> None:
    padding = tuple(text.replace("descend", f"other{n}") for n, text in enumerate(OWN[-3:]))
    assert found(hand_in(ada=OWN[0], zoe=(DISGUISED, *padding))) == [("ada", "zoe")]


def test_a_copy_elsewhere_in_the_notebook_is_found(hand_in: Handed) -> None:
    assert found(hand_in(ada=OWN[0], zoe=("descend = mine", DISGUISED))) == [("ada", "zoe")]


def test_a_group_is_listed_pair_by_pair(hand_in: Handed) -> None:
    course = hand_in(ada=OWN[0], bob=OWN[0], zoe=DISGUISED, **HONEST)
    assert sorted(found(course)) == [("ada", "bob"), ("ada", "zoe"), ("bob", "zoe")]


@pytest.mark.parametrize(
    "answer", [SOLUTION, "def descend(f, x):\n    raise NotImplementedError()"]
)
def test_what_the_instructor_wrote_explains_itself(answer: str, hand_in: Handed) -> None:
    assert found(hand_in(ada=answer, zoe=answer.replace("x", "z"))) == []


def test_what_many_have_is_usual(hand_in: Handed) -> None:
    many = {f"student{number}": OWN[0] for number in range(usual_number(20) + 1)}
    honest = dict(list(HONEST.items())[: 20 - len(many)])
    assert found(hand_in(**many, **honest)) == []


def test_an_answer_of_a_line_says_nothing(hand_in: Handed) -> None:
    short = "def descend(f, x):\n    return x - f(x) / f(2 * x)"
    assert found(hand_in(ada=short, zoe=short + "\n")) == []


MANY = {f"student{number}": SOLUTION.replace("x", f"x{number}") for number in range(6)}
USUAL = SOLUTION.replace("x", "y")


@pytest.mark.parametrize(
    "text",
    [
        USUAL,
        USUAL + "# Rosa Diaz",
        (USUAL.replace("50", "51"), "y = 3"),
        "def descend(f, x):\n    return 1  # guessed",
    ],
    ids=["long", "comment", "cells", "short"],
)
def test_the_same_notebook_is_listed_even_if_its_code_is_usual(
    text: str | tuple[str, ...], hand_in: Handed
) -> None:
    comparison = compare(hand_in(ada=text, zoe=text, **MANY), ASSIGNMENT)
    assert names(comparison) == [("ada", "zoe")]
    assert comparison.pairs[0].same == (ASSIGNMENT,)


def test_of_what_many_have_only_the_same_words_count(hand_in: Handed) -> None:
    class_of = {f"s{number}": USUAL for number in range(5)}
    assert found(hand_in(**class_of)) == []


def test_many_with_the_same_comment_are_all_listed(hand_in: Handed) -> None:
    class_of = {f"s{number}": USUAL + "# Rosa" for number in range(5)}
    assert len(found(hand_in(**class_of))) == 10


def test_a_comment_that_was_given_is_nobodys(hand_in: Handed) -> None:
    short = "def descend(f, x):\n    return 1  # descend"
    assert found(hand_in(ada=short, zoe=short + "\n")) == []


def test_members_of_a_group_are_not_compared_with_each_other(hand_in: Handed) -> None:
    text = OWN[0] + "# ours"
    course = hand_in(ada=text, ben=text, zoe=text, **HONEST)
    (course.root / "groups.csv").write_text("student,group\nada,red\nben,red\ncy,red\n")
    comparison = compare(course, ASSIGNMENT)
    assert names(comparison) == [("ada", "zoe"), ("ben", "zoe")]
    assert not comparison.left_out


def test_nothing_is_run(hand_in: Handed, tmp_path: Path) -> None:
    trap = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n" + OWN[0]
    assert found(hand_in(ada=trap, zoe=trap)) == [("ada", "zoe")]
    assert not (tmp_path / "ran").exists()


def test_code_that_is_not_python_is_compared(hand_in: Handed) -> None:
    half = OWN[0][: len(OWN[0]) // 2] + '"""'
    assert found(hand_in(ada=half, zoe=half)) == [("ada", "zoe")]


def test_what_cannot_be_read_is_named_and_the_rest_is_compared(hand_in: Handed) -> None:
    course = hand_in(ada=OWN[0], bob="", zoe=OWN[0])
    file = course.submitted_folder("bob", ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
    file.write_text("{")
    comparison = compare(course, ASSIGNMENT)
    assert names(comparison) == [("ada", "zoe")]
    assert "not valid JSON" in comparison.left_out["bob"]


def test_everybody_is_accounted_for(hand_in: Handed) -> None:
    comparison = compare(hand_in(ada=OWN[0], bob="", zoe=OWN[0]), ASSIGNMENT)
    assert comparison.compared + len(comparison.left_out) == 3


def test_who_pads_a_notebook_is_named(hand_in: Handed) -> None:
    padding = tuple(f"a{number} = {number}\n" * 10_000 for number in range(3))
    comparison = compare(hand_in(ada=("", *padding)), ASSIGNMENT)
    assert "more than 100,000 characters" in comparison.left_out["ada"]


def test_who_has_changed_nothing_is_told_from_who_has_no_notebook(hand_in: Handed) -> None:
    course = hand_in(ada=OWN[0], ben="", cy="")
    (course.submitted_folder("cy", ASSIGNMENT) / f"{ASSIGNMENT}.ipynb").unlink()
    left_out = compare(course, ASSIGNMENT).left_out
    assert "differs from what was handed out" in left_out["ben"]
    assert "no notebook" in left_out["cy"]
