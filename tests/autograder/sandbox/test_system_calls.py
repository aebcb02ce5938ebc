"""Every forbidden group of system calls, tried by number from inside the sandbox.

Arguments are chosen so that a call that is let through by mistake does nothing: the kernel would
find a bad pointer, a bad descriptor or a signal that does not exist.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import resource
import signal
import socket
import subprocess
from pathlib import Path

import pyseccomp
import pytest

from autograder.sandbox import seccomp

NATIVE = pyseccomp.Arch.NATIVE
X86 = platform.machine() == "x86_64"
HIGHEST = 480


def number_of(name: str) -> int:
    return pyseccomp.resolve_syscall(NATIVE, name)


def syscall(number: int, *arguments: int) -> str:
    """Name of the errno that the call ends with; its value when it succeeds."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_ulong, arguments))
    return errno.errorcode[ctypes.get_errno()] if result < 0 else str(result)


FORBIDDEN = {
    "programs": "execve execveat fork vfork",
    "sockets": "socket connect bind listen accept accept4 sendmsg recvmsg sendmmsg recvmmsg "
    "setsockopt",
    "other processes": "ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd "
    "pidfd_send_signal kcmp process_madvise process_mrelease get_robust_list tkill "
    "rt_sigqueueinfo rt_tgsigqueueinfo setpgid setsid",
    "owners": "chown fchown lchown fchownat",
    "memory without a file": "memfd_create memfd_secret remap_file_pages userfaultfd",
    "System V": "shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv "
    "msgctl",
    "POSIX queues": "mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr",
    "watching files": "inotify_init inotify_init1 inotify_add_watch fanotify_init fanotify_mark",
    "mounts": "mount umount2 pivot_root chroot fsopen fsmount fsconfig fspick move_mount "
    "open_tree mount_setattr swapon swapoff quotactl statmount listmount",
    "what all processes share": "sysinfo statfs fstatfs",
    "kernel": "bpf perf_event_open init_module finit_module delete_module kexec_load "
    "kexec_file_load reboot syslog acct lookup_dcookie",
    "asynchronous": "io_uring_setup io_uring_enter io_uring_register io_setup io_submit",
    "keys": "keyctl add_key request_key",
    "namespaces": "unshare setns personality sethostname setdomainname",
    "scheduling": "sched_setaffinity sched_setscheduler sched_setattr sched_setparam setpriority "
    "setrlimit ioprio_set mbind set_mempolicy migrate_pages move_pages",
    "identity": "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups "
    "capset",
    "filters": "seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self",
    "links and nodes": "link linkat symlink symlinkat mknod mknodat",
    "emptying by name": "truncate",
    "handles": "name_to_handle_at open_by_handle_at openat2 renameat2",
    "clocks": "settimeofday clock_settime adjtimex clock_adjtime stime",
    "system": "iopl ioperm modify_ldt arch_prctl vhangup sync syncfs fallocate flock mlock "
    "mlockall membarrier vmsplice splice tee",
}
CASES = [
    (group, name)
    for group, names in FORBIDDEN.items()
    for name in names.split()
    if number_of(name) >= 0
]


def try_forbidden(name: str) -> str:
    return syscall(number_of(name), *[2**64 - 1] * 6)


@pytest.mark.parametrize(("group", "name"), CASES, ids=[f"{g}: {n}" for g, n in CASES])
def test_forbidden_call_is_refused(inside, group, name):
    assert inside(try_forbidden, name).value == "EPERM"


# Allowed with certain arguments, which other tests are about.
CONDITIONAL = """
    clone prctl fcntl open openat ioctl prlimit64 socketpair sendto mkdir mkdirat umask kill tgkill
"""


# uretprobe and uprobe: since 6.14 the kernel itself lets these two past every filter. It replies
# SIGILL unless the call comes from a trampoline that it has placed itself.
UPROBES = [335, 336]


def try_all_but(spared: list[int]) -> dict[int, str]:
    minus_one = 2**64 - 1
    return {
        number: syscall(number, *[minus_one] * 6)
        for number in range(HIGHEST)
        if number not in spared
    }


def test_nothing_outside_the_allow_list_reaches_the_kernel(inside):
    spared = [number_of(name) for name in [*seccomp.ALLOWED.split(), *CONDITIONAL.split()]]
    if X86:
        spared += UPROBES
    outcome = inside(try_all_but, spared)
    results = outcome.value
    assert results, outcome
    harmless = seccomp.PRETENDED.split() + seccomp.UNSUPPORTED.split() + ["clone3"]
    known = {str(number_of(name)) for name in harmless}
    assert {result for number, result in results.items() if number not in known} == {"EPERM"}


@pytest.mark.parametrize("name", ["chmod", "fchmod", "fchmodat", "utimensat"])
def test_changes_of_modes_and_times_are_pretended(inside, name):
    if number_of(name) < 0:
        pytest.skip("not a call of this architecture")
    assert inside(try_forbidden, name).value == "0"


@pytest.mark.parametrize("name", ["setxattr", "fsetxattr", "lgetxattr", "flistxattr"])
def test_extended_attributes_are_unsupported(inside, name):
    assert inside(try_forbidden, name).value == "ENOTSUP"


def test_clone3_is_missing_so_that_glibc_turns_to_clone(inside):
    assert inside(try_forbidden, "clone3").value == "ENOSYS"


CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD = 0x100, 0x200, 0x400, 0x800, 0x10000
CLONE_VFORK, CLONE_PARENT, CLONE_NEWUSER, CLONE_UNTRACED = 0x4000, 0x8000, 0x10000000, 0x800000


def try_clone(flags: int) -> str:
    result = syscall(number_of("clone"), flags, 0, 0, 0, 0)
    if result == "0":
        os._exit(99)  # the new process, which must not exist
    return result


@pytest.mark.parametrize(
    "flags",
    [
        0,
        signal.SIGCHLD,
        CLONE_PARENT | signal.SIGCHLD,
        CLONE_NEWUSER | signal.SIGCHLD,
        CLONE_UNTRACED,
        CLONE_FILES | CLONE_FS | signal.SIGCHLD,
        # A thread, but with flags that no pthread_create uses; without a stack it would crash.
        0x3D0F00 | CLONE_NEWUSER,
        0x3D0F00 | 1 << 32,
        0x3D0F00 & ~CLONE_THREAD,
    ],
    ids=hex,
)
def test_clone_makes_no_process(inside, flags):
    assert inside(try_clone, flags).value == "EPERM"


def try_to_fork() -> None:
    if os.fork() == 0:
        os._exit(99)


def test_fork_is_refused(inside):
    assert inside(try_to_fork).error == "EPERM"


def run_a_program() -> None:
    subprocess.run(["/bin/true"], check=True)


def test_starting_a_program_is_refused(inside):
    assert inside(run_a_program).error == "EPERM"


# ── Signals ───────────────────────────────────────────────────────────────────────────────────────


def send_signal(pid: int, number: int) -> None:
    os.kill(pid, number)


@pytest.fixture
def victim(parent):
    """A process that nobody minds losing, of the candidate's own user where that is possible."""
    with subprocess.Popen(["sleep", "600"], **parent.popen_as_candidate) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [0, signal.SIGCONT, signal.SIGTERM, signal.SIGKILL])
def test_other_processes_cannot_be_signalled(inside, victim, number):
    assert inside(send_signal, victim.pid, number).error == "EPERM"
    assert victim.poll() is None


@pytest.mark.parametrize("target", [0, -1, 1])
def test_groups_and_everybody_cannot_be_signalled(inside, target):
    assert inside(send_signal, target, 0).error == "EPERM"


def try_tgkill(pid: int) -> str:
    return syscall(number_of("tgkill"), pid, pid, 0)


def test_threads_of_others_cannot_be_signalled(inside, victim):
    assert inside(try_tgkill, victim.pid).value == "EPERM"


def signal_parent() -> None:
    os.kill(os.getppid(), 0)


def test_the_warm_parent_cannot_be_signalled(inside):
    assert inside(signal_parent).error == "EPERM"


def end_oneself(number: int) -> None:
    os.kill(os.getpid(), number)


def test_a_candidate_may_end_itself(inside):
    assert inside(end_oneself, signal.SIGTERM).error == "SIGTERM"


def test_but_not_so_that_it_seems_to_have_been_killed(inside):
    assert inside(end_oneself, signal.SIGKILL).error == "EPERM"


def send_every_other_signal() -> list[int]:
    refused = []
    for number in set(range(65)) - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
        if number:
            signal.signal(number, signal.SIG_IGN)
        try:
            os.kill(os.getpid(), number)
        except PermissionError:
            refused.append(number)
    return refused


def test_every_other_signal_may_be_sent_to_oneself(inside):
    assert inside(send_every_other_signal).value == []


def own_signals_to_descriptor(command: int) -> None:
    reader, _ = os.pipe()
    fcntl.fcntl(reader, command, os.getppid())


@pytest.mark.parametrize("name", ["F_SETOWN", "F_SETSIG", "F_SETLEASE", "F_NOTIFY", "F_SETPIPE_SZ"])
def test_descriptors_send_no_signals(inside, name):
    commands = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETLEASE": 1024, "F_NOTIFY": 1026}
    assert inside(own_signals_to_descriptor, commands.get(name, 1031)).error == "EPERM"


# ── Arguments ─────────────────────────────────────────────────────────────────────────────────────


def try_call(name: str, *arguments: int) -> str:
    return syscall(number_of(name), *arguments)


PR_SET = {
    "PR_SET_PDEATHSIG": 1,
    "PR_SET_DUMPABLE": 4,
    "PR_SET_KEEPCAPS": 8,
    "PR_SET_TIMING": 14,
    "PR_SET_SECCOMP": 22,
    "PR_CAPBSET_DROP": 24,
    "PR_SET_TSC": 26,
    "PR_SET_SECUREBITS": 28,
    "PR_SET_MM": 35,
    "PR_SET_CHILD_SUBREAPER": 36,
    "PR_SET_NO_NEW_PRIVS": 38,
    "PR_SET_THP_DISABLE": 41,
    "PR_CAP_AMBIENT": 47,
    "PR_SET_SPECULATION_CTRL": 53,
    "PR_SCHED_CORE": 62,
    "PR_SET_PTRACER": 0x59616D61,
}


@pytest.mark.parametrize("option", PR_SET.values(), ids=PR_SET)
def test_prctl_sets_nothing_that_matters(inside, option):
    assert inside(try_call, "prctl", option, 0, 0, 0, 0).value == "EPERM"


@pytest.mark.parametrize(
    "request_number",
    [0x5412, 0x5410, 0x540E, 0x5403, 0x8941, 0x6601, 0x40086602, 0x5452, 0x541C, 0x1_0000_541B],
    ids=hex,
)
def test_ioctl_reads_sizes_only(inside, request_number):
    """Refused are TIOCSTI, TIOCSPGRP, TIOCSCTTY, TCSETSW, SIOC…, FIFREEZE, FIOASYNC, TIOCLINUX."""
    assert inside(try_call, "ioctl", 0, request_number, 0).value == "EPERM"


def test_limits_of_others_cannot_be_read_or_set(inside):
    assert inside(try_call, "prlimit64", os.getpid(), resource.RLIMIT_CPU, 0, 0).value == "EPERM"


def test_own_limits_cannot_be_set(inside):
    bad_pointer = 1
    assert inside(try_call, "prlimit64", 0, resource.RLIMIT_CPU, bad_pointer, 0).value == "EPERM"


def read_limits() -> list[list[int]]:
    names = ("NOFILE", "FSIZE", "CORE", "MEMLOCK", "CPU")
    return [list(resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))) for name in names]


def test_own_limits_are_set_and_can_be_read(inside):
    cpu = len(os.sched_getaffinity(0)) * (20 + 60)  # by the 20 seconds of warm_parent.py
    expected = [[60, 60], [4 << 20, 4 << 20], [0, 0], [0, 0], [cpu, cpu + 1]]
    assert inside(read_limits).value == expected


def open_socket(family: int, kind: int) -> None:
    socket.socket(family, kind).close()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_VSOCK"])
def test_no_socket_of_any_family(inside, family):
    outcome = inside(open_socket, getattr(socket, family), socket.SOCK_DGRAM)
    assert outcome.error == "EPERM"


def pair_of(family: int) -> None:
    socket.socketpair(family)


def test_pairs_are_local(inside):
    assert inside(pair_of, socket.AF_INET).error == "EPERM"


def write_to_named_socket(address: str) -> None:
    one, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    one.sendto(b"hello", address)


@pytest.mark.parametrize("address", ["socket", "\0abstract"])
def test_a_pair_reaches_no_named_socket(inside, address):
    assert inside(write_to_named_socket, address).error == "EPERM"


def pass_descriptor() -> None:
    one, _ = socket.socketpair()
    socket.send_fds(one, [b"x"], [0])


def test_descriptors_cannot_be_passed(inside):
    assert inside(pass_descriptor).error == "EPERM"


def make_folder(mode: int) -> None:
    Path("folder").mkdir(mode)


@pytest.mark.parametrize("mode", [0, 0o300, 0o077, 0o500])
def test_no_folder_that_its_owner_cannot_look_into(inside, mode):
    assert inside(make_folder, mode).error == "EPERM"


def set_umask(mask: int) -> None:
    os.umask(mask)


def try_umask(mask: int) -> str:
    return syscall(number_of("umask"), mask)


def test_umask_leaves_the_owner_alone(inside):
    assert inside(try_umask, 0o777).value == "EPERM"
    assert inside(set_umask, 0o022).error == ""


# ── Other doors into the kernel ───────────────────────────────────────────────────────────────────


def call_x32() -> str:
    return syscall(0x40000000 | number_of("getpid"))


@pytest.mark.skipif(not X86, reason="x32 belongs to x86_64")
def test_the_x32_door_is_deadly(inside):
    assert inside(call_x32).error == "SIGSYS"


def call_i386() -> None:
    # mov eax, 20 (getpid of i386); int 0x80; ret
    code = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
    area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(area))
    ctypes.CFUNCTYPE(ctypes.c_int)(address)()


@pytest.mark.skipif(not X86, reason="i386 belongs to x86_64")
def test_the_i386_door_is_deadly(inside):
    # SIGSEGV where the kernel is built without it.
    assert inside(call_i386).error in {"SIGSYS", "SIGSEGV"}


@pytest.mark.parametrize("architecture", ["X86_64", "AARCH64"])
def test_a_filter_can_be_built_for(architecture, tmp_path):
    system_calls = seccomp.build(getattr(pyseccomp.Arch, architecture))
    with (tmp_path / "filter").open("w+") as listing:
        system_calls.export_pfc(listing)
        listing.seek(0)
        text = listing.read()
    assert text.count("action ALLOW") > 100
    assert "clone3" in text
    assert "execve" not in text
