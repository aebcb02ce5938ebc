"""Files are there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.files import remove_unfinished, write_atomically, write_files


def test_the_folder_is_made_and_the_file_is_readable_for_everybody(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_atomically(path, "text")
    assert path.read_text() == "text"
    assert path.stat().st_mode & 0o777 == 0o644


def test_nothing_is_left_of_what_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.mkdir()
    with pytest.raises(OSError, match="file"):
        write_atomically(path, "text")
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    write_atomically(tmp_path / "tiny.ipynb", "text")
    (tmp_path / ".tiny.ipynb.x1y2z3.unfinished").write_text("te")
    (tmp_path / ".hidden").write_text("")
    remove_unfinished(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden", "tiny.ipynb"]


def test_a_folder_that_is_not_there_holds_nothing_unfinished(tmp_path: Path) -> None:
    remove_unfinished(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/a", "a//b", "", ".", "..\\a", "C:/a", "\0"]
)
def test_nothing_is_written_if_a_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        write_files({"a.txt": b"", name: b""}, tmp_path / "folder")
    assert list(tmp_path.iterdir()) == []
