"""A worker behind a network that is cut: it comes back, or others do its work."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.autograder.tiny_course import hand_in, make_course
from tests.cluster.dask_processes import DaskProcesses
from tests.cluster.test_disturbed import grade, wait_for_records
from tests.faults.course import grades_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.fault,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and iproute2"
    ),
]

STUDENTS = 8


@dataclass(frozen=True)
class Network:
    """A network namespace and the link to it; ``address`` is this side's."""

    name: str
    address: str

    @property
    def prefix(self) -> tuple[str, ...]:
        """What runs a command in the namespace."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        run("ip", "link", "set", self.name, "down")

    def mend(self) -> None:
        run("ip", "link", "set", self.name, "up")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def network() -> Iterator[Network]:
    name = f"grading{os.getpid() % 100_000}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"this machine has no network namespaces: {made.stderr}")
    try:
        subnet = f"10.{os.getpid() % 200 + 20}.77"
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "address", "add", f"{subnet}.1/24", "dev", name)
        run("ip", "link", "set", name, "up")
        for words in ("address add {}.2/24 dev eth0", "link set eth0 up", "link set lo up"):
            run("ip", "-netns", name, *words.format(subnet).split())
        yield Network(name, f"{subnet}.1")
    finally:
        # A namespace that is deleted loses its end of the link some time later.
        subprocess.run(["ip", "link", "delete", name], capture_output=True, check=False)
        run("ip", "netns", "delete", name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    for number in range(STUDENTS):
        hand_in(root, f"student{number}")
    return root


def expect_that_everybody_is_graded(root: Path) -> None:
    grades = grades_in(root)
    assert len(grades) == 2 * STUDENTS
    assert {grade[0] for (_, question), grade in grades.items() if question == "test_double"} == {1}
    assert {grade[0] for (_, question), grade in grades.items() if question == "test_halve"} == {2}


def test_a_worker_that_loses_its_network_is_replaced_by_others(
    root: Path, network: Network
) -> None:
    with DaskProcesses(network.address) as cluster:
        cluster.add_worker(prefix=network.prefix)
        with grade(root, cluster.address) as coordinator:
            wait_for_records(root, 2)
            network.cut()
            cluster.add_worker()
            output, _ = coordinator.communicate()
    assert coordinator.returncode == 0, output
    expect_that_everybody_is_graded(root)


def test_a_worker_whose_network_is_cut_for_a_moment_goes_on(root: Path, network: Network) -> None:
    with DaskProcesses(network.address) as cluster:
        cluster.add_worker(prefix=network.prefix)
        with grade(root, cluster.address) as coordinator:
            wait_for_records(root, 2)
            network.cut()
            time.sleep(2)
            network.mend()
            output, _ = coordinator.communicate()
    assert coordinator.returncode == 0, output
    expect_that_everybody_is_graded(root)
