"""A search of files for marks of students, wherever somebody has exported them to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from autograder.course.directory import Course
from autograder.course.submissions import kept_ids_file, read_kept_ids
from autograder.release.contents import Piece, pieces_of

#: What tables of grades have among their columns, or as keys: of this grader, and of nbgrader.
_STUDENT = re.compile(r"""(?m)["',;\t^]?\b(?:student|student_id|user_id)\b["']?\s*[,;:\t]""")
_MARKS = re.compile(r"""\b(?:raw_score|score|max_score|points|marks?|grades?)\b["']?\s*[,;:\t\n]""")
#: What tables for platforms begin with, and those that `autograder export` writes.
_TABLE = re.compile(
    r"(?mi)^\W*(?:identifier[,;\t]\s*\W*full name|student[,;\t].*\blate penalty\b"
    r"|\W*points possible\W*[,;\t])"
)
_SEPARATED = re.compile(r"[,;\t]")
#: Columns of tables about people, and of marks, in a table's first line.
_PERSON = re.compile(
    r"(?i)\W*(?:(?:full |first |last |sur)?name|student.*|matri[ck].*|e-?mail.*|login)\W*"
)
_MARK = re.compile(r"(?i)\W*(?:marks?|scores?|points|grades?|total|punkte|note|noten|notas?)\W*")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
#: What the class report has in its head.
FOR_INSTRUCTORS = '<meta name="audience" content="instructors">'
_ENOUGH = 3  # students of one class named in one file


def find_grades(course: Course, files: Mapping[str, bytes]) -> list[str]:
    """Which of ``files`` are about a class: tables of grades, reports, lists of students."""
    students = {
        student
        for assignment in course.assignments()
        for student in (
            *course.students(assignment),
            *read_kept_ids(kept_ids_file(course, assignment)),
        )
    }
    return [
        f"{piece.name}: {why}; keep it out of what students get"
        for piece in pieces_of(files)
        if (why := next(_reasons(piece, students), ""))
    ]


def _reasons(piece: Piece, students: set[str]) -> Iterator[str]:
    for text in piece.texts:
        if FOR_INSTRUCTORS in text:
            yield "it is a report on a class"
        is_code = piece.name.endswith((".py", ".ipynb"))
        beginning = text[:2000].lower()
        if not is_code and _STUDENT.search(beginning) and _MARKS.search(beginning):
            yield "it is a table of students' marks"
        head = _SEPARATED.split(text.lstrip().partition("\n")[0])
        if not is_code and (
            _TABLE.search(text[:2000])
            or (any(map(_PERSON.fullmatch, head)) and any(map(_MARK.fullmatch, head)))
        ):
            yield "it is a table of students' marks"
        rows = text.splitlines()[1:]
        if not is_code and any(map(_PERSON.fullmatch, head)) and len(head) > 1:
            addresses = {match[0] for row in rows for match in _ADDRESS.finditer(row)}
            if len(addresses) > 1:
                yield f"it is a list of people with {len(addresses)} e-mail addresses"
        words = set(re.split(r"[^\w.@+-]+", text))
        named = [each for each in students if each in words or (" " in each and each in text)]
        if len(named) >= min(_ENOUGH, max(len(students), 2)):
            yield f"it names {len(named)} students who have handed in"
