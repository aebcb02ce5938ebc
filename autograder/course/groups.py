"""Who hands in together: ``groups.csv`` in the course folder."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from autograder.course.columns import columns_named
from autograder.errors import CourseError

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
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read as a table: {error}.") from error
    delimiter = max(",;\t", key=Counter(text.partition("\n")[0]).__getitem__)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
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
