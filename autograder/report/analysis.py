"""Item analysis: what the results of a whole class say about each question."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from autograder.results import NotebookResult, Outcome, Question, Review, counted
from autograder.term.late import in_short, what_is_undecided

#: Students; of fewer than these a correlation says little, so no advice is drawn from it.
FEW = 10
#: Where a person gives the points that no test can.
FORMGRADER = (
    "To open formgrader, start jupyter lab in the folder of the course; it is in the menu Nbgrader."
)


@dataclass(frozen=True)
class Item:
    """One question over all students.

    ``scores`` and ``rests`` hold, for each student with a score, the points for this question and
    those for all others. ``outcomes`` counts how it ended, ``messages`` what was said of it, the
    most frequent first; ``waiting`` how many answers a person has to look at.
    """

    notebook: str
    grade_id: str
    max_score: float
    scores: tuple[float, ...]
    rests: tuple[float, ...]
    outcomes: Mapping[Outcome, int]
    messages: tuple[tuple[str, int], ...]
    low_limits: tuple[str, ...] = ()
    decision: str = ""
    waiting: int = 0

    @property
    def facility(self) -> float | None:
        """Mean share of the points: 1 if everybody earned all; None without points or scores.

        So it is of a dropped question, whose points are those of the others.

        >>> Item("n", "q", 2.0, (2.0, 1.0), (5.0, 4.0), {}, ()).facility
        0.75
        """
        if not self.scores or not self.max_score or self.decision == "drop":
            return None
        return statistics.fmean(self.scores) / self.max_score

    @property
    def discrimination(self) -> float | None:
        """Correlation of this question's points with those for all others, from −1 to 1.

        None where either is the same for everybody, and for a dropped question.

        >>> Item("n", "q", 2.0, (2.0, 1.0, 0.0), (6.0, 5.0, 4.0), {}, ()).discrimination
        1.0
        """
        if self.decision == "drop":
            return None
        try:
            # Rounded, so that a perfect correlation is 1 whatever the last digit says.
            return round(statistics.correlation(self.scores, self.rests), 12)
        except statistics.StatisticsError:  # one of them is constant, or there are fewer than two
            return None

    @property
    def advice(self) -> str:
        """What an instructor should look at, if anything."""
        if self.decision:
            return f"you have decided: {self.decision}"
        wrong = self.outcomes.get(Outcome.GRADER_ERROR, 0)
        if self.low_limits:
            names = ", ".join(f"c.Autograder.{name}" for name in self.low_limits)
            return f"{names} is too low for your own solution: raise it, then grade again"
        if wrong:
            return f"{counted(wrong, 'grader error')}: mend the test, then grade again"
        if self.waiting:
            return f"{counted(self.waiting, 'answer waits', 'answers wait')} for a person"
        if self.facility == 0:
            return "nobody earned points: does the task say what the test asks for?"
        if len(self.scores) >= FEW and (self.discrimination or 0) < -0.1:
            return "those who did well elsewhere lost points here: is the test right?"
        return ""


@dataclass(frozen=True)
class Analysis:
    """One assignment over all students; ``totals`` are points by student, where known.

    ``ungraded`` are the students whose notebooks could not be graded, with the reason, and
    ``pending`` counts the questions that wait for a person. ``late`` says of students who were late
    or had more time than others how much, and what it cost, ``undecided`` of whom nobody knows it;
    ``without_work`` who handed in nothing, and of whom nothing could be collected.
    """

    assignment: str
    max_score: float
    totals: Mapping[str, float]
    items: tuple[Item, ...]
    ungraded: Mapping[str, str]
    pending: int
    late: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()
    without_work: tuple[str, ...] = ()


def analyse(
    assignment: str,
    graded: Sequence[tuple[NotebookResult, Review]],
    together: Mapping[str, str] | None = None,
) -> Analysis:
    """The analysis of every graded notebook of an assignment, with what people decided of it.

    Of students who are ``together`` with the same one, by name, one answer waits and not several.
    """
    ungraded = {
        each.student: each.error
        for each, review in graded
        if each.error is not None and review.awaits_a_person(each)
    }
    everybody = graded
    timings = ((assignment, each.student, review.timing) for each, review in everybody)
    graded = [(each, review) for each, review in graded if review.total(each) is not None]
    scores = _scores(graded)
    totals: dict[str, float] = {}  # as the gradebook has them
    sums: dict[str, float] = {}  # without extra credit and late penalties
    for each, review in graded:
        if (total := review.total(each)) is not None:
            totals[each.student] = totals.get(each.student, 0.0) + total
    for (_, _, student), score in scores.items():
        sums[student] = sums.get(student, 0.0) + (score or 0.0)
    ids = {
        (each.notebook, question.grade_id): review.max_score(question)
        for each, review in graded
        for question in each.questions
    }
    items = tuple(
        _item(notebook, grade_id, points, graded, scores, sums, together or {})
        for (notebook, grade_id), points in ids.items()
    )
    return Analysis(
        assignment,
        sum(ids.values()),
        totals,
        items,
        ungraded,
        pending=sum(item.waiting for item in items),
        late=_late(everybody),
        undecided=tuple(what_is_undecided(timings)),
    )


def _late(graded: Sequence[tuple[NotebookResult, Review]]) -> dict[str, str]:
    penalties: dict[str, float] = {}
    said: dict[str, str] = {}
    for each, review in graded:
        penalties[each.student] = penalties.get(each.student, 0.0) + review.late_penalty
        if text := in_short(review.timing) or ("late" if review.late_penalty else ""):
            said[each.student] = text
    return {
        student: f"{text}, {counted(penalties[student], 'point')} off"
        if penalties[student]
        else text
        for student, text in said.items()
    }


def _scores(
    graded: Sequence[tuple[NotebookResult, Review]],
) -> dict[tuple[str, str, str], float | None]:
    """Points by notebook, question and student: a person's, else the automatic ones."""
    return {
        (each.notebook, question.grade_id, each.student): review.score(question)
        for each, review in graded
        for question in each.questions
    }


def _outcome(question: Question, review: Review) -> Outcome:
    """How a question ended: of one that a person has graded, by the points."""
    score = review.score(question)
    if question.outcome is not Outcome.MANUAL or score is None:
        return question.outcome
    if score >= question.max_score:
        return Outcome.PASSED
    return Outcome.PARTIAL if score > 0 else Outcome.FAILED


def _item(
    notebook: str,
    grade_id: str,
    points: float,
    graded: Sequence[tuple[NotebookResult, Review]],
    scores: Mapping[tuple[str, str, str], float | None],
    sums: Mapping[str, float],
    together: Mapping[str, str],
) -> Item:
    found = [
        (each.student, question, review)
        for each, review in graded
        if each.notebook == notebook
        for question in each.questions
        if question.grade_id == grade_id
    ]
    answers = [(student, question) for student, question, _ in found]
    outcomes = [_outcome(question, review) for _, question, review in found]
    # The question's own points are taken out of the total: with them, any question would seem to
    # tell good from bad submissions.
    known = [
        (score, sums[student] - score)
        for student, _ in answers
        if (score := scores[notebook, grade_id, student]) is not None
    ]
    messages = Counter(
        question.for_the_instructor
        for _, question in answers
        if question.message and question.outcome is not Outcome.PASSED
    )
    return Item(
        notebook,
        grade_id,
        points,
        tuple(score for score, _ in known),
        tuple(rest for _, rest in known),
        Counter(outcomes),
        tuple(messages.most_common(3)),
        tuple(sorted({question.low_limit for _, question in answers if question.low_limit})),
        next(
            (
                review.decisions[grade_id]
                for each, review in graded
                if each.notebook == notebook and grade_id in review.decisions
            ),
            "",
        ),
        len(
            {
                together.get(student, student)
                for student, _, review in found
                if scores[notebook, grade_id, student] is None
            }
        ),
    )
