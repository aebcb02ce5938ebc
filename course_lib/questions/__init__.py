"""Questions of the lectures' self-checks: what is asked, the feedback on each answer, three hints.

They are plain data in `course_lib/questions/<lecture>.toml`, so that the notebook does not show
the answers. `course_lib.selfcheck` puts them to a learner.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from string import ascii_lowercase
from typing import Any

from course_lib.questions.numbers import read_number

HINTS = 3
DECIMALS = 2
"""An answer rounded to so many decimals is right, where the question asks for no more."""
_IN_WORDS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class Feedback:
    """What a learner is told about an answer."""

    right: bool
    message: str
    close: bool = False
    """Not right, but only because it is rounded too far."""

    def __repr__(self) -> str:
        verdict = "✓ Right." if self.right else "≈ Nearly." if self.close else "✗ Not yet."
        return f"{verdict} {self.message}"


@dataclass(frozen=True)
class NumberQuestion:
    """A question with a number as answer; `low` < `high` where a whole interval is right.

    An answer rounded to `decimals` is right as well.
    """

    prompt: str
    hints: tuple[str, ...]
    low: float
    high: float
    explanation: str
    mistakes: Mapping[float, str]
    options: tuple[str, ...] = ()
    decimals: int = DECIMALS

    def check(self, answer: str) -> Feedback:
        """Feedback on `answer`, which may be written 2.5, 2,5, 5/2, 2½, ln 3 or 2.5 bits."""
        try:
            number, unit = read_number(answer)
        except ValueError:
            return Feedback(False, f"Please answer with a number such as 2.5; I read {answer!r}.")
        asked = set(re.findall(r"\b(?:bits|nats)\b", self.prompt))
        if asked and unit in {"bits", "nats"} - asked:
            return Feedback(
                False, f"You answer in {unit}, and the question is about {asked.pop()}."
            )
        rounding = 0.51 * 10**-self.decimals
        if self.low - rounding <= number <= self.high + rounding:
            return Feedback(True, self.explanation)
        for mistaken, diagnosis in self.mistakes.items():
            if abs(number - mistaken) <= rounding:
                return Feedback(False, diagnosis)
        if self._is_rounded_too_far(number):
            wanted = _IN_WORDS[self.decimals]
            return Feedback(False, f"Right, give {wanted} decimals.", close=True)
        size = "large" if number > self.high else "small"
        return Feedback(False, f"This is too {size}. A hint may help.")

    def _is_rounded_too_far(self, number: float) -> bool:
        """Whether `number` has one decimal, which is that of the answer; 1.7 and 1.8 of 1.75."""
        nearest = min(max(number, self.low), self.high)
        one_decimal = abs(10 * number - round(10 * number)) < 1e-9
        return number != 0 and one_decimal and abs(number - nearest) <= 0.05 + 1e-9


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
    return NumberQuestion(
        table["prompt"], hints, low, high, table["explanation"], mistakes,
        decimals=table.get("decimals", DECIMALS),
    )  # fmt: skip
