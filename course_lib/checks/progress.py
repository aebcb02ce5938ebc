"""Where a student stands: what the visible tests say now, and what hidden ones will add."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from typing import Any

from course_lib.checks.errors import VISIBLE_TEST, in_short, running_shell

_NAME = 24
"""Longest name on a line: with the numbers, 44 columns, which a phone shows without wrapping."""


def progress(**points: float) -> None:
    """Print what is sure of the points of each function, and the one thing to look at next.

    The visible tests are taken from the cells that have been run in this notebook, and are run
    again, since the functions may have changed. Nothing is graded here, and hidden tests are not.

    Parameters
    ----------
    **points : float
        Each function of the assignment, in order, with the points that it is worth.

    Examples
    --------
    >>> progress(squared_loss=4, absolute_loss=5)
    part           sure  to come   of
    squared_loss      –        4    4
    absolute_loss     –        5    5
    all               0        9    9
    Run the visible tests of squared_loss next: none has been run yet.
    """
    tests, names = _tests_run()
    sure, seen, failing = dict.fromkeys(points, 0.0), dict.fromkeys(points, 0.0), ""
    asked = set()
    for source in tests:
        found = VISIBLE_TEST.match(source)
        if found is None or found[1] not in points:
            continue
        function, worth = found[1], float(found[2])
        asked.add(function)
        seen[function] += worth
        if said := _failure(source, names):
            failing = failing or f"Look at {function} next: {said}"
        else:
            sure[function] += worth
    first = next((name for name in points if name not in asked), None)
    last = "All visible tests pass. The hidden ones run when this is graded."
    if failing or first:
        last = failing or f"Run the visible tests of {first} next: none has been run yet."
    sys.stdout.write("\n".join([*_table(points, sure, seen, asked), last, ""]))


def _table(
    points: Mapping[str, float],
    sure: Mapping[str, float],
    seen: Mapping[str, float],
    asked: set[str],
) -> Iterator[str]:
    lines = {name: _lines(name) for name in points}
    wide = max(len(line) for each in (*lines.values(), ["part"]) for line in each)
    yield f"{'part':{wide}}  {'sure':>4}  {'to come':>7}  {'of':>3}"
    for name, worth in points.items():
        *above, last = lines[name]
        yield from above
        now = f"{sure[name]:g}" if name in asked else "–"
        yield f"{last:{wide}}  {now:>4}  {worth - seen[name]:7g}  {worth:3g}"
    most = sum(points.values())
    left = most - sum(seen.values())
    yield f"{'all':{wide}}  {sum(sure.values()):4g}  {left:7g}  {most:3g}"


def _lines(name: str) -> list[str]:
    """A name, in two lines if one would leave no room for the numbers beside it.

    Examples
    --------
    >>> _lines("binary_cross_entropy_with_logits")
    ['binary_cross_entropy', '  _with_logits']
    """
    cut = name.rfind("_", 1, _NAME) if len(name) > _NAME else -1
    return [name] if cut < 0 else [name[:cut], *_lines(f"  {name[cut:]}")]


def _tests_run() -> tuple[list[str], dict[str, Any]]:
    """The visible tests that were run in this notebook, each as it was run last, and its names."""
    shell = running_shell()
    if shell is None:
        return [], {}
    latest: dict[str, str] = {}
    for source in map(str, shell.user_ns.get("In", [])):
        if VISIBLE_TEST.match(source):
            latest[_comment(source)] = source
    return list(latest.values()), dict(shell.user_ns)


def _comment(source: str) -> str:
    """The comment that a test begins with, which tells it from the others."""
    lines = source.split("\n")
    end = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "\n".join(lines[:end])


def _failure(source: str, names: dict[str, Any]) -> str:
    """What a test says now; empty if it passes."""
    try:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
            exec(compile(source, "<visible test>", "exec"), dict(names))  # noqa: S102 - as typed
    except NotImplementedError:
        return "it is not written yet."
    except Exception as error:
        # A failed check says all by itself.
        return str(error) if hasattr(error, "detail") else "\n".join(in_short(error))
    return ""
