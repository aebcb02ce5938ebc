"""A download beside what was collected before: what changes, and who may be somebody else."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import sha256
from shlex import quote

from autograder.collect.planned import Action, PlannedSubmission
from autograder.course.directory import Course
from autograder.course.submissions import (
    TIMESTAMP,
    kept_ids_file,
    paths_in,
    read_kept_ids,
    read_timestamp,
)
from autograder.sanitise import defused


def refuse_mistakable(course: Course, assignment: str, plan: Sequence[PlannedSubmission]) -> None:
    """Refuse who has the platform's number of somebody else, or an odd name that shows as theirs.

    A mark would go to both. Somebody else is in the same download, or was collected before and is
    there.
    """
    students = course.students(assignment)
    there = set(map(defused, students))
    taken = [each for each in plan if each.action is not Action.REFUSE]
    shown = Counter(map(defused, {*students, *(each.student for each in taken)}))
    # By their number, and the platform whose number it is, where that is known.
    holders: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    file = kept_ids_file(course, assignment)
    kept = {name: row for name, row in read_kept_ids(file).items() if name in there}
    for name, row in kept.items():
        holders[row.get("platform_id", "")].add((name, row.get("platform") or ""))
    for each in taken:
        holders[each.handed_in.platform_id].add((defused(each.student), each.handed_in.platform))
    for each in taken:
        name = defused(each.student)
        before = kept.get(name, {}).get("platform_id", "")
        others = {
            other
            for other, platform in holders[each.handed_in.platform_id]
            if other != name
            and ("" in (platform, each.handed_in.platform) or platform == each.handed_in.platform)
        }
        if name != each.student and shown[name] > 1:
            each.refuse(f"no table can tell this name from {name!r}")
        elif each.name != each.student and defused(each.name) in there:
            each.refuse(
                f"collected before as {each.name}: autograder rename {quote(each.name)} "
                f"{quote(each.student)} lets all of it be theirs, with what people have given; "
                "then collect again"
            )
        elif before and each.handed_in.platform_id and before != each.handed_in.platform_id:
            each.refuse(
                f"collected before with the platform's number {before}, and this has "
                f"{each.handed_in.platform_id}: two people of one name, it seems. --roster with "
                "the columns id and platform_id tells them apart; if it is one person, delete the "
                "line of "
                f"{each.student} in {file}"
            )
        elif others and each.handed_in.platform_id:
            each.refuse(
                f"the platform's number {each.handed_in.platform_id} was read from the names of "
                f"{', '.join(sorted(others))}, too, and is one person's: if it was renamed, "
                "the id in the table of --roster has to be the new one as well; otherwise look at "
                "both, and say with --pattern how to read the names of the download"
            )


def compare(course: Course, assignment: str, planned: PlannedSubmission, *, replace: bool) -> None:
    """Decide what to do if there is a submission already."""
    folder = course.submitted_folder(planned.student, assignment)
    if not folder.exists() and not folder.is_symlink():
        return
    there = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).digest()
        for path in paths_in(folder)
        if path.is_file() and not path.is_symlink() and path != folder / TIMESTAMP
    }
    if there == planned.digests:
        there_since = read_timestamp(course, folder)[0]
        is_new = planned.handed_in.time is not None and there_since is None
        planned.action = Action.DATE if is_new else Action.KEEP
        if there_since is not None:
            planned.handed_in = dataclasses.replace(planned.handed_in, time=there_since)
    elif replace:
        planned.action = Action.REPLACE
    else:
        planned.refuse(
            f"{folder} is there already, with other files; with --replace these take its place"
        )


def keep_earlier(course: Course, assignment: str, planned: PlannedSubmission) -> None:
    """Let stay what was collected before of a student whose folder is empty now."""
    if any(paths_in(course.submitted_folder(planned.student, assignment))):
        planned.action = Action.KEEP
        planned.reason = "its folder is empty now; what was collected before stays"
