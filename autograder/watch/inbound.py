"""What students hand in through nbgrader's exchange, taken as soon as it is whole.

Every student can write into the exchange's inbound folder, and change there what is being read. So
each folder is walked by descriptors, of which none follows a link, and what is taken is a copy, of
plain files alone that belong to whoever owns the folder.
"""

from __future__ import annotations

import os
import pwd
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from autograder.collect.plan import is_no_work, room_of
from autograder.collect.store import replacing
from autograder.course.directory import Course
from autograder.course.files import leads_out, write_files
from autograder.course.submissions import DEEPEST, TIMESTAMP, read_timestamp, write_timestamp
from autograder.course.times import in_zone, read_time, zone_of
from autograder.errors import AutograderError
from autograder.watch.arrivals import PATIENCE, SETTLE, Key

#: nbgrader's default of ``c.Exchange.root``.
ROOT = "/usr/local/share/nbgrader/exchange"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


#: Tells of somebody, and of a folder by its name and time, whether an attempt is left for it.
IsLeft = Callable[[Key, str, datetime], bool]


class _Refused(Exception):
    """Why a folder is not taken."""


@dataclass
class _Seen:
    """A student's newest folder, how it looked last, and since when."""

    name: str
    look: object = None
    since: float = 0.0
    is_done: bool = False


@dataclass
class Inbound:
    """The inbound folder of a course's exchange.

    Attributes
    ----------
    course, assignments
        For what something may come.
    refused
        Why the newest folder of somebody is not taken.
    """

    course: Course
    assignments: Sequence[str]
    clock: Callable[[], float] = time.monotonic
    refused: dict[Key, str] = field(default_factory=dict)
    _seen: dict[Key, _Seen] = field(default_factory=dict)
    _names: dict[str, tuple[Key | None, datetime | None]] = field(default_factory=dict)

    @property
    def folder(self) -> Path | None:
        """Where students' folders appear; None if the course has no exchange here."""
        root = Path(str(self.course.config.get("Exchange", {}).get("root", ROOT)))
        folder = root / self.course.course_id / "inbound"
        return folder if self.course.course_id and folder.is_dir() else None

    def take(self, is_left: IsLeft) -> list[Key]:
        """Copy to the submitted folder what is newer and whole; whose that is.

        ``is_left`` tells who has an attempt left; from others nothing is taken, and it is told of
        them that something has come. Of what cannot be read or copied, `refused` says why.

        Raises
        ------
        OSError
            The inbound folder cannot be read.
        """
        if (folder := self.folder) is None:
            return []
        taken = []
        with _opened(folder) as inbound:
            for key, (name, moment) in self._newest(inbound).items():
                seen = self._seen.get(key)
                if seen is None or seen.name != name:
                    seen = self._seen[key] = _Seen(name)
                if seen.is_done or not self._is_newer(key, moment):
                    continue
                try:
                    left = partial(is_left, key, name, moment)
                    files = self._settled(inbound, seen, key, left)
                    if files is not None:
                        self._copy(files, key, moment)
                        seen.is_done = True
                        self.refused.pop(key, None)
                        taken.append(key)
                except (_Refused, AutograderError, OSError) as error:
                    # Perhaps another look finds it as it should be.
                    said = getattr(error, "strerror", None) or str(error)
                    self.refused[key] = f"{name} is not taken: {said}"
        return taken

    def _copy(self, files: Mapping[str, bytes], key: Key, moment: datetime) -> None:
        assignment, student = key
        with replacing(self.course.submitted_folder(student, assignment)) as fresh:
            write_files(files, fresh)
            write_timestamp(fresh, moment)  # the newest is found by its name

    def look_again(self, key: Key) -> None:
        """Look anew at what somebody has handed in: there is an attempt left, after all."""
        self._seen.pop(key, None)

    def seconds_to_wait(self) -> float | None:
        """How long until something may have settled; None if nothing is being waited for."""
        waiting = any(not each.is_done and each.look is not None for each in self._seen.values())
        return SETTLE if waiting else None

    def _newest(self, inbound: int) -> dict[Key, tuple[str, datetime]]:
        """Of each student the newest folder by its name, which is nbgrader's."""
        names = sorted(os.listdir(inbound))
        # Whoever floods the folder has each name read once.
        self._names = {name: self._names.get(name) or self._read_name(name) for name in names}
        found: dict[Key, tuple[str, datetime]] = {}
        for name, (key, moment) in self._names.items():
            if key is None:
                continue
            if moment is None:
                self.refused[key] = f"{name} is not taken: its name tells no time."
            elif key not in found or found[key][1] < moment:
                found[key] = (name, moment)
        return found

    def _read_name(self, name: str) -> tuple[Key | None, datetime | None]:
        """For whom and what a folder is, and when it was handed in; None for what it is not."""
        student, *rest = name.rsplit("+", 3)
        if len(rest) < 2 or rest[0] not in self.assignments or not self._is_name(student):
            return None, None
        key = (rest[0], student)
        try:
            moment = read_time(rest[1], self.course.config.get("Exchange", {}))
            return key, in_zone(moment, zone_of(self.course)).astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            return key, None

    def _is_name(self, student: str) -> bool:
        traits = self.course.traits
        left_out = traits["student_id_exclude"].split(",")
        is_hidden_name = student in ("", *left_out) or student.startswith(".")
        return not is_hidden_name and fnmatch(student, traits["student_id"])

    def _is_newer(self, key: Key, moment: datetime) -> bool:
        assignment, student = key
        folder = self.course.submitted_folder(student, assignment)
        if not folder.is_dir():
            return True
        known, _ = read_timestamp(self.course, folder)
        return known is None or known < moment

    def _settled(
        self, inbound: int, seen: _Seen, key: Key, is_left: Callable[[], bool]
    ) -> dict[str, bytes] | None:
        """The files of a folder; None if it is not whole yet, or no attempt is left."""
        assignment, student = key
        limit = self.course.settings.limits.scratch_files
        with _opened(seen.name, inbound) as folder:
            self._expect_owner(os.fstat(folder).st_uid, student)
            look = _look(folder, limit)
            now = self.clock()
            if look != seen.look:
                seen.look, seen.since = look, now
                return None
            # nbgrader writes it last.
            is_complete = any(path == TIMESTAMP for path, *_ in look)
            if now - seen.since < (SETTLE if is_complete else PATIENCE):
                return None
            if not is_left():
                seen.is_done = True
                return None
            files = _read(folder, room_of(self.course, assignment), limit)
            return files if _look(folder, limit) == look else None

    def _expect_owner(self, uid: int, student: str) -> None:
        """Refuse what one student hands in under the name of another one."""
        section = self.course.config.get("ExchangeCollect", {})
        if uid in (0, os.geteuid()) or not section.get("check_owner", True):
            return
        try:
            owner = pwd.getpwuid(uid).pw_name
        except KeyError:
            owner = f"user {uid}"
        if owner != student:
            raise _Refused(
                f"it belongs to {owner}. If all students are one user of this machine's, set "
                "c.ExchangeCollect.check_owner = False."
            )


@contextmanager
def _opened(path: Path | str, within: int | None = None) -> Iterator[int]:
    descriptor = os.open(path, _FOLDER, dir_fd=within)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _entries(
    folder: int, limit: int, before: str = "", depth: int = 0
) -> Iterator[tuple[int, str, str, os.stat_result]]:
    """What a folder holds but folders: in which, its name there and from the top, how it looks.

    Raises
    ------
    _Refused
        There are more than ``limit`` files.
    """
    count = 0
    for name in sorted(os.listdir(folder)):
        path = f"{before}{name}"
        with suppress(FileNotFoundError):
            found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if is_no_work(path):
                continue
            if not stat.S_ISDIR(found.st_mode):
                count += 1
                if count > limit:
                    raise _Refused(f"it holds more than {limit} files.")
                yield folder, name, path, found
            elif depth < DEEPEST:
                with _opened(name, folder) as inner:
                    for each in _entries(inner, limit - count, f"{path}/", depth + 1):
                        count += 1
                        yield each


def _look(folder: int, limit: int) -> tuple[tuple[object, ...], ...]:
    """By which it can be told whether anything in a folder has changed."""
    return tuple(
        (path, found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        for _, _, path, found in _entries(folder, limit)
    )


def _read(folder: int, room: int, limit: int) -> dict[str, bytes]:
    """The contents of a folder's files, at most ``room`` bytes.

    Raises
    ------
    OSError
        One cannot be read.
    _Refused
        One is no plain file, or another user's, or there is not so much room.
    """
    owner = os.fstat(folder).st_uid
    files: dict[str, bytes] = {}
    for within, name, path, look in _entries(folder, limit):
        if not stat.S_ISREG(look.st_mode):
            raise _Refused(f"{path} is no plain file.")
        descriptor = os.open(name, _FILE, dir_fd=within)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):  # it was one just now
                raise _Refused(f"{path} is no plain file.")
            if found.st_uid != owner:  # a link to the file of somebody else
                raise _Refused(f"{path} belongs to another user than its folder.")
            data = file.read(room + 1)
        if len(data) > room or leads_out(path):
            raise _Refused(f"{path} is too large." if len(data) > room else f"{path} leads out.")
        room -= len(data)
        files[path] = data
    return files
