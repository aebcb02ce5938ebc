"""The system calls that student code may make: an allow-list, loaded through libseccomp.

A list of what is forbidden would be out of date with the next kernel, which adds calls that nobody
has judged yet; and only a small part of all calls is what Python and NumPy make.

What is not listed fails with EPERM rather than killing the process, because honest libraries try
a call, see the error and go on without it. For the sake of ``shutil.copy`` and ``copy2``,
changing the mode or times of a file is not done but reported as done, and extended attributes
are reported as not supported. Calls made through another architecture's entry (i386, x32) kill
the process: nothing honest does that.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder.sandbox import _libc

if TYPE_CHECKING:
    # Functions import it when they are called: where libseccomp is missing that fails, and then
    # `autograder doctor` says so.
    import pyseccomp

# Not memfd_create, whose files lie in memory that no limit counts. Of a file that it may not write,
# mincore tells nothing (Linux 5.2).
_MEMORY = "brk madvise mincore mmap mprotect mremap msync munmap"

# Not link, symlink, mknod, chown, mount, truncate; open, mkdir and fcntl with conditions, below.
# Not statfs and fstatfs, nor sysinfo with processes: what is free of disk, files and memory of all
# the machine changes with every submission, and would carry what one tells another.
_FILES = """
    access chdir close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fchdir
    fdatasync fstat fsync ftruncate getcwd getdents getdents64 lseek lstat newfstatat
    pread64 preadv pwrite64 pwritev read readlink readlinkat readv rename renameat
    rmdir sendfile stat statx unlink unlinkat write writev
"""

# Not io_uring, whose operations pass every filter, nor signalfd and inotify, which nobody needs.
_EVENTS = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
    pipe pipe2 poll ppoll pselect6 select timerfd_create timerfd_gettime timerfd_settime
"""

# For the wire, and for pairs of which this process holds both ends: asyncio, hence top-level
# ``await``, cannot do without one. There are no other sockets. Not sendmsg and recvmsg, which
# pass descriptors, and the former addresses.
_SOCKET_PAIRS = "getpeername getsockname getsockopt recvfrom shutdown"

# Not fork, vfork or exec, nor setrlimit and setpriority; clone for threads only, below.
_PROCESS = """
    capget exit exit_group futex getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid
    getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid
    restart_syscall rseq sched_get_priority_max sched_get_priority_min sched_getaffinity
    sched_getparam sched_getscheduler sched_yield set_robust_list set_tid_address times
    uname wait4 waitid
"""

_SIGNALS_AND_TIME = """
    alarm clock_getres clock_gettime clock_nanosleep getitimer getrandom gettimeofday nanosleep
    pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait
    setitimer sigaltstack time
"""

#: Calls that are allowed with any arguments.
ALLOWED = " ".join((_MEMORY, _FILES, _EVENTS, _SOCKET_PAIRS, _PROCESS, _SIGNALS_AND_TIME))

#: Calls that are reported as done without being done.
PRETENDED = "chmod fchmod fchmodat fchmodat2 futimesat utime utimensat utimes"

#: Calls that are reported as not supported by the file system.
UNSUPPORTED = """
    fgetxattr flistxattr fremovexattr fsetxattr getxattr lgetxattr listxattr llistxattr
    lremovexattr lsetxattr removexattr setxattr
"""

# What pthread_create of glibc asks for, and of musl (with the flag that was once CLONE_DETACHED).
_THREAD_FLAGS = (0x3D0F00, 0x7D0F00)

# Not PR_SET_PDEATHSIG or PR_SET_DUMPABLE, which would undo what :mod:`.identity` has set.
_PRCTL = {
    "PR_GET_PDEATHSIG": 2,
    "PR_GET_DUMPABLE": 3,
    "PR_SET_NAME": 15,
    "PR_GET_NAME": 16,
    "PR_GET_SECCOMP": 21,
    "PR_CAPBSET_READ": 23,
    "PR_GET_TIMERSLACK": 30,
    "PR_GET_NO_NEW_PRIVS": 39,
    "PR_SET_VMA": 0x53564D41,  # names of memory areas, set by malloc and by Python's arenas
}
# Not F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY, which send signals, nor F_SETPIPE_SZ.
_FCNTL = {
    "F_DUPFD": 0,
    "F_GETFD": 1,
    "F_SETFD": 2,
    "F_GETFL": 3,
    "F_SETFL": 4,
    "F_GETLK": 5,
    "F_OFD_GETLK": 36,
    "F_DUPFD_CLOEXEC": 1030,
    "F_GETPIPE_SZ": 1032,
}
# A lock on a file that others read as well would tell them what a hidden test has called with. In
# the scratch folder nobody else writes, so any lock is reported as taken. Asking who has one is
# answered by the kernel: nobody does, for which SQLite's write-ahead log waits.
_LOCKS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, and the same for F_OFD
# Not TIOCSTI, which types into a terminal, nor anything that reaches a device.
_IOCTL = {
    "TCGETS": 0x5401,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}
_AF_UNIX = 1
_ALL_BITS = (1 << 64) - 1
#: All signals but SIGKILL as ranges that a mask can tell: the first and how many.
_SIGNALS = ((0, 8), (8, 1), (10, 2), (12, 4), (16, 16), (32, 32), (64, 1))
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
# Stands in for the process's own number until it is known; no process can have this one.
_OWN_PID = 0x7ADECADE
_NUMBER = struct.Struct("=I")
_OWNER_HAS_ALL = 0o700


def version() -> str:
    """Version of libseccomp, as ``"2.5.4"``.

    Raises
    ------
    ImportError, OSError, RuntimeError
        When libseccomp, or pyseccomp, which binds it, is not there.
    """
    import pyseccomp

    pyseccomp.system_arch()
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_version.restype = ctypes.POINTER(ctypes.c_uint * 3)
    return ".".join(map(str, library.seccomp_version().contents))


def prepare() -> bytes:
    """The filter as a program for the kernel, with a stand-in for the process it will bind.

    Compiling it takes longer than all the rest that a child does to confine itself, so the parent
    does it once.
    """
    with os.fdopen(os.memfd_create("filter"), "w+b") as file:
        build().export_bpf(file)
        file.seek(0)
        return file.read()


def load(program: bytes) -> None:
    """Enter the filter for good, with this process's own number in it; needs ``no_new_privs``."""
    own = program.replace(_NUMBER.pack(_OWN_PID), _NUMBER.pack(os.getpid()))
    instructions = ctypes.create_string_buffer(own)
    # struct sock_fprog: how many instructions of eight bytes, and where.
    filter_program = struct.pack("=HxxxxxxQ", len(own) // 8, ctypes.addressof(instructions))
    _libc.call("prctl", _PR_SET_SECCOMP, _MODE_FILTER, filter_program, 0, 0)


def build(architecture: int | None = None) -> pyseccomp.SyscallFilter:
    """The filter for ``architecture``, one of ``pyseccomp.Arch`` (default: this machine's)."""
    import pyseccomp

    native = pyseccomp.Arch.NATIVE if architecture is None else architecture
    system_calls = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    system_calls.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    if architecture is not None:
        system_calls.remove_arch(pyseccomp.system_arch())
        system_calls.add_arch(architecture)
    success, unsupported = pyseccomp.ERRNO(0), pyseccomp.ERRNO(errno.EOPNOTSUPP)
    rules: list[tuple[int, str, tuple[pyseccomp.Arg, ...]]] = [
        (pyseccomp.ALLOW, name, ()) for name in ALLOWED.split()
    ]
    rules += [(pyseccomp.ALLOW, name, conditions) for name, conditions in _conditional()]
    rules += [(success, name, ()) for name in PRETENDED.split()]
    rules += [(unsupported, name, ()) for name in UNSUPPORTED.split()]
    rules += [(success, "fcntl", (_equal(1, command),)) for command in _LOCKS]
    # Its flags lie in memory, where a filter cannot look; on ENOSYS glibc turns to clone.
    rules.append((pyseccomp.ERRNO(errno.ENOSYS), "clone3", ()))
    for action, name, conditions in rules:
        # Negative: unknown to this libseccomp, or not a call of this architecture.
        if pyseccomp.resolve_syscall(native, name) >= 0:
            system_calls.add_rule(action, name, *conditions)
    return system_calls


def _equal(position: int, value: int) -> pyseccomp.Arg:
    import pyseccomp

    return pyseccomp.Arg(position, pyseccomp.EQ, value)


def _conditional() -> Iterator[tuple[str, tuple[pyseccomp.Arg, ...]]]:
    """Calls that are allowed with certain arguments only.

    Arguments are compared as 64 bits although the kernel may read fewer: junk in the upper half
    makes an equality fail, so the call is refused.
    """
    import pyseccomp

    def bits(position: int, mask: int, value: int) -> pyseccomp.Arg:
        return pyseccomp.Arg(position, pyseccomp.MASKED_EQ, mask, value)

    # A file may be emptied only by who may write it, which Landlock has judged by itself since
    # ABI 3; hence no truncate by name either, while ftruncate needs a descriptor for writing.
    for name, flags in (("open", 1), ("openat", 2)):
        yield name, (bits(flags, os.O_TRUNC, 0),)
        for mode in (os.O_WRONLY, os.O_RDWR):
            yield name, (bits(flags, os.O_TRUNC | os.O_ACCMODE, os.O_TRUNC | mode),)
    # Signals to itself only, and not SIGKILL: a candidate that kills itself would look like one
    # that the kernel has killed for want of memory, which is graded anew.
    for name, signal_at in (("kill", 1), ("tgkill", 2)):
        for first, count in _SIGNALS:
            yield name, (_equal(0, _OWN_PID), bits(signal_at, _ALL_BITS - (count - 1), first))
    for flags in _THREAD_FLAGS:
        yield "clone", (_equal(0, flags),)
    for option in _PRCTL.values():
        yield "prctl", (_equal(0, option),)
    for command in _FCNTL.values():
        yield "fcntl", (_equal(1, command),)
    for request in _IOCTL.values():
        yield "ioctl", (_equal(1, request),)
    # Without flags: RWF_NOWAIT tells what others have read of a file.
    yield "preadv2", (_equal(5, 0),)
    yield "pwritev2", (_equal(5, 0),)
    # Reading one's own limits; a new limit (third argument) may not be given.
    yield "prlimit64", (_equal(0, 0), _equal(2, 0))
    yield "socketpair", (_equal(0, _AF_UNIX),)
    # Without an address: to the other end of a pair, never to a named socket.
    yield "sendto", (_equal(4, 0), _equal(5, 0))
    # The coordinator must be able to look into every folder made in scratch.
    yield "mkdirat", (bits(2, _OWNER_HAS_ALL, _OWNER_HAS_ALL),)
    yield "mkdir", (bits(1, _OWNER_HAS_ALL, _OWNER_HAS_ALL),)
    yield "umask", (bits(0, _OWNER_HAS_ALL, 0),)
