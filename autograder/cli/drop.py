"""``autograder drop``, ``void``, ``full``, ``add`` and ``restore``: which questions count.

One module for all of them: they differ in what they decide.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import click

from autograder.cli import course_of, explained
from autograder.cli.terminal import say
from autograder.course.directory import Course, expect_assignment
from autograder.course.source import load_source
from autograder.errors import CourseError
from autograder.results import counted
from autograder.term.decisions import Decision, Kind, add_decision, read_decisions

_why = click.option("--why", default="", metavar="TEXT", help="A reason, for you to read later.")


def _common(function: Callable[..., None]) -> Callable[..., None]:
    wrapped: Any = click.pass_context(explained(_why(function)))
    return click.argument("assignment")(click.argument("question")(wrapped))  # type: ignore[no-any-return]


@click.command("drop", short_help="Let a question not count; the others fill in.")
@_common
def drop(context: click.Context, assignment: str, question: str, why: str) -> None:
    """Let QUESTION of ASSIGNMENT not count, and the others count for it.

    In its place stands everybody's share of the points for all other questions, so that the most
    that can be reached stays what it was. Scores, a person's as well, stay in the gradebook:
    `autograder restore` brings them back. QUESTION is its grade_id, or NOTEBOOK/QUESTION.

    \b
    Examples:
      autograder drop loss_functions huber_loss-example
      autograder drop ps1 problem1/squares --why "the test was wrong"
    """  # noqa: D301 - click wants the character
    _decide(context, assignment, question, Decision(Kind.DROP), why)


@click.command("void", short_help="Let a question be worth no points.")
@_common
def void(context: click.Context, assignment: str, question: str, why: str) -> None:
    """Let QUESTION of ASSIGNMENT be worth no points, and the assignment as many fewer.

    \b
    Examples:
      autograder void loss_functions huber_loss-example
    """  # noqa: D301 - click wants the character
    _decide(context, assignment, question, Decision(Kind.VOID), why)


@click.command("full", short_help="Give everybody all points of a question.")
@_common
def full(context: click.Context, assignment: str, question: str, why: str) -> None:
    """Give everybody who handed in all points for QUESTION of ASSIGNMENT.

    \b
    Examples:
      autograder full loss_functions huber_loss-example --why "the task was ambiguous"
    """  # noqa: D301 - click wants the character
    _decide(context, assignment, question, Decision(Kind.FULL), why)


@click.command(
    "add",
    short_help="Give everybody more points for a question.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("assignment")
@click.argument("question")
@click.argument("points", type=float)
@_why
@click.pass_context
@explained
def add(context: click.Context, assignment: str, question: str, points: float, why: str) -> None:
    """Give everybody who handed in so many POINTS more for QUESTION of ASSIGNMENT.

    \b
    Examples:
      autograder add loss_functions huber_loss-example 0.5
    """  # noqa: D301 - click wants the character
    if not abs(points) < 1e6:
        raise click.BadParameter(f"{points} points cannot be added.", param_hint="POINTS")
    _decide(context, assignment, question, Decision(Kind.ADD, points), why)


@click.command("restore", short_help="Let a question count again as graded.")
@_common
def restore(context: click.Context, assignment: str, question: str, why: str) -> None:
    """Let QUESTION of ASSIGNMENT count again as it was graded.

    \b
    Examples:
      autograder restore loss_functions huber_loss-example
    """  # noqa: D301 - click wants the character
    _decide(context, assignment, question, Decision(Kind.RESTORE), why)


def _decide(
    context: click.Context, assignment: str, question: str, decision: Decision, why: str
) -> None:
    from autograder.autograded.settle import settle
    from autograder.gradebook import Gradebook

    course = course_of(context)
    expect_assignment(course, assignment)
    points = points_of(course, assignment)
    key = _find(assignment, points, question)
    decided = read_decisions(course).get(assignment, {})
    without = (Kind.DROP, Kind.VOID)
    rest = [
        worth
        for other, worth in points.items()
        if other != key and (other not in decided or decided[other].kind not in without)
    ]
    if decision.kind is Kind.DROP and not sum(rest):
        raise CourseError(
            f"No other question of {assignment} has points that could count for {question}. "
            "Use: autograder void, or autograder full"
        )
    add_decision(course, assignment, key, decision, why)
    with Gradebook.of(course) as gradebook:
        changed = settle(course, gradebook, assignment)
    say(
        f"{assignment}: {decision.kind} {'/'.join(key)}, worth {counted(points[key], 'point')}. "
        f"{counted(changed, 'submission has', 'submissions have')} other points for it now. Not "
        "yet on the pages: "
        f"autograder feedback {assignment}"
    )


def points_of(course: Course, assignment: str) -> dict[tuple[str, str], float]:
    """What each question of the instructor edition is worth, by notebook and name."""
    return {
        (name, cell.grade_id): cell.points or 0.0
        for name in course.notebooks(assignment)
        for cell in load_source(course, assignment, name).notebook.cells
        if cell.grade_id and (cell.is_grade or cell.is_task)
    }


def _find(assignment: str, points: dict[tuple[str, str], float], question: str) -> tuple[str, str]:
    found = [key for key in points if question in (key[1], "/".join(key))]
    if len(found) == 1:
        return found[0]
    if found:
        several = ", ".join(map("/".join, found))
        raise CourseError(
            f"{assignment} has several questions {question!r}: name one of {several}."
        )
    names = sorted(name for _, name in points)
    near = get_close_matches(question, names, n=3) or names
    raise CourseError(
        f"{assignment} has no question {question!r}; it has {', '.join(near) or 'none'}."
    )
