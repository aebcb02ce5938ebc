"""Who is in a class, and what a platform calls them, for the way back of marks and pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.plan import Action, PlannedSubmission
from autograder.collect.platforms import student_name
from autograder.course.columns import columns_named
from autograder.course.directory import Course
from autograder.course.files import write_atomically
from autograder.course.submissions import kept_ids_file, read_kept_ids
from autograder.errors import CourseError
from autograder.sanitise import defused

_COLUMNS = ("student", "platform_id", "name", "submitted_at", "late", "refused")
#: Small letters and digits of the titles that platforms give the columns of a list of people.
_TITLES: Mapping[str, Collection[str]] = {
    "id": ("id", "studentid", "userid", "username", "login", "sisuserid", "sisloginid", "idnumber"),
    "name": ("name", "fullname", "student", "studentname"),
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail"),
}


@dataclass(frozen=True)
class Person:
    """One of a class, by all that a platform may call them."""

    label: str
    names: frozenset[str]


def read_roster(path: Path) -> list[Person]:
    """The people in a table with a column ``id``, and perhaps of names and e-mail addresses.

    Raises
    ------
    CourseError
        It cannot be read, or has none of these columns.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        dialect = csv.Sniffer().sniff(text[:4000], ",;\t") if "\n" in text else csv.excel
        rows = list(csv.DictReader(io.StringIO(text), dialect=dialect))
    except (OSError, ValueError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read as a table of comma-separated values: {error}.") \
            from error  # fmt: skip
    titles = [title for title in (rows[0] if rows else {}) if isinstance(title, str)]
    columns = columns_named(titles, _TITLES)
    if not any(columns.values()):
        raise CourseError(
            f"{path} has the columns {', '.join(titles) or 'of none'}, expected id, name or email: "
            "put their titles into the first line."
        )
    return [_person({what: row.get(title) or "" for what, title in columns.items()})
            for row in rows]  # fmt: skip


def missing_and_unknown(
    roster: Iterable[Person], plan: Iterable[PlannedSubmission]
) -> tuple[list[str], list[str]]:
    """Who of a class has handed nothing in, and who has and is not of the class."""
    roster = list(roster)
    theirs = {each.student: {_known_by(each.student), _known_by(each.platform_id)} for each in plan}
    found = set[str]().union(*theirs.values())
    known = set[str]().union(*(person.names for person in roster))
    missing = [person.label for person in roster if not person.names & found]
    return missing, [student for student, names in theirs.items() if not names & known]


def keep_ids(course: Course, assignment: str, plan: Iterable[PlannedSubmission]) -> None:
    """Note what the platform calls each student who was collected, beside the submissions.

    In ``.collected/ASSIGNMENT.csv`` of the folder of submissions, which is as private as they are.
    Whoever was collected before stays in it. So does, with the reason, whose files were refused:
    they have handed in something, and their mark is not 0. Where nothing but names is known,
    nothing is written.
    """
    path = kept_ids_file(course, assignment)
    rows = read_kept_ids(path)
    there = course.students(assignment)
    for each in plan:
        is_refused = each.action is Action.REFUSE
        is_known = each.platform_id or each.late or defused(each.student) in rows
        if (each.student not in there and each.name) if is_refused else is_known:
            time = each.time.isoformat() if each.time else ""
            late = "late" if each.late else ""
            values = (each.student, each.platform_id, each.name, time, late, each.reason)
            rows[defused(each.student)] = dict(zip(_COLUMNS, map(defused, values), strict=True))
    if not rows:
        return
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[student] for student in sorted(rows))
    write_atomically(path, text.getvalue())


def _person(row: Mapping[str, str]) -> Person:
    first, last = row["first"], row["last"]
    names = [row["id"], row["name"], row["email"], row["email"].partition("@")[0]]
    if first and last:
        names += [f"{first} {last}", f"{last} {first}", f"{last}, {first}", f"{last}{first}"]
    elif len(words := row["name"].replace(",", " ").split()) > 1:
        names += [f"{words[-1]}, {' '.join(words[:-1])}", "".join([words[-1], *words[:-1]]),
                  f"{' '.join(words[1:])} {words[0]}"]  # fmt: skip
    label = row["id"] or row["name"] or f"{first} {last}".strip() or row["email"]
    return Person(label, frozenset(filter(None, map(_known_by, names))))


def _known_by(name: str) -> str:
    return student_name(name).casefold()
