"""A class gets on a cluster what it gets on one machine: results, notebooks and seeds."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.cli.tables import as_json
from autograder.cluster.executor import open_cluster
from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import Executor, open_executor
from tests.attacks.attack import honest, read_attacks
from tests.attacks.attacked_course import assignments, write_course
from tests.cluster.dask_processes import DaskProcesses
from tests.faults.course import grades_in
from tests.mutants.answers import cases
from tests.mutants.grading import CONFIG, notebooks, submission
from tests.mutants.instructor_notebook import COURSE

pytestmark = [pytest.mark.slow, pytest.mark.grader, pytest.mark.timeout(600)]

#: Attacks that try what lies between a worker and the coordinator, numbers, characters and names
#: that not every format can hold; and some of each other kind.
ATTACKS = {
    "damage-file-name-not-utf8",
    "damage-huge-numbers",
    "damage-weird-metadata",
    "denial-exits",
    "denial-kills-itself",
    "escape-writes-elsewhere",
    "forgery-nan-and-infinity",
    "injection-active-output",
    "injection-lone-surrogates",
    "protocol-huge-integer",
    "sabotage-signals-to-others",
    "theft-network",
    "theft-process-files",
    "theft-prints-its-arguments",
}
#: Of the sample class, those who keep nobody waiting.
SAMPLE = ("ada-plain", "ivo-jumps-at-delta", "lea-blank", "otto-exits", "sam-sends-half-a-file")
MUTANTS = 3
SEED = 5


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own folder: that is closed to the users that candidates become.
    path = Path(tempfile.mkdtemp(prefix="cluster-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def hand_in_attacks(root: Path) -> str:
    """Attacks and an honest neighbour; the assignment."""
    write_course(root)
    chosen = [attack for attack in read_attacks() if attack.student in ATTACKS]
    assert {attack.student for attack in chosen} == ATTACKS
    for attack in (*chosen, honest(assignments()["waves"])):
        attack.hand_in(load_course(root).submitted_folder(attack.student, "waves"))
    return "waves"


def hand_in_sample(root: Path) -> str:
    """Some of the sample class, and answers of which it is known what is wrong with them."""
    root.mkdir()
    (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
    name = "loss_functions"
    for student in SAMPLE:
        shutil.copytree(COURSE / "examples/class" / student, root / "submitted" / student)
    for number, together in enumerate(notebooks(cases(name))[:MUTANTS]):
        path = root / "submitted" / f"mutants-{number}" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(submission(name, together)), encoding="utf-8")
    return name


def graded(root: Path, assignment: str, executor: Executor) -> list[dict[str, Any]]:
    """What `grade --json` would write, but for times."""
    course = load_course(root)
    batch = Batch(course, executor, Options(force=True, seed=SEED))
    results = batch.grade(assignment, course.students(assignment))
    rows = [as_json(result, each.review(result)) for each in results for result in each.results]
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def notebooks_in(root: Path) -> dict[Path, bytes]:
    """The autograded notebooks, and pictures beside them; an object's address is chance."""
    return {
        path.relative_to(root): re.sub(rb"at 0x[0-9a-f]+", b"at 0x", path.read_bytes())
        for path in (root / "autograded").rglob("*")
        if path.is_file() and not path.name.endswith(".grading.json")
    }


@pytest.mark.parametrize("hand_in", [hand_in_attacks, hand_in_sample])
def test_a_class_on_a_cluster_and_on_one_machine(
    folder: Path, cluster: DaskProcesses, hand_in: Callable[[Path], str]
) -> None:
    here, there = folder / "here", folder / "there"
    assignment = hand_in(here)
    assert hand_in(there) == assignment
    with open_executor(load_course(here), 2) as executor:
        expected = graded(here, assignment, executor)
    with open_cluster(load_course(there), cluster.address) as remote:
        assert remote.jobs == 2
        found = graded(there, assignment, remote)
    assert json.dumps(found) == json.dumps(expected)
    assert notebooks_in(there) == notebooks_in(here)
    assert grades_in(there) == grades_in(here)
