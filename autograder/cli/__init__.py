"""The group of commands and what they share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from autograder.course.directory import Course, find_course
from autograder.errors import AutograderError

COMMANDS = ("release", "check", "collect", "grade", "feedback", "report", "doctor")


class _Commands(click.Group):
    """Imports a command's module only when it is asked for: ``--help`` is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"autograder.cli.{cmd_name}").command
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="maximum-likelihood-course", prog_name="autograder")
@click.option(
    "--course-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The course folder; by default the nearest parent with nbgrader_config.py.",
)
@click.pass_context
def main(context: click.Context, course_dir: Path | None) -> None:
    """Grade nbgrader notebooks: the tests run outside the student's process.

    \b
    Examples:
      autograder release loss_functions       make the student edition and check it
      autograder grade loss_functions -j 4    grade everybody who handed in
      autograder feedback loss_functions      write each student's page
      autograder report loss_functions        how the class did, question by question
      autograder check my.ipynb               a student's own check
      autograder doctor                       what this machine offers for isolation
    """  # noqa: D301 - click wants the character
    context.obj = course_dir


def course_of(context: click.Context) -> Course:
    """The course that the command line means.

    Raises:
        CourseError: there is none.
    """
    folder: Path | None = context.obj
    return find_course(folder or Path.cwd())


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let a command end with one sentence and status 2 where something is wrong around it."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AutograderError as error:
            from autograder.sanitise import plain_text

            # It may name a file of a student's.
            click.echo(f"autograder: {plain_text(str(error))}", err=True)
            sys.exit(2)
        except KeyboardInterrupt:
            click.echo("autograder: interrupted; what was graded so far is recorded", err=True)
            sys.exit(130)

    return run
