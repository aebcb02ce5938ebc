"""What a confined process can read, write and change of the file system."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest


def read(path: str) -> str:
    return Path(path).read_bytes().decode(errors="replace")


def listing(path: str) -> list[str]:
    return [entry.name for entry in Path(path).iterdir()]


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/etc/hostname",
        "/proc/self/mem",
        "/proc/self/environ",
        "/proc/self/status",
        "/proc/1/cmdline",
        "/proc/cpuinfo",
        "/proc/sys/kernel/random/uuid",
        "/sys/kernel/notes",
        "/usr/bin/env",
        "/dev/tty",
        "/dev/kmsg",
        __file__,
    ],
)
def test_foreign_files_are_unreadable(inside, path):
    if not Path(path).exists():
        pytest.skip("not on this machine")
    assert inside(read, path).error in {"EACCES", "EPERM"}


def own_map_and_others(other: int) -> list[str]:
    own = Path("/proc/self/maps").read_text()
    try:
        Path(f"/proc/{other}/maps").read_text()
    except PermissionError:
        return own.splitlines()
    return []


def test_of_memory_maps_a_process_reads_its_own(inside, parent):
    found = inside(own_map_and_others, parent.pid).value
    assert any("python" in line for line in found)


@pytest.mark.parametrize(
    "path", ["/", "/proc", "/proc/self/fd", "/etc", "/home", "/root", "/tmp", "/dev", "/dev/shm"]
)
def test_foreign_folders_cannot_be_listed(inside, path):
    assert inside(listing, path).error == "EACCES"


def test_the_course_is_out_of_reach(inside, parent):
    assert inside(read, f"{parent.folder}/course/gradebook.db").error == "EACCES"
    assert inside(listing, f"{parent.folder}/course").error == "EACCES"
    assert inside(listing, f"{parent.folder}/checkout").error == "EACCES"
    assert inside(read, f"{parent.folder}/checkout/notes.txt").error == "EACCES"
    assert inside(read, f"{parent.folder}/checkout/loose_module.py").error == "EACCES"


def test_withheld_part_of_a_package_is_unreadable(inside, parent):
    package = f"{parent.folder}/checkout/open_package"
    assert inside(read, f"{package}/__init__.py").value == "name = '__init__'\n"
    assert inside(read, f"{package}/withheld/__init__.py").error == "EACCES"


def read_through_a_path_descriptor(path: str) -> str:
    descriptor = os.open(path, os.O_PATH)
    return read(f"/proc/self/fd/{descriptor}")


def read_relative_to_a_path_descriptor(folder: str, name: str) -> str:
    descriptor = os.open(folder, os.O_PATH)
    os.fchdir(descriptor)
    return os.read(os.open(name, os.O_RDONLY, dir_fd=descriptor), 100).decode()


def test_path_descriptors_open_no_door(inside):
    assert inside(read_through_a_path_descriptor, "/etc/passwd").error == "EACCES"
    assert inside(read_relative_to_a_path_descriptor, "/etc", "passwd").error == "EACCES"


# ── Hidden modules ────────────────────────────────────────────────────────────────────────────────


def import_hidden(name: str) -> None:
    __import__(name)


def import_hidden_from() -> None:
    from half_open import secret

    del secret


@pytest.mark.parametrize("name", ["secret_package", "secret_package.inner", "half_open.secret"])
def test_import_of_a_hidden_module_says_why(inside, name):
    outcome = inside(import_hidden, name)
    assert outcome.error == "ModuleNotFoundError"
    assert "no module named" in outcome.message


def test_from_import_of_a_hidden_module_says_why(inside):
    assert "while this is graded" in inside(import_hidden_from).message


def import_without_hooks(name: str, folder: str) -> None:
    from importlib.machinery import PathFinder

    sys.meta_path[:] = [PathFinder]
    sys.path_importer_cache.clear()
    sys.path.insert(0, folder)
    __import__(name)


@pytest.mark.parametrize("name", ["secret_package", "half_open.secret", "nh3"])
def test_hidden_module_stays_hidden_without_import_hooks(inside, parent, name):
    outcome = inside(import_without_hooks, name, f"{parent.folder}/checkout")
    assert outcome.error in {"EACCES", "ModuleNotFoundError", "ImportError"}
    assert "available" not in outcome.message


@pytest.mark.parametrize(
    "file",
    [
        "secret_package/__init__.py",
        "secret_package/inner.py",
        "half_open/secret.py",
        "half_open/__pycache__/secret.cpython-311.pyc",
    ],
)
def test_files_of_hidden_modules_are_unreadable(inside, parent, file):
    path = parent.folder / "checkout" / file
    assert path.is_file()
    assert inside(read, str(path)).error == "EACCES"


def test_an_installed_distribution_is_hidden_with_its_metadata(inside):
    import nh3

    package = Path(nh3.__file__).parent
    found = [*package.iterdir(), *package.parent.glob("nh3-*.dist-info/*")]
    files = [str(file) for file in found if file.is_file()]
    assert len(files) > 3
    assert {inside(read, file).error for file in files} == {"EACCES"}


def load_library(path: str) -> None:
    ctypes.CDLL(path)


def test_a_hidden_extension_cannot_be_loaded(inside):
    import nh3

    (library,) = Path(nh3.__file__).parent.glob("*.so")
    assert inside(load_library, str(library)).error == "OSError"


# ── Writing ───────────────────────────────────────────────────────────────────────────────────────


def write(path: str) -> None:
    Path(path).write_text("changed")


def append(path: str) -> None:
    with Path(path).open("a") as file:
        file.write("changed")


def truncate(path: str) -> None:
    os.truncate(path, 0)


def truncate_by_opening(path: str) -> None:
    os.open(path, os.O_RDONLY | os.O_TRUNC)


def remove(path: str) -> None:
    Path(path).unlink()


def rename(path: str) -> None:
    Path(path).rename(path + ".renamed")


def move_in(path: str) -> None:
    Path(path).rename("mine")


def move_over(path: str) -> None:
    Path("mine").write_text("changed")
    Path("mine").replace(path)


def exchange(path: str) -> None:
    Path("mine").write_text("changed")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(-100, b"mine", -100, path.encode(), 2) < 0:
        raise OSError(ctypes.get_errno(), "renameat2")


def hard_link(path: str) -> None:
    os.link(path, "mine")


def symbolic_link(path: str) -> None:
    Path("mine").symlink_to(path)


def map_for_writing(path: str) -> None:
    os.open(path, os.O_RDWR)


def take_away_rights(path: str) -> None:
    Path(path).chmod(0)


def set_back_time(path: str) -> None:
    os.utime(path, (0, 0))


CHANGES = [
    write,
    append,
    truncate,
    truncate_by_opening,
    remove,
    rename,
    move_in,
    move_over,
    exchange,
    hard_link,
    symbolic_link,
    map_for_writing,
]
PRETENCES = [take_away_rights, set_back_time]


@pytest.fixture
def target(parent, request):
    """A file that file permissions alone would let anybody change."""
    path = parent.folder / "course" / f"target-{request.node.name}"[:80]
    path.write_text("original")
    path.chmod(0o666)
    os.utime(path, (10**9, 10**9))
    if owner := parent.popen_as_candidate:
        os.chown(path, owner["user"], owner["group"])
    return path


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_foreign_files_cannot_be_changed(inside, target, change):
    before = target.stat()
    outcome = inside(change, str(target))
    after = target.stat()
    assert outcome.error in {"EACCES", "EPERM", "EXDEV"}
    assert target.read_text() == "original"
    assert (before.st_ino, before.st_mtime, before.st_nlink) == (
        after.st_ino,
        after.st_mtime,
        after.st_nlink,
    )


def truncate_by_opening_oddly(path: str) -> None:
    neither_read_nor_write = 3
    os.open(path, neither_read_nor_write | os.O_TRUNC)


EMPTYING = [write, truncate, truncate_by_opening, truncate_by_opening_oddly, map_for_writing]


@pytest.mark.parametrize("change", EMPTYING, ids=lambda change: change.__name__)
def test_readable_files_cannot_be_emptied_under_an_old_kernel(inside_old_kernel, parent, change):
    note = parent.folder / "note"
    assert inside_old_kernel(read, str(note)).value == "granted for reading"
    assert inside_old_kernel(change, str(note)).error in {"EACCES", "EPERM"}
    assert note.read_text() == "granted for reading"


def rewrite_own_file() -> str:
    Path("own").write_text("long text")
    Path("own").write_text("short")
    return Path("own").read_text()


def test_own_files_can_be_emptied_under_an_old_kernel(inside_old_kernel):
    assert inside_old_kernel(rewrite_own_file).value == "short"


@pytest.mark.parametrize("change", PRETENCES, ids=lambda change: change.__name__)
def test_modes_and_times_stay_though_the_call_succeeds(inside, target, change):
    before = target.stat()
    assert inside(change, str(target)).error == ""
    assert target.stat() == before


@pytest.mark.parametrize("change", [write, append, truncate, map_for_writing])
def test_packages_cannot_be_changed(inside, parent, change):
    module = parent.folder / "checkout" / "half_open" / "public.py"
    module.chmod(0o666)
    assert inside(read, str(module)).value == "name = 'public'\n"
    assert inside(change, str(module)).error in {"EACCES", "EPERM"}
    assert module.read_text() == "name = 'public'\n"


@pytest.mark.parametrize("folder", ["/tmp", "/var/tmp", "/dev/shm", "/run", "."])
def test_no_file_can_be_made_outside_scratch(inside, folder):
    path = f"{folder}/../made-by-a-test" if folder == "." else f"{folder}/made-by-a-test"
    assert inside(write, path).error in {"EACCES", "ENOENT"}


def make_folder(path: str) -> None:
    Path(path).mkdir()


def test_no_folder_can_be_made_outside_scratch(inside, parent):
    assert inside(make_folder, "/tmp/made-by-a-test").error == "EACCES"
    assert inside(make_folder, f"{parent.folder}/slot/made-by-a-test").error == "EACCES"


def test_another_scratch_folder_cannot_be_changed(inside, parent):
    """Left over from the submission before, in the same slot."""
    other = parent.folder / "slot" / "left-over"
    other.mkdir(exist_ok=True)
    other.chmod(0o777)
    (other / "file").write_text("original")
    (other / "file").chmod(0o666)
    assert inside(write, str(other / "file")).error == "EACCES"
    assert inside(write, str(other / "new")).error == "EACCES"


def swap_scratch() -> None:
    scratch = Path.cwd()
    scratch.rename(scratch.with_name("moved"))


def remove_scratch() -> None:
    Path.cwd().rmdir()


@pytest.mark.parametrize("action", [swap_scratch, remove_scratch])
def test_the_scratch_folder_itself_stays_where_it_is(inside, action):
    assert inside(action).error in {"EACCES", "EPERM"}


def make_pipe() -> None:
    os.mkfifo("pipe")


def make_device() -> None:
    os.mknod("device", 0o600 | 0o020000, os.makedev(1, 3))


def run_own_file() -> None:
    Path("program").write_text("#!/bin/true\n")
    os.execv("program", ["program"])


@pytest.mark.parametrize("action", [make_pipe, make_device, run_own_file])
def test_scratch_holds_plain_files_only(inside, action):
    assert inside(action).error == "EPERM"


def write_to_null() -> bool:
    Path(os.devnull).write_text("gone")
    return True


def test_null_takes_everything(inside):
    assert inside(write_to_null).value is True


# ── The examiner ──────────────────────────────────────────────────────────────────────────────────


def test_the_examiner_writes_nothing(inside_examiner, parent):
    (parent.folder / "slot" / "open").mkdir(exist_ok=True)
    (parent.folder / "slot" / "open").chmod(0o777)
    for path in ("/tmp/x", f"{parent.folder}/slot/open/x", "x"):
        assert inside_examiner(write, path).error == "EACCES"


def test_the_examiner_reads_no_scratch(inside_examiner, parent):
    file = parent.folder / "slot" / "readable"
    file.write_text("work of a student")
    assert inside_examiner(read, str(file)).error == "EACCES"


def test_the_examiner_has_no_sockets(inside_examiner):
    assert inside_examiner(open_socket).error == "EPERM"


def open_socket() -> None:
    import socket

    socket.create_connection(("127.0.0.1", 9), timeout=1)
