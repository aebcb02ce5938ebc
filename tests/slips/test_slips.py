"""The tables of mistakes in one place: fresh, and told to whom makes one."""

from __future__ import annotations

import json

import numpy as np
import pytest

from course_lib import checks
from course_lib.diagnosis.slips import FOLDER
from tests.slips.tables import ASSIGNMENTS, Example, as_text, examples

EXAMPLES = {each.name: each for assignment in ASSIGNMENTS for each in examples(assignment)}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_table_is_of_todays_example_and_references(example: Example) -> None:
    """If not, `python -m tests.slips` makes it anew."""
    table = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert table["of"] == example.digest()
    assert f'slips="{example.name}"' in example.cell


def test_every_table_has_an_example() -> None:
    assert {each.stem for each in FOLDER.glob("*.json")} == {*EXAMPLES}


def test_a_table_is_what_is_computed() -> None:
    example = EXAMPLES["squared_loss"]
    computed = as_text(example.table())
    assert computed == (FOLDER / "squared_loss.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("nll", "dmu", "said"),
    [
        (7.12404280588954, -6 / 9, "2 pi sigma2 is half as large"),
        (1.2345, -6 / 9, None),
    ],
    ids=["pi without 2", "anything"],
)
def test_a_slip_is_named_by_all_results(nll: float, dmu: float, said: str | None) -> None:
    right = (8.163763576729458, -6 / 9, (3 - 38 / 9) / 18)
    with pytest.raises(checks.CheckFailed) as failure:
        checks.assert_loss_and_gradient(
            (nll, dmu, right[2]),
            right,
            what="nll",
            gradients=("dmu", "dsigma2"),
            slips="gaussian_nll",
        )
    expected = f"nll is what comes out if {said}" if said else "nll is wrong"
    assert failure.value.student_feedback == expected


def test_two_mistakes_that_return_the_same_are_both_told() -> None:
    right = np.array([2.0, 4.5, 0.0]), np.array([2.0, -3.0, 0.0])
    with pytest.raises(checks.CheckFailed, match=r"Or\s+if"):
        checks.assert_loss_and_gradient(
            (np.array([8.0, 24.5, 8.0]), right[1]), right, slips="squared_loss"
        )
