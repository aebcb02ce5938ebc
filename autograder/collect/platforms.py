"""Whose the files of a download are, and when they were handed in, by the names they have there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import product, takewhile
from operator import gt
from pathlib import Path, PurePosixPath

from autograder.collect.entry import Entry, number_in
from autograder.collect.handin import NOTHING_KNOWN, HandIn
from autograder.collect.patterns import (
    ANONYMOUS,
    BESIDE_THE_WORK,
    BLACKBOARD,
    BRIGHTSPACE,
    BROAD,
    CANVAS,
    CANVAS_TEAMS,
    FOLDERS,
    GITHUB,
    GOOGLE,
    MOODLES_ID,
    NUMBERED,
    PATTERNS,
    PLATFORMS,
    forms_pattern,
    time_of,
)
from autograder.course.files import is_hidden, leads_out
from autograder.course.times import in_zone
from autograder.errors import CourseError

#: What browsers and platforms add to the name of a second copy; the last by Canvas alone.
COPY = re.compile(r"( ?\(\d+\)|\[\d+\]| - Copy)$")
VERSION = re.compile(r"-\d+$")
#: What Stud.IP writes in front of files of one name, which are different people's.
NAMESAKE = re.compile(r"^\[\d+\]_")
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
#: Of a name: the directions that text runs in, and marks of byte order.
_INVISIBLE = dict.fromkeys(map(ord, "\u061c\u200b\u200e\u200f\u2066\u2067\u2068\u2069\ufeff"))


@dataclass(frozen=True)
class Owned:
    """A file of the download with what its path tells: whose, under which name, when.

    Of a folder in which nothing was handed in, ``file`` is empty.

    ``attempt`` is the number of the attempt, where a platform counts them. ``full_name`` stands
    beside a login that is taken for the name, ``together`` is the platform's name of a submission
    that several people have made.
    """

    student: str
    file: str
    entry: Entry
    person: str  # what tells people of one name apart
    handed_in: HandIn = NOTHING_KNOWN
    attempt: int = 0
    full_name: str = ""
    together: str = ""


def read_names(
    source: Path,
    entries: Sequence[Entry],
    names: Sequence[str],
    pattern: re.Pattern[str] | None = None,
    zone: tzinfo | None = None,
) -> tuple[list[Owned], list[Entry]]:
    """The files by their owners, and those of which nobody can tell.

    How a way to read the names is chosen, of `PATTERNS` from the folders on that a download has
    around all of it, `_likeliest` says. ``names`` are those of the assignment's notebooks, ``zone``
    is that of times without one.

    Raises
    ------
    CourseError
        No way fits.
    """
    entries = _handed_in(entries)
    files = [entry for entry in entries if not entry.is_folder]
    shown = [e for e in files if not is_hidden(e.path)]
    found = [e for e in shown if is_notebook(e.path)] or [e for e in shown if may_hold_work(e.path)]
    notebooks = [e.path for e in found if not e.problem] or [e.path for e in found]
    tops, is_the_class = _around(notebooks, files)
    if not is_the_class:  # perhaps only one of them has handed in anything
        tops, is_the_class = _around(notebooks, entries)
    way = (pattern, "") if pattern else _way(notebooks, names, tops, is_the_class)
    if way is None:
        shown_names = ", ".join(notebooks[:3]) or "no notebook at all"
        raise CourseError(
            f"{source} does not tell whose its notebooks are ({shown_names}). Expected a folder "
            "for each student, or the names that Moodle, Canvas, Blackboard, Brightspace, "
            "Gradescope, ILIAS, Sakai, OpenOlat, Submitty, CodeGrade, Artemis, Teams, Schoology, "
            "Google Classroom, forms or nbgrader give. "
            "Say how to read "
            r"a name with --pattern, such as '(?P<student>\w+)-.*/(?P<file>.+)'."
        )
    chosen, top = way
    owned, nobodys = _by_owner(entries, chosen, top, zone, trusted=pattern is not None)
    if chosen.pattern == BLACKBOARD:
        users = _users({each.person for each in owned})
        nobodys += [each.entry for each in owned if each.person not in users]
        owned = [
            replace(each, student=student_name(users[each.person]))
            for each in owned
            if each.person in users
        ]
    if chosen.pattern == GITHUB:
        owned = _without_common_beginning(owned)
    owned = _without_repository(owned, top)
    if PLATFORMS.get(chosen.pattern) == "moodle":
        return _told_apart(_without_groups(owned)), nobodys
    return _told_apart(owned) if chosen.pattern == ANONYMOUS else owned, nobodys


def _handed_in(entries: Sequence[Entry]) -> list[Entry]:
    """Without what platforms pack beside it: nobody's drafts, tasks and corrections are graded."""
    beside = [
        kind for kind, work in BESIDE_THE_WORK if any(work.fullmatch(e.path) for e in entries)
    ]
    return [e for e in entries if not any(kind.fullmatch(e.path) for kind in beside)]


def _by_owner(
    entries: Iterable[Entry], way: re.Pattern[str], top: str, zone: tzinfo | None, *, trusted: bool
) -> tuple[list[Owned], list[Entry]]:
    """The files as a pattern reads them below ``top``, and those that it does not.

    Where it is ``trusted``, also names with two of Moodle's numbers, of which one is a student's
    invention.
    """
    owned: list[Owned] = []
    nobodys: list[Entry] = []
    below = 0, ""  # a file in a student's folder: folders without one come behind all files
    for entry in entries:
        name = entry.path.removeprefix(top)
        match = way.fullmatch(_with_file(name, *below) if entry.is_folder else name)
        is_one_persons = trusted or len(set(MOODLES_ID.findall(name.partition("/")[0]))) <= 1
        if not (match and entry.path.startswith(top) and is_one_persons):
            nobodys.append(entry)
        elif entry.is_folder:
            owned.append(_empty(entry, match))
        else:
            owned.append(_owned(entry, match, zone))
            below = below if below[1] else _below(match)
    return owned, nobodys


def _users(texts: Collection[str]) -> dict[str, str]:
    """The names of users in texts such as ``Home work_ada``, where they can be told.

    The assignment's name ends with the last ``_`` of what all texts begin with. Where there is no
    such thing, as in a single text, a text must not have more than one ``_``.

    >>> _users(["Home work_j_smith", "Home work_m_smith"]), _users(["Home work_m_smith"])
    ({'Home work_j_smith': 'j_smith', 'Home work_m_smith': 'm_smith'}, {})
    """
    common = "".join(_common(texts)).rpartition("_")[0] if len(texts) > 1 else ""
    if common:
        return {text: text[len(common) + 1 :] for text in texts}
    return {text: text.rpartition("_")[2] for text in texts if text.count("_") <= 1}


def _without_common_beginning(owned: Sequence[Owned]) -> list[Owned]:
    """As ``ASSIGNMENT-STUDENT``, where the assignment's name may have hyphens as well, is read."""
    names = {each.student for each in owned}
    begin = "".join(_common(names)).rpartition("-")[0] if len(names) > 1 else ""
    return [replace(each, student=each.student.removeprefix(f"{begin}-")) for each in owned]


def _without_repository(owned: Sequence[Owned], top: str) -> list[Owned]:
    """As ``NAME-submissions/NAME-STUDENT``, the clones of GitHub Classroom, is read."""
    name, found, _ = top.rstrip("/").rpartition("/")[2].rpartition("-submissions")
    if not found or not all(each.student.startswith(f"{name}-") for each in owned):
        return list(owned)
    return [replace(each, student=each.student.removeprefix(f"{name}-")) for each in owned]


def _told_apart(owned: Sequence[Owned]) -> list[Owned]:
    """Where all are called the same, as in anonymous marking, with their number behind it."""
    numbers = {each.handed_in.platform_id for each in owned}
    if len(numbers) < 2 or len({each.student for each in owned}) > 1:
        return list(owned)
    return [replace(each, student=f"{each.student} {each.handed_in.platform_id}") for each in owned]


def _without_groups(owned: Sequence[Owned]) -> list[Owned]:
    """Without the group that Moodle puts in front of everybody's name: ``Lab 1-Ada Lovelace``.

    It is one where all names have something in front of a hyphen, and each of these is several
    people's, or has a digit. Nobody's first name is.
    """
    names = {each.student for each in owned}
    while names and all("-" in name for name in names):
        groups = Counter(name.partition("-")[0] for name in names)
        rest = {name.partition("-")[2].strip() for name in names}
        is_group = [number > 1 or re.search(r"\d", group) for group, number in groups.items()]
        if len(names) < 2 or not all(is_group) or len(rest) < len(names) or "" in rest:
            break
        owned = [replace(each, student=each.student.partition("-")[2].strip()) for each in owned]
        names = rest
    return list(owned)


def is_notebook(path: str) -> bool:
    """Whether a file is called one."""
    return path.lower().endswith(".ipynb")


def may_be_a_notebook(path: str) -> bool:
    """Whether grading finds a notebook in this file, if it is one: also in ``ps1.ipynb.txt``."""
    return ".ipynb" in path.lower()


def may_hold_work(path: str) -> bool:
    """Whether a notebook may be in it, by its name: it is called one, or is an archive."""
    name = path.rpartition("/")[2].lower()
    return ".ipynb" in name or name.endswith(_ARCHIVES)


def student_name(text: str) -> str:
    """A student's name as a folder can have it, accents and letters in one spelling."""
    plain = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return re.sub(r"[ \u00a0\u3000]+", " ", plain).lstrip(" ").rstrip(" .")


def _way(
    notebooks: Sequence[str], names: Sequence[str], tops: Sequence[str], is_the_class: bool
) -> tuple[re.Pattern[str], str] | None:
    """The way to read a download: that of forms, if all names are as theirs, or the likeliest."""
    forms = forms_pattern(names)
    if len(notebooks) > 1 and None not in _matches(notebooks, forms, tops[-1]):
        return forms, tops[-1]
    return _likeliest(notebooks, len(names), tops, is_the_class)


def _likeliest(
    notebooks: Sequence[str], most: int, tops: Sequence[str], is_the_class: bool
) -> tuple[re.Pattern[str], str] | None:
    """The way that reads most of a download; None if none does, or two are as good.

    ``tops`` are the folders that may be around all of it; ``is_the_class`` says whether the folders
    in the last of them are the students'. Counted are the files and folders that the download
    itself consists of, whatever their students have put into them; more than half of them must be
    read. What a platform puts in front of a file's name is there for everybody, so a way that only
    one student's names invite reads fewer. The way by folders reads all downloads that have some:
    any platform's is preferred to it.
    """
    voters = [path.removeprefix(tops[-1]).partition("/")[0] for path in notebooks]
    votes: dict[tuple[re.Pattern[str], str], int] = {}
    for way in product(PATTERNS, tops):
        if way[0].pattern == FOLDERS and is_the_class and way[1] != tops[-1]:
            continue
        matches = _matches(notebooks, *way)
        if way[0].pattern in NUMBERED and not _are_in_keeping(matches):
            continue
        unread = {voter for voter, match in zip(voters, matches, strict=True) if match is None}
        votes[way] = len(set(voters) - unread)
    likely = [way for way, number in votes.items() if 2 * number > len(set(voters))]
    likely = [
        way for way in likely if way[0].pattern not in BROAD or _is_plausible(notebooks, most, *way)
    ] or likely
    by_name = [way for way in likely if way[0].pattern != FOLDERS]
    if all(pattern.pattern == GOOGLE for pattern, _ in by_name):
        best = max(likely, key=votes.__getitem__, default=None)
        rivals = [way for way in by_name if best and votes[way] == votes[best]]
        # Archives that Google Classroom has named were opened as if they were folders.
        archives = [way for way in rivals if best and way[1] == best[1]]
        return archives[0] if archives else None if rivals else best
    best = max(by_name, key=votes.__getitem__)
    # Nobody is called as the names of Brightspace begin, nor a whole class alike.
    ruled_out = {FOLDERS, {BRIGHTSPACE: GOOGLE, CANVAS_TEAMS: CANVAS}.get(best[0].pattern)}
    rivals = [way for way in votes if way[0].pattern not in ruled_out and votes[way] >= votes[best]]
    # Students write the end of a name. A way that takes more of it for theirs may be the right one.
    begins = {way: _where_files_begin(notebooks, *way) for way in rivals}
    leaves_less = any(any(map(gt, begins[best], begins[way])) for way in rivals)
    return None if leaves_less else best


def _around(notebooks: Sequence[str], entries: Iterable[Entry]) -> tuple[list[str], bool]:
    """The folders around a whole download, from none of them on; and whether the last is the class.

    It is if it holds several folders or archives, and no notebook, which would be one student's.
    They are around all notebooks, and around whatever else somebody may have handed in: a folder
    that is one student's has no others beside it. What platforms add are files, such as a list of
    marks, beside the folders or above them.
    """
    common = _common([PurePosixPath(path).parts[:-1] for path in notebooks])
    handed_in = []
    for entry in entries:
        path = entry.path.rstrip("/")
        if is_hidden(path) or leads_out(path):
            continue
        parts = PurePosixPath(path).parts + (("",) if entry.is_folder else ())
        together = _common([common, parts[:-1]])
        if may_hold_work(path) or len(together) < len(parts) - 1:
            common = together
            handed_in.append(parts)
    tops = ["".join(f"{name}/" for name in common[:number]) for number in range(len(common) + 1)]
    within = {parts[len(common)] for parts in handed_in}
    is_one_persons = any(is_notebook(parts[-1]) and len(parts) == len(tops) for parts in handed_in)
    return tops, len(within) > 1 and not is_one_persons


def _are_in_keeping(matches: Sequence[re.Match[str] | None]) -> bool:
    """Whether names with numbers are one platform's, and no two people's by chance.

    All begin alike, each student has a number, which is nobody else's, and so has each file.
    """
    found = [match for match in matches if match]
    people = {(student_name(match["student"]), match["id"]) for match in found}
    students, numbers = ({person[each] for person in people} for each in (0, 1))
    alike = len({match["before"] for match in found}) == 1 and len(found) == len(matches)
    uploads = [match["upload"] for match in found if "upload" in match.re.groupindex]
    if len(set(uploads)) < len(uploads):
        return False
    return alike and len(people) > 1 and len(people) == len(students) == len(numbers)


def _where_files_begin(notebooks: Sequence[str], pattern: re.Pattern[str], top: str) -> list[int]:
    matches = _matches(notebooks, pattern, top)
    return [
        len(top) + match.start("file") if match else len(path)
        for path, match in zip(notebooks, matches, strict=True)
    ]


def _common(sequences: Iterable[Sequence[str]]) -> list[str]:
    """What all of them begin with."""
    together = takewhile(lambda items: len(set(items)) == 1, zip(*sequences, strict=False))
    return [items[0] for items in together]


def _matches(
    notebooks: Sequence[str], pattern: re.Pattern[str], top: str
) -> list[re.Match[str] | None]:
    return [pattern.fullmatch(path.removeprefix(top)) for path in notebooks]


def _is_plausible(notebooks: Sequence[str], most: int, pattern: re.Pattern[str], top: str) -> bool:
    """Whether it is not so that people have each other's notebooks: one twice, or all of a class.

    One student may hand in anything, so what most of them have decides.
    """
    held = Counter(
        (match["student"], match.groupdict().get("time"), PurePosixPath(match["file"]).name)
        for match in _matches(notebooks, pattern, top)
        if match
    )
    students = {student for student, *_ in held}
    twice = {student for (student, *_), number in held.items() if number > 1}
    return 2 * len(twice) < len(students) and (len(students) > 1 or len(held) <= most)


def _owned(entry: Entry, match: re.Match[str], zone: tzinfo | None) -> Owned:
    groups = match.groupdict()
    begin = len(entry.path) - len(match.string) + match.start("file")
    changed = entry.changed_for(entry.path[:begin].rstrip("/"))
    student = re.sub(r"\.zip$", "", groups["student"], flags=re.IGNORECASE)
    return Owned(
        student=student_name(student),
        file=groups["file"] + (groups.get("ending") or ""),
        entry=entry,
        person=groups.get("id") or unicodedata.normalize("NFC", groups["student"]),
        handed_in=HandIn(
            platform=PLATFORMS.get(match.re.pattern, ""),
            platform_id=groups.get("id") or "",
            time=time_of(groups.get("time") or "", zone),
            # Who marks what is late leaves the rest without a mark.
            late=bool(groups["late"]) if "late" in groups else None,
            changed=None if changed is None else in_zone(changed, zone),
            upload=groups.get("upload") or "",
        ),
        attempt=number_in(groups.get("attempt")),
        full_name=student_name(f"{groups.get('first') or ''} {groups.get('last') or ''}"),
        together=groups.get("team") or "",
    )


def _below(match: re.Match[str]) -> tuple[int, str]:
    """How deep the folder lies that is called by the student, and the path of a file in it.

    That is empty where it is a file that is called so.
    """
    depth = match.string.count("/", 0, match.end("student")) + 1
    return depth, "/".join(match.string.split("/")[depth:])


def _with_file(folder: str, depth: int, file: str) -> str:
    """The path of a ``file`` such as others have, if it were in this student's ``folder``."""
    parts = folder.split("/")[:-1]
    return "/".join([*parts[:depth], file]) if file and len(parts) >= depth else ""


def _empty(entry: Entry, match: re.Match[str]) -> Owned:
    """A student's folder without a file: it tells who it is, and no more."""
    owned = _owned(entry, match, None)
    known = HandIn(platform=owned.handed_in.platform, platform_id=owned.handed_in.platform_id)
    return replace(owned, file="", handed_in=known, attempt=0)


def newest_attempt(theirs: Sequence[Owned]) -> tuple[list[Owned], int]:
    """The files of a student's last attempt, and how many attempts came before it."""
    never = (0.0, 0)
    attempts: defaultdict[tuple[float, int], list[Owned]] = defaultdict(list)
    for each in theirs:
        time = each.handed_in.time
        attempts[time.timestamp() if time else 0.0, each.attempt].append(each)
    known = sorted(attempts.keys() - {never})
    if not known:
        return list(theirs), 0
    with_notebook = [k for k in known if any(may_be_a_notebook(o.file) for o in attempts[k])]
    chosen = (with_notebook or known)[-1]
    return attempts[chosen] + attempts.get(never, []), len(known) - 1


def without_common_folder(theirs: Sequence[Owned]) -> list[Owned]:
    """A student's files without the folder that all of them are in, if there is one."""
    in_folders = all("/" in each.file for each in theirs)
    if not in_folders or len({each.file.partition("/")[0] for each in theirs}) != 1:
        return list(theirs)
    return [replace(each, file=each.file.partition("/")[2]) for each in theirs]


def targets_of(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Where each of a student's ``files`` goes in the submission.

    A copy such as ``ps1 (1).ipynb`` goes under the name that the assignment's notebook has, and so
    does a version such as ``ps1-2.ipynb`` where nothing else can be meant. What has another name
    keeps it: grading finds the notebook by its cells, and takes none of another assignment for it.
    """
    notebooks = [file for file in files if is_notebook(file) and "/" not in file]
    targets = {file: file for file in files}
    for file in notebooks:
        stem = file[: -len(".ipynb")]
        if (plain := COPY.sub("", stem)) in names:
            targets[file] = f"{plain}.ipynb"
    for file in notebooks:
        plain = VERSION.sub("", file[: -len(".ipynb")])
        meant = [each for each in notebooks if each.startswith(plain)]
        if plain in names and file == targets[file] and meant == [file]:
            targets[file] = f"{plain}.ipynb"
    return targets
