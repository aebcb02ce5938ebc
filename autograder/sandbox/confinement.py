"""One process confining itself: every layer of the sandbox, put on in the right order."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import IsolationUnavailable
from autograder.sandbox import identity, landlock, limits, seccomp
from autograder.sandbox.limits import Limits
from autograder.sandbox.paths import PythonPaths
from autograder.sandbox.view import closed_ancestor

DEFAULT_UID = 64000
"""First of the users that candidates run as when the grader is root; one for each slot."""

# An allow-list, since nobody knows in which variables tokens and paths of the grader are kept.
_KEPT_VARIABLES = (
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "MKL_NUM_THREADS",
    "MPLBACKEND",
    "NBGRADER_EXECUTION",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TZ",
)
# Where programs look for a folder to write to: all of these become the scratch folder.
_FOLDER_VARIABLES = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR")

_OWN_MAP = Path("/proc/self/maps")  # another file in each process

# Linux gives no process descriptors from this number on, unless its administrator raises nr_open.
_BEYOND_DESCRIPTORS = 1 << 20


@dataclass(frozen=True)
class Confinement:
    """What one kind of child may do.

    Attributes
    ----------
    python
        What may be read so that Python runs.
    readable
        Files and folders that may be read besides.
    writable
        Folders, of this parent alone, in which each child gets its own scratch folder at
        :meth:`Sandbox.enter`; empty for children that write nothing. All else in them can be
        read, so :func:`autograder.sandbox.remove` the former child's before the next one starts.
    limits
        What each child may use.
    uid
        The user, and group, to become when started as root; an ordinary user stays who it is.
        Children that must not reach each other (a candidate and its examiner, two slots) get
        different ones.
    cpus
        The processors to run on; empty: all. With one for each slot, a submission that starts
        many threads slows nobody else down.
    """

    python: PythonPaths
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    limits: Limits = field(default_factory=Limits)
    uid: int = DEFAULT_UID
    cpus: tuple[int, ...] = ()


class Sandbox:
    """A confinement made ready in the parent of those who enter it; made by :func:`prepare`."""

    def __init__(self, confinement: Confinement, ruleset: int, system_calls: bytes) -> None:
        self._confinement = confinement
        self._ruleset = ruleset
        self._system_calls = system_calls
        self._parent = os.getpid()
        self._files = _open_files()
        self._uid = confinement.uid if os.geteuid() == 0 else None
        self._tasks = limits.tasks_allowed(
            confinement.limits, shared_user=os.getuid() if self._uid is None else None
        )

    def enter(self, scratch: Path | None = None, keep: Iterable[int] = ()) -> None:
        """Confine the calling process, for good. Call it in the child, right after the fork.

        Afterwards the process is unprivileged, can write in ``scratch`` alone, holds no
        descriptors but those in ``keep`` (0, 1 and 2, where not kept, lead to ``/dev/null``) and of
        its own to files that the parent has open and that it may read, sees a handful of
        environment variables, and can make harmless system calls only. What the
        parent had in its memory stays readable: start it with a clean environment.

        Parameters
        ----------
        scratch
            An empty folder in one of the confinement's writable folders: working, home and
            temporary folder from now on. None: nothing can be written at all.
        keep
            Descriptors to leave open: the wire.

        Raises
        ------
        IsolationUnavailable
            When any layer does not hold. The process is then in between: end it.
        """
        try:
            _require_single_thread()
            self._enter(scratch, set(keep))
        except (OSError, ValueError) as error:
            raise IsolationUnavailable(f"this process cannot be isolated: {error}") from error

    def _enter(self, scratch: Path | None, keep: set[int]) -> None:
        # What needs rights of the former user comes before `drop`, and the system call filter
        # last, since it would refuse most of these steps.
        home = None if scratch is None else self._take_over(scratch)
        os.chdir("/" if home is None else home)
        if self._confinement.cpus:
            os.sched_setaffinity(0, self._confinement.cpus)
        wanted = self._confinement.limits
        processors = len(os.sched_getaffinity(0))
        limits.apply(wanted, tasks=self._tasks, cpu_seconds=wanted.cpu_seconds(processors))
        identity.drop(self._uid)
        # A change of user clears the parent-death signal, and Landlock needs `no_new_privs`.
        identity.die_with(self._parent)
        identity.seal()
        # The first ruleset is the parent's, since building its hundreds of grants takes long. It
        # lets children write in any scratch folder; a second one narrows that to this child's.
        # Its own memory map tells a process nothing new, and threadpoolctl (scikit-learn) reads it.
        landlock.allow(self._ruleset, _OWN_MAP, landlock.Access.READ_FILE)
        landlock.restrict_self(self._ruleset)
        _narrow_changes_to(home)
        _clear_environment(scratch)
        # The descriptors of both rulesets and of the scratch folder are among those that go.
        _close_descriptors(keep)
        _reopen({n: path for n, path in self._files.items() if n not in keep})
        os.umask(0o077)
        seccomp.load(self._system_calls)

    def _take_over(self, scratch: Path) -> int:
        """Descriptor of ``scratch``, which from now on belongs to the child's user."""
        if not any(scratch.parent == folder for folder in self._confinement.writable):
            raise IsolationUnavailable(
                f"{scratch} does not lie in one of the folders made for scratch: "
                f"{', '.join(map(str, self._confinement.writable)) or 'there are none'}"
            )
        # By descriptor from here on, so that nobody can put a link in the folder's place.
        folder = os.open(scratch, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if self._uid is not None:
            os.fchown(folder, self._uid, self._uid)
        os.fchmod(folder, 0o700)
        return folder


def prepare(confinement: Confinement) -> Sandbox:
    """Do in the parent, once, what all of its children share.

    Raises
    ------
    IsolationUnavailable
        When the machine cannot isolate, or the paths cannot be reached by the unprivileged user.
    """
    if landlock.abi() < landlock.MINIMUM_ABI:
        raise IsolationUnavailable("Landlock (Linux 5.19) is missing; see `autograder doctor`")
    if os.geteuid() == 0:
        _check_user(confinement)
    python = confinement.python
    grants = [(path, landlock.READ) for path in (*python.readable, *confinement.readable)]
    grants += [(path, landlock.LIST) for path in python.listable]
    grants += [(path, landlock.WRITE) for path in confinement.writable]
    grants.append((Path(os.devnull), landlock.READ | landlock.Access.WRITE_FILE))
    try:
        return Sandbox(confinement, landlock.ruleset(grants), seccomp.prepare())
    except (ImportError, RuntimeError, OSError) as error:
        raise IsolationUnavailable(
            f"student code cannot be isolated here: {error}; see `autograder doctor`"
        ) from error


def _check_user(confinement: Confinement) -> None:
    if confinement.uid == 0 or not identity.is_mapped(confinement.uid):
        raise IsolationUnavailable(
            f"user {confinement.uid} cannot be used for submissions: it is root, or does not exist "
            "in this container; give another uid, or run the grader as an ordinary user"
        )
    python = confinement.python
    for path in (*python.listable, *confinement.readable, *confinement.writable):
        if closed := closed_ancestor(path / "entry" if path.is_dir() else path):
            raise IsolationUnavailable(
                f"{path} cannot be reached by unprivileged users, since {closed} is closed to "
                "them; call open_private_view first, or run the grader as an ordinary user"
            )


def _require_single_thread() -> None:
    """Landlock, seccomp and capabilities bind the calling thread only."""
    if os.listdir("/proc/self/task") != [str(os.getpid())]:
        raise IsolationUnavailable(
            "the process that isolates itself must have a single thread; "
            "set OPENBLAS_NUM_THREADS=1 and start no threads before the fork"
        )


def _narrow_changes_to(home: int | None) -> None:
    """Refuse every change of the file system but in ``home``, and writing to ``/dev/null``."""
    null = os.open(os.devnull, os.O_PATH)
    grants = {null: landlock.Access.WRITE_FILE}
    if home is not None:
        grants[home] = landlock.WRITE
    landlock.restrict_self(landlock.changes_only_beneath(grants))


def _clear_environment(scratch: Path | None) -> None:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    folder = "/nonexistent" if scratch is None else str(scratch)
    os.environ.update(dict.fromkeys(_FOLDER_VARIABLES, folder))
    tempfile.tempdir = None if scratch is None else folder


def _close_descriptors(keep: set[int]) -> None:
    """Close all but ``keep``, and let no later file become standard input or output by chance."""
    # If a standard one was closed before, `null` gets its number, and stays.
    null = os.open(os.devnull, os.O_RDWR)
    for standard in {0, 1, 2} - keep:
        os.dup2(null, standard)
    # The ranges between those to keep, in ascending order. The kernel skips what is not open.
    start = 3
    for descriptor in (*sorted(number for number in keep if number > 2), _BEYOND_DESCRIPTORS):
        os.closerange(start, descriptor)
        start = descriptor + 1


def _open_files() -> dict[int, str]:
    """The files that this process has open, by descriptor, standard ones excepted."""
    found = {}
    for number in sorted(map(int, os.listdir("/proc/self/fd"))):
        with contextlib.suppress(OSError):  # that of the listing itself
            if number > 2 and stat.S_ISREG(os.fstat(number).st_mode):
                found[number] = os.readlink(f"/proc/self/fd/{number}")
    return found


def _reopen(files: Mapping[int, str]) -> None:
    """Open files of the parent's anew, or ``/dev/null`` where one must not be read.

    Matplotlib's fonts hold theirs open. Without a descriptor they would read from, and in the end
    close, whatever file of the student's has its number. The parent's own would be shared by all
    children, with the position in the file.
    """
    for number, path in sorted(files.items()):
        try:
            opened = os.open(path, os.O_RDONLY)
        except OSError:
            opened = os.open(os.devnull, os.O_RDONLY)
        if opened != number:
            os.dup2(opened, number, inheritable=False)
            os.close(opened)
