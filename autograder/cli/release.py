"""``autograder release``: make the student edition and check what it promises."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import Faults, course_of, explained, tables, terminal
from autograder.cli.terminal import say
from autograder.course.directory import Course
from autograder.errors import CourseError
from autograder.results import counted

if TYPE_CHECKING:
    from autograder.grading.executor import LocalExecutor


@click.command("release", short_help="Make the student edition, and check it.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; fail if anything is stale."
)
@click.option(
    "--isolation", type=click.Choice(["sandbox", "none"]), default="sandbox", show_default=True,
    help="'none' runs your own solution unconfined.",
)  # fmt: skip
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help="Write what students get into one file, if everything is as it should be.",
)
@click.option(
    "--force",
    is_flag=True,
    help="Write the student edition though a check has failed; let --bundle replace a file.",
)
@click.pass_context
@explained
def command(
    context: click.Context,
    assignments: Sequence[str],
    only_check: bool,
    isolation: str,
    bundle: Path | None,
    force: bool,
) -> None:
    """Make the student edition of ASSIGNMENTS (all, if none is named).

    First check it as it will be graded: the solution must earn all points, the blank release none,
    and every test must run at the examiner, apart from the student's code. The status is 1 if
    that is not so, and then no student edition is written, unless --force says so.

    The bundle holds the student edition of ASSIGNMENTS and what pyproject.toml names: lectures,
    library, environment, and the grader for `autograder check`. No solution and no hidden test is
    in it.

    \b
    Examples:
      autograder release
      autograder release loss_functions --check
      autograder release --bundle students.zip
    """  # noqa: D301 - click wants the character
    course = course_of(context)
    if bundle is not None:
        from autograder.release.bundle import check_target

        check_target(bundle, force=force)  # before minutes of work are done for nothing
    names = assignments or course.assignments()
    if not names:
        raise CourseError(f"There is no instructor edition in {course.source_folder('*').parent}.")
    from autograder.grading.executor import open_executor

    sound = True
    faults = Faults()
    # Two jobs: a solution and its blank release at a time.
    with open_executor(course, 2, isolate=isolation == "sandbox") as executor:
        for name in names:
            with faults.of(name):
                kept = _promises(course, executor, name)
                sound &= kept
                if kept or force or only_check:
                    sound &= _files(course, name, only_check=only_check)
                else:
                    say(
                        f"{name}: the student edition stays as it was, for what is said above; "
                        "--force writes it all the same"
                    )
    sound &= not faults.reasons
    if bundle is not None:
        _bundle(course, names, bundle, sound=sound, force=force)
    sys.exit(0 if sound else 1)


def _files(course: Course, assignment: str, *, only_check: bool) -> bool:
    from autograder.release.student_version import release_files, stale_files

    if only_check:
        stale = stale_files(course, assignment)
        for file in stale:
            say(f"{assignment}: {file} is not what the instructor edition makes")
        return not stale
    files = release_files(course, assignment)
    for verb in ("written", "unchanged", "removed"):
        for file in getattr(files, verb):
            say(f"{assignment}: {file} {verb}")
    for note in files.notes:
        say(f"{assignment}: {note}")
    return True


def _promises(course: Course, executor: LocalExecutor, assignment: str) -> bool:
    from autograder.release.audit import audit

    sound = True
    console = tables.console()
    for report in audit(course, executor, assignment):
        console.print(terminal.plain(report.line))
        for advice in report.problems:
            console.print(terminal.plain(f"  {advice}"))
        for warning in report.warnings:
            console.print(terminal.plain(f"  Note: {warning}"))
        sound &= not report.problems
    return sound


def _bundle(
    course: Course, assignments: Sequence[str], path: Path, *, sound: bool, force: bool
) -> None:
    from autograder.release.bundle import write_bundle
    from autograder.release.private_files import unread_files

    if not sound:
        say(f"{path} is not written: first mend what is said above.", err=True)
        return
    files = write_bundle(course, assignments, path, force=force)
    for note in unread_files({path.name: path.read_bytes()}):
        say(note)
    say(f"{path}: {counted(len(files), 'file')}, {_size(path.stat().st_size)}")


def _size(size: int) -> str:
    """Bytes, as a person reads them.

    >>> _size(812), _size(4_200), _size(3_400_000)
    ('812 bytes', '4 kB', '3.4 MB')
    """
    if size < 1_000:
        return f"{size} bytes"
    return f"{size / 1e3:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"
