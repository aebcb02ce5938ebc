"""``autograder init``: a new course that grades at once."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from shutil import which

import click

from autograder.cli import explained
from autograder.cli.terminal import say


@click.command("init", short_help="Make a new course with an example assignment.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@click.option("--pandas", is_flag=True, help="With an example about tables instead of arrays.")
@explained
def command(folder: Path, pandas: bool) -> None:
    """Make a new course in the folder DIR, with an example assignment.

    Its configuration lets nbgrader's commands and formgrader grade in the sandbox, its .gitignore
    keeps students' work and marks out of a repository, and its README tells what to do next. What
    is in the folder already stays as it is; the status is 2 if one of the new files is.

    \b
    Examples:
      autograder init stats101
      autograder init ../data-course --pandas
    """  # noqa: D301 - click wants the character
    from autograder.course.starter import EXAMPLES, make_course

    kind = "pandas" if pandas else "numeric"
    for name in make_course(folder, kind):
        say(folder / name)
    if pandas and find_spec("pandas") is None:
        say("pandas is not installed here, and the example needs it: python -m pip install pandas")
    program = program_for(sys.argv[0])
    say(f"Next: cd {quote(str(folder))}; {program} release {EXAMPLES[kind]}")
    if program != "autograder":
        activate = Path(sys.prefix) / "bin" / "activate"
        say(f"For the name alone, as in the README: source {quote(str(activate))}")
    say("The README of the course tells how to go on.")


def program_for(called: str) -> str:
    """What to type for this program: its name, or its whole path where the shell finds it not."""
    if which("autograder"):
        return "autograder"
    path = Path(called).absolute()
    return f"{quote(sys.executable)} -m autograder" if path.suffix == ".py" else quote(str(path))
