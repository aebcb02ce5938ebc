"""The group of commands and what they share."""

from __future__ import annotations

import atexit
import gc
import io
import logging
import sys
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from autograder.cli.terminal import harmless, say
from autograder.course.directory import (
    CONFIG_FILE,
    Course,
    expect_assignment,
    find_course,
    load_course,
)
from autograder.errors import AutograderError, CourseError, OtherCells

COMMANDS = (
    "init", "release", "check", "collect", "rename", "grade", "enter", "watch", "extend", "excuse",
    "submitted", "drop", "void", "full", "add", "restore", "feedback", "report", "similar",
    "export", "doctor",
)  # fmt: skip
#: Commands that share the module of another one, which has a function for each.
_SHARED = dict.fromkeys(("drop", "void", "full", "add", "restore"), "drop")
#: Names like a wrong one that are looked at, and that are proposed.
_NEAR, _NAMED = 50, 3
ENTRY = "%(asctime)s %(levelname)-7s %(name)s [%(threadName)s] %(message)s"
#: What the terminal shows with so many -v. A log file holds everything.
LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)

log = logging.getLogger(__name__)

# As it ends, Python looks through all objects for those that nothing reaches any more, which takes
# a tenth of a second. What is frozen is left out.
atexit.register(gc.freeze)


class _Commands(click.Group):
    """Imports a command's module only when it is asked for: ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"autograder.cli.{_SHARED.get(cmd_name, cmd_name)}")
        # By convention a module calls its only command so.
        command: click.Command = getattr(module, cmd_name if cmd_name in _SHARED else "command")
        return command

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _harmless_complaints():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _harmless_complaints():
            return super().invoke(ctx)


@contextmanager
def _harmless_complaints() -> Iterator[None]:
    """What click says of a command line may name files as they are: a shell writes ``*`` out."""
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = harmless(error.message)  # click calls it final
        raise


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="maximum-likelihood-course", prog_name="autograder")
@click.option(
    "--course-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The course folder; by default the nearest parent with nbgrader_config.py.",
)
@click.option(
    "-v",
    "--verbose",
    count=True,
    help="Say on standard error what is done (-v), and every detail with tracebacks (-vv).",
)
@click.option(
    "--log-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Append every detail, with tracebacks, to a file. Hidden tests can be in it.",
)
@click.pass_context
def main(
    context: click.Context, course_dir: Path | None, verbose: int, log_file: Path | None
) -> None:
    """Grade nbgrader notebooks: the tests run outside the student's process.

    \b
    Examples:
      autograder init stats101                a new course with an example assignment
      autograder release loss_functions       make the student edition and check it
      autograder grade loss_functions -j 4    grade everybody who handed in
      autograder watch loss_functions         grade whoever hands in, at once
      autograder extend ada loss_functions +2d   give a student more time
      autograder excuse ada loss_functions    let it not count for a student
      autograder drop loss_functions squared  let a question not count
      autograder feedback loss_functions      write each student's page
      autograder report loss_functions        how the class did, question by question
      autograder similar loss_functions       submissions that are alike
      autograder export --format csv          marks as a table
      autograder enter marks.csv              points and comments from a table
      autograder check my.ipynb               a student's own check
      autograder doctor                       what this machine offers for isolation
      autograder -v grade                     say which submission is graded when, and where
      autograder --log-file grading.log grade   keep a log, with tracebacks of faults
    """  # noqa: D301 - click wants the character
    context.obj = course_dir
    for stream in (sys.stdout, sys.stderr):
        # Of a terminal or pipe that is not UTF-8, what it lacks becomes "?".
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    _start_log(context, verbose, log_file)


def course_of(context: click.Context) -> Course:
    """The course that the command line means.

    Raises
    ------
    CourseError
        There is none.
    """
    folder: Path | None = context.obj
    if folder is not None and (folder / CONFIG_FILE).is_file():
        return load_course(folder)  # wherever it lies
    return find_course(folder or Path.cwd())


def handed_in(course: Course, named: Sequence[str], without: str) -> Sequence[str]:
    """The assignments that the command line names; else all for which something was handed in.

    Raises
    ------
    CourseError
        There are none, or one of them is none. ``without`` ends its message: what there is not,
        therefore.
    """
    for name in named:
        expect_assignment(course, name)
    names = named or [name for name in course.assignments() if course.students(name)]
    if not names:
        raise CourseError(f"Nobody has handed anything in, so {without}.")
    return names


def did_you_mean(name: str, known: Collection[str]) -> str:
    """A question that ends a message about a name which is none; empty if none is like it.

    >>> did_you_mean("adda", ["ada", "ben"]), did_you_mean("s81", ["s28", "s18", "s01"])
    (' Did you mean ada?', ' Did you mean s18, s28 or s01?')
    """
    near = get_close_matches(name, known, n=_NEAR)
    # Letters that changed places are the commonest slip.
    near.sort(key=lambda each: sorted(each) != sorted(name))
    *others, last = near[:_NAMED] or [""]
    meant = f"{', '.join(others)} or {last}" if others else last
    return f" Did you mean {meant}?" if meant else ""


def output_folder(course: Course, name: str) -> Path:
    """Where pages for the instructor are written: a folder beside the autograded one.

    Not among the autograded notebooks, whose folders nbgrader takes for students.
    """
    return (course.root / str(course.traits["autograded_directory"])).with_name(name)


class Faults:
    """The assignments that something is wrong with, each said when it comes up.

    One assignment's fault leaves the others graded, checked and reported.
    """

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    @contextmanager
    def of(self, assignment: str) -> Iterator[None]:
        """Go on after what is wrong with ``assignment`` alone."""
        try:
            yield
        except (CourseError, OtherCells) as error:
            log.exception("%s cannot be dealt with", assignment)
            self.reasons[assignment] = str(error)
            say(f"autograder: {assignment}: {error}", err=True)


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end with one sentence and status 2 where something is wrong around it."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        context = click.get_current_context()
        log.debug("%s with %s", context.command_path, context.params)
        try:
            return command(*args, **kwargs)
        except AutograderError as error:
            log.exception("the command cannot go on")
            say(f"autograder: {error}", err=True)  # it may name a file of a student's
            sys.exit(2)
        except (click.ClickException, BrokenPipeError):
            raise  # about the command line, or nobody reads on; click knows what to do
        except KeyboardInterrupt:
            log.exception("interrupted")
            say("autograder: interrupted", err=True)
            sys.exit(130)
        except Exception as error:
            if isinstance(error, OSError) and error.filename is not None:
                log.exception("a file cannot be used")
                say(f"autograder: {error.filename}: {error.strerror}", err=True)
                sys.exit(2)
            log.exception("a fault of the autograder's has ended the command")
            say(traceback.format_exc(), err=True)
            sys.exit(1)

    return run


class _TerminalHandler(logging.Handler):
    """Shows what other modules log; what this one logs is said to the user anyway."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != __name__

    def emit(self, record: logging.LogRecord) -> None:
        # Its lines are harmless and indented already.
        click.echo(harmless(self.format(record)).expandtabs(1), err=True)


def _start_log(context: click.Context, verbose: int, log_file: Path | None) -> None:
    """Let the package's log go to the terminal and to a file for as long as the command runs."""
    from autograder.sanitise import PlainFormatter

    level = LEVELS[min(verbose, len(LEVELS) - 1)]
    # Tracebacks are for who asked for every detail: a retry is no news to most instructors. Who
    # asked for none is told what there is to know, like all else that a command says.
    terminal = _TerminalHandler(level)
    entry = ENTRY if verbose else "%(message)s"
    terminal.setFormatter(PlainFormatter(entry, tracebacks=level == logging.DEBUG))
    handlers: list[logging.Handler] = [terminal]
    if log_file is not None:
        try:
            file = logging.FileHandler(log_file, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise click.BadParameter(
                f"{log_file} cannot be written: {error.strerror}", param_hint="--log-file"
            ) from error
        file.setFormatter(PlainFormatter(ENTRY))
        handlers.append(file)
        level = logging.DEBUG
    package = logging.getLogger("autograder")
    package.setLevel(level)
    for handler in handlers:
        package.addHandler(handler)

    # A program may run several commands, as the tests do.
    def stop() -> None:
        package.setLevel(logging.NOTSET)
        for handler in handlers:
            package.removeHandler(handler)
            handler.close()

    context.call_on_close(stop)
