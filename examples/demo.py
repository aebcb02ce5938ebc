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

from rich.console import Console
from rich.table import Table
from rich.text import Text

import autograder
from autograder import Graded, NotebookResult, Outcome

ASSIGNMENT = "loss_functions"
HERE = Path(__file__).resolve().parent
JOBS = min(4, os.cpu_count() or 1)


def main() -> int:
    """Grade, show, compare."""
    course = autograder.load_course(HERE)
    expected = json.loads((HERE / "expected_scores.json").read_text("utf-8"))["students"]
    students = course.students(ASSIGNMENT)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 120  # a log has no width of its own
    console.print(f"Grading the sample class: {len(students)} submissions, {JOBS} at a time.")
    start = time.monotonic()
    with console.status("grading") as status:
        graded = autograder.grade(
            course,
            ASSIGNMENT,
            jobs=JOBS,
            force=True,
            done=lambda each: status.update(f"graded {each.submission.student}"),
        )
    seconds = time.monotonic() - start
    pages = list(autograder.write_pages(course, ASSIGNMENT, students))

    table, wrong = compare(graded, expected)
    console.print(table)
    where = Path(os.path.relpath(pages[0].parents[2]))
    console.print(f"\nFeedback pages, one for each student: {where}/STUDENT/{ASSIGNMENT}/, such as")
    console.print(os.path.relpath(pages[0]), soft_wrap=True)
    if wrong:
        console.print(f"{wrong} of {len(expected)} scores are NOT the deserved ones.")
    else:
        console.print(f"Every score is the deserved one ({len(expected)} of {len(expected)}).")
    waited = sum(result.waited_seconds for each in graded for result in each.results)
    console.print(
        f"{len(graded)} notebooks graded in {seconds:.1f} s; of their time {waited:.1f} s were "
        "spent waiting for code that hangs.",
        soft_wrap=True,
    )
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
            "–" if result.score is None else f"{result.score:g} / {result.max_score:g}",
            "–" if deserved is None else f"{deserved:g}",
            Text("ok", style="green") if right else Text("WRONG", style="red"),
            Text(printable(why(result))),
        )
    return table, wrong


def why(result: NotebookResult) -> str:
    """Why there are not more points: the error, or the first question that does not pass."""
    if result.error is not None:
        return result.error
    failing = [q for q in result.questions if q.outcome is not Outcome.PASSED]
    if not failing:
        return ""
    first, *others = failing
    said = first.message.split("\n")[0] or first.outcome.value
    more = f" (and {len(others)} more)" if others else ""
    return f"{first.grade_id}: {said}{more}"


def printable(text: str) -> str:
    """One line without what a terminal would obey: the text can be a student's."""
    line = text.split("\n")[0]
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except autograder.AutograderError as error:
        sys.exit(f"demo: {error}")
