"""A term of three assignments and 120 students, with the gradebook in SQLite and in PostgreSQL.

The term is held once for each database; each test looks at one thing that came of it.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.utils import notebook_hash
from playwright.sync_api import Browser

from autograder.course.directory import load_course
from autograder.course.submissions import read_submission
from autograder.results import shown as points
from tests.term.classroom import CLASS, ESSAY, QUESTIONS, auto_points, handed_in, wrong_in
from tests.term.downloads import LAYOUTS
from tests.term.postgresql import postgresql
from tests.term.term import (
    ABSENT,
    AGAIN,
    ASSIGNMENTS,
    AT_ODDS,
    BY_HAND,
    CALLED_LATE,
    COPIED,
    EXTENDED,
    LATE,
    LATE_AGAIN,
    MISNAMED,
    MISSING,
    REFUSED,
    SCORES,
    SECOND,
    SECTIONS,
    UNDECIDED,
    USER,
    WAITING,
    Term,
    after_the_deadline,
    before_the_deadline,
    known,
    results,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.grader,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Term:
    return before_the_deadline(tmp_path_factory.mktemp("term") / "before")


@pytest.fixture(scope="module")
def sqlite(collected: Term, browser: Browser) -> Term:
    folder = collected.root.parents[1] / "sqlite"
    return after_the_deadline(collected, folder, "", browser)


@pytest.fixture(scope="module")
def postgres(collected: Term, browser: Browser) -> Iterator[Term]:
    with postgresql() as db_url:
        folder = collected.root.parents[1] / "postgresql"
        yield after_the_deadline(collected, folder, db_url, browser)


@pytest.fixture(params=["sqlite", "postgres"])
def term(request: pytest.FixtureRequest) -> Term:
    found: Term = request.getfixturevalue(request.param)
    return found


def table(path: Path) -> dict[str, dict[str, str]]:
    """The rows of a table of comma-separated values, by their first column."""
    with path.open(newline="", encoding="utf-8") as file:
        return {next(iter(row.values())): row for row in csv.DictReader(file)}


def numbers(totals: dict[str, float]) -> dict[str, str]:
    return {student: f"{total:.12g}" for student, total in totals.items()}


def of(term: Term, assignment: str) -> dict[str, float]:
    """What the gradebook knows of an assignment, by student."""
    return {student: total for (name, student), total in known(term).items() if name == assignment}


# What was collected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_everybodys_own_notebook_is_taken(collected: Term, layout: str) -> None:
    course = load_course(collected.root)
    for student in SECTIONS[layout]:
        submission = read_submission(course, "ps1", student)
        wanted = {} if student == ABSENT else {"sheet": handed_in(student, "ps1")}
        assert submission.notebooks == wanted


def test_the_newest_attempt_counts_and_the_plan_says_so(collected: Term) -> None:
    line = next(each for each in collected.said["Blackboard"].splitlines() if AGAIN in each)
    assert "the newest of 2 attempts" in line


def test_the_roster_tells_who_is_missing_and_who_is_unknown(collected: Term) -> None:
    assert f"Missing: {MISSING}." in collected.said["ps2"]
    assert "Not in class.csv: guest." in collected.said["ps2"]


def test_who_has_handed_in_no_notebook_is_refused(collected: Term) -> None:
    assert re.search(rf"^{REFUSED} +refused +no notebook", collected.said["ps2"], re.MULTILINE)


def test_that_the_platform_calls_it_late_is_kept(collected: Term) -> None:
    kept = table(collected.root / "submitted" / ".collected" / "ps3.csv")
    assert [who for who, row in kept.items() if row["late"] == "late"] == [CALLED_LATE]


# What was graded


def test_the_tests_give_everybody_what_is_due(term: Term) -> None:
    graded = results(term, "grade.json")
    for student in CLASS:
        for assignment in ("ps1", "ps2"):
            if each := graded.get((assignment, student)):
                scores = [q["score"] for q in each["questions"] if q["grade_id"] != ESSAY]
                if not each["reason"]:
                    assert sum(scores) == auto_points(student, assignment), (assignment, student)


def test_a_day_late_costs_a_tenth(term: Term) -> None:
    for assignment, student in (("ps1", LATE), ("ps2", LATE_AGAIN)):
        each = results(term)[assignment, student]
        assert each["late_penalty"] == pytest.approx((each["score"] + each["late_penalty"]) / 10)


def test_who_had_more_time_is_in_time(term: Term) -> None:
    each = results(term)["ps1", EXTENDED]
    assert (each["late_penalty"], each["extension_seconds"]) == (0, 3 * 24 * 3600)


def test_late_by_an_unknown_time_is_named_and_costs_nothing(term: Term) -> None:
    assert results(term)["ps3", CALLED_LATE]["late_penalty"] == 0
    assert "late, says the platform, but not by how much" in term.said["table"]


def test_a_misnamed_notebook_is_found(term: Term) -> None:
    assert results(term)["ps2", MISNAMED]["reason"] is None
    assert "found at my answers.ipynb.txt" in term.said["table"]


def test_of_two_notebooks_nobody_takes_one(term: Term) -> None:
    reason = results(term)["ps2", UNDECIDED]["reason"]
    assert "final.ipynb, final2.ipynb" in reason


def test_a_team_has_the_same_points(term: Term) -> None:
    totals = of(term, "ps3")
    for number in range(0, len(CLASS), 4):
        team = CLASS[number : number + 4]
        if team != AT_ODDS:
            assert {totals[who] for who in team} == {auto_points(team[0], "ps3")}


def test_a_team_at_odds_has_no_points(term: Term) -> None:
    assert not of(term, "ps3").keys() & set(AT_ODDS)
    assert "have handed in different work" in results(term)["ps3", AT_ODDS[0]]["reason"]


# What people have decided


def test_a_dropped_question_does_not_count(term: Term) -> None:
    points = QUESTIONS["ps2"]
    rest_of = points.keys() - {"cube"}
    rest = sum(points[name] for name in rest_of)
    totals = of(term, "ps2")
    for student in set(CLASS) - {LATE_AGAIN, UNDECIDED, REFUSED, MISSING}:
        earned = rest - (points[wrong] if (wrong := wrong_in(student, "ps2")) in rest_of else 0)
        assert totals[student] == pytest.approx(earned * sum(points.values()) / rest)


@pytest.mark.parametrize("student", BY_HAND)
def test_points_by_formgrader_count(term: Term, student: str) -> None:
    points, _ = BY_HAND[student]
    assert of(term, "ps1")[student] == auto_points(student, "ps1") + float(points)


def test_a_comment_is_on_the_page_as_markdown(term: Term) -> None:
    page = (term.root / "feedback" / CLASS[0] / "ps1" / "sheet.html").read_text()
    assert "<strong>Why</strong> so, if" in page


def test_what_waits_for_a_person_is_nowhere_a_number(term: Term) -> None:
    rows = table(term.root.parent / "csv.csv")
    for student in WAITING:
        assert ("ps1", student) not in known(term)
        assert (rows[student]["ps1"], rows[student][f"ps1/sheet/{ESSAY}"]) == ("", "")
        assert results(term)["ps1", student]["needs_manual_grade"]


# One total: the gradebook's, by plain SQL, everywhere


def test_the_json_has_the_gradebooks_totals(term: Term) -> None:
    totals = {key: r["score"] for key, r in results(term).items() if not r["needs_manual_grade"]}
    assert totals == pytest.approx(known(term))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_table_has_them(term: Term, assignment: str) -> None:
    totals = of(term, assignment)
    shown = re.findall(r"^(\S+) +sheet +([\d.]+) / [\d.]+", term.said["table"], re.MULTILINE)
    for student, total in totals.items():
        assert (student, points(total)) in shown


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_pages_have_them(term: Term, assignment: str) -> None:
    for student, total in of(term, assignment).items():
        page = (term.root / "feedback" / student / assignment / "sheet.html").read_text()
        assert f"<strong>{points(total)}</strong> / " in page


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_report_has_their_mean(term: Term, assignment: str) -> None:
    totals = list(of(term, assignment).values())
    page = (term.root / "report" / f"{assignment}.html").read_text()
    if assignment != "ps1":  # in which some wait, who have points so far
        assert f"; mean {points(sum(totals) / len(totals))}, median" in page


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_row_for_each_student_has_them(term: Term, assignment: str) -> None:
    rows = table(term.root.parent / "csv.csv")
    shown = {student: row[assignment] for student, row in rows.items() if row[assignment]}
    absent = rows.keys() - submitted(term, assignment)
    if assignment == "ps2":
        absent -= {REFUSED}  # has handed in something
    assert shown == numbers(of(term, assignment)) | dict.fromkeys(absent, "0")


def test_who_was_refused_has_no_mark_and_is_named(term: Term) -> None:
    assert table(term.root.parent / "csv.csv")[REFUSED]["ps2"] == ""
    assert f"autograder collect has refused: {REFUSED}." in term.said["csv"]


def test_the_rows_for_each_question_add_up_to_them(term: Term) -> None:
    totals: dict[tuple[str, str], float] = {}
    with (term.root.parent / "long.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = row["assignment"], row["student"]
            so_far = totals.get(key, -float(row["late_penalty"]))
            totals[key] = so_far + float(row["score"] or "nan") + float(row["extra_credit"])
    assert {key: t for key, t in totals.items() if t == t} == pytest.approx(known(term))


def test_moodles_table_has_them(term: Term) -> None:
    rows = table(term.root.parent / "moodle.csv").values()
    shown = {row["Full name"]: row["Grade"] for row in rows if row["Grade"]}
    assert shown == numbers(of(term, "ps2"))


def test_canvass_table_has_them(term: Term) -> None:
    rows = table(term.root.parent / "canvas.csv")
    del rows["    Points Possible"]
    shown = {student: row["ps3"] for student, row in rows.items() if row["ps3"]}
    assert shown == numbers({who: t for who, t in of(term, "ps3").items() if who in rows})


def test_nbgraders_own_export_has_them(term: Term) -> None:
    with (term.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    shown = {(row["assignment"], row["student_id"]): row["score"] for row in rows}
    for key, total in known(term).items():
        assert float(shown[key]) == pytest.approx(total)


# The way back


def test_moodle_finds_everybody_by_the_number_in_its_download(term: Term) -> None:
    rows = table(term.root.parent / "moodle.csv")
    assert rows["Participant 1000"]["Full name"] == CLASS[0]
    assert len(rows) == len(submitted(term, "ps2"))


def test_canvas_finds_who_has_handed_in_by_the_number_in_its_download(term: Term) -> None:
    rows = table(term.root.parent / "canvas.csv")
    assert rows[CLASS[4]]["ID"] == "1004"
    assert "Left out of the table: " in term.said["canvas"]


def test_pages_are_packed_under_moodles_names(term: Term) -> None:
    names = zipfile.ZipFile(term.root.parent / "moodle.zip").namelist()
    assert f"{CLASS[0]}_1000_assignsubmission_file_/sheet.html" in names
    assert len(names) == len(submitted(term, "ps2"))


def page_of(term: Term, student: str) -> str:
    return (term.root / "feedback" / student / "ps1" / "sheet.html").read_text()


def test_a_page_comes_back_through_the_exchange(term: Term) -> None:
    (page,) = term.desk.glob("ps1/feedback/*/sheet.html")
    assert page.read_text() == page_of(term, USER)


@pytest.mark.skipif(SECOND is None, reason="only root may be other users")
def test_each_user_fetches_the_own_page_with_the_own_points(term: Term) -> None:
    assert SECOND is not None
    (page,) = (term.second.home / "desk").glob("ps1/feedback/*/sheet.html")
    assert page.read_text() == page_of(term, SECOND) != page_of(term, USER)
    assert page.stat().st_uid == term.second.number
    totals = of(term, "ps1")
    for user in (USER, SECOND):
        assert totals[user] == auto_points(COPIED[user], "ps1") + 3
        assert f"<strong>{points(totals[user])}</strong> / " in page_of(term, user)


def test_everybodys_page_lies_in_the_exchange_where_only_their_secret_leads(term: Term) -> None:
    released = term.exchange / "stats" / "feedback"
    found = set()
    for student in submitted(term, "ps1"):
        secret = term.root / "feedback" / student / "ps1" / "submission_secret.txt"
        name = notebook_hash(secret=secret.read_text(), notebook_id="sheet")
        found.add(f"{name}.html")
        assert (released / f"{name}.html").read_text() == page_of(term, student)
    assert found == {page.name for page in released.iterdir()}
    assert len(found) == len(submitted(term, "ps1"))


@pytest.mark.parametrize(
    "rows",
    [
        SCORES,
        "SELECT name, duedate, course_id FROM assignment",
        "SELECT id FROM student",
        "SELECT name, type FROM base_cell",
        "SELECT name, kernelspec FROM notebook",
        "SELECT max_score, cell_type FROM grade_cells",
        "SELECT auto_comment, manual_comment FROM comment",
        "SELECT flagged, late_submission_penalty FROM submitted_notebook",
    ],
)
def test_both_databases_have_the_same_rows(sqlite: Term, postgres: Term, rows: str) -> None:
    ours, theirs = ([tuple(map(plain, row)) for row in t.rows(rows)] for t in (sqlite, postgres))
    assert ours
    assert sorted(ours, key=repr) == sorted(theirs, key=repr)


def plain(value: object) -> object:
    """SQLite has numbers and texts for truth and times."""
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int | float) else str(value).split(".")[0]


@pytest.mark.parametrize("file", ["csv.csv", "moodle.csv", "canvas.csv"])
def test_both_databases_give_the_same_exports(sqlite: Term, postgres: Term, file: str) -> None:
    ours, theirs = (table(each.root.parent / file) for each in (sqlite, postgres))
    for rows in (ours, theirs):
        for user in (USER, SECOND):
            rows.pop(user or "", None)  # who has handed in just now
    assert ours == theirs


def submitted(term: Term, assignment: str) -> set[str]:
    return set(load_course(term.root).students(assignment))
