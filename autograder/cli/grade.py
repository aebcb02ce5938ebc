"""``autograder grade``: grade submissions into nbgrader's gradebook."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec
from click.core import ParameterSource

from autograder.cli import Faults, course_of, explained
from autograder.cli.options import cluster_option, isolation_option, jobs_option
from autograder.cli.terminal import say
from autograder.course.directory import Course, choose_students
from autograder.errors import ClusterError, CourseError, StorageError
from autograder.results import counted

if TYPE_CHECKING:
    from autograder.grading.executor import Executor
    from autograder.grading.graded import Graded


@click.command("grade", short_help="Grade what was handed in.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="ID",
    help="Only this student: an id, or a name.",
)
@jobs_option
@cluster_option
@click.option("--force", is_flag=True, help="Grade again what has not changed since last time.")
@click.option(
    "--seed",
    type=click.IntRange(0, (1 << 31) - 1),
    help="The random inputs of an earlier grading, to reproduce it exactly.",
)
@click.option(
    "--show-only",
    is_flag=True,
    help="Repeat the grading of the named students, show each question, and write nothing.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path),
    help="Write the results as JSON; '-' for standard output.",
)
@isolation_option
@click.pass_context
@explained
def command(
    context: click.Context,
    assignments: Sequence[str],
    students: Sequence[str],
    jobs: int,
    cluster: str | None,
    *,
    force: bool,
    seed: int | None,
    show_only: bool,
    json_file: Path | None,
    isolation: str,
) -> None:
    """Grade ASSIGNMENTS (all that were submitted, if none is named).

    Grades land in nbgrader's gradebook. The status is 0 if everything was graded, 1 if something
    could not be (a submission, one of which autograder collect has refused the files, or an
    assignment whose instructor edition cannot be used: the others are graded), 2 for a usage or
    course error. What waits for a person's points stands below the table, and is status 0.

    \b
    Examples:
      autograder grade
      autograder grade loss_functions --jobs 4
      autograder grade loss_functions --student ada --show-only
      autograder grade loss_functions --student ada --seed 123456
      autograder grade loss_functions --json results.json
      autograder grade --cluster tls://10.0.0.1:8786
    """  # noqa: D301 - click wants the character
    if show_only and not students:
        raise click.UsageError(
            "--show-only repeats the grading of one student, which would be everybody's here: name "
            "the student with --student ID."
        )
    course = course_of(context)
    # All names are looked at before anything is graded.
    names = assignments or [name for name in course.assignments() if course.students(name)]
    students = [_id_of(course, student) for student in students]
    todo = [(name, choose_students(course, name, students)) for name in names]
    if not any(chosen for _, chosen in todo):
        where = course.submitted_folder("STUDENT", "ASSIGNMENT")
        raise CourseError(f"Nothing was submitted: expected notebooks in {where}.")
    if seed is not None and not students and not force:
        _refuse_to_repeat(course, todo)
    if json_file is not None and str(json_file) != "-" and not json_file.absolute().parent.is_dir():
        raise CourseError(f"{json_file} cannot be written: there is no folder {json_file.parent}.")
    faults = Faults()
    start = time.monotonic()
    with executor_of(context, course, jobs, cluster, isolate=isolation == "sandbox") as executor:
        # Its processes take a second to start, in which there is time for these imports.
        from autograder.autograded.record import BY_HAND
        from autograder.cli import tables, terminal
        from autograder.cli.attempts import beyond_attempts
        from autograder.cli.unheard_of import unheard_of
        from autograder.cli.waiting import waiting
        from autograder.feedback.write import is_behind
        from autograder.grading.batch import Batch, Options

        batch = Batch(course, executor, Options(force, seed))
        console = tables.console(json_file)
        if show_only:
            for name, chosen in todo:
                with faults.of(name):
                    for each in batch.show(name, chosen):
                        tables.show(console, each)
            console.print("Nothing was written: the grades on record are as they were.")
            sys.exit(1 if faults.reasons else 0)
        if executor.jobs < jobs and cluster is None:
            console.print(
                f"Of {jobs} jobs, {executor.jobs} will run at a time: each needs a processor of "
                f"its own, and the grader may use {executor.jobs} here."
            )
        graded: list[Graded] = []
        total = sum(len(chosen) for _, chosen in todo)
        with tables.progress(console, total) as done, _interruptible(total, done) as count:
            for name, chosen in todo:
                with faults.of(name):
                    graded += batch.grade(name, chosen, count)
    if json_file is not None:
        shown = [tables.as_json(r, each.review(r)) for each in graded for r in each.results]
        not_graded = [
            {"assignment": name, "reason": faults.reasons[name], "students": [*chosen]}
            for name, chosen in todo
            if name in faults.reasons
        ]
        _write_json(json_file, shown, not_graded)
    console.print(tables.results_table(graded))
    ungraded = [name for each in graded for name in tables.ungraded(each)]
    if ungraded:
        console.print(terminal.plain(f"Could not be graded: {', '.join(ungraded)}. {BY_HAND}"))
    refused = [] if students else [*tables.refused(course, names)]
    for note in (*waiting(graded), *tables.look_again(graded), *refused):
        console.print(note)
    if not students:
        for line in _still_graded(course, names):
            console.print(terminal.plain(line))
    for line in unheard_of(course):
        console.print(terminal.plain(line))
    for line in beyond_attempts(course, graded):
        console.print(terminal.plain(line))
    for note in tables.undecided(graded):
        console.print(note)
    for note in tables.forgeable(graded):
        console.print(note)
    for note in tables.low_limits(graded, course.settings.limits):
        console.print(note)
    if behind := [name for name, chosen in todo if any(is_behind(course, name, s) for s in chosen)]:
        console.print(
            terminal.plain(f"Not yet on the pages: autograder feedback {' '.join(behind)}")
        )
    console.print(tables.summary(graded, time.monotonic() - start))
    if faults.reasons:
        say(f"Not graded, for what is said above: {', '.join(faults.reasons)}.", err=True)
    sys.exit(1 if faults.reasons or ungraded or refused else 0)


def _still_graded(course: Course, names: Iterable[str]) -> Iterator[str]:
    """For each assignment, who is in no table of a grading, and has a grade all the same."""
    from autograder.autograded.settle import still_graded
    from autograder.gradebook import Gradebook

    with Gradebook.of(course) as gradebook:
        for name in names:
            if theirs := still_graded(course, gradebook, name):
                yield (
                    f"{name}: the files are gone, so that the grade on record stands: "
                    f"{', '.join(theirs)}."
                )


def _id_of(course: Course, student: str) -> str:
    """The id of a student, who may be called by the name that the gradebook has."""
    if any(student in course.students(name) for name in course.assignments()):
        return student
    from autograder.collect.platforms import student_name
    from autograder.gradebook import Gradebook

    with Gradebook.of(course) as gradebook:
        known = gradebook.names()
    called = student_name(student).casefold()
    meant = [one for one, (name, _) in known.items() if student_name(name).casefold() == called]
    if len(meant) > 1:
        raise CourseError(f"{student!r} is the name of {' and '.join(meant)}: name one of these.")
    return meant[0] if meant else student


def _refuse_to_repeat(course: Course, todo: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Refuse to replace a class's grades by those that the inputs of one student would give.

    Raises
    ------
    click.UsageError
        Somebody has been graded.
    """
    known = {
        student
        for name, chosen in todo
        for student in chosen
        if course.autograded_folder(student, name).exists()
    }
    if known:
        raise click.UsageError(
            f"--seed would repeat the grading of everybody, and {len(known)} have been graded: "
            "name the student with --student ID, or add --force if all are meant."
        )


def executor_of(
    context: click.Context, course: Course, jobs: int, cluster: str | None, *, isolate: bool
) -> AbstractContextManager[Executor]:
    """What grades: processes of this machine, or a cluster."""
    if cluster is None:
        from autograder.grading.executor import open_executor

        return open_executor(course, jobs, isolate=isolate)
    if context.get_parameter_source("jobs") is ParameterSource.COMMANDLINE:
        raise click.UsageError(
            "--jobs is for this machine; on a cluster, each thread of a worker grades: name one of "
            "--jobs and --cluster."
        )
    try:
        from autograder.cluster.connection import is_open_to_others
        from autograder.cluster.executor import open_cluster
    except ImportError as error:
        raise ClusterError(
            f"--cluster needs packages that are not installed ({error.name}). Install them with: "
            "python -m pip install 'maximum-likelihood-course[cluster]'"
        ) from error
    if is_open_to_others(cluster):
        say(
            f"Whoever can reach {cluster} can read submissions and tests and run programs on the "
            "cluster's machines and this one: use TLS unless the network is closed to others "
            "(docs/cluster.md).",
            err=True,
        )
    return open_cluster(course, cluster, isolate=isolate)


@contextmanager
def _interruptible(
    total: int, done: Callable[[Graded], None]
) -> Iterator[Callable[[Graded], None]]:
    """Count what is graded, and say after Ctrl-C how far it has come and how to go on."""
    recorded = 0

    def count(each: Graded) -> None:
        nonlocal recorded
        recorded += 1
        done(each)

    try:
        yield count
    except KeyboardInterrupt:
        said = counted(total, "submission is", "submissions are")
        say(
            f"{recorded} of {said} graded and recorded; no table and no JSON is written. The same "
            "command goes on with the others.",
            err=True,
        )
        raise


def _write_json(
    file: Path, results: list[dict[str, Any]], not_graded: list[dict[str, Any]]
) -> None:
    # In ASCII: what a message holds must not act on a terminal.
    content: dict[str, Any] = {"results": results}
    if not_graded:
        content["not_graded"] = not_graded
    text = json.dumps(msgspec.to_builtins(content), indent=2) + "\n"
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written: {error.strerror}. All that was graded is in the gradebook: "
            "make room, and the same command writes the file without grading anew."
        ) from error
