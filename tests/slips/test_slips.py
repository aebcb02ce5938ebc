"""The tables of mistakes in one place: fresh, and told to whom makes one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib import checks
from course_lib.diagnosis import Numbers, slips
from course_lib.diagnosis.slips import FOLDER
from tests.mutants.instructor_notebook import read_cells
from tests.slips.tables import ASSIGNMENTS, Example, as_text, examples, first_call

EXAMPLES = {each.name: each for assignment in ASSIGNMENTS for each in examples(assignment)}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_table_is_of_todays_example_and_references(example: Example) -> None:
    """If not, `python -m tests.slips` makes it anew."""
    table = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert table["of"] == example.digest()
    assert f'slips="{example.name}"' in example.cell


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_examples_alone_look_into_tables(assignment: str) -> None:
    """A hidden test that did so would let a student choose among thousands of sentences."""
    looking = [each["id"] for each in read_cells(assignment) if "slips=" in each["source"]]
    assert looking
    assert all(each.endswith("-example") for each in looking)


def test_every_table_has_an_example() -> None:
    assert {each.stem for each in FOLDER.glob("*.json")} == {*EXAMPLES}


def test_a_table_is_what_is_computed() -> None:
    # A fresh one: mutations change its trees.
    (example,) = (each for each in examples("loss_functions") if each.name == "squared_loss")
    computed = as_text(example.table())
    assert computed == (FOLDER / "squared_loss.json").read_text(encoding="utf-8")


def said_of(wrong: Callable[..., Any], right: Callable[..., Any]) -> str:
    """What the check of gaussian_nll's example says of a wrong one."""
    example = EXAMPLES["gaussian_nll"]
    arguments = first_call(example.setup, example.cell, example.name)
    with pytest.raises(checks.CheckFailed) as failure:
        checks.assert_loss_and_gradient(
            wrong(*arguments),
            right(*arguments),
            what="nll",
            gradients=("dmu", "dsigma2"),
            slips=example.name,
        )
    return failure.value.student_feedback


def gaussian_nll(x: Numbers, mu: float, sigma2: float) -> tuple[Any, ...]:
    r = x - mu
    nll = len(x) / 2 * np.log(2 * np.pi * sigma2) + r @ r / (2 * sigma2)
    return nll, -r.sum() / sigma2, (len(x) - r @ r / sigma2) / (2 * sigma2)


def test_a_slip_is_named_as_its_author_made_it() -> None:
    def without_two(x: Numbers, mu: float, sigma2: float) -> tuple[Any, ...]:
        nll, dmu, dsigma2 = gaussian_nll(x, mu, sigma2)
        return nll - len(x) / 2 * np.log(2), dmu, dsigma2

    said = "nll is what comes out if 2 pi sigma2 is half as large"
    assert said_of(without_two, gaussian_nll) == said


def test_missing_brackets_are_told_as_such() -> None:
    """Not as a factor that multiplies another one, which returns the same."""

    def without_brackets(x: Numbers, mu: float, sigma2: float) -> tuple[Any, ...]:
        nll, dmu, _ = gaussian_nll(x, mu, sigma2)
        r = x - mu
        return nll, dmu, len(x) / 2 * sigma2 - r @ r / (2 * sigma2**2)

    said = "dsigma2 is what comes out if brackets are missing: sigma2 multiplies, and should divide"
    assert said_of(without_brackets, gaussian_nll) == said


def test_what_no_slip_explains_is_not_named() -> None:
    def otherwise(x: Numbers, mu: float, sigma2: float) -> tuple[Any, ...]:
        return 1.2345, *gaussian_nll(x, mu, sigma2)[1:]

    assert said_of(otherwise, gaussian_nll) == "nll is wrong"


def test_two_mistakes_that_return_the_same_are_both_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"right": [[1.0]], "slips": [[1, ["a is left out", "b counts twice"], [4.0]]]}
    (tmp_path / "two_ways.json").write_text(json.dumps(table), encoding="utf-8")
    monkeypatch.setattr(slips, "FOLDER", tmp_path)
    likely, _ = slips.explain_slip("two_ways", [np.array(4.0)], 0)
    assert likely == "is what comes out if a is left out. Or if b counts twice"
