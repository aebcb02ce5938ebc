"""How platforms name the files of a download, and the times in these names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo

from autograder.course.times import in_zone, read_time

#: The assignment's name is in front of the student's, and either may have a "_" in it.
BLACKBOARD = r"(?P<student>[^/]+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})[_/](?P<file>.+)"
#: Its times are in the language of who downloads.
BRIGHTSPACE = (
    r"(?P<id>\d+)-\d+ ?- ?(?P<student>[^/]+?) ?- ?"
    r"(?P<time>[^/-]*\b\d{4} [^/-]*?\d(?: ?[ap]m)?)(?:/| - )(?P<file>.+)"
)
CANVAS = r"(?P<student>[^/]+?)(?P<late>_late)?_(?P<id>\d+)_(?P<upload>\d+)_(?P<file>.+)"
#: In anonymous marking it shows five letters and digits for a student.
ANONYMOUS = r"(?P<student>anon)(?P<late>_late)?_(?P<id>[a-z\d]{5})_(?P<upload>\d+)_(?P<file>.+)"
#: Moodle packs what was typed as a file of its own; who has nothing else has no notebook.
_KIND = r"_assignsubmission_(?:file|onlinetext)"
_MOODLE = rf"(?P<student>[^/]+?)_(?P<id>\d+){_KIND}(?:_?/|_)(?P<file>.+)"
#: A number in Moodle's names. A student's name or file may bring one more, that of somebody else.
MOODLES_ID = re.compile(rf"_(\d+){_KIND}", re.IGNORECASE)
#: What GitHub packs a repository's main branch into; the assignment's name is in front.
GITHUB = r"(?P<student>[^/]+)-(?:main|master)(?:\.zip)?/(?P<file>.+)"
#: Artemis puts the course, the exercise and the number of a participation in front of a login.
ARTEMIS = r"(?P<before>[^/]+)-(?P<id>\d+)-(?P<student>[^/-]+)(?:\.zip)?/(?P<file>.+)"
#: A team that is called with a number behind "_": the name fits Canvas's in two ways.
CANVAS_TEAMS = (
    r"(?P<student>(?P<before>[^/]+?)_\d+)(?P<late>_late)?_(?P<id>\d+)_(?P<upload>\d+)_(?P<file>.+)"
)
FOLDERS = r"(?P<student>[^/]+)/(?P<file>.+)"
GOOGLE = r"(?P<student>[^/]+?) - (?P<file>[^/]+(?:\.zip/.+)?)"
#: ILIAS's folders have a family name, a first name, a login and a number.
_PERSON = r"(?P<last>[^/_]*)_(?P<first>[^/_]*)_(?P<student>[^/]+)_(?P<id>\d+)"
#: Those whose ids lead marks and pages back.
PLATFORMS = {
    CANVAS: "canvas", CANVAS_TEAMS: "canvas", ANONYMOUS: "canvas", _MOODLE: "moodle"
}  # fmt: skip
#: Those of which numbers in everybody's name have to be in keeping: a single name can be chance.
NUMBERED = {ARTEMIS, CANVAS_TEAMS}
#: Those that names of another kind fit as well.
BROAD = {CANVAS, FOLDERS, GOOGLE}
#: How platforms name the files of a download. The narrowest is first: the others fit its names too.
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # Moodle, with and without folders
        _MOODLE,
        rf"(?P<student>[^/]+?){_KIND}(?:_?/|_)(?P<file>.+)",
        # Blackboard, and nbgrader's zip_collect
        BLACKBOARD,
        # Brightspace, with and without folders
        BRIGHTSPACE,
        # Sakai, with and without folders
        r"[^/]*\((?P<student>[^/()]+)\)[/_]Submission attachment\(s\)[/_](?P<file>.+)",
        # nbgrader's exchange
        r"(?P<student>[^/+]+)\+[^/+]+\+(?P<time>\d{4}-[^/+]+)(?:\+[^/]*)?/(?P<file>.+)",
        # ILIAS
        _PERSON + r"/(?P<time>\d{8}_?\d{6})_(?P<file>.+)",
        # ILIAS, by teams or without times
        (
            r"(?:[^/]+/)*(?:Abgaben/|Submissions/|(?=Team[ _]\d+/))(?:(?P<team>Team[ _][^/]*)/)?"
            + _PERSON
            + r"/(?:(?P<time>\d{8}_?\d{6})_)?(?P<file>.+)"
        ),
        # Teams, which counts the versions in a folder of the assignment's name
        r"(?P<student>[^/]+)/[^/]+/Version (?P<attempt>\d+)/(?P<file>.+)",
        # Submitty, which counts the versions of everything that a user has submitted
        r"(?:[^/]+/)*(?:submissions|checkout)/(?P<student>[^/]+)/(?P<attempt>\d+)/(?P<file>.+)",
        # CodeGrade
        (
            r"(?P<student>[^/]+?) - "
            r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d[:-]\d\d(?:[:-]\d\d(?:\.\d+)?)?)/(?P<file>.+)"
        ),
        # OpenOlat, which numbers the steps of a task: revisions come behind what they revise
        (
            r"(?P<student>[^/]+)/(?P<attempt>\d+)_(?:submissions?|revisions?)/"
            r"(?:(?:iteration_|revision_)?\d+/)?(?P<file>.+)"
        ),
        # Artemis, the uploads of an exercise
        (
            r"(?:[^/]+/)*[^/]+-submissions/(?P<file>[^/]+)-(?P<student>[^/-]+)-\d+"
            r"(?P<ending>\.ipynb)"
        ),
        # Schoology
        (
            r"(?P<student>[^/]+?)(?: - (?P<id>\d+))?/Revision (?P<attempt>\d+) - "
            r"(?:On time|(?P<late>Late))/(?P<file>.+)"
        ),
        # Gradescope, whose names are in a file
        r"(?P<student>submission_\d+)/(?P<file>.+)",
        GITHUB,
        ARTEMIS,
        # Canvas, with files for a question of a quiz first
        r"(?P<student>[^/]*?[^/\d_])_?(?P<id>\d+)_question_\d+_(?:(?P<upload>\d+)_)?(?P<file>.+)",
        ANONYMOUS,
        CANVAS_TEAMS,
        CANVAS,
        # a folder for each student, or an archive
        FOLDERS,
        # Google Classroom
        GOOGLE,
    )
)

#: What platforms pack beside what was handed in, such as drafts, tasks and corrections: a path that
#: is such a thing's where another one is of the second kind.
BESIDE_THE_WORK = tuple(
    (re.compile(beside), re.compile(work))
    for beside, work in (
        (r"(?:.*/)?Working files/.+", r"(?:.*/)?Submitted files/.+"),
        (r".*/\d+_(?:tasks?|corrections?|solutions?)/.+", r".*/\d+_submissions?/.+"),
    )
)


def forms_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """How forms of Microsoft's and Google's name files: a person's name comes behind the file's.

    It has a space: a student's ``ps1_final.ipynb`` is nobody's.
    """
    meant = "|".join(map(re.escape, names))
    person = r"(?P<student>(?=[^/ ]*[^\W\d_])[^/ ]+ [^/]+)"
    return re.compile(rf"(?P<file>{meant})(?: - |_){person}(?P<ending>\.ipynb)", re.IGNORECASE)


_TIMES = (
    "%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p", "%b %d, %Y %I:%M %p", "%B %d, %Y %I%M %p",
    "%B %d, %Y %I:%M %p", "%b %d, %Y %H%M", "%B %d, %Y %H%M", "%d %b, %Y %I%M %p",
    "%d %B, %Y %I%M %p", "%d %B, %Y %H%M", "%d %b %Y %H%M", "%d %B %Y %H%M", "%Y%m%d_%H%M%S",
    "%Y%m%d%H%M%S", "%Y-%m-%dT%H-%M-%S", "%d.%m.%Y %H:%M",
)  # fmt: skip


def time_of(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A time in a name, meant in ``zone`` (None: in this machine's) where no zone stands."""
    for form in _TIMES:
        try:
            return in_zone(datetime.strptime(text, form), zone)  # noqa: DTZ007 - the zone is there
        except (ValueError, OverflowError, OSError):
            continue
    try:
        return in_zone(read_time(text), zone)
    except (ValueError, OverflowError, OSError):
        return None
