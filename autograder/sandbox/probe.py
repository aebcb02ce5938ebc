"""What this machine offers for isolation: each layer of the sandbox, tried for real.

A probe forks processes that confine themselves, which only a process with a single thread may do.
So `probe_features` starts another Python for it, and `probe_here` is what that one does.
"""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import IsolationUnavailable
from autograder.sandbox import identity, landlock, limits, seccomp
from autograder.sandbox.confinement import DEFAULT_UID, Confinement, Sandbox, prepare
from autograder.sandbox.limits import Limits
from autograder.sandbox.paths import python_paths
from autograder.sandbox.view import closed_ancestor, open_private_view


@dataclass(frozen=True)
class Feature:
    """One layer of the sandbox on this machine.

    ``detail`` says what is there; ``advice`` what to do when it is not ``active``.
    """

    name: str
    active: bool
    detail: str
    advice: str = ""


def probe_features(wanted: Limits) -> tuple[Feature, ...]:
    """Try every layer for real, then all of them together, in processes thrown away after it.

    Takes about a third of a second, most of it the start of another Python.

    Parameters
    ----------
    wanted
        The limits that grading would use: a machine can be too small for them.

    Examples
    --------
    >>> probe_features(Limits())[0].name
    'system'
    """
    if sys.platform != "linux":
        return (system(),)
    numbers = json.dumps(dataclasses.asdict(wanted))
    # -P: a folder of the course must not stand in for a module of the autograder's.
    program = [sys.executable, "-P", "-c", f"from {__name__} import main; main()", numbers]
    finished = subprocess.run(program, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        reason = finished.stderr.strip().rpartition("\n")[2]
        return (Feature("system", False, f"the probe failed: {reason}", "Please report this"),)
    return tuple(Feature(**feature) for feature in json.loads(finished.stdout))


def require(wanted: Limits) -> None:
    """Raise unless student code can be isolated on this machine, within these limits.

    Raises
    ------
    IsolationUnavailable
        Naming what is missing and what to do.
    """
    missing = [feature for feature in probe_features(wanted) if not feature.active]
    if missing:
        reasons = "\n".join(f"- {one.name}: {one.detail}. {one.advice}." for one in missing)
        raise IsolationUnavailable(
            f"Student code cannot be isolated on this machine:\n{reasons}\n"
            "To run it without any protection, on a machine that you can afford to lose, say so: "
            "--isolation none"
        )


def main() -> None:
    """Print what `probe_here` finds, as JSON: the process that `probe_features` starts."""
    features = probe_here(Limits(**json.loads(sys.argv[1])))
    json.dump([dataclasses.asdict(feature) for feature in features], sys.stdout)


def probe_here(wanted: Limits) -> tuple[Feature, ...]:
    """Probe by forks of this process, which must have a single thread."""
    machine = system()
    if not machine.active:
        return (machine,)
    # Each by itself, so that the advice is about what is missing; together where all are there.
    layers = (machine, _user(), _landlock(), _seccomp(), _limits(wanted))
    if not all(layer.active for layer in layers):
        return layers
    return (*layers, _sandbox(wanted))


def system() -> Feature:
    """Whether this is a system that the sandbox is made for."""
    detail = f"{platform.system()} {platform.release()} on {platform.machine()}"
    active = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}
    return Feature(
        "system",
        active,
        detail,
        "Grade on Linux (x86_64 or aarch64), in a virtual machine or a container on other systems",
    )


def _user() -> Feature:
    user, advice = None, "Run the grader as an ordinary user"
    detail = f"submissions run as you (user {os.getuid()}), without capabilities"
    if os.geteuid() == 0:
        user = DEFAULT_UID
        advice += ", or leave root its usual capabilities, and the container more than one user"
        detail = f"submissions run as user {user} and the following, one for each slot"
    problem = _in_child(lambda _: identity.drop(user))
    return Feature("user", problem is None, problem or detail, advice)


def _landlock() -> Feature:
    version = landlock.abi()
    advice = (
        "Use Linux 5.19 or newer with Landlock: CONFIG_SECURITY_LANDLOCK=y and `landlock` in the "
        "lsm= list of the kernel's command line; in a container the host's kernel counts"
    )
    if _is_filtered():
        advice += (
            ". A filter of system calls is on this process, as containers have one: its profile "
            "must allow landlock_create_ruleset, landlock_add_rule and landlock_restrict_self"
        )
    if version < landlock.MINIMUM_ABI:
        found = f"ABI {version}" if version else "missing"
        return Feature("Landlock", False, f"{found}; ABI {landlock.MINIMUM_ABI} is needed", advice)

    def refuse_everything(_: int) -> None:
        identity.seal()
        landlock.restrict_self(landlock.ruleset(()))
        _expect_refusal(errno.EACCES, lambda: os.listdir("/"))

    problem = _in_child(refuse_everything)
    return Feature("Landlock", problem is None, problem or f"ABI {version}", advice)


def _is_filtered() -> bool:
    """Whether something has put a filter of system calls on this process already."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return "\nSeccomp:\t2\n" in status


def _seccomp() -> Feature:
    advice = "Install libseccomp (Debian: libseccomp2) and `pip install pyseccomp`"
    try:
        found = f"through libseccomp {seccomp.version()}"
        system_calls = seccomp.prepare()
    except (ImportError, RuntimeError, OSError) as error:
        return Feature("seccomp", False, str(error), advice)

    def filter_calls(_: int) -> None:
        identity.seal()
        seccomp.load(system_calls)
        _expect_refusal(errno.EPERM, lambda: socket.socket().close())

    problem = _in_child(filter_calls)
    return Feature("seccomp", problem is None, problem or found, advice)


def _limits(wanted: Limits) -> Feature:
    cpu_seconds = wanted.cpu_seconds(1)

    def set_limits(_: int) -> None:
        limits.apply(wanted, tasks=wanted.threads, cpu_seconds=cpu_seconds)
        _expect_refusal(errno.EFBIG, lambda: _write_beyond(wanted.file_bytes))

    problem = _in_child(set_limits)
    detail = (
        f"{wanted.memory_bytes >> 20} MiB memory, {cpu_seconds} s CPU, "
        f"{wanted.file_bytes >> 20} MiB a file, {wanted.open_files} open files"
    )
    return Feature("limits", problem is None, problem or detail, "Raise the limits of your shell")


def _sandbox(wanted: Limits) -> Feature:
    """All layers at once, and this Python still works inside."""
    python = python_paths([])

    def enter(_: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            slot = Path(folder)
            slot.chmod(0o755)
            scratch = slot / "scratch"
            scratch.mkdir()
            open_private_view((*python.readable, *python.listable), (slot,))
            sandbox = prepare(Confinement(python, writable=(slot,), limits=wanted))
            problem = _in_child(lambda report: _use(sandbox, scratch, report))
        if problem:
            raise OSError(problem)

    problem = _in_child(enter)
    private = os.geteuid() == 0 and any(map(closed_ancestor, python.listable))
    detail = "all layers together" + (", in a private view of the file system" if private else "")
    return Feature("sandbox", problem is None, problem or detail, "Please report this")


def _use(sandbox: Sandbox, scratch: Path, report: int) -> None:
    sandbox.enter(scratch, keep=[report])
    (scratch / "written").write_text("here")
    Path(os.__file__).read_bytes()
    _expect_refusal(errno.EACCES, lambda: Path("/etc/hostname").read_bytes())
    _expect_refusal(errno.EPERM, os.fork)


def _expect_refusal(number: int, call: Callable[[], object]) -> None:
    try:
        call()
    except OSError as error:
        if error.errno == number:
            return
        raise
    raise OSError("a forbidden call was let through")


def _write_beyond(size: int) -> None:
    with tempfile.TemporaryFile(buffering=0) as file:
        file.seek(size)
        file.write(b"too much")


def _in_child(action: Callable[[int], None]) -> str | None:
    """Run ``action`` in a forked process; what went wrong there, or None.

    Its argument is the descriptor by which an error is reported: one that confines itself has to
    keep it open.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            action(writer)
        except BaseException as error:
            os.write(writer, (str(error) or type(error).__name__).encode()[:2000])
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return None
    return said or f"the process that tried it ended with status {code}"
