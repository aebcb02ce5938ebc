"""Questions of the lectures' self-checks: what is asked, the feedback on each answer, three hints.

They are plain data in `course_lib/questions/<lecture>.toml`, so that the notebook does not show
the answers. `course_lib.selfcheck` puts them to a learner.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from string import ascii_lowercase
from typing import Any

HINTS = 3
ROUNDING = 0.0051
"""An answer rounded to two decimals is right."""


@dataclass(frozen=True)
class Feedback:
    """What a learner is told about an answer."""

    right: bool
    message: str

    def __repr__(self) -> str:
        return f"{'✓ Right.' if self.right else '✗ Not yet.'} {self.message}"


@dataclass(frozen=True)
class NumberQuestion:
    """A question with a number as answer; `low` < `high` where a whole interval is right."""

    prompt: str
    hints: tuple[str, ...]
    low: float
    high: float
    explanation: str
    mistakes: Mapping[float, str]
    options: tuple[str, ...] = ()

    def check(self, answer: str) -> Feedback:
        """Feedback on `answer`, which may be written 2.5, 2,5 or 5/2."""
        try:
            number = float(Fraction(answer.strip().replace(",", ".").replace("−", "-")))
        except (ValueError, ZeroDivisionError, OverflowError):
            return Feedback(False, f"Please answer with a number such as 2.5; I read {answer!r}.")
        if self.low - ROUNDING <= number <= self.high + ROUNDING:
            return Feedback(True, self.explanation)
        for mistaken, diagnosis in self.mistakes.items():
            if abs(number - mistaken) <= ROUNDING:
                return Feedback(False, diagnosis)
        return Feedback(False, "I do not recognise this number. A hint may help.")


@dataclass(frozen=True)
class ChoiceQuestion:
    """A question with one right option; every option has its own feedback."""

    prompt: str
    hints: tuple[str, ...]
    options: tuple[str, ...]
    feedback: tuple[Feedback, ...]

    def check(self, answer: str) -> Feedback:
        """Feedback on the option with this letter."""
        letters = ascii_lowercase[: len(self.options)]
        letter = answer.strip().lower().rstrip(")")
        if len(letter) != 1 or letter not in letters:
            wanted = ", ".join(letters)
            return Feedback(False, f"Please answer with one of {wanted}; I read {answer!r}.")
        return self.feedback[letters.index(letter)]


Question = NumberQuestion | ChoiceQuestion


def load_questions(lecture: str) -> dict[str, Question]:
    """All questions of a lecture by name.

    Parameters
    ----------
    lecture : str
        Name of its notebook.

    Returns
    -------
    dict
        Each question under its name.

    Raises
    ------
    KeyError
        If the lecture has none.
    ValueError
        If one of them is malformed.
    """
    source = resources.files("course_lib") / "questions" / f"{lecture}.toml"
    if not source.is_file():
        raise KeyError(f"no questions for the lecture {lecture!r}")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: _parse(name, table) for name, table in tables.items()}


def _parse(name: str, table: Mapping[str, Any]) -> Question:
    """The question of one TOML table: with `options` a choice, with `answer` a number."""
    hints = tuple(table["hints"])
    if len(hints) != HINTS:
        raise ValueError(f"question {name!r} has {len(hints)} hints, expected {HINTS}")
    if "options" in table:
        feedback = tuple(
            Feedback(option.get("right", False), option["feedback"]) for option in table["options"]
        )
        if sum(each.right for each in feedback) != 1:
            raise ValueError(f"question {name!r} needs exactly one option with right = true")
        options = tuple(option["text"] for option in table["options"])
        return ChoiceQuestion(table["prompt"], hints, options, feedback)
    answer = table["answer"]
    low, high = answer if isinstance(answer, list) else (answer, answer)
    mistakes = {float(each["answer"]): each["feedback"] for each in table["mistakes"]}
    return NumberQuestion(table["prompt"], hints, low, high, table["explanation"], mistakes)
