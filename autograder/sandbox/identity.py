"""Who a confined process is: an unprivileged user without a single capability."""

from __future__ import annotations

import ctypes
import os
import signal
import struct
from pathlib import Path

from autograder.errors import IsolationUnavailable
from autograder.sandbox import _libc

_PR_SET_PDEATHSIG = 1
_PR_GET_DUMPABLE, _PR_SET_DUMPABLE = 3, 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECUREBITS = 28
_PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS = 38, 39
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAP_SETPCAP = 8
# NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, each with its lock, and KEEP_CAPS locked off.
_SECUREBITS = 0b1110_1111


def is_mapped(uid: int) -> bool:
    """Whether ``uid`` exists in this user namespace (a container may have a single user).

    Examples
    --------
    >>> is_mapped(os.getuid())
    True
    """
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = (int(field) for field in line.split())
        if first <= uid < first + count:
            return True
    return False


def drop(uid: int | None) -> None:
    """Become user and group ``uid`` (None: stay who you are) and lose every capability, for good.

    Raises
    ------
    IsolationUnavailable
        When anything of the former identity is left.
    OSError
        When the kernel refuses a step.
    """
    # Only with this capability can the two be changed. Without it, `no_new_privs` does their work:
    # no program that is executed gets capabilities from its file.
    if _capabilities()[0] >> _CAP_SETPCAP & 1:
        _empty_bounding_set()
        # From here on no exec and no change of user gives capabilities or takes them away.
        _libc.prctl(_PR_SET_SECUREBITS, _SECUREBITS)
    if uid is not None:  # groups before the user, who may not change them
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _libc.call("prctl", _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    _set_no_capabilities()
    _verify(uid)


def die_with(parent: int) -> None:
    """Let the kernel kill this process when process ``parent`` ends.

    Call it after :func:`drop`, since a change of user clears this setting.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the setting was made, which then has no effect
        os._exit(1)


def seal() -> None:
    """No new privileges, and nobody of the same user may trace this process or dump its memory."""
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _libc.prctl(_PR_SET_DUMPABLE, 0)
    if _libc.prctl(_PR_GET_NO_NEW_PRIVS) != 1 or _libc.prctl(_PR_GET_DUMPABLE) != 0:
        raise IsolationUnavailable("the kernel did not take the process's privileges away")


def _empty_bounding_set() -> None:
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability)


def _header() -> ctypes.Array[ctypes.c_char]:
    """struct __user_cap_header_struct of version 3, for the calling thread."""
    version_3 = 0x20080522
    return ctypes.create_string_buffer(struct.pack("=Ii", version_3, 0))


def _capabilities() -> tuple[int, int, int]:
    """Effective, permitted and inheritable capabilities as bit sets."""
    data = ctypes.create_string_buffer(24)
    _libc.call("capget", _header(), data)
    low, high = (struct.unpack_from("=III", data, offset) for offset in (0, 12))
    effective, permitted, inheritable = (a | b << 32 for a, b in zip(low, high, strict=True))
    return effective, permitted, inheritable


def _set_no_capabilities() -> None:
    _libc.call("capset", _header(), ctypes.create_string_buffer(24))


def _verify(uid: int | None) -> None:
    """Look at what the kernel says now: a step that was refused silently would be a hole."""
    if _capabilities() != (0, 0, 0):
        raise IsolationUnavailable("the process still holds capabilities of its former user")
    if uid is None:
        return
    users, groups = set(os.getresuid()), set(os.getresgid())
    if users != {uid} or groups != {uid} or os.getgroups():
        raise IsolationUnavailable(
            f"the process should run as user and group {uid} alone, but has users {users}, "
            f"groups {groups} and supplementary groups {os.getgroups()}"
        )
