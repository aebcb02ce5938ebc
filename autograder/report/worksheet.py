"""The way back to Moodle by its own grading worksheet, in whichever language that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.times_table import read_table
from autograder.course.worksheet import participant_number, read_worksheet
from autograder.errors import CourseError
from autograder.report.export import Marks, all_digits, as_csv


def filled_worksheet(
    path: Path, marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]
) -> tuple[str, list[str]]:
    """Moodle's worksheet with the marks in it, and who of those with a mark is not in it.

    Whoever has no mark keeps the line as it was, and so does everything but the grade.

    Raises
    ------
    CourseError
        It cannot be read, or does not tell which column is the grade's.
    """
    titles, rows = read_table(path)
    sheet = read_worksheet(titles, rows)
    if not sheet.number or not sheet.grade:
        raise CourseError(
            f"{path} is no grading worksheet of Moodle's: expected a column with a number of each "
            "participant, and one with the maximum grade behind that of the grade; it has "
            f"{', '.join(titles) or 'no columns'}. Download it from the assignment's submissions, "
            "and change nothing in it."
        )
    earned = {
        ids[each.student]["platform_id"]: each
        for each in marks
        if each.handed_in and each.student in ids
    }
    filled, missing = [], dict(earned)
    for row in rows:
        found = missing.pop(participant_number(row[sheet.number]), None)
        grade = all_digits(found.total) if found else ""
        filled.append({**row, sheet.grade: grade} if grade else row)
    return as_csv(titles, filled), [each.student for each in missing.values()]


def maximum_in(path: Path) -> float | None:
    """The maximum grade that Moodle's worksheet names; None if it does not tell.

    Raises
    ------
    CourseError
        It cannot be read.
    """
    titles, rows = read_table(path)
    title = read_worksheet(titles, rows).maximum
    return float(rows[0][title].replace(",", ".")) if title else None
