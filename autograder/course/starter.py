"""A new course: configuration, an example assignment, and a README that tells what to do next."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.course.directory import CONFIG_FILE
from autograder.course.files import write_files
from autograder.errors import CourseError

_FILES = Path(__file__).with_name("starter_files")
#: The files of every course, each by the template that it is made of.
_TEMPLATES = {
    CONFIG_FILE: "nbgrader_config.py.j2",
    ".gitignore": "gitignore.j2",
    "README.md": "README.md.j2",
}
#: The example assignments, by the kind of course that they are for.
EXAMPLES = {"numeric": "sample_statistics", "pandas": "temperatures"}


def make_course(folder: Path, kind: str = "numeric") -> list[str]:
    """Write a new course into ``folder`` and return the names of its files.

    ``kind`` is one of `EXAMPLES`. Files that are there already stay, and none is replaced.

    Raises
    ------
    CourseError
        The folder holds one of the files, or cannot be written.
    """
    folder = folder.resolve()
    files = _course_files(_course_id(folder.name), kind)
    if there := [name for name in files if (folder / name).exists()]:
        raise CourseError(
            f"{folder} already holds {', '.join(there)}, and nothing was written. Name a folder "
            "that is not there yet."
        )
    try:
        write_files(files, folder)
    except OSError as error:
        raise CourseError(f"{folder} cannot be written: {error.strerror}.") from error
    return sorted(files)


def _course_files(course_id: str, kind: str) -> dict[str, bytes]:
    assignment = EXAMPLES[kind]
    environment = Environment(  # noqa: S701 - Python and Markdown, and no HTML
        loader=FileSystemLoader(_FILES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    texts = {
        name: environment.get_template(template).render(course_id=course_id, assignment=assignment)
        for name, template in _TEMPLATES.items()
    }
    example = [path for path in sorted((_FILES / kind).iterdir()) if path.is_file()]
    return {name: text.encode() for name, text in texts.items()} | {
        f"source/{assignment}/{path.name}": path.read_bytes() for path in example
    }


def _course_id(name: str) -> str:
    """A name that the exchange can have a folder for, and that stands in a Python string.

    >>> _course_id("Stats 101 (autumn)")
    'Stats-101-autumn'
    """
    return re.sub(r"[^\w.]+", "-", name).strip("-.") or "course"
