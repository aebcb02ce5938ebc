"""Files of decisions in the course folder: a person may edit them, a command adds to their end.

Each is TOML. What a command adds is one more table of an array of tables, so that it never touches
what stands there, comments included, and the file tells what was decided when.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.course.files import write_atomically
from autograder.errors import CourseError


def read_toml(path: Path, keys: Collection[str]) -> dict[str, Any]:
    """What a file holds under ``keys``; nothing if it is not there.

    Raises
    ------
    CourseError
        It is not TOML, cannot be read, or has another key.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {error}. Correct it and try again.") from error
    expect_keys(path, content, keys)
    return content


def expect_keys(where: object, table: object, keys: Collection[str]) -> Mapping[str, Any]:
    """The ``table``, if it is one and has no other keys.

    Raises
    ------
    CourseError
        It is none, or a key is unknown.
    """
    if not isinstance(table, dict):
        raise CourseError(f"{where} is {table!r}, expected a table with {', '.join(keys)}.")
    if others := table.keys() - set(keys):
        raise CourseError(
            f"{where} has {', '.join(sorted(others))}, expected {', '.join(keys)} and no more."
        )
    return table


def append_table(path: Path, name: str, values: Mapping[str, str | float | datetime]) -> None:
    """Add ``[[name]]`` with these values to the end of a file, which is made if need be.

    Raises
    ------
    CourseError
        The file is of another form, so that nothing can be added.
    OSError
        It cannot be written.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    text = "\n".join(filter(None, (text.rstrip(), f"\n[[{name}]]", *lines))).lstrip() + "\n"
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(
            f"Nothing can be added to {path}: {error}. Correct it and try again."
        ) from error
    write_atomically(path, text)


def _toml(value: str | float | datetime) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str):
        return json.dumps(value).replace("\x7f", "\\u007f")  # TOML's texts are JSON's but for that
    return repr(value).lower()  # of a truth value as of a number
