"""A process of the grader's that fails: the fault tells how it ended, and with which traceback."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.course.settings import Settings
from autograder.errors import GraderFault
from autograder.results import Outcome
from autograder.workers.pool import WorkerPool
from tests.autograder.workers.bench import LIMITS, Bench, answer, check_cell, source

#: An interpreter whose zygote is broken first. Its arguments are -P -m MODULE CONTROL TALK.
INTERPRETER = """\
#!{python} -P
import sys
from autograder.workers import forkserver, messages, zygote

def broken(*_, **__):
    raise ZeroDivisionError("a fault of ours")

{breakage}
sys.argv[1:] = sys.argv[-2:]
zygote.main()
"""
SERVES_ONE_REQUEST = """\
def serve_forks(control, child_main, private=()):
    if 'CandidateParent' in child_main.__qualname__:
        control.recv(100)
        broken()
    forkserver.serve_forks(control, child_main, private)
zygote.serve_forks = serve_forks
"""
#: What breaks each process, and how the fault that is told of it begins.
BREAKAGES = {
    "the zygote before it is ready": (
        "zygote._import_everything = broken",
        "the zygote ended before it was ready: it exited with status 1",
    ),
    "the zygote later": (
        "forkserver._fork = broken",
        "the zygote has ended: it exited with status 1",
    ),
    "the candidate parent before it is ready": (
        "zygote.CandidateParent.__init__ = broken",
        "the parent process of slot 0 ended before it was ready: it exited with status 1",
    ),
    "the candidate parent later": (
        SERVES_ONE_REQUEST,
        "the parent process of slot 0 has ended: it exited with status 1",
    ),
    "the examiner parent": (
        "zygote.ExaminerParent.__init__ = broken",
        "the parent process of assignment/notebook",
    ),
    "the examiner": (
        "zygote.examine = broken",
        "an examiner has ended: it exited with status 1",
    ),
    "the candidate before it runs student code": (
        "zygote.CandidateParent.become_child = broken",
        "a candidate could not be started",
    ),
}
ONE = check_cell("assert f() == 1")
ANSWER = answer("def f(): return 1")


@contextmanager
def broken_bench(folder: Path, breakage: str, *, isolate: bool) -> Iterator[Bench]:
    """A bench whose zygote has executed ``breakage``."""
    interpreter = folder / "python"
    interpreter.write_text(INTERPRETER.format(python=sys.executable, breakage=breakage))
    interpreter.chmod(0o755)
    with WorkerPool(
        Settings(limits=LIMITS), 1, isolate=isolate, python=str(interpreter)
    ) as workers:
        yield Bench(workers)


@pytest.mark.parametrize("isolate", [False, True])
@pytest.mark.parametrize("process", BREAKAGES)
def test_a_process_that_fails_leaves_its_traceback(
    tmp_path: Path, process: str, isolate: bool
) -> None:
    breakage, told = BREAKAGES[process]
    with (
        pytest.raises(GraderFault) as caught,
        broken_bench(tmp_path, breakage, isolate=isolate) as bench,
    ):
        bench.grade(source(ANSWER, ONE))
    assert str(caught.value).startswith(told)
    assert "in broken" in caught.value.trace
    assert caught.value.trace.endswith("ZeroDivisionError: a fault of ours\n")


@pytest.mark.parametrize("isolate", [False, True])
def test_what_ends_a_candidate_once_student_code_can_run_is_no_fault_of_ours(
    tmp_path: Path, isolate: bool
) -> None:
    with broken_bench(tmp_path, "zygote.serve = broken", isolate=isolate) as bench:
        (question,) = bench.grade(source(ANSWER, ONE)).questions
    assert question.outcome is Outcome.CRASHED
    assert question.message.endswith("it exited with status 1.")
    assert "in broken" not in question.detail


TELL_ALL_DESCRIPTORS = """
import os
def f():
    for descriptor in range(1000):
        try:
            os.write(descriptor, b"Traceback (most recent call last): a fault of the grader's")
        except OSError:
            pass
    os._exit(1)
"""


def test_what_a_candidate_writes_to_any_descriptor_is_no_fault_of_ours(tmp_path: Path) -> None:
    with broken_bench(tmp_path, "", isolate=False) as bench:
        (question,) = bench.grade(source(ANSWER, ONE), answer(TELL_ALL_DESCRIPTORS)).questions
        written = [path.read_text() for path in bench.workers._folder.glob("*.log")]
    assert question.outcome in (Outcome.CRASHED, Outcome.ERROR)
    assert question.score == 0
    assert written == [""]


BREAKS_AT_A_TEST = """\
execute_cell = zygote.execute_cell
def execute(examiner, request):
    if isinstance(request, messages.TestRequest) and {when}:
        broken()
    return execute_cell(examiner, request)
zygote.execute_cell = execute
"""


def test_an_examiner_that_fails_over_a_test_again_and_again_is_a_grader_error(
    tmp_path: Path,
) -> None:
    breakage = BREAKS_AT_A_TEST.format(when="'f() == 2' in request.source")
    two = check_cell("assert f() == 2 or 1", "other")
    with broken_bench(tmp_path, breakage, isolate=True) as bench:
        question, other = bench.grade(source(ANSWER, ONE, two)).questions
    assert question.outcome is Outcome.PASSED
    assert other.outcome is Outcome.GRADER_ERROR
    assert other.score is None
    assert other.detail.startswith("an examiner has ended: it exited with status 1\nTraceback")
    assert "in broken" in other.detail


def test_an_examiner_that_fails_over_a_test_once_is_a_fault_with_its_traceback(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "failed"
    breakage = "from pathlib import Path\n" + BREAKS_AT_A_TEST.format(
        when=f"not Path({str(marker)!r}).exists() and not Path({str(marker)!r}).touch()"
    )
    with (
        pytest.raises(GraderFault, match="the grader's own process failed") as caught,
        broken_bench(tmp_path, breakage, isolate=False) as bench,
    ):
        bench.grade(source(ANSWER, ONE))
    assert "in broken" in caught.value.trace
