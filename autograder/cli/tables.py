"""What commands print: tables, progress and the JSON of a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from autograder.cli.terminal import Terminal, name, plain
from autograder.course.submissions import CALLED_LATE, refused_by_collect, said_of_refused
from autograder.results import (
    NotebookResult,
    Outcome,
    Question,
    Review,
    Timing,
    cause_of,
    counted,
    shown,
)
from autograder.term.late import in_short, what_is_undecided

if TYPE_CHECKING:
    from autograder.course.directory import Course
    from autograder.course.submissions import Submission
    from autograder.grading.graded import Graded
    from autograder.sandbox.limits import Limits

#: In the place of points.
EXCUSED = "excused"
#: Columns of a question's name: instructors make long ones.
QUESTION_WIDTH = 48
_STYLES = {
    Outcome.PASSED: "green",
    Outcome.PARTIAL: "yellow",
    Outcome.MANUAL: "cyan",
    Outcome.GRADER_ERROR: "magenta",
}


def console(json_file: Path | None = None) -> Console:
    """Where people read: standard error if standard output holds JSON."""
    to_stderr = json_file is not None and str(json_file) == "-"
    made = Terminal(stderr=to_stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = 120  # a log has no width of its own
    return made


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[Graded], None]]:
    """A progress bar on a terminal, a line for each submission elsewhere."""
    if not console.is_terminal:
        count = 0

        def print_line(graded: Graded) -> None:
            nonlocal count
            count += 1
            console.print(Text(f"[{count}/{total}] ") + name(graded.submission.student))

        yield print_line
        return
    # The description is a student's name, which must not be read as rich's markup.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("grading", total=total)

        def advance(graded: Graded) -> None:
            bar.update(task, advance=1, description=name(graded.submission.student, 30).plain)

        yield advance


def results_table(graded: Sequence[Graded]) -> Table:
    """One line for each graded notebook: who, what, how many points, and why not more."""
    table = Table(box=None, pad_edge=False)
    for title in ("student", "notebook", "score", "why"):
        table.add_column(
            title, justify="right" if title == "score" else "left", no_wrap=title != "why"
        )
    for each in graded:
        for result in each.results:
            review = each.review(result)
            table.add_row(
                name(each.submission.student),
                name(result.notebook),
                score_text(result, review),
                _with_notes(
                    _with_outdated(reason(result, review), review),
                    review,
                    each.submission,
                    result.notebook,
                ),
            )
        for missing in each.submission.missing:
            who = name(each.submission.student)
            review = each.reviews.get(missing, Review())
            known = sum(
                score for cell, score in review.scores.items() if cell not in review.outdated
            )
            score = f"{shown(known)}+?" if review.outdated else "0"
            score = EXCUSED if review.excused else score
            table.add_row(who, name(missing), score, _with_outdated(Text("not submitted"), review))
    return table


def _with_outdated(why: Text, review: Review) -> Text:
    """The reason, and whose points are for what was handed in before."""
    if not review.outdated:
        return why
    names = ", ".join(sorted(review.outdated))
    said = plain(f"look again: a person's points for {names} are for an earlier answer or maximum")
    return why + plain("; ") + said if why else said


def look_again(graded: Sequence[Graded]) -> Iterator[Text]:
    """How a person's points are confirmed or replaced, if some are out of date."""
    if any(review.outdated for each in graded for review in each.reviews.values()):
        yield plain(
            "Where it says 'look again': in formgrader, give other points, or press Resolve beside "
            "the question if those that are there hold."
        )


def _with_notes(why: Text, review: Review, submission: Submission, notebook: str) -> Text:
    """The reason, after where the notebook was found and what else is to be known."""
    place = submission.found_at.get(notebook)
    late, said = in_short(review.timing), submission.note
    if review.timing.called_late:  # which stands in `late`
        said = said.removeprefix(CALLED_LATE).removeprefix("; ")
    if review.late_penalty:
        late = f"{late or 'it was late'}, {counted(review.late_penalty, 'point')} off"
    notes = [f"found at {place}" if place else "", said, late]
    return Text("; ").join([*(plain(note) for note in notes if note), *([why] if why else [])])


def summary(graded: Sequence[Graded], seconds: float) -> Text:
    """How long it took, and how much of it was waiting for code that hangs."""
    results = [result for each in graded if not each.was_up_to_date for result in each.results]
    old = sum(each.was_up_to_date for each in graded)
    waited = sum(result.waited_seconds for result in results)
    parts = [f"{counted(len(results), 'notebook')} graded in {seconds:.1f} s"]
    if waited:
        parts.append(f"of their time {waited:.1f} s were spent waiting for code that hangs")
    if old:
        parts.append(f"{counted(old, 'submission')} had not changed since last graded")
    return Text("; ".join(parts) + ".")


def ungraded(graded: Graded) -> Iterator[str]:
    """A submission's notebooks that could not be graded, and about which nobody has decided."""
    for result in graded.results:
        if graded.review(result).is_ungraded(result):
            yield f"{result.student}/{result.notebook}"


def refused(course: Course, assignments: Iterable[str]) -> Iterator[Text]:
    """Of whom `autograder collect` has taken nothing, and why: they stand in no table."""
    for assignment in assignments:
        if line := said_of_refused(assignment, refused_by_collect(course, assignment)):
            yield plain(line)


def undecided(graded: Sequence[Graded]) -> Iterator[Text]:
    """For whom it is not known whether they were late, and what to do."""
    found = (
        (each.submission.assignment, each.submission.student, review.timing)
        for each in graded
        for review in each.reviews.values()
    )
    return map(plain, what_is_undecided(found))


def forgeable(graded: Sequence[Graded]) -> Iterator[Text]:
    """One line for each notebook some of whose points a submission can forge."""
    questions = {
        f"{result.assignment}/{result.notebook}": ", ".join(result.forgeable)
        for each in graded
        for result in each.results
        if result.forgeable
    }
    for notebook, names in sorted(questions.items()):
        yield plain(
            f"{notebook}: a submission can forge the points of {names}, tagged run-in-candidate."
        )


def low_limits(graded: Sequence[Graded], limits: Limits) -> Iterator[Text]:
    """One line for each limit that the instructor's own solutions exceed."""
    found: dict[tuple[str, str], set[str]] = {}
    for each in graded:
        for result in each.results:
            for question in result.questions:
                if question.low_limit:
                    where = (f"{result.assignment}/{result.notebook}", question.low_limit)
                    found.setdefault(where, set()).add(question.grade_id)
    for (notebook, limit), names in sorted(found.items()):
        yield plain(
            f"{notebook}: your own solution exceeds c.Autograder.{limit} = "
            f"{getattr(limits, limit):,.12g} in {', '.join(sorted(names))}. Raise it and grade "
            "again; until then these questions wait for a person."
        )


def score_text(result: NotebookResult, review: Review) -> Text:
    """``12 / 20``, with ``+?`` while a person has to add something; or that it does not count."""
    if review.excused:
        return Text(EXCUSED, style="cyan")
    total = review.total(result)
    if total is None:
        return Text("–", style="magenta")
    pending = "+?" if review.awaits_a_person(result) else ""
    return Text(f"{shown(total)}{pending} / {shown(review.max_total(result))}")


def reason(result: NotebookResult, review: Review) -> Text:
    """One line: the error, or the first question that did not pass and how many more there are."""
    if result.error is not None:
        by_hand = "" if review.awaits_a_person(result) else "graded by a person; "
        return plain(by_hand + result.error.split("\n")[0], style="magenta")
    failing = [
        q
        for q in result.questions
        if q.outcome not in (Outcome.PASSED, Outcome.MANUAL) and q.grade_id not in review.scores
    ]
    if not failing:
        return Text("")
    first, *others = failing
    more = f" (and {len(others)} more)" if others else ""
    return name(first.grade_id, QUESTION_WIDTH) + plain(f": {first.for_the_instructor}{more}")


def questions_table(questions: Sequence[Question]) -> Table:
    """One line for each question of one notebook."""
    table = Table(box=None, pad_edge=False)
    for title in ("question", "points", "outcome"):
        table.add_column(title, justify="right" if title == "points" else "left")
    for q in questions:
        points = f"{'?' if q.score is None else shown(q.score)} / {shown(q.max_score)}"
        outcome = Text(q.outcome.value, style=_STYLES.get(q.outcome, "red"))
        table.add_row(name(q.grade_id, QUESTION_WIDTH), points, outcome)
    return table


def messages(questions: Sequence[Question]) -> Iterator[RenderableType]:
    """What the questions' tests say, over the whole width; one cause once, with all it concerns."""
    told: dict[str, list[Question]] = {}
    for q in questions:
        if q.message:
            told.setdefault(cause_of(q.grade_id, q.message), []).append(q)
    for same in told.values():
        names = Text(", ").join(name(q.grade_id, QUESTION_WIDTH) for q in same)
        yield Padding(names + plain(":"), (1, 0, 0, 0))
        yield Padding(plain(same[0].message), (0, 0, 0, 4))


def show(console: Console, graded: Graded) -> None:
    """Print each question of a submission, with its message and what the tests earn in all.

    Below it stands what only an instructor may read: of each test that did not pass the traceback.
    """
    for result in graded.results:
        title = name(result.student) + " / " + name(result.notebook)
        if result.error is not None:
            console.print(title + ": " + plain(result.error))
            continue
        points = score_text(result, Review())
        console.print(title + ": by the tests " + points + f", with seed {result.seed}")
        console.print(questions_table(result.questions), *messages(result.questions), sep="\n")
        for question in result.questions:
            if question.detail:
                console.print(
                    name(question.grade_id) + ", for you alone:\n" + plain(question.detail)
                )
    for missing in graded.submission.missing:
        console.print(name(graded.submission.student) + " / " + name(missing) + ": not submitted")


def as_json(result: NotebookResult, review: Review | None = None) -> dict[str, Any]:
    """A result as ``grade --json`` writes it, with what people have decided."""
    review = review or Review()
    return {
        "assignment": result.assignment,
        "student": _text(result.student),
        "notebook": result.notebook,
        "score": review.total(result),
        "max_score": review.max_total(result),
        "late_penalty": review.late_penalty,
        **_timing(review.timing),
        **({"excused": True} if review.excused else {}),
        "needs_manual_grade": review.awaits_a_person(result),
        "reason": result.error and _text(result.error),
        "seconds": round(result.seconds, 3),
        "seed": result.seed,
        "questions": [
            {
                "grade_id": q.grade_id,
                "score": review.score(q),
                "max_score": review.max_score(q),
                "extra_credit": review.extra_credit.get(q.grade_id, 0.0),
                "outcome": q.outcome.value,
                "message": q.message,
            }
            | ({"decision": review.decisions[q.grade_id]} if q.grade_id in review.decisions else {})
            for q in result.questions
        ],
    }


def _timing(timing: Timing) -> dict[str, Any]:
    """When it was due and came, in UTC and seconds; nothing where nobody calls it late."""
    if timing == Timing():
        return {}
    came = timing.submitted_at
    return {
        "due": timing.due and timing.due.isoformat(),
        "submitted_at": None if came is None else came.isoformat(),
        "extension_seconds": timing.extension.total_seconds(),
        "late_seconds": None if came is None else timing.late.total_seconds(),
        "late_days_used": timing.late_days,
        "late": timing.is_late,
    }


def _text(name: str) -> str:
    """What of a file's name is not UTF-8 written as numbers: JSON cannot hold it."""
    return name.encode("utf-8", "backslashreplace").decode()
