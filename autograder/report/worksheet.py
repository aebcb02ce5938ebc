"""The way back to Moodle by its own grading worksheet, in whichever language that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.times_table import read_table
from autograder.course.worksheet import Rows, Worksheet, participant_number, read_worksheet
from autograder.errors import CourseError
from autograder.report.export import Marks, all_digits, as_csv


def filled_worksheet(
    path: Path, marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]
) -> tuple[str, list[str]]:
    """Moodle's worksheet with the marks in it, and who of those with a mark is not in it.

    Whoever has no mark keeps the line as it was, and so does everything but the grade. The 0 of
    who handed in nothing is no mark where there is one already.

    Raises
    ------
    CourseError
        It cannot be read, or does not tell which column is the grade's.
    """
    titles, rows, sheet = _worksheet(path)
    missing = {ids[each.student]["platform_id"]: each for each in marks if each.student in ids}
    filled = []
    for row in rows:
        found = missing.pop(participant_number(row[sheet.number]), None)
        is_new = found is not None and (found.handed_in or row[sheet.grade].strip() in ("", "-"))
        grade = all_digits(found.total) if found and is_new else ""
        filled.append({**row, sheet.grade: grade} if grade else row)
    return as_csv(titles, filled), [each.student for each in missing.values() if each.handed_in]


def named_in(
    path: Path, marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The ids of students of whom `ids` has none, where one line of Moodle's worksheet is theirs.

    It has their e-mail address, else the name of their folder, else their own. Who has handed in
    through somebody else, or elsewhere, is in no download.

    Raises
    ------
    CourseError
        It cannot be read, or does not tell which column is the grade's.
    """
    titles, rows, sheet = _worksheet(path)
    taken = {known["platform_id"] for known in ids.values()}
    # Columns before that of the grade tell who somebody is, later ones hold what students write.
    told = titles[: titles.index(sheet.grade)]
    lines = {
        number: {row[title].strip().casefold() for title in told}
        for row in rows
        if (number := participant_number(row[sheet.number])) not in taken
    }
    found: dict[str, str] = {}
    for each in marks:
        for words in filter(None, (each.email, each.student, each.name)):
            theirs = [number for number, cells in lines.items() if words.casefold() in cells]
            if len(theirs) == 1 and each.student not in {**ids, **found}:
                found[each.student] = theirs[0]
    shared = Counter(found.values())
    names = {each.student: each.name or each.student for each in marks}
    return {
        student: {"platform_id": number, "name": names[student]}
        for student, number in found.items()
        if shared[number] == 1
    }


def _worksheet(path: Path) -> tuple[list[str], Rows, Worksheet]:
    titles, rows = read_table(path)
    sheet = read_worksheet(titles, rows)
    if not sheet.number or not sheet.grade:
        raise CourseError(
            f"{path} is no grading worksheet of Moodle's: expected a column with a number of each "
            "participant, and one with the maximum grade behind that of the grade; it has "
            f"{', '.join(titles) or 'no columns'}. Download it from the assignment's submissions, "
            "and change nothing in it."
        )
    return titles, rows, sheet


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
