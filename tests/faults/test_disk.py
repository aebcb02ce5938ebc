"""Full and read-only disks: said in words, nothing lost, and the next run finishes the class."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

from tests.faults.conftest import Disturbed, Mount
from tests.faults.course import expect_nothing_half_done

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def fill(folder: Path, leaving: int) -> Path:
    """Leave so many bytes of a file system free."""
    filler = folder / "filler"
    disk = os.statvfs(folder)
    filler.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - leaving)))
    return filler


# A page holds 4096 bytes: with each more of them, the disk is full one step later.
@pytest.mark.parametrize("pages", [0, 4, 8])
def test_no_room_for_graded_notebooks(disturbed: Disturbed, mount: Mount, pages: int) -> None:
    autograded = disturbed.root / "autograded"
    autograded.mkdir()
    mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", autograded)
    filler = fill(autograded, leaving=4096 * pages)
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "cannot be written: No space left on device" in result.output
    assert str(autograded) in result.output
    assert "Make room" in result.output
    expect_nothing_half_done(disturbed.root, disturbed.grades)
    filler.unlink()
    disturbed.expect_that_the_next_run_finishes()


@pytest.mark.parametrize("pages", [0, 10, 40])
def test_no_room_for_the_gradebook(disturbed: Disturbed, mount: Mount, pages: int) -> None:
    folder = disturbed.root / "small"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
    (disturbed.root / "gradebook.db").symlink_to(folder / "gradebook.db")
    filler = fill(folder, leaving=4096 * pages)
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "gradebook.db cannot be used: database or disk is full" in result.output
    assert "Make room on the disk and try again" in result.output
    expect_nothing_half_done(disturbed.root, disturbed.grades)
    filler.unlink()
    disturbed.expect_that_the_next_run_finishes()


def test_no_room_for_what_students_may_write(
    disturbed: Disturbed, mount: Mount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    mount("-t", "tmpfs", "-o", "size=8m", "tmpfs", temporary)
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "tempdir", str(temporary))
        result = disturbed.grade()
    assert result.exit_code == 2
    assert re.search(r"has \d MiB left, but a submission may write 64 MiB", result.output)
    assert "TMPDIR" in result.output
    assert list(temporary.iterdir()) == []
    disturbed.expect_that_the_next_run_finishes()


def test_a_read_only_course_folder(disturbed: Disturbed, mount: Mount) -> None:
    mount("--bind", disturbed.root, disturbed.root)
    mount("-o", "remount,bind,ro", disturbed.root)
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "gradebook.db cannot be used: unable to open database file" in result.output
    assert "you may write" in result.output
    assert not (disturbed.root / "autograded").exists()
    mount("-o", "remount,bind,rw", disturbed.root)
    disturbed.expect_that_the_next_run_finishes()


def test_a_read_only_folder_for_graded_notebooks(disturbed: Disturbed, mount: Mount) -> None:
    autograded = disturbed.root / "autograded"
    autograded.mkdir()
    mount("--bind", autograded, autograded)
    mount("-o", "remount,bind,ro", autograded)
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "cannot be written: Read-only file system" in result.output
    assert "see to the permissions" in result.output
    mount("-o", "remount,bind,rw", autograded)
    disturbed.expect_that_the_next_run_finishes()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_course_folder_that_one_may_not_write_in(disturbed: Disturbed) -> None:
    disturbed.root.chmod(0o555)
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "you may write" in result.output
    disturbed.root.chmod(0o755)
    disturbed.expect_that_the_next_run_finishes()
