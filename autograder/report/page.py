"""The report of an assignment as one self-contained HTML page, for the instructor.

Its figures are SVG that stands in the page: sharp at any size, with text that can be searched.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from autograder.autograded.record import BY_HAND, reviewed
from autograder.autograded.settle import settle, still_graded
from autograder.course.directory import Course
from autograder.course.files import write_atomically
from autograder.course.parties import parties
from autograder.course.submissions import (
    refused_by_collect,
    said_of_absent,
    said_of_excused,
    said_of_refused,
)
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.report.analysis import FORMGRADER, Analysis, Item, analyse
from autograder.results import NotebookResult, Outcome, Review, shown
from autograder.sanitise import defused, plain_text
from autograder.sanitise.templates import page_templates

NAME_LIMIT = 300  # characters of a student's name, a reason or a message

# The style sheet of feedback pages serves here as well.
_TEMPLATES = (Path(__file__).parent, Path(__file__).parents[1] / "feedback")


#: Okabe and Ito's palette, and a hatch each, so that no outcome is told by colour alone.
_LOOKS: tuple[tuple[str, tuple[Outcome, ...], str, str], ...] = (
    ("passed", (Outcome.PASSED,), "#009E73", ""),
    ("partly right", (Outcome.PARTIAL,), "#F0E442", ""),
    ("wrong", (Outcome.FAILED,), "#D55E00", "///"),
    ("error", (Outcome.ERROR, Outcome.TIMEOUT, Outcome.CRASHED), "#CC79A7", "xxx"),
    ("no answer", (Outcome.MISSING, Outcome.NO_RESPONSE), "#BBBBBB", "..."),
    ("for a person", (Outcome.MANUAL, Outcome.GRADER_ERROR), "#56B4E9", "\\\\\\"),
)
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text instead of becoming outlines
    "svg.hashsalt": "autograder",  # the same report gives the same file
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
}


def analyse_course(course: Course, assignment: str) -> Analysis:
    """What has been graded of an assignment.

    Raises
    ------
    CourseError
        Nothing has been graded yet.
    GradebookError
        The gradebook cannot be used.
    """
    graded: list[tuple[NotebookResult, Review]] = []
    with Gradebook.of(course) as gradebook:
        settle(course, gradebook, assignment)
        reviews = gradebook.reviews(assignment)
        known = gradebook.students()
        nothing = gradebook.absent(assignment)
        excused = {who for who, what in gradebook.deadlines.excused if what == assignment}
        there = (*course.students(assignment), *still_graded(course, gradebook, assignment))
        for student in there:
            graded += reviewed(course, assignment, student, reviews).values()
    if not graded:
        raise CourseError(f"Nothing of {assignment} has been graded yet. Run: autograder grade")
    alike = parties(course, assignment, course.students(assignment))
    together = {member: party.members[0] for party in alike for member in party.members}
    refused = refused_by_collect(course, assignment)
    # Of an empty folder there is a row in the gradebook, and no record.
    present = {*course.students(assignment)} - nothing | {each.student for each, _ in graded}
    absent = {student for student in known - present if defused(student) not in refused}
    said = (
        said_of_refused(assignment, refused),
        said_of_absent(assignment, absent - excused),
        said_of_excused(assignment, excused & {*known, *present}),
    )
    analysis = analyse(assignment, graded, together)
    return replace(analysis, without_work=tuple(filter(None, said)))


def write_report(analysis: Analysis, folder: Path) -> Path:
    """Write the page to ``folder``, and return its path.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = folder / f"{analysis.assignment}.html"
    write_atomically(path, render_report(analysis))
    return path


def render_report(analysis: Analysis) -> str:
    """The page: no script, nothing loaded from elsewhere, text of students escaped and bounded."""
    environment = page_templates(*_TEMPLATES)
    environment.filters["plain"] = partial(plain_text, limit=NAME_LIMIT)
    environment.filters["points"] = shown
    totals = list(analysis.totals.values())
    return environment.get_template("report.html.j2").render(
        analysis=analysis,
        by_hand=BY_HAND,
        formgrader=FORMGRADER,
        mean=statistics.fmean(totals) if totals else None,
        median=statistics.median(totals) if totals else None,
        histogram=_score_histogram(analysis) if totals else "",
        outcomes=_outcome_bars(analysis.items) if analysis.items else "",
    )


def _score_histogram(analysis: Analysis) -> str:
    """How many students earned how many points, as SVG."""
    with mpl.rc_context(_STYLE):
        # Not by pyplot, which keeps figures and would choose a backend.
        figure = Figure(figsize=(8, 2.6), layout="constrained")
        axes = figure.subplots()
        top = max(analysis.max_score, *analysis.totals.values(), 1)
        counts, edges = np.histogram(list(analysis.totals.values()), bins=20, range=(0, top))
        axes.bar(edges[:-1], counts, 0.9 * top / 20, align="edge", color="#0072B2")
        axes.set(xlabel="points", ylabel="students", xlim=(0, top))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylim(0, 1.1 * counts.max())
        return _svg(figure)


def _outcome_bars(items: Sequence[Item]) -> str:
    """A bar for each question, how it ended for how many students, as SVG."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 1.1 + 0.27 * len(items)), layout="constrained")
        axes = figure.subplots()
        names = [item.grade_id for item in items]
        places = range(len(items))
        left = [0] * len(items)
        for label, outcomes, color, hatch in _LOOKS:
            widths = [sum(item.outcomes.get(each, 0) for each in outcomes) for item in items]
            if any(widths):
                axes.barh(
                    places, widths, left=left, label=label, color=color, hatch=hatch,
                    edgecolor="white", linewidth=0.5,
                )  # fmt: skip
            left = [before + width for before, width in zip(left, widths, strict=True)]
        axes.set_yticks(places, names)
        axes.set(xlabel="students", ylim=(len(items) - 0.4, -0.6), xlim=(0, max(left, default=1)))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.legend(loc="outside upper center", ncols=6, frameon=False, handlelength=1.6)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    """The figure without XML's own preamble, which has no place inside a page."""
    file = StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None})
    text = file.getvalue()
    return text[text.index("<svg") :]
