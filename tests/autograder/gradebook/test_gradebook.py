"""The gradebook: a submission is in it whole or not at all, and manual grades stay."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from autograder.errors import CourseError, GradebookError
from autograder.gradebook import Gradebook
from autograder.gradebook.database import SCHEMA_REVISION, without_iri_grammar
from autograder.notebook.cells import Cell, Notebook
from autograder.results import CellRun, NotebookResult, Outcome, Question, Review
from tests.autograder.gradebook.sql import COMMENTS, GRADES, query

SUBMITTED_AT = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)


def cell(
    cell_type: str, source: str, grade_id: str, points: float | None = None, **flags: bool
) -> Cell:
    nbgrader = {"grade_id": grade_id, "schema_version": 3, "locked": False, **flags}
    if points is not None:
        nbgrader["points"] = points
    made = Cell(cell_type, source, {"nbgrader": nbgrader})  # type: ignore[arg-type]
    return replace(made, metadata={"nbgrader": {**nbgrader, "checksum": made.checksum()}})


INTRO = cell("markdown", "# Losses", "intro", grade=False, solution=False, locked=True)
ANSWER = cell("code", "raise NotImplementedError", "answer", grade=False, solution=True)
TEST = cell("code", "assert answer() == 42", "test", 2.0, grade=True, solution=False, locked=True)
ESSAY = cell("markdown", "Why?", "essay", 3.0, grade=True, solution=True)
TASK = cell(
    "markdown", "Draw it.", "task", 1.0, grade=False, solution=False, locked=True, task=True
)
GRADED = Notebook((INTRO, ANSWER, TEST, ESSAY, TASK))
ANSWERED = replace(ANSWER, source="def answer(): return 42")


def result(
    *questions: Question, error: str | None = None, answer: Cell = ANSWERED
) -> NotebookResult:
    cells = tuple(CellRun(c) for c in (INTRO, answer, TEST, ESSAY, TASK))
    return NotebookResult("ps1", "ada", "losses", questions, cells, error=error)


PASSED = result(
    Question("test", 2.0, 2.0, Outcome.PASSED),
    Question("essay", None, 3.0, Outcome.MANUAL),
    Question("task", None, 1.0, Outcome.MANUAL),
)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "gradebook.db"


@pytest.fixture
def gradebook(db: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{db}", "course101", timeout=0.2) as gradebook:
        gradebook.register("ps1", "losses", GRADED)
        yield gradebook


def grade(db: Path, name: str) -> tuple[object, ...]:
    """(auto_score, manual_score, needs_manual_grade) of one question."""
    return next(row[2:] for row in query(db, GRADES) if row[1] == name)


def comment(db: Path, name: str) -> object:
    return next(row[2] for row in query(db, COMMENTS) if row[1] == name)


def test_a_passed_test_needs_nobody(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    assert grade(db, "test") == (2.0, None, 0)


def test_written_answers_and_tasks_wait_for_a_person(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    assert grade(db, "essay") == grade(db, "task") == (None, None, 1)


def test_a_grader_error_is_neither_zero_nor_full_marks(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([result(Question("test", 0.0, 2.0, Outcome.GRADER_ERROR))])
    assert grade(db, "test") == (None, None, 1)


def test_a_question_without_a_result_waits_for_a_person(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    gradebook.record_submission([result()])
    assert grade(db, "test") == (None, None, 1)


def test_a_manual_score_survives_a_regrade_and_asks_for_another_look(
    gradebook: Gradebook, db: Path
) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE grade SET manual_score = 1.5, needs_manual_grade = 0")
    gradebook.record_submission([PASSED])
    assert grade(db, "test") == (2.0, 1.5, 1)


def test_a_manual_comment_survives_a_regrade(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE comment SET manual_comment = 'Well reasoned.'")
    gradebook.record_submission([PASSED])
    assert {row[3] for row in query(db, COMMENTS)} == {"Well reasoned."}


def test_an_untouched_answer_is_commented_as_no_response(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([replace(PASSED, cells=result(answer=ANSWER).cells)])
    assert comment(db, "answer") == "No response."


def test_an_answer_given_later_loses_that_comment(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([replace(PASSED, cells=result(answer=ANSWER).cells)])
    gradebook.record_submission([PASSED])
    assert comment(db, "answer") is None


def test_an_untouched_task_is_not_commented(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    assert comment(db, "task") is None


def test_an_ungradable_first_submission_waits_for_a_person(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([result(error="not JSON")])
    assert [row[2:] for row in query(db, GRADES)] == [(None, None, 1)] * 3


def test_an_ungradable_resubmission_keeps_the_earlier_scores(
    gradebook: Gradebook, db: Path
) -> None:
    gradebook.record_submission([PASSED])
    gradebook.record_submission([result(error="not JSON")])
    assert grade(db, "test") == (2.0, None, 1)


def test_a_notebook_that_was_not_submitted_scores_zero(gradebook: Gradebook, db: Path) -> None:
    gradebook.register("ps1", "second", Notebook((replace(TEST, metadata=TEST.metadata),)))
    gradebook.record_submission([PASSED], missing=["second"])
    scores = query(db, "SELECT auto_score, needs_manual_grade FROM grade WHERE auto_score = 0")
    assert scores == [(0.0, 0)]


def test_a_notebook_added_later_gets_its_rows(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    gradebook.register("ps1", "second", Notebook((TEST,)))
    second = replace(PASSED, notebook="second", questions=PASSED.questions[:1])
    gradebook.record_submission([PASSED, second])
    assert [row[2] for row in query(db, GRADES) if row[1] == "test"] == [2.0, 2.0]


def test_the_time_of_submission_is_kept_in_utc(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED], SUBMITTED_AT)
    gradebook.record_submission([PASSED])
    assert query(db, "SELECT timestamp FROM submitted_assignment") == [
        ("2026-01-10 12:00:00.000000",)
    ]


def test_registering_again_changes_no_row(gradebook: Gradebook, db: Path) -> None:
    before = query(db, "SELECT * FROM base_cell") + query(db, "SELECT * FROM source_cell")
    gradebook.register("ps1", "losses", GRADED)
    assert query(db, "SELECT * FROM base_cell") + query(db, "SELECT * FROM source_cell") == before


def test_cells_may_change_before_the_first_submission(gradebook: Gradebook, db: Path) -> None:
    gradebook.register("ps1", "losses", Notebook((ANSWER, TEST)))
    assert query(db, "SELECT name FROM base_cell ORDER BY rowid") == [("test",), ("answer",)]


def test_cells_may_not_come_or_go_after_the_first_submission(gradebook: Gradebook) -> None:
    gradebook.record_submission([PASSED])
    with pytest.raises(
        GradebookError, match=r"removed: essay, intro, task.*nbgrader db assignment"
    ):
        gradebook.register("ps1", "losses", Notebook((ANSWER, TEST)))


def test_a_notebook_that_the_assignment_has_lost_is_removed(gradebook: Gradebook, db: Path) -> None:
    before = query(db, "SELECT name FROM base_cell UNION SELECT name FROM source_cell")
    gradebook.register("ps1", "second", Notebook((TEST,)))
    gradebook.retire("ps1", ["losses"])
    assert query(db, "SELECT name FROM notebook") == [("losses",)]
    after = query(db, "SELECT name FROM base_cell UNION SELECT name FROM source_cell")
    assert after == before
    assert query(db, "SELECT count(*) FROM base_cell JOIN grade_cells USING (id)") == [(2,)]


def test_a_notebook_with_submissions_may_not_be_lost(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    with pytest.raises(GradebookError, match=r"lost its notebook losses.*losses\.ipynb back"):
        gradebook.retire("ps1", ["second"])
    assert grade(db, "test") == (2.0, None, 0)


def test_a_submission_without_any_notebook_scores_zero(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_absence("ps1", "ada", ["losses"], SUBMITTED_AT)
    assert [row[2:] for row in query(db, GRADES)] == [(0.0, None, 0)] * 3
    timestamps = query(db, "SELECT timestamp FROM submitted_assignment")
    assert timestamps == [("2026-01-10 12:00:00.000000",)]


def test_what_is_recorded_is_confirmed(gradebook: Gradebook) -> None:
    assert not gradebook.confirm([PASSED])
    gradebook.record_submission([PASSED], SUBMITTED_AT)
    assert gradebook.confirm([PASSED])
    assert gradebook.confirm([PASSED], SUBMITTED_AT)


@pytest.mark.parametrize(
    ("score", "submitted_at", "missing"),
    [
        (1.0, SUBMITTED_AT, []),
        (2.0, SUBMITTED_AT + timedelta(days=1), []),
        (2.0, SUBMITTED_AT, ["second"]),
    ],
)
def test_what_is_not_recorded_is_not_confirmed(
    gradebook: Gradebook, score: float, submitted_at: datetime, missing: list[str]
) -> None:
    gradebook.register("ps1", "second", Notebook((TEST,)))
    gradebook.record_submission([PASSED], SUBMITTED_AT)
    questions = (replace(PASSED.questions[0], score=score), *PASSED.questions[1:])
    other = replace(PASSED, questions=questions)
    assert not gradebook.confirm([other], submitted_at, missing)


def test_points_may_change_after_the_first_submission(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    worth_five = cell("code", TEST.source, "test", 5.0, grade=True, solution=False, locked=True)
    gradebook.register("ps1", "losses", Notebook((INTRO, ANSWER, worth_five, ESSAY, TASK)))
    assert (5.0,) in query(db, "SELECT max_score FROM grade_cells")
    assert grade(db, "test") == (2.0, None, 0)


def test_a_result_with_unknown_cells_is_refused_whole(gradebook: Gradebook, db: Path) -> None:
    with pytest.raises(GradebookError, match="does not know the cells renamed"):
        gradebook.record_submission([result(Question("renamed", 2.0, 2.0, Outcome.PASSED))])
    assert query(db, "SELECT * FROM student") == []


def test_an_unregistered_assignment_is_named(gradebook: Gradebook) -> None:
    with pytest.raises(GradebookError, match="no assignment ps9"):
        gradebook.record_submission([replace(PASSED, assignment="ps9")])


LATE_ZERO = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})


@pytest.mark.parametrize(("days_late", "penalty"), [(-1, None), (1, 2.0)])
def test_the_late_penalty_is_the_plugins(db: Path, days_late: int, penalty: float | None) -> None:
    with Gradebook(f"sqlite:///{db}", "course101", LATE_ZERO) as gradebook:
        gradebook.register("ps1", "losses", GRADED)
        due = SUBMITTED_AT - timedelta(days=days_late)
        query(db, f"UPDATE assignment SET duedate = '{due:%Y-%m-%d %H:%M:%S.%f}'")
        gradebook.record_submission([PASSED], SUBMITTED_AT)
    assert query(db, "SELECT late_submission_penalty FROM submitted_notebook") == [(penalty,)]


class Generous(LateSubmissionPlugin):  # type: ignore[misc]  # nbgrader has no types
    """Takes more than there is."""

    def late_submission_penalty(self, student_id: str, score: float, late: float) -> float:
        return 1e9


class Broken(LateSubmissionPlugin):  # type: ignore[misc]  # likewise
    """Cannot tell."""

    def late_submission_penalty(self, student_id: str, score: float, late: float) -> float:
        raise ValueError("no policy")


def record_late(db: Path, plugin: object, folder: Path | None = None) -> list[tuple[object, ...]]:
    """Record a late submission; its penalty."""
    config = Config({"AssignLatePenalties": {"plugin_class": plugin}})
    with Gradebook(f"sqlite:///{db}", "course101", config, folder=folder) as gradebook:
        gradebook.register("ps1", "losses", GRADED)
        query(db, "UPDATE assignment SET duedate = '2026-01-09 12:00:00.000000'")
        gradebook.record_submission([PASSED], SUBMITTED_AT)
    return query(db, "SELECT late_submission_penalty FROM submitted_notebook")


def test_a_plugin_may_be_a_class_and_take_no_more_than_there_is(db: Path) -> None:
    assert record_late(db, Generous) == [(2.0,)]


def test_a_plugin_may_lie_in_the_course_folder(db: Path, tmp_path: Path) -> None:
    (tmp_path / "policy_of_this_course.py").write_text(
        "from nbgrader.plugins import LateSubmissionPlugin\n"
        "class Half(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
        "        return score / 2\n"
    )
    before = list(sys.path)
    assert record_late(db, "policy_of_this_course.Half", tmp_path) == [(1.0,)]
    assert sys.path == before


@pytest.mark.parametrize("plugin", [Broken, "no_such_module.Plugin"])
def test_a_plugin_that_fails_is_named_and_nothing_recorded(db: Path, plugin: object) -> None:
    with pytest.raises(CourseError, match=r"plugin_class = .* has failed for ada.*Correct it"):
        record_late(db, plugin)
    assert query(db, "SELECT * FROM grade") == []


def test_an_extension_postpones_the_late_penalty(db: Path) -> None:
    with Gradebook(f"sqlite:///{db}", "course101", LATE_ZERO) as gradebook:
        gradebook.register("ps1", "losses", GRADED)
        query(db, "UPDATE assignment SET duedate = '2026-01-09 12:00:00.000000'")
        gradebook.record_submission([PASSED], SUBMITTED_AT)
        # SQLAlchemy keeps an interval in SQLite as that long after 1970.
        query(db, "UPDATE submitted_assignment SET extension = '1970-01-03 00:00:00.000000'")
        gradebook.record_submission([PASSED], SUBMITTED_AT)
    assert query(db, "SELECT late_submission_penalty FROM submitted_notebook") == [(None,)]


def test_a_review_holds_what_people_decided(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(
        db,
        "UPDATE grade SET manual_score = 2.5, extra_credit = 0.5, needs_manual_grade = 0 "
        "WHERE cell_id IN "
        "(SELECT id FROM base_cell WHERE name = 'essay')",
    )
    query(
        db,
        "UPDATE comment SET manual_comment = 'Nice.' WHERE cell_id IN "
        "(SELECT id FROM base_cell WHERE name = 'answer')",
    )
    assert gradebook.reviews("ps1") == {
        ("ada", "losses"): Review(
            scores={"essay": 2.5}, extra_credit={"essay": 0.5}, comments={"answer": "Nice."}
        )
    }


def test_a_score_for_an_answer_that_came_anew_is_outdated(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE grade SET manual_score = 2, needs_manual_grade = 0")
    assert not gradebook.reviews("ps1")["ada", "losses"].awaits_a_person(PASSED)
    gradebook.record_submission([PASSED])
    review = gradebook.reviews("ps1")["ada", "losses"]
    assert review.scores["essay"] == 2
    assert review.awaits_a_person(PASSED)


def test_a_score_for_a_notebook_that_is_gone_is_outdated(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE grade SET manual_score = 2, needs_manual_grade = 0")
    gradebook.record_absence("ps1", "ada", ["losses"])
    assert "essay" in gradebook.reviews("ps1")["ada", "losses"].outdated


def test_a_review_knows_what_was_taken_off_for_lateness(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE submitted_notebook SET late_submission_penalty = 1.5")
    assert gradebook.reviews("ps1")["ada", "losses"].late_penalty == 1.5


def test_reviews_can_be_of_some_students(gradebook: Gradebook, db: Path) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE grade SET manual_score = 1")
    assert gradebook.reviews("ps1", ["bob"]) == {}
    assert ("ada", "losses") in gradebook.reviews("ps1", ["ada", "bob"])


@pytest.mark.parametrize("assignment", ["ps9", "ps1"])
def test_where_nobody_has_decided_anything_there_is_no_review(
    gradebook: Gradebook, assignment: str
) -> None:
    gradebook.record_submission([PASSED])
    assert gradebook.reviews(assignment) == {}


def test_a_locked_gradebook_is_named(gradebook: Gradebook, db: Path) -> None:
    other = sqlite3.connect(db, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(GradebookError, match=r"gradebook\.db .*locked.*try again"):
            gradebook.record_submission([PASSED])
    finally:
        other.close()


def test_a_damaged_gradebook_is_named(db: Path) -> None:
    db.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    with pytest.raises(GradebookError, match=r"gradebook\.db .*damaged"):
        Gradebook(f"sqlite:///{db}", "course101")


def test_a_gradebook_of_another_nbgrader_is_left_alone(gradebook: Gradebook, db: Path) -> None:
    query(db, "UPDATE alembic_version SET version_num = '167914646830'")
    before = db.read_bytes()
    with pytest.raises(GradebookError, match="167914646830.*nbgrader db upgrade"):
        Gradebook(f"sqlite:///{db}", "course101")
    assert db.read_bytes() == before


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match=r"nowhere/gradebook\.db .*folder exists"):
        Gradebook(f"sqlite:///{tmp_path}/nowhere/gradebook.db", "course101")


def test_a_url_that_is_none_is_quoted() -> None:
    with pytest.raises(GradebookError, match="'gradebook.db', which is not an SQLAlchemy URL"):
        Gradebook("gradebook.db", "course101")


@pytest.mark.parametrize(
    ("url", "module", "package"),
    [
        ("postgresql+psycopg://u:secret@h/marks", "psycopg", "'psycopg[binary]'"),
        ("postgresql+psycopg2://u:secret@h/marks", "psycopg2", "psycopg2-binary"),
        ("mysql://u:secret@h/marks", "MySQLdb", "mysqlclient"),
    ],
)
def test_a_driver_that_is_missing_is_named_and_the_password_is_not(
    url: str, module: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(GradebookError, match=f"h/marks needs a driver .*{module}") as caught:
        Gradebook(url, "course101")
    assert f"-m pip install {package}" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_kind_of_database_that_nobody_knows_is_named() -> None:
    with pytest.raises(GradebookError, match="postgresql://USER:PASSWORD@HOST/NAME"):
        Gradebook("postgres://u:secret@h/marks", "course101")


def test_the_schema_is_that_of_the_installed_nbgrader(gradebook: Gradebook, db: Path) -> None:
    assert query(db, "SELECT version_num FROM alembic_version") == [(SCHEMA_REVISION,)]


def test_skipping_the_iri_grammar_leaves_no_trace() -> None:
    before = sys.modules.get("rfc3987_syntax")
    with without_iri_grammar():
        pass
    assert sys.modules.get("rfc3987_syntax") is before


RECORD_FOR_EVER = """
import sys
from dataclasses import replace
from tests.autograder.gradebook.test_gradebook import PASSED, Gradebook
with Gradebook(sys.argv[1], "course101") as gradebook:
    for number in range(10**9):
        gradebook.record_submission([replace(PASSED, student=f"s{number}")])
        print("recorded", flush=True)
"""


def test_a_kill_never_leaves_half_a_submission(gradebook: Gradebook, db: Path) -> None:
    for milliseconds in (5, 30, 80):
        recorder = subprocess.Popen(
            [sys.executable, "-c", RECORD_FOR_EVER, f"sqlite:///{db}"],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert recorder.stdout is not None
        with recorder, recorder.stdout:
            recorder.stdout.readline()
            time.sleep(milliseconds / 1000)
            recorder.send_signal(signal.SIGKILL)
    students = query(db, "SELECT id FROM student")
    assert students
    grades = [row[1:3] for row in query(db, GRADES)]
    assert grades == [("essay", None), ("task", None), ("test", 2.0)] * len(students)


def essay_worth(gradebook: Gradebook, points: float) -> None:
    changed = cell("markdown", "Why?", "essay", points, grade=True, solution=True)
    cells = tuple(changed if each is ESSAY else each for each in GRADED.cells)
    gradebook.register("ps1", "losses", Notebook(cells))


def record(gradebook: Gradebook, work: str) -> frozenset[str]:
    """Record a work; the questions at whose points a person has to look again."""
    gradebook.record_submission([PASSED], works={"losses": work})
    return gradebook.reviews("ps1")["ada", "losses"].outdated


@pytest.fixture
def given(gradebook: Gradebook, db: Path) -> Gradebook:
    """A person has given points for the work "first"."""
    gradebook.record_submission([PASSED], works={"losses": "first"})
    query(db, "UPDATE grade SET manual_score = 2, needs_manual_grade = 0")
    return gradebook


EVERY = frozenset({"essay", "task", "test"})


def test_a_score_out_of_another_maximum_is_outdated(given: Gradebook) -> None:
    essay_worth(given, 4.0)
    assert given.reviews("ps1")["ada", "losses"].outdated == {"essay"}
    assert record(given, "first") == {"essay"}


def test_a_score_holds_again_once_its_maximum_is_as_it_was(given: Gradebook) -> None:
    essay_worth(given, 4.0)
    record(given, "first")
    essay_worth(given, 3.0)
    assert not given.reviews("ps1")["ada", "losses"].outdated


def test_a_score_holds_again_for_the_answer_for_which_it_was_given(given: Gradebook) -> None:
    assert (record(given, "second"), record(given, "first")) == (EVERY, frozenset())


def test_a_score_for_another_answer_does_not_hold_by_its_maximum(given: Gradebook) -> None:
    essay_worth(given, 4.0)
    assert record(given, "second") == EVERY
    essay_worth(given, 3.0)
    assert given.reviews("ps1")["ada", "losses"].outdated == EVERY


def test_another_score_for_another_answer_does_not_hold_for_the_first(
    given: Gradebook, db: Path
) -> None:
    record(given, "second")
    query(db, "UPDATE grade SET manual_score = 1, needs_manual_grade = 0")
    assert record(given, "first") == EVERY


def test_a_score_holds_where_an_earlier_grader_kept_its_work_in_the_record(
    gradebook: Gradebook, db: Path
) -> None:
    gradebook.record_submission([PASSED])
    query(db, "UPDATE grade SET manual_score = 2, needs_manual_grade = 0")
    query(db, "DELETE FROM autograder_work")
    works = {"losses": "first"}
    gradebook.record_submission([PASSED], works=works, earlier=works)
    assert not gradebook.reviews("ps1")["ada", "losses"].outdated


def test_who_has_one_name_has_an_empty_other_one(gradebook: Gradebook, db: Path) -> None:
    """Formgrader writes "None" for what is NULL."""
    gradebook.name_students({"c": {"first_name": "", "last_name": "Cher", "email": ""}})
    gradebook.name_students({"nobody": {"first_name": "", "last_name": "", "email": ""}})
    rows = query(db, "SELECT id, first_name, last_name, email FROM student ORDER BY id")
    assert rows == [("c", "", "Cher", ""), ("nobody", None, None, None)]


def test_a_name_that_is_known_stays(gradebook: Gradebook) -> None:
    gradebook.name_students({"a": {"first_name": "Ada", "last_name": "Roe", "email": "a@x.org"}})
    gradebook.name_students({"a": {"first_name": "", "last_name": "Lee", "email": ""}})
    assert gradebook.names()["a"] == ("Ada Lee", "a@x.org")
