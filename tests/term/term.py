"""A whole term: everything that an instructor calls, in the order of the calendar, once."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from autograder.cli import main
from tests.autograder.feedback.unix_users import User, people
from tests.browser.formgrader import formgrader
from tests.term.classroom import CLASS, CONFIG, ESSAY, QUESTIONS, handed_in, make_course
from tests.term.downloads import LAYOUTS, HandedIn, pack

#: Who hands in through nbgrader's exchange: its student is the user. Root can be another one, too.
USER = pwd.getpwuid(os.geteuid()).pw_name
SECOND = people()[1].pw_name if os.geteuid() == 0 and len(people()) > 1 else None
#: Whose work they have copied, with different points.
COPIED = {USER: CLASS[3], SECOND: CLASS[5]}
IN_TIME = datetime(2026, 10, 11, 12)  # noqa: DTZ001 - by the clock on the wall, like the names
SECTIONS = {layout: CLASS[number :: len(LAYOUTS)] for number, layout in enumerate(LAYOUTS)}
LATE, EXTENDED = SECTIONS["Brightspace"][0], SECTIONS["ILIAS"][0]
AGAIN = SECTIONS["Blackboard"][0]
ABSENT = SECTIONS["Sakai"][-1]
#: Of the second sheet.
LATE_AGAIN, MISNAMED, UNDECIDED, REFUSED, MISSING = (CLASS[n] for n in (1, 2, 4, 7, 9))
#: Of the third: which team's work Canvas calls late, and which has handed in two different ones.
CALLED_LATE, AT_ODDS = CLASS[4], CLASS[8:12]
#: Points and comment by formgrader; other people give all others 3, but for a few.
BY_HAND = {CLASS[0]: ("1", "**Why** so, if $x^2 < 0$?"), CLASS[1]: ("2.5", ""), CLASS[5]: ("4", "")}
WAITING = (CLASS[6], CLASS[20])
SCORES = """
    SELECT assignment.name, submitted_assignment.student_id, notebook.name, base_cell.name,
        grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade,
        submitted_notebook.late_submission_penalty
    FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    JOIN assignment ON assignment.id = submitted_assignment.assignment_id
"""
ESSAYS = """
    UPDATE grade SET manual_score = 3, needs_manual_grade = :no
    WHERE needs_manual_grade = :yes AND manual_score IS NULL
    AND cell_id IN (SELECT id FROM base_cell WHERE name = :essay)
    AND notebook_id IN (
        SELECT submitted_notebook.id FROM submitted_notebook JOIN submitted_assignment
        ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE student_id NOT IN :waiting)
"""


@dataclass
class Term:
    """A course's folder, and what the commands have printed, by the name of the stage."""

    root: Path
    desk: Path
    db_url: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def run(self, stage: str, *arguments: object, status: int = 0) -> str:
        """Call ``autograder``."""
        command = ["--course-dir", str(self.root), *map(str, arguments)]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == status, f"{command}: {result.exit_code}\n{result.output}"
        self.said[stage] = result.output
        return result.output

    def nbgrader(self, *arguments: str, cwd: Path | None = None) -> str:
        """Call ``nbgrader`` as it is."""
        data = {"JUPYTER_DATA_DIR": str(self.desk / "jupyter"), "HOME": str(self.desk)}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd or self.root, env=os.environ | data,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    @property
    def exchange(self) -> Path:
        return self.root.parent / "exchange"

    @property
    def second(self) -> User:
        """The second of those who use the exchange, with a desk in a home of theirs."""
        folder, entry = self.root.parent, people()[1]
        return User(entry.pw_name, entry.pw_uid, folder / "second", folder)

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        engine = create_engine(self.db_url)
        try:
            with engine.begin() as connection:
                found = connection.execute(text(sql), values)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            engine.dispose()


def before_the_deadline(folder: Path) -> Term:
    """The course with all that was handed in, collected from what the platforms let one download.

    No database has to do with it.
    """
    folder.mkdir()
    term = Term(make_course(folder / "course"), folder / "desk")
    folder.chmod(0o755)
    term.desk.mkdir()
    (term.second.home / "desk").mkdir(parents=True)
    term.exchange.mkdir()
    term.exchange.chmod(0o777)
    _configure(term, f"sqlite:///{folder / 'none.db'}")
    _through_the_exchange(term)
    for layout, students in SECTIONS.items():
        archive = pack(_first_sheet(layout, students), layout, folder / f"{layout}.zip")
        when = IN_TIME.isoformat()
        term.run(layout, "collect", archive, "--assignment", "ps1", "--submitted-at", when)
    archive = pack(_second_sheet(), "Moodle", folder / "ps2.zip")
    roster = ("--roster", term.root / "class.csv", "--submitted-at", "archive")
    term.run("ps2", "collect", archive, "--assignment", "ps2", *roster, status=1)
    archive = pack(_third_sheet(), "Canvas", folder / "ps3.zip")
    term.run("ps3", "collect", archive, "--assignment", "ps3")
    return term


def _first_sheet(layout: str, students: Iterable[str]) -> Iterable[HandedIn]:
    for student in students:
        file = HandedIn(
            student, _number(student), "sheet.ipynb", handed_in(student, "ps1"), IN_TIME
        )
        if student == ABSENT:
            continue
        if student == LATE:
            file = replace(file, time=datetime(2026, 10, 13, 9, 30))  # noqa: DTZ001
        if student == EXTENDED:
            file = replace(file, time=datetime(2026, 10, 14, 12))  # noqa: DTZ001
        if student == AGAIN:
            before = datetime(2026, 10, 10, 12)  # noqa: DTZ001
            yield replace(file, time=before, data=handed_in(ABSENT, "ps1"))
        yield file


def _second_sheet() -> Iterable[HandedIn]:
    for student in CLASS:
        file = HandedIn(student, _number(student), "sheet.ipynb", handed_in(student, "ps2"))
        if student == MISSING:
            continue
        if student == LATE_AGAIN:
            file = replace(file, time=datetime(2026, 10, 20, 7))  # noqa: DTZ001
        if student == MISNAMED:
            file = replace(file, name="my answers.ipynb.txt")
        if student == REFUSED:
            file = replace(file, name="answers.docx", data=b"PK")
        if student == UNDECIDED:
            yield replace(file, name="final.ipynb")
            file = replace(file, name="final2.ipynb", data=handed_in(MISSING, "ps2"))
        yield file
    yield HandedIn("guest", 999, "sheet.ipynb", handed_in(CLASS[0], "ps2"))


def _third_sheet() -> Iterable[HandedIn]:
    for number, student in enumerate(CLASS):
        if number % 4 == 0 or student == AT_ODDS[1]:
            name = "sheet-1.ipynb" if number == 0 else "sheet.ipynb"  # Canvas's second attempt
            late, data = student == CALLED_LATE, handed_in(student, "ps3")
            yield HandedIn(student, _number(student), name, data, is_late=late)


def _number(student: str) -> int:
    return 1000 + CLASS.index(student)


def _configure(term: Term, db_url: str) -> None:
    more = f"c.Exchange.root = {str(term.exchange)!r}\nc.CourseDirectory.db_url = {db_url!r}\n"
    for desk in (term.root, term.desk, term.second.home / "desk"):
        (desk / "nbgrader_config.py").write_text(CONFIG + more)
    term.db_url = db_url
    if SECOND:
        term.second.own(term.second.home)


def _through_the_exchange(term: Term) -> None:
    """One student fetches the first sheet and hands it in there, and as root a second one."""
    term.run("release", "release", "ps1")
    term.nbgrader("release_assignment", "ps1")
    term.nbgrader("fetch_assignment", "ps1", cwd=term.desk)
    (term.desk / "ps1" / "sheet.ipynb").write_bytes(handed_in(COPIED[USER], "ps1"))
    term.nbgrader("submit", "ps1", cwd=term.desk)
    if SECOND:
        second, desk = term.second, term.second.home / "desk"
        second.run("nbgrader", "fetch_assignment", "ps1", cwd=desk)
        (desk / "ps1" / "sheet.ipynb").write_bytes(handed_in(COPIED[SECOND], "ps1"))
        second.own(desk)
        second.run("nbgrader", "submit", "ps1", cwd=desk)
    term.nbgrader("collect", "ps1")


def after_the_deadline(start: Term, folder: Path, db_url: str, browser: Browser) -> Term:
    """The rest of the term, on a copy of the course with its gradebook at ``db_url``."""
    shutil.copytree(start.root.parent, folder)
    folder.chmod(0o755)
    term = Term(folder / "course", folder / "desk", said=dict(start.said))
    _configure(term, db_url or f"sqlite:///{term.root / 'gradebook.db'}")
    term.run("extend", "extend", EXTENDED, "ps1", "+3d", "--why", "was ill")
    for user in filter(None, (USER, SECOND)):
        term.run(f"extend {user}", "extend", user, "ps1", "2100-01-01")
    term.run("grade", "grade", "--jobs", 2, "--json", folder / "grade.json", status=1)
    _grade_by_hand(term, browser)
    term.run("drop", "drop", "ps2", "test_cube", "--why", "the test was wrong")
    # Nothing is graded again: it shows what people have decided.
    term.run("table", "grade", "--jobs", 2, "--json", folder / "all.json", status=1)
    term.run("feedback", "feedback")
    term.run("report", "report")
    for kind in ("csv", "long"):
        term.run(kind, "export", "--format", kind, "-o", folder / f"{kind}.csv")
    for kind, assignment in (("moodle", "ps2"), ("canvas", "ps3")):
        pages = ("--feedback", folder / f"{kind}.zip")
        term.run(
            kind, "export", assignment, "--format", kind, "-o", folder / f"{kind}.csv", *pages,
            status=int(kind == "canvas"),  # who has handed in nothing there is not known there
        )  # fmt: skip
    term.nbgrader("export")
    term.nbgrader("release_feedback", "ps1")
    term.nbgrader("fetch_feedback", "ps1", cwd=term.desk)
    if SECOND:
        term.second.run("nbgrader", "fetch_feedback", "ps1", cwd=term.second.home / "desk")
    return term


def _grade_by_hand(term: Term, browser: Browser) -> None:
    ids = dict(term.rows("""
        SELECT student_id, submitted_notebook.id FROM submitted_notebook
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        JOIN assignment ON assignment.id = submitted_assignment.assignment_id
        WHERE assignment.name = 'ps1'"""))  # fmt: skip
    with formgrader(term.root, term.root.parent) as address:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        for student, (points, comment) in BY_HAND.items():
            page.goto(f"{address}/submissions/{ids[student]}")
            _fill(page, f"input.score[id='{ESSAY}']", points, "grade")
            if comment:
                _fill(page, f"textarea.comment[id='{ESSAY}-comment']", comment, "comment")
        page.close()
    values = {"yes": True, "no": False, "essay": ESSAY}
    names = ", ".join(f"'{name}'" for name in WAITING)
    term.rows(ESSAYS.replace(":waiting", f"({names})"), **values)


def _fill(page: Page, field: str, value: str, what: str) -> None:
    """Type into a field as a person does, and wait until formgrader has saved it."""
    box = page.locator(field).first
    box.wait_for()
    page.wait_for_load_state("networkidle")
    with page.expect_response(lambda answer: f"/api/{what}/" in answer.url) as saved:
        box.fill(value)
        box.blur()
    assert saved.value.ok


def known(term: Term) -> dict[tuple[str, str], float]:
    """The points of every submission for which the gradebook knows all, by assignment and student.

    By plain SQL, as the gradebook's columns are meant: neither by our code nor by nbgrader's.
    """
    totals: dict[tuple[str, str], float | None] = {}
    penalties: dict[tuple[str, str], float] = {}
    for assignment, student, _, _, auto, manual, extra, waits, late in term.rows(SCORES):
        key = assignment, student
        score = manual if manual is not None else auto
        so_far = totals.setdefault(key, 0.0)
        penalties[key] = late or 0.0
        is_known = so_far is not None and score is not None and not waits
        totals[key] = so_far + score + (extra or 0.0) if is_known else None
    return {key: max(0.0, t - penalties[key]) for key, t in totals.items() if t is not None}


def results(term: Term, file: str = "all.json") -> dict[tuple[str, str], dict[str, Any]]:
    """What ``grade --json`` has written, by assignment and student."""
    content = json.loads((term.root.parent / file).read_text())
    return {(each["assignment"], each["student"]): each for each in content["results"]}


ASSIGNMENTS = tuple(QUESTIONS)
