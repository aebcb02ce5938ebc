"""Measuring and removing a scratch folder that a submission has filled with malice."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.limits import Limits, measure, remove

LIMITS = Limits(scratch_bytes=1 << 20, scratch_files=100)


def nest(folder: Path, depth: int) -> None:
    """Folders in folders, deeper than a path can name."""
    here = os.open(folder, os.O_DIRECTORY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_DIRECTORY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def test_an_empty_folder_holds_nothing(tmp_path):
    usage = measure(tmp_path, LIMITS)
    assert (usage.bytes, usage.files, usage.excess(LIMITS)) == (0, 0, None)


def test_files_and_folders_count(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(bytes(10_000))
    usage = measure(tmp_path, LIMITS)
    assert usage.files == 2
    assert usage.depth == 2
    assert usage.bytes >= 10_000


def test_a_sparse_file_counts_by_its_length(tmp_path):
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    assert "bytes" in str(measure(tmp_path, LIMITS).excess(LIMITS))


def test_too_many_files_stop_the_count(tmp_path):
    for number in range(200):
        (tmp_path / str(number)).touch()
    usage = measure(tmp_path, LIMITS)
    assert usage.files == 101
    assert "files" in str(usage.excess(LIMITS))


def test_nesting_stops_the_count(tmp_path):
    nest(tmp_path, 1200)
    generous = replace(LIMITS, scratch_files=10_000, scratch_bytes=1 << 40)
    usage = measure(tmp_path, generous)
    assert usage.depth == 33
    assert "nested" in str(usage.excess(generous))
    remove(tmp_path)


@pytest.mark.parametrize("bad_luck", ["deep", "wide", "closed", "link"])
def test_remove_takes_everything_away(tmp_path, bad_luck):
    outside = tmp_path / "outside"
    outside.write_text("stays")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    if bad_luck == "deep":
        nest(scratch, 1200)
    elif bad_luck == "wide":
        for number in range(1500):
            (scratch / str(number) / "inner").mkdir(parents=True)
    elif bad_luck == "closed":
        (scratch / "folder" / "inner").mkdir(parents=True)
        (scratch / "folder").chmod(0)
    else:
        (scratch / "folder").mkdir()
        (scratch / "folder" / "file").symlink_to(outside)
        (scratch / "all").symlink_to(tmp_path)
    remove(scratch)
    assert not scratch.exists()
    assert outside.read_text() == "stays"


def test_a_link_is_not_followed_by_the_count(tmp_path):
    (tmp_path / "root").symlink_to("/")
    assert measure(tmp_path, LIMITS).files == 1


def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        measure(tmp_path / "link", LIMITS)
    with pytest.raises(OSError, match=r"Not a directory|Too many levels"):
        remove(tmp_path / "link")
