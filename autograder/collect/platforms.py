"""Whose the files of a download are, and when they were handed in, by the names they have there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path, PurePosixPath

from autograder.collect.archives import Entry
from autograder.course.files import is_hidden
from autograder.errors import CourseError

_ENGLISH_TIME = r"[a-z]{3,9} \d\d?, \d{4} \d{1,2}:?\d\d [ap]m"
#: How platforms name the files of a download. The narrowest is first: the others fit its names too.
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # Moodle, with and without folders
        r"(?P<student>[^/]+?)_(?P<id>\d+)_assignsubmission_file(?:_?/|_)(?P<file>.+)",
        # Blackboard, and nbgrader's zip_collect
        r"[^/]*?_?(?P<student>[^/_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_(?P<file>.+)",
        # Brightspace
        rf"(?P<id>\d+)-\d+ ?- ?(?P<student>[^/]+?) ?- ?(?P<time>{_ENGLISH_TIME})/(?P<file>.+)",
        # Sakai
        r"[^/]*\((?P<student>[^/()]+)\)/Submission attachment\(s\)/(?P<file>.+)",
        # nbgrader's exchange
        r"(?P<student>[^/+]+)\+[^/+]+\+(?P<time>\d{4}-[^/+]+)(?:\+[^/]*)?/(?P<file>.+)",
        # ILIAS
        r"[^/]+_(?P<student>[^/_]+)_(?P<id>\d+)/(?P<time>\d{8}_?\d{6})_(?P<file>.+)",
        # Gradescope, whose names are in a file
        r"(?P<student>submission_\d+)/(?P<file>.+)",
        # Canvas
        r"(?P<student>[^/_]+)(?P<late>_late)?_(?P<id>\d+)_\d+_(?P<file>.+)",
        # a folder for each student, or an archive
        r"(?P<student>[^/]+)/(?P<file>.+)",
        # Google Classroom
        r"(?P<student>[^/]+?) - (?P<file>[^/]+)",
    )
)
#: A number in Moodle's names. A student's name or file may bring one more, that of somebody else.
_MOODLES_ID = re.compile(r"_(\d+)_assignsubmission_file", re.IGNORECASE)
#: What browsers and platforms add to the name of a second copy; the last by Canvas alone.
_COPY = re.compile(r"( ?\(\d+\)| - Copy)$")
_VERSION = re.compile(r"-\d+$")
_TIMES = (
    "%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p", "%b %d, %Y %I:%M %p", "%B %d, %Y %I%M %p",
    "%B %d, %Y %I:%M %p", "%Y%m%d_%H%M%S", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S.%f %Z",
    "%Y-%m-%d %H:%M:%S %Z",
)  # fmt: skip
#: Of a name: the directions that text runs in, and marks of byte order.
_INVISIBLE = dict.fromkeys(map(ord, "\u061c\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff"))


@dataclass(frozen=True)
class Owned:
    """A file of the download with what its path tells: whose, under which name, when."""

    student: str
    file: str
    entry: Entry
    person: str  # what tells people of one name apart
    platform_id: str = ""
    time: datetime | None = None
    late: bool = False


def read_names(
    source: Path, entries: Sequence[Entry], most: int, pattern: re.Pattern[str] | None = None
) -> tuple[list[Owned], list[Entry]]:
    """The files by their owners, and those of which nobody can tell.

    Of the ways to read the names, `PATTERNS` from the folders on that a download has around all of
    it, the first is taken that fits most notebooks and gives nobody a notebook twice, nor one
    person more than the ``most`` that an assignment has.

    Raises
    ------
    CourseError
        No way fits.
    """
    found = [e for e in entries if is_notebook(e.path) and not is_hidden(e.path)]
    notebooks = [e.path for e in found if not e.problem] or [e.path for e in found]
    ways = [(pattern, "")] if pattern else list(_ways(notebooks))
    if not ways:
        shown = ", ".join(notebooks[:3]) or "no notebook at all"
        raise CourseError(
            f"{source} does not tell whose its notebooks are ({shown}). Expected a folder for each "
            "student, or the names that Moodle, Canvas, Blackboard, Brightspace, Gradescope, "
            "ILIAS, Sakai, Google Classroom or nbgrader give. Say how to read a name with "
            r"--pattern, such as '(?P<student>\w+)-.*/(?P<file>.+)'."
        )
    chosen, top = next((way for way in ways if _is_plausible(notebooks, most, *way)), ways[0])
    owned: list[Owned] = []
    nobodys: list[Entry] = []
    for entry in entries:
        name = entry.path.removeprefix(top)
        match = chosen.fullmatch(name)
        is_one_persons = pattern or len(set(_MOODLES_ID.findall(name.partition("/")[0]))) <= 1
        if match and entry.path.startswith(top) and is_one_persons:
            owned.append(_owned(entry, match))
        else:
            nobodys.append(entry)
    return _without_repository(owned, top), nobodys


def _without_repository(owned: Sequence[Owned], top: str) -> list[Owned]:
    """As ``NAME-submissions/NAME-STUDENT``, the clones of GitHub Classroom, is read."""
    name, found, _ = top.rstrip("/").rpartition("/")[2].rpartition("-submissions")
    if not found or not all(each.student.startswith(f"{name}-") for each in owned):
        return list(owned)
    return [replace(each, student=each.student.removeprefix(f"{name}-")) for each in owned]


def is_notebook(path: str) -> bool:
    """Whether a file is called one."""
    return path.lower().endswith(".ipynb")


def student_name(text: str) -> str:
    """A student's name as a folder can have it, accents and letters in one spelling."""
    plain = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return re.sub(r"[ \u00a0\u3000]+", " ", plain).lstrip(" ").rstrip(" .")


def _ways(notebooks: Sequence[str]) -> Iterator[tuple[re.Pattern[str], str]]:
    folders = [PurePosixPath(path).parts[:-1] for path in notebooks]
    common = [
        names[0] for names in takewhile(lambda n: len(set(n)) == 1, zip(*folders, strict=False))
    ]
    tops = ["".join(f"{name}/" for name in common[:number]) for number in range(len(common) + 1)]
    for pattern in PATTERNS:
        for top in tops:
            fitting = sum(pattern.fullmatch(path.removeprefix(top)) is not None
                          for path in notebooks)  # fmt: skip
            if 2 * fitting > len(notebooks):
                yield pattern, top


def _is_plausible(notebooks: Sequence[str], most: int, pattern: re.Pattern[str], top: str) -> bool:
    """Whether nobody has several people's notebooks: one twice, or all of a class."""
    matches = [pattern.fullmatch(path.removeprefix(top)) for path in notebooks]
    held = Counter(
        (match["student"], match.groupdict().get("time"), PurePosixPath(match["file"]).name)
        for match in matches
        if match
    )
    students = {student for student, *_ in held}
    return all(n == 1 for n in held.values()) and (len(students) > 1 or len(held) <= most)


def _owned(entry: Entry, match: re.Match[str]) -> Owned:
    groups = match.groupdict()
    student = re.sub(r"\.zip$", "", groups["student"], flags=re.IGNORECASE)
    return Owned(
        student=student_name(student),
        file=groups["file"],
        entry=entry,
        person=groups.get("id") or unicodedata.normalize("NFC", student),
        platform_id=groups.get("id") or "",
        time=time_of(groups.get("time") or ""),
        late=bool(groups.get("late")),
    )


def time_of(text: str) -> datetime | None:
    """A time in a name; where no zone stands, that of this machine's clock on the wall."""
    for form in _TIMES:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone comes next
        except ValueError:
            continue
        if form.endswith("%Z"):
            return datetime.fromisoformat(moment.isoformat() + "+00:00")
        return moment.astimezone()
    return None


def newest_attempt(theirs: Sequence[Owned]) -> tuple[list[Owned], int]:
    """The files of a student's last attempt, and how many attempts came before it."""
    attempts: defaultdict[datetime | None, list[Owned]] = defaultdict(list)
    for each in theirs:
        attempts[each.time].append(each)
    timed = sorted(time for time in attempts if time is not None)
    with_notebook = [t for t in timed if any(is_notebook(each.file) for each in attempts[t])]
    if not timed:
        return list(theirs), 0
    chosen = (with_notebook or timed)[-1]
    return attempts[chosen] + attempts.get(None, []), len(timed) - 1


def gradescope_names(text: str) -> Mapping[str, str]:
    """Who made each submission, by the file ``submission_metadata.yml`` of a Gradescope export."""
    parts = re.split(r"(?m)^(submission_\d+):", text)[1:]
    found = {}
    for submission, block in zip(parts[::2], parts[1::2], strict=True):
        if name := re.search(r":name:\s*['\"]?(.+?)['\"]?\s*$", block, re.MULTILINE):
            found[submission] = name[1]
    return found


def without_common_folder(theirs: Sequence[tuple[str, Entry]]) -> Sequence[tuple[str, Entry]]:
    """A student's files without the folder that all of them are in, if there is one."""
    in_folders = all("/" in file for file, _ in theirs)
    if not in_folders or len({file.partition("/")[0] for file, _ in theirs}) != 1:
        return theirs
    return [(file.partition("/")[2], entry) for file, entry in theirs]


def targets_of(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Where each of a student's ``files`` goes in the submission.

    A copy such as ``ps1 (1).ipynb`` goes under the name that the assignment's notebook has; so does
    the only notebook for an assignment that has only one, whatever it is called, and a version such
    as ``ps1-2.ipynb`` where nothing else can be meant.
    """
    notebooks = [file for file in files if is_notebook(file) and "/" not in file]
    targets = {file: file for file in files}
    for file in notebooks:
        stem = file[: -len(".ipynb")]
        if (plain := _COPY.sub("", stem)) in names:
            targets[file] = f"{plain}.ipynb"
    for file in notebooks:
        plain = _VERSION.sub("", file[: -len(".ipynb")])
        meant = [each for each in notebooks if each.startswith(plain)]
        if plain in names and file == targets[file] and meant == [file]:
            targets[file] = f"{plain}.ipynb"
    if len(names) == len(notebooks) == 1:
        targets[notebooks[0]] = f"{names[0]}.ipynb"
    return targets
