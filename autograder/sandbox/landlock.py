"""Landlock: which files a process and everything it starts may touch.

Three system calls of Linux, see landlock(7) and the kernel's userspace-api/landlock.rst. A
*ruleset* lists the rights it governs (everything not granted is refused) and the folders on which
they are granted. The rights belong to inodes, so a granted folder stays granted by any path.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable, Mapping
from enum import IntFlag
from pathlib import Path

from autograder.sandbox import _libc

# The same numbers on every 64-bit architecture of Linux.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_NO_LOG = 1  # LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF
_RULE_PATH_BENEATH = 1

MINIMUM_ABI = 2
"""ABI 1 cannot allow moving files from folder to folder. ABI 2 does not govern emptying them,
which :mod:`.seccomp` therefore does."""


class Access(IntFlag):
    """File rights, by the kernel's values."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ = Access.READ_FILE | Access.READ_DIR
LIST = Access.READ_DIR
WRITE = (
    READ
    | Access.WRITE_FILE
    | Access.TRUNCATE
    | Access.MAKE_REG
    | Access.MAKE_DIR
    | Access.REMOVE_FILE
    | Access.REMOVE_DIR
    | Access.REFER
)
"""A scratch folder: files and folders only; no devices, sockets, pipes or links, no exec."""

# The kernel refuses a rule that grants a file rights which only folders have.
_OF_FILES = (
    Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE | Access.IOCTL_DEV
)
# What changes the file system: all rights but reading, running and controlling devices.
_CHANGING = ~(READ | Access.EXECUTE | Access.IOCTL_DEV)


def abi() -> int:
    """Version of Landlock in the running kernel; 0 where there is none.

    Examples
    --------
    >>> abi() >= 0
    True
    """
    try:
        return _libc.call("syscall", _CREATE_RULESET, None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def _governed(version: int) -> Access:
    """All file rights that this version of Landlock knows."""
    rights = Access(0x1FFF)  # ABI 1: EXECUTE to MAKE_SYM
    for since, right in ((2, Access.REFER), (3, Access.TRUNCATE), (5, Access.IOCTL_DEV)):
        if version >= since:
            rights |= right
    return rights


def _create(rights: Access, network: int, scopes: int) -> int:
    # struct landlock_ruleset_attr; an older kernel accepts it while what it does not know is zero.
    attributes = struct.pack("=QQQ", rights, network, scopes)
    return _libc.call("syscall", _CREATE_RULESET, attributes, len(attributes), 0)


def ruleset(grants: Iterable[tuple[Path, Access]]) -> int:
    """Descriptor of a ruleset that governs everything this kernel can and allows only ``grants``.

    Governed are all file rights, binding and connecting of TCP (ABI 4), device ioctls (5),
    signals to and abstract sockets of processes outside (6). Paths that do not exist or cannot be
    opened are passed over: what is not granted is refused.

    Raises
    ------
    OSError
        Where the kernel has no Landlock.
    """
    version = abi()
    rights = _governed(version)
    # All bits of each kind: binding and connecting, abstract sockets and signals.
    network = 0b11 if version >= 4 else 0
    scopes = 0b11 if version >= 6 else 0
    descriptor = _create(rights, network, scopes)
    for path, access in grants:
        allow(descriptor, path, access & rights)
    return descriptor


def allow(descriptor: int, path: Path, access: Access) -> None:
    """Let a ruleset allow more, if there is such a path."""
    try:
        beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        _allow(descriptor, beneath, access)
    finally:
        os.close(beneath)


def changes_only_beneath(grants: Mapping[int, Access]) -> int:
    """Ruleset that refuses every change of the file system but ``grants`` (by open descriptor).

    Entered on top of another ruleset it narrows what may be written and leaves reading alone.
    """
    rights = _governed(abi()) & _CHANGING
    descriptor = _create(rights, 0, 0)
    for beneath, access in grants.items():
        _allow(descriptor, beneath, access & rights)
    return descriptor


def _allow(descriptor: int, beneath: int, access: Access) -> None:
    if not stat.S_ISDIR(os.fstat(beneath).st_mode):
        access &= _OF_FILES
    if access:
        rule = struct.pack("=Qi", access, beneath)  # struct landlock_path_beneath_attr, packed
        _libc.call("syscall", _ADD_RULE, descriptor, _RULE_PATH_BENEATH, rule, 0)


def restrict_self(descriptor: int) -> None:
    """Confine the calling thread, for good, to ``descriptor``; needs ``no_new_privs``."""
    # From ABI 7 on refusals are logged; a candidate could fill the disk with them.
    _libc.call("syscall", _RESTRICT_SELF, descriptor, _NO_LOG if abi() >= 7 else 0)
