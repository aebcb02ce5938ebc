"""Grade the sample class and compare every score with the deserved one: ``make demo``.

Status 0 if all scores are the deserved ones, else 1.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from autograder.cli import tables
from autograder.course.directory import load_course
from autograder.errors import AutograderError
from autograder.feedback.page import write_pages
from autograder.grading.batch import Batch, Graded, Options
from autograder.grading.executor import open_executor
from autograder.sandbox import require

ASSIGNMENT = "loss_functions"
HERE = Path(__file__).resolve().parent


def main() -> int:
    """Grade, show, compare."""
    course = load_course(HERE)
    expected = json.loads((HERE / "expected_scores.json").read_text("utf-8"))["students"]
    students = course.students(ASSIGNMENT)
    jobs = min(4, os.cpu_count() or 1)
    console = tables.console()
    console.print(f"Grading the sample class: {len(students)} submissions, {jobs} at a time.")
    require(course.settings.limits)
    start = time.monotonic()
    with (
        open_executor(course, jobs) as executor,
        tables.progress(console, len(students)) as done,
    ):
        batch = Batch(course, executor, Options(force=True))
        graded = batch.grade(ASSIGNMENT, students, done)
    seconds = time.monotonic() - start
    pages = list(write_pages(course, ASSIGNMENT, students))

    table, wrong = compare(graded, expected)
    console.print(table)
    where = Path(os.path.relpath(pages[0].parents[2]))
    console.print(f"\nFeedback pages, one for each student: {where}/STUDENT/{ASSIGNMENT}/, such as")
    console.print(os.path.relpath(pages[0]), soft_wrap=True)
    if wrong:
        console.print(f"{wrong} of {len(expected)} scores are NOT the deserved ones.")
    else:
        console.print(f"Every score is the deserved one ({len(expected)} of {len(expected)}).")
    console.print(tables.summary(graded, seconds), soft_wrap=True)
    return 1 if wrong else 0


def compare(graded: Sequence[Graded], expected: Mapping[str, Any]) -> tuple[Table, int]:
    """A table of scores beside the deserved ones, and how many differ."""
    table = Table(box=None, pad_edge=False)
    for title in ("student", "score", "deserved", "", "why"):
        table.add_column(title, justify="right" if title in ("score", "deserved") else "left")
    wrong = len(expected.keys() - {each.submission.student for each in graded})
    for each in graded:
        (result,) = each.results
        deserved = expected[each.submission.student]["score"]
        right = result.score == deserved
        wrong += not right
        table.add_row(
            Text(each.submission.student, no_wrap=True),
            tables.score_text(result),
            "–" if deserved is None else f"{deserved:g}",
            Text("ok", style="green") if right else Text("WRONG", style="red"),
            tables.reason(result),
        )
    return table, wrong


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AutograderError as error:
        sys.exit(f"demo: {error}")
