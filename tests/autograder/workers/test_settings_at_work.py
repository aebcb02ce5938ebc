"""Every setting of a course is seen at work: from a line of its configuration to the effect.

Each has another value than the default one here, so a setting that is cut off on its way shows.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.course.settings import NAMES, Settings
from autograder.course.source import SourceNotebook
from autograder.course.submissions import read_submission
from autograder.examiner.report import NO_ROOM_LEFT
from autograder.grading.executor import open_executor
from autograder.grading.plan import make_plan
from autograder.grading.task import Task
from autograder.ipython.shell import TRUNCATED
from autograder.notebook.cells import Notebook
from autograder.results import NotebookResult, Outcome, Question
from autograder.workers.messages import MAX_CANDIDATES
from tests.autograder.workers.bench import answer, check_cell, plain, source

MIB = 1 << 20
CONFIG: dict[str, Any] = {
    "hidden_modules": ["colorsys"],
    "meant_to_be_seen": ["tools.py: 'x = 1'"],
    "cell_seconds": 1.0,
    "repeated_seconds": 0.2,
    "notebook_seconds": 6.0,
    "memory_bytes": 400 * MIB,
    "file_bytes": 1_234_567,
    "open_files": 55,
    "threads": 5000,
    "scratch_bytes": 3 * MIB,
    "scratch_files": 40,
    "output_bytes": 3000,
    "notebook_output_bytes": 7500,
    "notebook_bytes": 20_000,
}
#: What a process sees of its own limits. Runs on both sides.
SETUP = """\
import json, resource, time
import numpy as np

def fits(size):
    try:
        return bool(np.empty(size, np.uint8).size)
    except MemoryError:
        return False

def seen(*sizes):
    names = ("FSIZE", "NOFILE", "NPROC", "CPU")
    told = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in names}
    return told | {"fits": [fits(size) for size in sizes]}
"""
#: What an examiner can allocate and what it cannot; half of each is for the candidate.
SIZES = (600 * MIB, 1000 * MIB)
ANSWERS = {
    "see": f"told = seen({SIZES[0] // 2}, {SIZES[1] // 2})",
    "chatter": "print('c' * 9000)",
    "hide": "def hidden():\n    import colorsys",
    "loop": "def loop(): return 1",
    "write": "def write(): return 2",
    "more": "print('m' * 2000)",
}
TESTS = {
    "see": f"print(json.dumps([told, seen{SIZES}]))",
    "chatter": "print('e' * 9000)",
    "hide": "import colorsys\nhidden()",
    "loop": "loop()",
    "loop_again": "loop()",
    "write": "write()",
}
LOOPS = {"loop": "def loop():\n    while True: pass"}
WRITES_MUCH = {
    "write": """\
def write():
    for number in range(4):
        open(f"large-{number}", "wb").write(bytes(1 << 20))
    time.sleep(60)
"""
}
WRITES_MANY = {
    "write": """\
def write():
    for number in range(50):
        open(f"small-{number}", "w").close()
    time.sleep(60)
"""
}


@dataclass(frozen=True)
class Graded:
    """What came of some submissions to one course."""

    course: Course
    honest: NotebookResult
    loops: NotebookResult
    writes_much: NotebookResult
    writes_many: NotebookResult
    never_ends: NotebookResult
    too_large: NotebookResult

    @property
    def told(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The limits of a candidate and of an examiner, as they see them."""
        (line,) = texts(self.honest, TESTS["see"])
        candidate, examiner = json.loads(line)
        return candidate, examiner


def texts(result: NotebookResult, code: str) -> list[str]:
    """What a cell has printed."""
    (outputs,) = (each.outputs for each in result.cells if each.cell.source == code)
    return [output["text"] for output in outputs]


def question(result: NotebookResult, name: str) -> Question:
    assert result.error is None, result.error
    (found,) = (each for each in result.questions if each.grade_id == f"test-{name}")
    return found


def submission(answers: dict[str, str], *own: str) -> Notebook:
    """A submitted notebook with these answers, the others' right ones, and cells of one's own."""
    cells = [plain(SETUP), *map(plain, own)]
    for name, text in (ANSWERS | answers).items():
        cells.append(answer(text, name))
        tests = [test for test in TESTS if test.startswith(name)]
        cells += [check_cell(TESTS[test], f"test-{test}") for test in tests]
    return Notebook(tuple(cells))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    root = tmp_path_factory.mktemp("course")
    (root / "source").mkdir()
    lines = [f"c.Autograder.{name} = {value!r}" for name, value in CONFIG.items()]
    (root / "nbgrader_config.py").write_text("\n".join(["c = get_config()", *lines]))
    course = load_course(root)
    edition: SourceNotebook = replace(source(*submission({}).cells), course=course)
    task = Task("student", edition, make_plan(edition.notebook), 1)
    with open_executor(course, 2, isolate=True) as executor:

        def grade(submitted: Notebook | bytes) -> Future[NotebookResult]:
            return executor.submit(replace(task, submitted=submitted))

        honest = grade(submission({})).result()  # alone, so that nothing of it is slow
        endless = [f"while True: pass  # {number}" for number in range(7)]
        running = [
            grade(submission({}, *endless)),
            grade(submission(LOOPS, "while True: pass")),
            grade(submission(WRITES_MUCH)),
            grade(submission(WRITES_MANY)),
            grade(b" " * (CONFIG["notebook_bytes"] + 1)),
        ]
        never_ends, loops, much, many, large = (each.result() for each in running)
    return Graded(course, honest, loops, much, many, never_ends, large)


def modules_are_hidden(graded: Graded) -> None:
    found = question(graded.honest, "hide")
    assert "no module named 'colorsys' while this is graded" in found.message


def a_loop_ends(graded: Graded) -> None:
    found = question(graded.loops, "loop")
    assert found.outcome is Outcome.TIMEOUT
    assert "than 1 seconds" in found.message
    # One cell and two tests were waited for; of ten seconds each, the notebook has not even six.
    assert 2 < graded.loops.waited_seconds < 6


def a_repeated_loop_ends_sooner(graded: Graded) -> None:
    found = question(graded.loops, "loop_again")
    assert found.outcome is Outcome.TIMEOUT
    assert "than 0.2 seconds" in found.message


def a_notebook_ends(graded: Graded) -> None:
    assert question(graded.honest, "write").outcome is Outcome.PASSED
    assert question(graded.never_ends, "write").outcome is Outcome.TIMEOUT
    candidate, examiner = graded.told
    # They share the processor of their slot.
    assert candidate["CPU"] == examiner["CPU"] == 66


def memory_is_limited(graded: Graded) -> None:
    assert [told["fits"] for told in graded.told] == [[True, False], [True, False]]


def files_are_limited(graded: Graded) -> None:
    assert [told["FSIZE"] for told in graded.told] == [1_234_567, 1_234_567]


def open_files_are_limited(graded: Graded) -> None:
    assert [told["NOFILE"] for told in graded.told] == [55, 55 + MAX_CANDIDATES]


def threads_are_limited(graded: Graded) -> None:
    _, ceiling = resource.getrlimit(resource.RLIMIT_NPROC)
    slots = min(2, len(os.sched_getaffinity(0)))  # whose examiners are counted together
    for told, threads in zip(graded.told, [5000, slots * 5000], strict=True):
        if os.geteuid() == 0:
            assert told["NPROC"] == threads
        else:  # the user's other programs come on top
            assert told["NPROC"] > threads or told["NPROC"] == ceiling


def what_is_written_is_limited(graded: Graded) -> None:
    found = question(graded.writes_much, "write")
    assert "more than 3,145,728 bytes written" in found.message


def files_written_are_limited(graded: Graded) -> None:
    assert "more than 40 files" in question(graded.writes_many, "write").message


def output_is_limited(graded: Graded) -> None:
    for code, letter in [(ANSWERS["chatter"], "c"), (TESTS["chatter"], "e")]:
        assert texts(graded.honest, code) == [3000 * letter + TRUNCATED]


def output_of_all_cells_is_limited(graded: Graded) -> None:
    assert texts(graded.honest, ANSWERS["more"]) == [NO_ROOM_LEFT]


def lines_are_let_go(graded: Graded) -> None:
    found = ["hw/tools.py: 'x = 1'", "hw/tools.py: 'y = 1'"]
    assert [graded.course.settings.means(leak) for leak in found] == [True, False]


def large_notebooks_are_refused(graded: Graded) -> None:
    assert graded.too_large.error is not None
    assert "MiB that are read" in graded.too_large.error
    for folder in ("source", "submitted/ada"):
        path = graded.course.root / folder / "hw" / "large.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(bytes(30_000))
    assert len(read_submission(graded.course, "hw", "ada").notebooks["large"]) == 20_001


#: For each setting, what shows that it is at work.
CASES: dict[str, Callable[[Graded], None]] = {
    "hidden_modules": modules_are_hidden,
    "meant_to_be_seen": lines_are_let_go,
    "cell_seconds": a_loop_ends,
    "repeated_seconds": a_repeated_loop_ends_sooner,
    "notebook_seconds": a_notebook_ends,
    "memory_bytes": memory_is_limited,
    "file_bytes": files_are_limited,
    "open_files": open_files_are_limited,
    "threads": threads_are_limited,
    "scratch_bytes": what_is_written_is_limited,
    "scratch_files": files_written_are_limited,
    "output_bytes": output_is_limited,
    "notebook_output_bytes": output_of_all_cells_is_limited,
    "notebook_bytes": large_notebooks_are_refused,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_at_work(graded: Graded, name: str) -> None:
    CASES[name](graded)


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_tried_with_a_value_of_its_own(graded: Graded, name: str) -> None:
    def value(settings: Settings) -> object:
        return getattr(settings if hasattr(settings, name) else settings.limits, name)

    assert value(graded.course.settings) != value(Settings())
