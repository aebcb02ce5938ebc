"""The way back to a learning platform: tables that its importer takes, and pages by its names.

What the platform calls everybody, `autograder collect` has kept from its download.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from autograder.course.directory import Course
from autograder.course.submissions import kept_ids_file, read_kept_ids
from autograder.errors import CourseError
from autograder.report.export import Marks, all_digits, as_csv, max_score
from autograder.sanitise import defused


def moodle_table(marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]) -> str:
    """What "Upload grading worksheet" of one of Moodle's assignments takes.

    Moodle finds its people by ``Identifier``, which is in the names of the folders of a download,
    and takes no table without "Last modified (grade)", which is "-" where it knows of no grade.
    """
    most = all_digits(max_score(marks))
    rows = (
        {
            "Identifier": f"Participant {ids[each.student]['platform_id']}",
            "Full name": ids[each.student]["name"],
            "Grade": all_digits(each.total),
            "Maximum Grade": most,
            "Last modified (grade)": "-",
            "Feedback comments": "",
        }
        for each in marks
        if each.belongs_in_tables and each.student in ids
    )
    names = (
        "Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)",
        "Feedback comments",
    )  # fmt: skip
    return as_csv(names, rows)


def canvas_table(marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]) -> str:
    """What the import of Canvas's gradebook takes: people by ``ID``, one column an assignment.

    Who is excused is so there as well, by ``EX``.
    """
    assignment = marks[0].assignment
    points = {"Student": "    Points Possible", assignment: all_digits(max_score(marks))}
    rows = [
        {
            "Student": ids[each.student]["name"],
            "ID": ids[each.student]["platform_id"],
            assignment: "EX" if each.excused else all_digits(each.total),
        }
        for each in marks
        if (each.belongs_in_tables or each.excused) and each.student in ids
    ]
    return as_csv(("Student", "ID", "SIS Login ID", "Section", assignment), [points, *rows])


def platform_ids(
    course: Course, assignment: str, students: Collection[str]
) -> dict[str, dict[str, str]]:
    """What `autograder collect` has kept of a download: these students' ids and names.

    Students of whom nothing is known are left out, and so are all who have one id between them.

    Raises
    ------
    CourseError
        There is no such table.
    """
    path = kept_ids_file(course, assignment)
    if not path.is_file():
        raise CourseError(
            f"{path} is not there: it comes with autograder collect, from a platform's download. "
            "Use --format csv."
        )
    kept = read_kept_ids(path)  # under the names that cells of a table can have
    shown = Counter(map(defused, students))
    rows = {
        each: kept.get(defused(each), {}) for each in sorted(students) if shown[defused(each)] == 1
    }
    held = Counter((row.get("platform") or "", row.get("platform_id")) for row in rows.values())
    return {
        student: row | {"name": _unless_same(row.get("name", ""), student)}
        for student, row in rows.items()
        if row.get("platform_id") and held[row.get("platform") or "", row["platform_id"]] == 1
    }


def of_platform(
    ids: Mapping[str, dict[str, str]], platform: str
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The ids that are a platform's, and of other students from which one they came.

    Where nothing tells whose an id is, as where ``--pattern`` has read it, it is taken for one.
    """
    others = {
        student: row["platform"]
        for student, row in ids.items()
        if row.get("platform") not in ("", None, platform)
    }
    return {student: row for student, row in ids.items() if student not in others}, others


def _unless_same(name: str, student: str) -> str:
    """The name that was kept, or the student's own where that is the same but for a cell's sake."""
    return student if name in ("", defused(student)) else name


def left_out(marks: Iterable[Marks], ids: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Who handed something in and is in no platform's table, since nothing tells their id."""
    return [each.student for each in marks if each.handed_in and each.student not in ids]


def write_feedback(
    course: Course,
    assignment: str,
    students: Collection[str],
    archive: Path,
    platform: str = "",
    ids: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    """Pack the feedback pages; returns how many.

    For a platform, of the students with ``ids`` there, under the names by which it takes files
    back; otherwise all ``students``', in a folder for each student.

    Raises
    ------
    CourseError
        There are no pages.
    """
    pages = [
        (name, page)
        for student in sorted(students if ids is None else ids)
        for page in sorted(course.feedback_folder(student, assignment).glob("*.html"))
        if (name := _name_of(page, student, platform, {} if ids is None else ids[student]))
    ]
    if not pages:
        raise CourseError(f"{assignment} has no feedback pages. Run: autograder feedback")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, page in pages:
            file.write(page, name)
    return len(pages)


def _name_of(page: Path, student: str, platform: str, ids: Mapping[str, str]) -> str:
    """Under which name a platform takes a page back; empty if it would not."""
    if not platform:
        return f"{student}/{page.name}"
    # Both platforms take the name apart at its underscores.
    name, number = ids["name"].replace("_", "-").replace("/", "-"), ids["platform_id"]
    if platform == "moodle":
        # Before version 4.1 it knows a folder by the last underscore alone.
        return f"{name}_{number}_assignsubmission_file_/{page.name}"
    upload = ids.get("upload")
    return f"{name}_{number}_{upload}_{page.name}" if upload else ""


def without_page(ids: Mapping[str, Mapping[str, str]], platform: str) -> list[str]:
    """Whose page a platform would not take back, since the number of their upload is not known."""
    return sorted(who for who, row in ids.items() if platform == "canvas" and not row.get("upload"))
