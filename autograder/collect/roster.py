"""Who of a class has handed in, and what a platform calls them, for the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from autograder.collect.people import Person, meant_by
from autograder.collect.planned import Action, PlannedSubmission
from autograder.collect.platforms import student_name
from autograder.course.directory import Course
from autograder.course.groups import read_groups
from autograder.course.parties import unfit
from autograder.course.submissions import (
    IN_TIME,
    LATE,
    kept_ids_file,
    read_kept_ids,
    write_kept_ids,
)
from autograder.gradebook import Gradebook
from autograder.sanitise import defused

_COLUMNS = (
    "student", "platform_id", "name", "submitted_at", "late", "platform", "upload", "refused"
)  # fmt: skip


def missing_and_unknown(
    people: Sequence[Person],
    plan: Iterable[PlannedSubmission],
    before: Iterable[str] = (),
    groups: Collection[str] = (),
) -> tuple[list[str], list[str]]:
    """Who of a class has handed nothing in, and who is in the download and not of the class.

    ``before`` are those of whom something was collected from other downloads; ``groups`` are known
    as well.
    """
    found = {
        each.student: meant_by(
            people,
            each.name or each.student,
            each.handed_in.platform_id,
            each.handed_in.platform,
        )
        or [person for person in people if person.id and student_name(person.id) == each.student]
        for each in plan
    }
    handed_in = {each.student for each in plan if each.action is not Action.NOTHING}
    earlier = [meant_by(people, student) for student in before]
    theirs = (known for student, known in found.items() if student in handed_in)
    present = {person.label for known in (*theirs, *earlier) for person in known}
    missing = [person.label for person in people if person.label not in present]
    return missing, [
        student for student, known in found.items() if not known and student not in groups
    ]


def _others_of_the_class(
    people: Sequence[Person], taken: Sequence[PlannedSubmission]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Whose number the table of the class has, if it has some of this download's."""
    numbers = {each.handed_in.platform_id for each in taken if each.handed_in.platform_id}
    platforms = {each.handed_in.platform for each in taken}
    if len(platforms) != 1 or not numbers & {person.platform_id for person in people}:
        return
    for person in people:
        if person.id and person.platform_id and person.platform_id not in numbers:
            student = student_name(person.id)
            row = dict.fromkeys(_COLUMNS, "") | {"student": defused(student)}
            row |= {"platform_id": defused(person.platform_id), "platform": min(platforms)}
            yield student, row


def _perhaps(
    refused: PlannedSubmission, people: Sequence[Person], there: Collection[str]
) -> set[str]:
    """Whose a refused submission is, or may be: none of them has handed in nothing."""
    known = refused.handed_in
    meant = meant_by(people, refused.name, known.platform_id, known.platform)
    names = {student_name(person.id) for person in meant if person.id} - set(there)
    return names or {refused.student}


def keep_names(course: Course, people: Iterable[Person], others: Iterable[str] = ()) -> None:
    """Put the class into the gradebook with names and addresses, as `nbgrader db student import`.

    So who hands in nothing has a row in every table of marks, and so have ``others``, of whom no
    more is known than what they are called. Not a name with what formgrader's
    pages would take for markup: platforms let students choose.
    """
    told = {student: dict[str, str]() for student in others if not unfit(student)}
    told |= {
        student_name(person.id): {"first_name": first, "last_name": last, "email": email}
        for person in people
        for first, last, email in [_without_markup(person.first, person.last, person.email)]
        if person.id and not unfit(student_name(person.id))
    }
    with Gradebook.of(course) as gradebook:
        gradebook.name_students(told)


def _without_markup(*told: str) -> Sequence[str]:
    return [""] * len(told) if set('<>"&') & set("".join(told)) else told


def without_work(
    course: Course, assignment: str, plan: Iterable[PlannedSubmission]
) -> Iterator[str]:
    """The students whose folders are empty; of a group's folder its members."""
    groups = read_groups(course.root, assignment)
    for each in plan:
        if each.action is Action.NOTHING:
            yield from groups.get(each.student, (each.student,))


def keep_ids(
    course: Course,
    assignment: str,
    plan: Sequence[PlannedSubmission],
    people: Sequence[Person] = (),
) -> None:
    """Note what the platform calls each student who was collected, beside the submissions.

    In ``.collected/ASSIGNMENT.csv`` of the folder of submissions, which is as private as they are.
    Whoever was collected before stays in it. So does, with the reason, whose files were refused:
    they have handed in something, and their mark is not 0. Where nothing but names is known,
    nothing is written. Of ``people`` who have handed in nothing themselves, as of a group's other
    members, it has the number as well, if the numbers of the class are those of this download.
    """
    path = kept_ids_file(course, assignment)
    there = course.students(assignment)
    taken = [each for each in plan if each.action is not Action.REFUSE]
    settled = {defused(each.name) for each in taken if each.files}
    rows = {
        student: row
        for student, row in read_kept_ids(path).items()
        if not (row.get("refused") and row.get("name") in settled)
    }
    more_than_names = any(
        each.handed_in.platform_id or each.handed_in.late is not None or each.name != each.student
        for each in taken
    )
    for each in plan:
        known = each.handed_in
        is_refused = each.action is Action.REFUSE
        is_known = more_than_names or defused(each.student) in rows
        if not ((each.student not in there and each.name) if is_refused else is_known):
            continue
        if not (is_refused or each.files) and defused(each.student) in rows:
            continue  # an empty folder tells nothing new
        for student in _perhaps(each, people, there) if is_refused else [each.student]:
            values = {
                "student": student,
                "platform_id": known.platform_id,
                "name": each.name,
                "submitted_at": known.time.isoformat() if known.time else "",
                "late": {True: LATE, False: IN_TIME, None: ""}[known.late],
                "platform": known.platform,
                "upload": known.upload,
                "refused": each.reason if is_refused else "",
            }
            rows[defused(student)] = {key: defused(value) for key, value in values.items()}
    rows |= {
        defused(student): row
        for student, row in _others_of_the_class(people, taken)
        if defused(student) not in rows
    }
    if not rows:
        return
    write_kept_ids(path, rows, _COLUMNS)
