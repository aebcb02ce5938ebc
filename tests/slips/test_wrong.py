"""The wrong functions that are written down: fresh tables, each named in the visible example."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib import checks
from course_lib.diagnosis import slips
from course_lib.diagnosis.slips import FOLDER
from tests.slips.wrong import ASSIGNMENTS, Written, written

WRITTEN = {each.name: each for assignment in ASSIGNMENTS for each in written(assignment)}


@pytest.mark.parametrize("example", WRITTEN.values(), ids=WRITTEN)
def test_table_is_what_is_computed(example: Written) -> None:
    """If not, `python -m tests.slips --wrong` makes it anew."""
    path = FOLDER / "wrong" / f"{example.name}.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    computed = json.loads(example.table())
    assert stored["of"] == computed["of"]
    assert [each[0] for each in stored["slips"]] == [each[0] for each in computed["slips"]]
    assert f'slips="{example.name}"' in example.cell


def test_every_table_has_functions() -> None:
    assert {each.stem for each in (FOLDER / "wrong").glob("*.json")} == {*WRITTEN}


@pytest.mark.parametrize("example", WRITTEN.values(), ids=WRITTEN)
def test_the_visible_example_names_each(example: Written) -> None:
    said = {
        each.__name__: (each.__doc__ or "", message_for(example, each)) for each in example.wrong
    }
    assert {name: each for name, each in said.items() if each[0] not in each[1]} == {}


def message_for(example: Written, wrong: object) -> str:
    """What the visible example says of a wrong function."""
    space: dict[str, Any] = {}
    exec(example.setup, space)
    space[example.name] = wrong
    with (
        np.errstate(all="ignore"),
        warnings.catch_warnings(action="ignore"),
        pytest.raises(checks.CheckFailed) as failure,
    ):
        exec(example.cell, space)
    return failure.value.student_feedback


def test_what_is_written_down_comes_before_a_mistake_in_one_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"right": [[1.0]], "slips": [[1, ["a is left out"], [4.0]]]}
    whole = {"right": [[1.0]], "slips": [["b stands for a", [4.0]], ["c is added", [5.0]]]}
    (tmp_path / "wrong").mkdir()
    (tmp_path / "whole.json").write_text(json.dumps(table), encoding="utf-8")
    (tmp_path / "wrong" / "whole.json").write_text(json.dumps(whole), encoding="utf-8")
    monkeypatch.setattr(slips, "FOLDER", tmp_path)
    likely, _ = slips.explain_slip("whole", [np.array(4.0)], 0)
    assert likely == "is what comes out if b stands for a"
