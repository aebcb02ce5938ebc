"""For whom a submission counts: its student, or all members of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.course.directory import Course
from autograder.course.groups import read_groups
from autograder.course.submissions import (
    LATE,
    Submission,
    kept_ids_file,
    read_kept_ids,
    read_submission,
)
from autograder.sanitise import defused

_NOT_TEXT = "The name of this folder is not UTF-8: no gradebook can hold it, so rename the folder."
_DIFFERENT = "have handed in different work"
_MARKUP = (
    "The name of this folder holds < or \", which formgrader's pages would take for a script: "
    "rename the folder."
)


@dataclass(frozen=True)
class Party:
    """Those for whom one submission counts.

    Attributes
    ----------
    members
        Their names.
    folders
        Under whose name, or the group's, something was handed in; one, or several that may differ.
    group
        The group's name, empty for a student alone.
    """

    members: tuple[str, ...]
    folders: tuple[str, ...]
    group: str = ""

    @property
    def unfit(self) -> str:
        """Why the name of a member cannot go into the gradebook; empty if all can."""
        return next(filter(None, map(unfit, self.members)), "")

    def read(self, course: Course, assignment: str) -> Submission:
        """What was handed in, as the first member's: of several submissions the newest.

        Where nobody can tell which that is, every notebook is `unreadable`.
        """
        found = [read_submission(course, assignment, folder) for folder in self.folders]
        chosen = _newest(found)
        if chosen is None:
            names = ", ".join(self.folders)
            reason = (
                f"{names} of group {self.group} {_DIFFERENT}, and no "
                "timestamp.txt says what is the newest: say when with autograder submitted, or "
                "leave one of their folders."
            )
            everything = course.notebooks(assignment)
            return Submission(
                assignment, self.members[0], unreadable=dict.fromkeys(everything, reason)
            )
        return chosen.of(self.members[0])

    def graded_first(self, course: Course, assignment: str) -> tuple[str, ...]:
        """The members, first of them whose work a person grades for all: who handed in what counts.

        Of a folder with the group's name it is the first member.
        """
        if len(self.folders) < 2:
            return self.members
        counts = self.read(course, assignment).handed_in_by
        first = (counts,) if counts in self.members else ()
        return tuple(dict.fromkeys((*first, *self.members)))

    def as_of(self, submission: Submission, member: str) -> Submission:
        """The submission as a member's, with a note on who has handed it in."""
        by = submission.handed_in_by
        if not self.group:
            return submission.of(member)
        together = (
            f"{_work_of(self.group)}{f', handed in by {by}' if by else ''}. Points "
            "and comments on any member's page are for all of them, and what is given last counts. "
            "Extra credit is for one alone."
        )
        is_others = by not in ("", member)
        its = submission.of(member, f"handed in by {by}" if is_others else "")
        return replace(its, together=together)


def _newest(found: Sequence[Submission]) -> Submission | None:
    if all(each.notebooks == found[0].notebooks for each in found):
        return found[0]
    with_work = [each for each in found if each.notebooks or each.unreadable]
    if len(with_work) == 1:
        return with_work[0]
    times = [each.submitted_at for each in with_work if each.submitted_at is not None]
    if len(times) < len(with_work) or times.count(max(times)) > 1:
        return None
    return with_work[times.index(max(times))]


def parties(course: Course, assignment: str, students: Iterable[str]) -> Iterator[Party]:
    """Those for whom something was handed in, of whom at least one is among ``students``.

    Raises
    ------
    CourseError
        ``groups.csv`` cannot be used.
    """
    groups = read_groups(course.root, assignment)
    group_of = {member: group for group, members in groups.items() for member in members}
    known = set[str]()
    for student in students:
        group = group_of.get(student, "")
        if not group:
            yield Party((student,), (student,))
        elif group not in known:
            known.add(group)
            members = groups[group]
            folders = [
                name
                for name in dict.fromkeys((*members, group))
                if course.submitted_folder(name, assignment).is_dir()
            ]
            own = [name for name in folders if name in members]
            yield Party(tuple(dict.fromkeys((*own, *members))), tuple(folders), group)


def called_late(course: Course, assignment: str) -> dict[str, bool]:
    """Of those of whom the platform of a download says whether it was late, what it says.

    Where it says of one of a group's submissions that it was late, that stands.
    """
    kept = read_kept_ids(kept_ids_file(course, assignment))
    said = {student: row["late"] == LATE for student, row in kept.items() if row.get("late")}
    if not said:
        return {}
    return {
        member: any(theirs)
        for party in parties(course, assignment, course.students(assignment))
        if (theirs := [said[name] for name in map(defused, party.folders) if name in said])
        for member in party.members
    }


def unfit(name: str) -> str:
    """Why a folder's name cannot go into the gradebook; empty if it can.

    Bytes that are no text stand in it as lone surrogates. Formgrader writes the names that it finds
    in the gradebook into its pages as they are.
    """
    if any("\ud800" <= character <= "\udfff" for character in name):
        return _NOT_TEXT
    return _MARKUP if set(name) & set('<"') else ""


def is_left_behind(course: Course, assignment: str, student: str, together: str) -> bool:
    """Whether a grade is of a group's work, and its student, who has handed in nothing, has left.

    ``together`` is what `Party.as_of` has noted of the work. Who has handed in what counted keeps
    the grade, also when the files are gone.
    """
    if not together or f", handed in by {student}. " in together:
        return False
    groups = read_groups(course.root, assignment)
    return not any(
        together.startswith((f"{_work_of(group)}. ", f"{_work_of(group)}, handed in by "))
        for group, members in groups.items()
        if student in members
    )


def _work_of(group: str) -> str:
    return f"This is the work of group {group}"


def is_groups_choice(reason: str) -> bool:
    """Whether a notebook is not graded since nobody can tell which of a group's works counts."""
    return _DIFFERENT in reason
