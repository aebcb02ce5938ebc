"""A cluster that cannot be used is refused before anything is graded, in a sentence."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.cluster import connection
from autograder.cluster.executor import open_cluster
from autograder.course.directory import load_course
from autograder.errors import ClusterError, StorageError
from autograder.grading.batch import Batch, Options
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course
from tests.cluster.dask_processes import PATIENCE, DaskProcesses

pytestmark = pytest.mark.timeout(300)

#: A machine on which there is no such library.
WITHOUT_LIBSECCOMP = """
import ctypes
class CDLL(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if "seccomp" in str(name):
            raise OSError(f"{name}: cannot open shared object file")
        super().__init__(name, *arguments, **options)
ctypes.CDLL = CDLL
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    return root


@pytest.fixture
def other_environment(tmp_path: Path) -> dict[str, str]:
    """Settings with which a worker has a package that is not here."""
    about = tmp_path / "site" / "fancy_numbers-9.9.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text("Metadata-Version: 2.1\nName: fancy-numbers\nVersion: 9.9\n")
    return {"PYTHONPATH": str(tmp_path / "site")}


@pytest.fixture
def lonely() -> Iterator[DaskProcesses]:
    """A scheduler without workers."""
    with DaskProcesses() as processes:
        yield processes


def complaint(root: Path, *options: str) -> str:
    """What `grade` says when it refuses."""
    result = CliRunner().invoke(main, ["--course-dir", str(root), "grade", *options])
    assert result.exit_code == 2, result.output
    assert not (root / "gradebook.db").exists()
    return " ".join(result.output.split())


@pytest.mark.parametrize("where", ["local:", "local:0", "local:many", "local:-1"])
def test_local_wants_a_number(root: Path, where: str) -> None:
    assert "expected local:N" in complaint(root, "--cluster", where)


def test_an_address_where_nobody_answers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_SECONDS", 0.5)
    said = complaint(root, "--cluster", "tcp://127.0.0.1:9")
    assert "No Dask scheduler can be used at tcp://127.0.0.1:9" in said
    assert "local:N" in said


def test_an_address_that_is_none(root: Path) -> None:
    assert "No Dask scheduler can be used at ftp://x" in complaint(root, "--cluster", "ftp://x:1")


def test_an_encrypted_address_without_certificates(root: Path) -> None:
    said = complaint(root, "--cluster", "tls://127.0.0.1:9")
    assert "Dask's configuration names no certificates here" in said


@pytest.mark.parametrize("there", [False, True], ids=["missing", "no certificate"])
def test_certificates_that_cannot_be_used_are_named(
    root: Path, tmp_path: Path, there: bool
) -> None:
    path = tmp_path / "ca.pem"
    if there:
        path.write_text("no certificate")
    named = dict.fromkeys(("ca-file", "client.cert", "client.key"), str(path))
    with dask.config.set({f"distributed.comm.tls.{key}": value for key, value in named.items()}):
        said = complaint(root, "--cluster", "tls://127.0.0.1:9")
    assert str(path) in said
    assert ("cannot be used" if there else "distributed.comm.tls.ca-file") in said


def test_without_the_extra_it_says_what_to_install(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("autograder.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    said = complaint(root, "--cluster", "local:2")
    assert "python -m pip install 'maximum-likelihood-course[cluster]'" in said


def test_jobs_are_for_one_machine(root: Path) -> None:
    assert "one of --jobs and --cluster" in complaint(root, "--cluster", "local:1", "--jobs", "2")


@pytest.mark.slow
@pytest.mark.grader
def test_a_cluster_without_workers(
    root: Path, lonely: DaskProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "_SECONDS", 2.0)
    said = complaint(root, "--cluster", lonely.address)
    assert f"has no worker. Start some, with: dask worker {lonely.address}" in said


@pytest.mark.slow
@pytest.mark.grader
def test_a_worker_of_another_environment_is_named_with_what_differs(
    root: Path, lonely: DaskProcesses, other_environment: dict[str, str]
) -> None:
    lonely.add_worker(environment=other_environment)
    said = complaint(root, "--cluster", lonely.address)
    assert "1 of 1 workers cannot grade this course" in said
    assert "- tcp://127.0.0.1:" in said
    assert "fancy-numbers is 9.9, here missing" in said


@pytest.mark.slow
@pytest.mark.grader
def test_a_worker_that_cannot_isolate_is_named_with_what_it_lacks(
    root: Path, lonely: DaskProcesses, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_LIBSECCOMP)
    lonely.add_worker(environment={"PYTHONPATH": str(tmp_path)})
    said = complaint(root, "--cluster", lonely.address)
    assert "1 of 1 workers cannot grade this course" in said
    assert "Student code cannot be isolated on this machine: - seccomp" in said
    assert "Install libseccomp" in said


@pytest.mark.slow
@pytest.mark.grader
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hide a folder from one process")
def test_a_worker_needs_no_course_folder(root: Path, lonely: DaskProcesses) -> None:
    hide = 'mount -t tmpfs none "$0" && exec "$@"'
    lonely.add_worker(prefix=("unshare", "--mount", "sh", "-c", hide, str(root)))
    course = load_course(root)
    with open_cluster(course, lonely.address) as executor:
        (graded,) = Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"])
    assert graded.results[0].score == 3


@pytest.mark.slow
@pytest.mark.grader
def test_a_worker_of_another_environment_that_comes_later_leaves_again(
    root: Path, lonely: DaskProcesses, other_environment: dict[str, str]
) -> None:
    lonely.add_worker()
    course = load_course(root)
    with open_cluster(course, lonely.address, isolate=False) as executor:
        late = lonely.add_worker(environment=other_environment)
        late.wait(PATIENCE)
        (graded,) = Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"])
    assert graded.results[0].score == 3
    assert "fancy-numbers is 9.9, here missing" in lonely.log


@pytest.mark.slow
@pytest.mark.grader
def test_a_worker_that_comes_later_grades(root: Path, lonely: DaskProcesses) -> None:
    first = lonely.add_worker()
    course = load_course(root)
    with open_cluster(course, lonely.address, isolate=False) as executor:
        lonely.add_worker()
        deadline = time.monotonic() + PATIENCE
        while executor.jobs < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        first.kill()
        (graded,) = Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"])
    assert graded.results[0].score == 3


@pytest.mark.slow
@pytest.mark.grader
def test_a_cluster_that_loses_its_last_worker_ends_the_run(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__NO_WORKERS_TIMEOUT", "2s")
    course = load_course(root)
    with DaskProcesses() as cluster:
        worker = cluster.add_worker()
        with open_cluster(course, cluster.address, isolate=False) as executor:
            worker.kill()
            with pytest.raises(ClusterError, match="lost all its workers"):
                Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"])


@pytest.mark.slow
@pytest.mark.grader
def test_a_worker_whose_disk_is_full_is_named(root: Path, cluster: DaskProcesses) -> None:
    config = root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}c.Autograder.scratch_bytes = {1 << 60}\n")
    course = load_course(root)
    with (
        open_cluster(course, cluster.address, isolate=False) as executor,
        pytest.raises(StorageError, match="On tcp://127.0.0.1:.* MiB left"),
    ):
        Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"])
