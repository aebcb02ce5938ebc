from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.course.directory import Course
from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.restore import Origin, RestoredCell, restore


def _marks(grade_id: str, **changes: Any) -> dict[str, Any]:
    roles = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": {"schema_version": 3, "grade_id": grade_id, **roles, **changes}}


def _answer(name: str, source: str) -> Cell:
    return Cell("code", source, _marks(name, solution=True), id=f"id-{name}")


def _test(name: str, source: str, tags: tuple[str, ...] = ()) -> Cell:
    metadata = {**_marks(name, grade=True, locked=True, points=2), "tags": list(tags)}
    return Cell("code", source, metadata, id=f"id-{name}")


STUB = "raise NotImplementedError()"
IMPORTS = Cell("code", "import math", _marks("imports", locked=True), id="id-imports")
F = _answer("f", "def f(): return 1")
TEST_F = _test(
    "test_f", "assert f() == 1\n### BEGIN HIDDEN TESTS\nassert f()\n### END HIDDEN TESTS"
)
G = _answer("g", "def g(): return 2")
H = _answer("h", "def h(): return 3")
TEST_GH = _test("test_gh", "assert g() < h()", ("a tag",))
TEST_H = _test("test_h", "assert h() == 3")
ESSAY = Cell("markdown", "Because.", _marks("essay", grade=True, solution=True, points=3))
TASK = Cell("markdown", "Do it.", _marks("task", task=True, locked=True, points=1))
PART_B = Cell("markdown", "## Part B")
INSTRUCTOR = (IMPORTS, F, TEST_F, PART_B, G, H, TEST_GH, TEST_H, ESSAY, TASK)
RELEASED = {
    **{c.grade_id: c.source for c in INSTRUCTOR if c.grade_id},
    **dict.fromkeys("fgh", STUB),
    "essay": "YOUR ANSWER HERE",
    "test_f": "assert f() == 1",
}
SOURCE = SourceNotebook(
    "a1",
    "one",
    Notebook(INSTRUCTOR, {"kernelspec": {"name": "python3"}}),
    RELEASED,
    frozenset({"test_f"}),
    "",
    Course(Path("/course")),
)

ANSWERS = {"f": F, "g": G, "h": H, "essay": ESSAY}
FIXED = {c.grade_id: c for c in INSTRUCTOR if c.grade_id and c.grade_id not in ANSWERS}
TESTED = {"test_f": ["f"], "test_gh": ["g", "h"], "test_h": ["g", "h"]}


def blank(cell: Cell) -> Cell:
    """The cell as students get it."""
    return replace(cell, source=RELEASED.get(cell.grade_id or "", cell.source))


def done(cell: Cell, source: str) -> Cell:
    return replace(cell, source=source)


def restored(*cells: Cell) -> tuple[RestoredCell, ...]:
    return restore(Notebook(cells), SOURCE.notebook, SOURCE.released).cells


def sources(*cells: Cell) -> list[str]:
    return [each.cell.source for each in restored(*cells)]


def names(*cells: Cell) -> list[str | None]:
    return [each.cell.grade_id for each in restored(*cells)]


def only(origin: Origin, *cells: Cell) -> RestoredCell:
    (found,) = [each for each in restored(*cells) if each.origin is origin]
    return found


def is_students(each: RestoredCell) -> bool:
    """Whether the student wrote the cell's text."""
    return each.origin in (Origin.OWN, Origin.ANSWER, Origin.DUPLICATE)


BLANK = tuple(map(blank, INSTRUCTOR))
OWN = Cell("code", "mine = 1")


def test_blank_release_gets_its_hidden_tests_back() -> None:
    assert [each.cell for each in restored(*BLANK)] == [
        cell if cell.grade_id in FIXED or cell is PART_B else blank(cell) for cell in INSTRUCTOR
    ]


def test_untouched_cells_are_not_remarked_upon() -> None:
    assert not any(each.note for each in restored(*BLANK))


def test_metadata_of_the_notebook_are_the_instructors() -> None:
    submission = Notebook(BLANK, {"kernelspec": {"name": "evil"}, "widgets": {}})
    assert restore(submission, SOURCE.notebook, SOURCE.released).metadata == {
        "kernelspec": {"name": "python3"}
    }


def test_answer_keeps_the_students_text() -> None:
    answered = done(F, "def f(): return 7")
    assert only(Origin.ANSWER, answered).cell == answered


def test_answer_gets_the_instructors_metadata() -> None:
    retagged = replace(F, metadata={**_marks("f"), "tags": ["skip-execution"]})
    assert only(Origin.ANSWER, retagged).cell.metadata == F.metadata


def test_answer_turned_into_markdown_is_code_again() -> None:
    answer = only(Origin.ANSWER, replace(F, cell_type="markdown"))
    assert answer.cell.cell_type == "code"
    assert "'markdown'" in answer.note


def test_pictures_in_a_written_answer_are_kept() -> None:
    pictures = {"a.png": {"image/png": "aGk="}}
    answer = only(Origin.ANSWER, replace(ESSAY, attachments=pictures))
    assert answer.cell.attachments == pictures


def test_edited_test_is_the_instructors_again_and_says_so() -> None:
    test = only(Origin.INSTRUCTOR, replace(TEST_F, source="pass", cell_type="raw"))
    assert test.cell == TEST_F
    assert "had been changed" in test.note


def test_own_cells_lose_their_metadata() -> None:
    own = replace(OWN, metadata={**_marks("unknown", grade=True, points=99), "tags": ["x"]})
    assert only(Origin.OWN, own).cell == OWN


def test_missing_test_goes_after_its_answer() -> None:
    assert names(IMPORTS, F, PART_B, G, H, TEST_GH, TEST_H, ESSAY, TASK)[:4] == [
        "imports",
        "f",
        "test_f",
        None,
    ]


def test_missing_test_goes_after_the_helpers_below_its_answer() -> None:
    assert sources(IMPORTS, F, OWN, PART_B, G)[:5] == [
        IMPORTS.source,
        F.source,
        OWN.source,
        TEST_F.source,
        PART_B.source,
    ]


def test_missing_setup_goes_before_the_students_cells() -> None:
    assert sources(OWN, F)[:3] == [IMPORTS.source, OWN.source, F.source]


def test_missing_answer_is_put_back_empty() -> None:
    cells = [cell for cell in BLANK if cell.grade_id != "f"]
    answer = only(Origin.MISSING, *cells)
    assert answer.cell == replace(F, source="")
    assert "missing" in answer.note


def test_missing_answers_never_show_the_solution() -> None:
    assert not any(cell.source in sources() for cell in ANSWERS.values())


def test_empty_notebook_gets_everything_back_in_order() -> None:
    assert names() == [cell.grade_id for cell in INSTRUCTOR if cell.grade_id]


def test_test_before_its_answer_is_moved_behind_it() -> None:
    found = restored(IMPORTS, TEST_F, F, PART_B, *BLANK[4:])
    assert [each.cell.grade_id for each in found][:3] == ["imports", "f", "test_f"]
    assert found[2].origin is Origin.MOVED


def test_setup_after_what_needs_it_is_moved_before_it() -> None:
    found = restored(F, TEST_F, IMPORTS)
    assert [each.cell.grade_id for each in found][:3] == ["imports", "f", "test_f"]


def test_questions_answered_in_another_order_are_left_in_it() -> None:
    swapped = [IMPORTS, G, H, OWN, TEST_GH, TEST_H, ESSAY, F, TEST_F, TASK]
    assert names(*swapped) == [cell.grade_id for cell in swapped]


def test_test_at_the_end_of_the_notebook_stays_there() -> None:
    cells = [cell for cell in INSTRUCTOR if cell is not TEST_F]
    assert names(*cells, TEST_F)[-1] == "test_f"


def test_unchanged_copy_of_a_test_is_not_run() -> None:
    copy = only(Origin.DUPLICATE, *BLANK, blank(TEST_F))
    assert (copy.cell.cell_type, copy.cell.metadata) == ("raw", {})


def test_changed_copy_of_a_test_runs_as_the_students_own() -> None:
    changed = done(TEST_F, "helper = 1")
    copy = only(Origin.DUPLICATE, *BLANK, changed)
    assert copy.cell == replace(changed, metadata={})


def test_copy_of_a_test_above_its_answer_is_not_the_one_that_counts() -> None:
    found = restored(IMPORTS, blank(TEST_F), F, TEST_F)
    assert [(each.cell.grade_id, each.origin) for each in found][1:4] == [
        (None, Origin.DUPLICATE),
        ("f", Origin.ANSWER),
        ("test_f", Origin.INSTRUCTOR),
    ]


def test_stub_left_below_the_answer_does_not_undo_it() -> None:
    found = restored(IMPORTS, done(F, "def f(): return 7"), blank(F), TEST_F)
    assert [(each.origin, each.cell.cell_type) for each in found][1:3] == [
        (Origin.ANSWER, "code"),
        (Origin.DUPLICATE, "raw"),
    ]


def test_stub_left_above_the_answer_is_not_the_answer() -> None:
    found = restored(IMPORTS, blank(F), done(F, "def f(): return 7"), TEST_F)
    assert found[2].origin is Origin.ANSWER


def test_both_halves_of_a_split_answer_run_in_order() -> None:
    halves = [done(F, "def f():\n    return g7()"), done(F, "def g7(): return 7")]
    found = restored(IMPORTS, *halves, TEST_F)
    assert [(each.origin, each.cell.source) for each in found][1:3] == [
        (Origin.ANSWER, halves[0].source),
        (Origin.DUPLICATE, halves[1].source),
    ]
    assert found[2].cell.cell_type == "code"


def test_cells_without_metadata_are_recognised_by_their_cell_id() -> None:
    stripped = [replace(cell, metadata={}) for cell in INSTRUCTOR if cell.id]
    assert names(*stripped)[:3] == ["imports", "f", "test_f"]


def test_cells_without_metadata_and_id_run_before_their_tests() -> None:
    stripped = [replace(cell, metadata={}, id=None) for cell in BLANK]
    stripped[1] = Cell("code", "def f(): return 1")
    found = sources(*stripped)
    assert found.index("def f(): return 1") < found.index(TEST_F.source) < found.index("## Part B")


CELLS = st.sampled_from([*BLANK, *INSTRUCTOR, OWN])
TYPES = st.sampled_from(["code", "markdown", "raw"])
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
GRADE_IDS = st.sampled_from([*RELEASED, "unknown", "", None, 3])
MARKS = st.fixed_dictionaries(
    {},
    optional={
        "grade_id": GRADE_IDS,
        **dict.fromkeys(("grade", "solution", "locked", "task", "points", "checksum"), JSON),
    },
)
METADATA = st.fixed_dictionaries(
    {}, optional={"nbgrader": MARKS | JSON, "tags": JSON, "deletable": JSON}
)
IDS = st.sampled_from([None, "", "id-f", "id-test_f", "other"])
CHANGED = st.one_of(
    CELLS,
    st.builds(lambda cell, source: replace(cell, source=source), CELLS, st.text(max_size=9)),
    st.builds(lambda cell, kind: replace(cell, cell_type=kind), CELLS, TYPES),
    st.builds(lambda cell, metadata: replace(cell, metadata=metadata), CELLS, METADATA),
    st.builds(Cell, TYPES, st.text(max_size=9), METADATA, IDS),
)
ORDERED = st.permutations(BLANK).flatmap(
    lambda cells: st.lists(CHANGED, max_size=6).map(lambda more: [*cells[: len(cells) - 3], *more])
)
SUBMISSIONS = st.one_of(
    st.lists(CHANGED, max_size=20),
    ORDERED,
    st.permutations(INSTRUCTOR),
    st.sets(st.integers(0, len(BLANK) - 1)).map(
        lambda gone: [cell for i, cell in enumerate(BLANK) if i not in gone]
    ),
)


@given(SUBMISSIONS)
def test_each_fixed_cell_is_there_once_and_is_the_instructors(cells: list[Cell]) -> None:
    found = [each.cell for each in restored(*cells) if each.cell.grade_id in FIXED]
    assert sorted(str(cell.grade_id) for cell in found) == sorted(map(str, FIXED))
    assert all(cell == FIXED[str(cell.grade_id)] for cell in found)


@given(SUBMISSIONS)
def test_each_answer_is_there_once_with_the_instructors_marks(cells: list[Cell]) -> None:
    found = [each.cell for each in restored(*cells) if each.cell.grade_id in ANSWERS]
    assert sorted(str(cell.grade_id) for cell in found) == sorted(ANSWERS)
    for cell in found:
        original = ANSWERS[str(cell.grade_id)]
        assert (cell.metadata, cell.cell_type) == (original.metadata, original.cell_type)


@given(SUBMISSIONS)
def test_no_other_cell_has_marks_or_tags(cells: list[Cell]) -> None:
    assert all(each.cell.metadata == {} for each in restored(*cells) if not each.cell.grade_id)


@given(SUBMISSIONS)
def test_students_cells_stay_in_their_order(cells: list[Cell]) -> None:
    order = [each.cell.source for each in restored(*cells) if is_students(each)]
    remaining = iter(cell.source for cell in cells)
    assert all(source in remaining for source in order)


@given(SUBMISSIONS)
def test_nothing_that_a_student_wrote_is_lost(cells: list[Cell]) -> None:
    kept = Counter(each.cell.source for each in restored(*cells) if is_students(each))
    claimed = [cell for cell in cells if cell.grade_id not in FIXED and cell.id is None]
    assert Counter(cell.source for cell in claimed) <= kept


@given(SUBMISSIONS)
def test_no_test_runs_before_an_answer_that_it_tests(cells: list[Cell]) -> None:
    found = restored(*cells)
    place = {each.cell.grade_id: index for index, each in enumerate(found)}
    present = {each.cell.grade_id for each in found if each.origin is Origin.ANSWER}
    for test, answers in TESTED.items():
        assert all(place[answer] < place[test] for answer in answers if answer in present)
