"""Who hands in together: ``groups.csv`` in the course folder."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.columns import columns_named
from autograder.course.files import write_atomically
from autograder.errors import CourseError
from autograder.sanitise import defused

FILE = "groups.csv"
_TITLES: Mapping[str, tuple[str, ...]] = {
    "student": ("student", "studentid", "id", "userid", "username", "login", "loginid"),
    "group": ("group", "groupname", "team"),
    "assignment": ("assignment", "assignmentid"),
}


def read_groups(root: Path, assignment: str) -> dict[str, tuple[str, ...]]:
    """The members of each group that hands in ``assignment``, in the file's order; perhaps none.

    A line without an assignment is for all of them; one with it takes its place for that student.

    Raises
    ------
    CourseError
        The file cannot be read, lacks a column, or has a student in two groups.
    """
    path = root / FILE
    text = _text(path)
    if text is None:
        return {}
    rows = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text))
    columns = columns_named(rows.fieldnames or (), _TITLES)
    if not columns["student"] or not columns["group"]:
        raise CourseError(f"{path} needs the columns student and group in its first line.")
    found: dict[bool, dict[str, str]] = {True: {}, False: {}}  # of this assignment, and of all
    for number, row in enumerate(rows, start=2):
        student, group, where = (
            (row.get(columns[what]) or "").strip() for what in ("student", "group", "assignment")
        )
        if not student or where not in ("", assignment):
            continue
        known = found[bool(where)]
        if known.setdefault(student, group) != group:
            raise CourseError(
                f"{path}, line {number}: {student} is in the groups {known[student]} and {group}. "
                "Leave one of these lines, or name in each the assignment that it is for."
            )
    groups: dict[str, tuple[str, ...]] = {}
    for student, group in (found[False] | found[True]).items():
        if group:
            groups[group] = (*groups.get(group, ()), student)
    return groups


def lines_for(root: Path, assignment: str, groups: Mapping[str, Sequence[str]]) -> str:
    """The lines that say of ``groups`` who hands in ``assignment`` together, as the file has them.

    Where there is no such file, the line with the titles comes first.

    Raises
    ------
    CourseError
        The file cannot be read, has no column for an assignment, or a name would be taken for a
        formula by a spreadsheet.
    """
    path = root / FILE
    text = _text(path) or ""
    titles = next(csv.reader(io.StringIO(text), delimiter=_delimiter(text)), list(_TITLES))
    columns = columns_named(titles, _TITLES)
    if missing := [what for what, title in columns.items() if not title]:
        raise CourseError(
            f"{path} has no column {' and '.join(missing)} in its first line: add it; in lines for "
            "all assignments it stays empty."
        )
    lines = io.StringIO()
    writer = csv.DictWriter(lines, titles, delimiter=_delimiter(text), lineterminator="\n")
    if not text.strip():
        writer.writeheader()
    for group, members in groups.items():
        for member in members:
            if odd := [name for name in (member, group) if defused(name) != name]:
                raise CourseError(f"{odd[0]!r} cannot stand in {path}: a spreadsheet would run it.")
            values = {"student": member, "group": group, "assignment": assignment}
            writer.writerow({columns[what]: value for what, value in values.items()})
    return lines.getvalue()


def add_groups(root: Path, assignment: str, groups: Mapping[str, Sequence[str]]) -> None:
    """Write `lines_for` the groups to the end of the file, and change nothing else in it.

    Raises
    ------
    CourseError
        As `lines_for` says.
    OSError
        It cannot be written.
    """
    lines = lines_for(root, assignment, groups)
    text = _text(root / FILE) or ""
    write_atomically(root / FILE, text + ("\n" if text and text[-1] != "\n" else "") + lines)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read as a table: {error}.") from error


def _delimiter(text: str) -> str:
    return max(",;\t", key=Counter(text.partition("\n")[0]).__getitem__)
