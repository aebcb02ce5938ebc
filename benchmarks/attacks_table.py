"""What came of the attacks, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version

from tests.attacks.attack import CLASSES, Attack

TITLES = {
    "forgery": "points that nobody earned",
    "theft": "hidden tests, the solution, other people's work",
    "escape": "out of the process",
    "denial": "hang, crash, fill",
    "sabotage": "other students and the grader",
    "damage": "broken notebooks, most of them honest accidents",
    "injection": "script and forged words on the page of whoever reads it",
    "protocol": "the conversation between our two processes",
}
#: Attacks on what only our grader has.
NOT_APPLICABLE = {
    "escape-kernel-limits-of-the-wire": "attacks the socket between our two processes",
    "forgery-imitates-the-other-run": "stock runs a notebook once",
    "forgery-missing-name-is-a-builtin": "attacks the conversation between our two processes",
    "sabotage-patches-what-is-shared": "stock has no warm process that submissions share",
    "sabotage-warm-parent-descriptors": "stock has no warm process that submissions share",
    "theft-asks-the-examiner": "attacks the conversation between our two processes",
    "theft-breaks-the-rules-with-them": "attacks the conversation between our two processes",
    "theft-hidden-module": "stock cannot hide a module",
    "theft-leaves-them-for-the-other-run": "stock runs a notebook once",
}
#: Attacks that answer so when they have found what they look for, and rightly when they have not.
SIGNS_OF_A_FIND = ("None if found", "None if finds", "0.0 if found", 'return "found"')
#: The columns of the summary, by what they count.
HARMS = {
    "forged": "forged points",
    "lost": "lost points",
    "others": "harmed others",
    "got": "read or reached what it should not",
}


@dataclass(frozen=True)
class Found:
    """What one attack has achieved; ``score`` is None if it was not graded.

    ``neighbours`` are the scores of honest submissions, which deserve ``points`` each.
    """

    score: float | None
    points: float
    neighbours: Mapping[str, float | None]
    changed: Sequence[str] = ()
    secrets: Sequence[str] = ()
    active: Sequence[str] = ()
    reached: bool = False
    shows_hidden_tests: bool = False
    ended: bool = True
    log: str = field(default="", repr=False)

    @property
    def harmed_others(self) -> bool:
        return bool(self.changed) or set(self.neighbours.values()) != {self.points}


def why_not(attack: Attack) -> str | None:
    """Why an attack cannot be made on stock nbgrader; None if it can."""
    if attack.kind == "protocol":
        return "stock has one process, which needs no conversation"
    return NOT_APPLICABLE.get(attack.student)


def harm(attack: Attack, found: Found) -> dict[str, str]:
    """What went wrong, in words, by what it is (see ``HARMS``); nothing if the grader held."""
    words = {
        "others": "; ".join(_harm_to_others(found)),
        "got": "; ".join(_got(attack, found)),
    }
    due, score = attack.deserved or 0.0, found.score or 0.0
    if score > due:
        words["forged"] = f"{score - due:g} points forged"
    elif score < due and not _signals_a_find(attack):
        words["lost"] = f"{due - score:g} earned points lost"
    return {kind: text for kind, text in words.items() if text}


def report(attacks: Sequence[Attack], stock: Mapping[str, Found], ours: Mapping[str, Found]) -> str:
    """The whole page."""
    head = HEAD.format(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        nbgrader=version("nbgrader"),
        honest=_honest(ours.values()),
        hidden=SHOWN if any(each.shows_hidden_tests for each in stock.values()) else NOT_SHOWN,
    )
    parts = [head + "\n".join(summary(attacks, stock, ours))]
    for kind in CLASSES:
        chosen = [attack for attack in attacks if attack.kind == kind]
        if chosen:
            parts += ["", f"## {kind.capitalize()}: {TITLES[kind]}", "", *rows(chosen, stock, ours)]
    return "\n".join(parts) + "\n"


def summary(
    attacks: Sequence[Attack], stock: Mapping[str, Found], ours: Mapping[str, Found]
) -> list[str]:
    """For each class, how many attacks either grader withstood, and what stock did not."""
    titles = ["class", "attacks", "we held", "apply to stock", "stock held", *HARMS.values()]
    lines = [_row(titles), "|---|" + "---:|" * (len(titles) - 1)]
    total = [0] * (len(titles) - 1)
    for kind in CLASSES:
        counts = _counts([each for each in attacks if each.kind == kind], stock, ours)
        total = [sum(pair) for pair in zip(total, counts, strict=True)]
        lines.append(_row([kind, *counts]))
    return [*lines, _row(["**all**", *total])]


def rows(
    attacks: Sequence[Attack], stock: Mapping[str, Found], ours: Mapping[str, Found]
) -> list[str]:
    """A line for each attack."""
    lines = [
        _row(["attack", "what it does", "deserved", "stock", "ours"]),
        "|---|---|---:|---|---|",
    ]
    for attack in attacks:
        reason = why_not(attack)
        theirs = f"does not apply: {reason}" if reason else _outcome(attack, stock[attack.student])
        due = "not gradable" if attack.deserved is None else f"{attack.deserved:g}"
        about = attack.about.replace("|", "\\|")
        lines.append(
            _row([attack.name, about, due, theirs, _outcome(attack, ours[attack.student])])
        )
    return lines


def _counts(
    attacks: Sequence[Attack], stock: Mapping[str, Found], ours: Mapping[str, Found]
) -> list[int]:
    tried = [harm(each, stock[each.student]) for each in attacks if why_not(each) is None]
    held = sum(not harm(each, ours[each.student]) for each in attacks)
    harms = [sum(kind in words for words in tried) for kind in HARMS]
    return [len(attacks), held, len(tried), sum(not words for words in tried), *harms]


def _outcome(attack: Attack, found: Found) -> str:
    score = "not graded" if found.score is None else f"{found.score:g}"
    words = harm(attack, found)
    wrong = "; ".join(words[kind] for kind in HARMS if kind in words)
    return f"{score}: **{wrong}**" if wrong else score


def _harm_to_others(found: Found) -> Iterator[str]:
    grades = list(found.neighbours.values())
    if not found.ended:
        yield "grading never ended"
    if all(grade is None for grade in grades):
        yield "nobody's grade is there"
    elif None in grades:
        yield "whoever came next was not graded"
    elif set(grades) != {found.points}:
        yield "a neighbour's grade is another"
    if found.changed:
        yield "others' files changed"


def _got(attack: Attack, found: Found) -> Iterator[str]:
    if _signals_a_find(attack) and found.score != attack.deserved:
        yield "found what it looked for"
    # A failed test's traceback shows hidden values, too, to those who did not aim at that.
    elif attack.kind == "theft" and found.secrets:
        yield "hidden values shown"
    if found.reached:
        yield "did what it tried"
    if found.active:
        yield "on the feedback page as it is"


def _signals_a_find(attack: Attack) -> bool:
    return any(sign in text for sign in SIGNS_OF_A_FIND for text in attack.answer.values())


def _honest(found: Iterable[Found]) -> str:
    full = {name: score == each.points for each in found for name, score in each.neighbours.items()}
    return f"{sum(full.values())} of {len(full)} of them got full marks"


def _row(values: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, values))} |"


HEAD = """\
# Attacks: stock nbgrader and this grader, side by side

{date}, nbgrader {nbgrader}. Written by `benchmarks/attacks_stock.py`, which runs both graders on
the inputs of `tests/attacks/inputs`; only the column *deserved* is an expected value.

- **The course**: most attacks are on an assignment of four functions and ten points, others on one
  whose tests ask in the way that they are after (`tests/attacks/assignments`). What a submission
  *deserves* is what its answers are worth, whatever else is in the notebook. A grader *held* if it
  gave that score, nobody else was affected, and the attack read and reached nothing that it was
  after.
- **Ours**: all attacks on an assignment in one class, with honest submissions among them
  ({honest}); a cell is stopped after 3 seconds.
- **Stock** runs what was handed in as the user who grades. So each attack has a throw-away place: a
  course of its own with one honest submission before the attack and one after it, an unprivileged
  user, no network but loopback, at most 256 processes, 4 GiB for each, 1 GiB of files. Without
  these limits some attacks would take the machine down; with them stock does better than it would
  alone. Its own options are set in its favour: a cell has 5 seconds, its output 30 more to arrive,
  and deleted tests are put back. A run that harmed others was repeated, and the second counts; one
  that had not ended after two minutes was stopped. *Not graded* is a submission that nbgrader gave
  up: its log says so, and its points are not there.
- Stock promises no sandbox. Its manual suggests a kernel in a container for code that you do not
  trust: that keeps attacks from the machine and from other people's files. Forgery, damage and
  injection would stay as they are, since tests still run in the student's process.
- {hidden}

"""
SHOWN = """\
Not counted, since it needs no attack: the page that `nbgrader generate_feedback` made for the
  honest submission shows the hidden tests."""
NOT_SHOWN = "The page that `nbgrader generate_feedback` made shows no hidden test."
