"""What ten platforms let one download, and nbgrader's exchange: names after their documentation.

- Moodle, "Download all submissions", with and without folders: docs.moodle.org/en/Using_Assignment
- Canvas, "Download Submissions": community.canvaslms.com, the instructor guide on assignments
- Blackboard, "Assignment File Download", which puts names of users into those of files:
  help.blackboard.com/Learn/Instructor/Assignments/Download_Assignments
- Brightspace, "Download" in a folder of submissions: documentation.brightspace.com
- Gradescope, "Export Submissions": guides.gradescope.com, "Exporting Submission Data"
- Google Classroom, the folder of an assignment in Drive: support.google.com/edu/assignments, "The
  workflow when you grade"
- ILIAS, "Download all submissions" of an exercise, whose files begin with a time:
  ildoc.hrz.uni-giessen.de, Exercise, "File organisation"
- Sakai, "Download All": support.apu.edu, "Assignments > How to Grade Assignments in Bulk"
- GitHub Classroom, ``gh classroom clone student-repos``:
  docs.github.com/en/education, "Using GitHub Classroom with GitHub CLI"
- nbgrader, ``inbound`` of its exchange and ``zip_collect``:
  nbgrader.readthedocs.io/en/stable/plugins/zipcollect-plugin.html
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

#: When the archives say that their files were changed, if nothing else is said.
PACKED = datetime(2026, 10, 13, 8, 0)  # noqa: DTZ001 - archives know no zone


@dataclass(frozen=True)
class HandedIn:
    """A file of a student's as the platform has it; ``number`` is the student's there."""

    student: str
    number: int
    name: str
    data: bytes
    time: datetime = PACKED
    is_late: bool = False


Layout = Callable[[Iterable[HandedIn]], Mapping[str, bytes]]


def _by_name(path: Callable[[HandedIn], str], **more: bytes) -> Layout:
    return lambda files: {path(each): each.data for each in files} | more


def _gradescope(files: Iterable[HandedIn]) -> Mapping[str, bytes]:
    files = list(files)
    top = "assignment_4711_export"
    listed = "".join(
        f"submission_{each.number}:\n  :submitters:\n  - :name: {each.student}\n    :sid: ''\n"
        for each in files
    )
    work = {f"{top}/submission_{each.number}/{each.name}": each.data for each in files}
    return work | {f"{top}/submission_metadata.yml": f"---\n{listed}".encode()}


def _blackboard(files: Iterable[HandedIn]) -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for each in files:
        attempt = f"Problem set_{each.student}_attempt_{each.time:%Y-%m-%d-%H-%M-%S}"
        found[f"{attempt}_{each.name}"] = each.data
        found[f"{attempt}.txt"] = f"Name: ({each.student})\n".encode()
    return found


LAYOUTS: Mapping[str, Layout] = {
    "Moodle": _by_name(lambda f: f"{f.student}_{f.number}_assignsubmission_file/{f.name}"),
    "Moodle without folders": _by_name(
        lambda f: f"{f.student}_{f.number}_assignsubmission_file_{f.name}"
    ),
    "Canvas": _by_name(
        lambda f: f"{f.student}_{'LATE_' * f.is_late}{f.number}_{f.number + 5000}_{f.name}"
    ),
    "Blackboard": _blackboard,
    "Brightspace": _by_name(
        lambda f: f"{f.number}-99 - {f.student} - {f.time:%b} {f.time.day}, {f.time:%Y} "
        f"{f.time.hour % 12 or 12}{f.time:%M %p}/{f.name}",
        **{"index.html": b"<html>"},
    ),
    "Gradescope": _gradescope,
    "Google Classroom": _by_name(lambda f: f"Problem set 1/{f.student} - {f.name}"),
    "ILIAS": _by_name(
        lambda f: f"Sheet/Abgaben/Last_First_{f.student}_{f.number}/{f.time:%Y%m%d%H%M%S}_{f.name}"
    ),
    "Sakai": _by_name(
        lambda f: f"Sheet/Last, First({f.student})/Submission attachment(s)/{f.name}",
        **{"Sheet/grades.csv": b"Display ID,ID\n"},
    ),
    "GitHub Classroom": _by_name(
        lambda f: f"sheet-submissions/sheet-{f.student}/{f.name}",
        **{"sheet-submissions/grades.csv": b""},
    ),
    "nbgrader": _by_name(
        lambda f: f"inbound/{f.student}+ps1+{f.time:%Y-%m-%d %H:%M:%S.%f} UTC/{f.name}"
    ),
}  # fmt: skip


def pack(files: Iterable[HandedIn], layout: str, path: Path) -> Path:
    """The zip archive that a platform would make of it."""
    files = list(files)
    times = {each.data: each.time for each in files}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in LAYOUTS[layout](files).items():
            moment = times.get(data, PACKED)
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), data)
    return path
