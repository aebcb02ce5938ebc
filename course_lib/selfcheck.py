"""Ungraded self-checks: a question, feedback that says what went wrong, three hints one by one.

In a notebook, `ask(lecture, name)` as the last line of a cell shows the question as a widget.
Without widgets it is text, and works by `question.check(answer)` and `question.hint()`.
"""

from __future__ import annotations

import math
from functools import partial
from html import escape
from numbers import Real
from string import ascii_lowercase
from typing import Any

from course_lib.questions import HINTS, Feedback, NumberQuestion, Question, load_questions
from course_lib.questions.numbers import read_number


class SelfCheck:
    """One question put to one learner: remembers how many hints were taken."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.hints_taken = 0

    def check(self, answer: object) -> Feedback:
        """Feedback on `answer`: a number, or the letter of an option."""
        return self.question.check(str(answer))

    def hint(self) -> str:
        """The next hint; after the last one, all of them stay available by asking again."""
        self.hints_taken = min(self.hints_taken + 1, HINTS)
        return f"Hint {self.hints_taken} of {HINTS}: {self.question.hints[self.hints_taken - 1]}"

    def __repr__(self) -> str:
        options = _lettered(self.question)
        how = "Answer with .check(…), or ask for a .hint()"
        return "\n".join([self.question.prompt, *options, how])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Jupyter shows the richest form it can: the widget, else folded text, else plain text."""
        texts = {"text/plain": repr(self), "text/html": _folded(self.question)}
        try:
            return {**_widget(self)._repr_mimebundle_(), **texts}
        except ImportError:
            return texts


def ask(lecture: str, name: str) -> SelfCheck:
    """The self-check `name` of a lecture, for example `ask("03_loss_functions", "huber_by_hand")`.

    Parameters
    ----------
    lecture : str
        Name of its notebook.
    name : str
        Name of the question.

    Returns
    -------
    SelfCheck
        As the last line of a cell, a widget.

    Raises
    ------
    KeyError
        If there is no such lecture or question; names those that there are.

    Examples
    --------
    >>> question = ask("03_loss_functions", "huber_by_hand")
    >>> question.check(8)
    ✓ Right. The residual is 5, beyond δ = 2, so the loss is δ(|r| − δ/2) = 2 · (5 − 1) = 8.
    >>> question.check("12,5")
    ✗ Not yet. This is ½r², the squared loss. Which branch applies when |r| = 5 and δ = 2?
    """
    questions = load_questions(lecture)
    if name not in questions:
        raise KeyError(f"no question {name!r} in {lecture}; there are: {', '.join(questions)}")
    return SelfCheck(questions[name])


def compare_prediction(
    prediction: object, measured: float, *, unit: str = "", choice: bool = False
) -> str:
    """A learner's prediction beside the answer.

    Parameters
    ----------
    prediction : float or str or None
        What the learner guessed: 0.9, 9/10, "0.9", "9/10", or 0,9, which Python reads as a pair;
        None for no guess.
    measured : float
        What was computed.
    unit : str, optional
        Unit of both.
    choice : bool, default False
        The learner chose among a few numbers, so that how far off says nothing.

    Returns
    -------
    str
        A sentence, or two. What cannot be read as a number gets one that says so, and not the
        answer: there is still a guess to be made.

    Examples
    --------
    >>> print(compare_prediction(30, 26.21, unit="ns"))
    You predicted 30 ns, it is 26.21 ns: your prediction is too high by 3.79 ns.
    >>> print(compare_prediction(2, 8, choice=True))
    You predicted 2, it is 8: another one.
    >>> print(compare_prediction(None, 26.21))
    It is 26.21.
    You made no prediction: a guess first, even a poor one, makes the answer stick.
    >>> print(compare_prediction("some", 26.21))
    I cannot read 'some' as a number. Write one, such as 0.9 or 9/10, and run the cell again.
    """
    unit = unit and f" {unit}"
    if prediction is None:
        return (
            f"It is {measured:.4g}{unit}.\nYou made no prediction: "
            "a guess first, even a poor one, makes the answer stick."
        )
    guess = _number(prediction)
    if guess is None:
        return (
            f"I cannot read {_shortened(prediction)} as a number. "
            "Write one, such as 0.9 or 9/10, and run the cell again."
        )
    difference = guess - measured
    if abs(difference) <= 0.01 * abs(measured):
        verdict = "well predicted"
    elif choice:
        verdict = "another one"
    else:
        direction = "high" if difference > 0 else "low"
        verdict = f"your prediction is too {direction} by {abs(difference):.4g}{unit}"
    return f"You predicted {guess:g}{unit}, it is {measured:.4g}{unit}: {verdict}."


def _number(prediction: object) -> float | None:
    """A prediction as a finite number; None where it is none."""
    match prediction:
        case bool():
            return None
        case (int() as whole, int() as decimals) if decimals >= 0:  # 0,9
            return _number(f"{whole}.{decimals}")
        case str():
            try:
                return read_number(prediction)[0]
            except ValueError:
                return None
        case Real():
            try:
                number = float(prediction)
            except OverflowError:
                return None
            return number if math.isfinite(number) else None
    return None


def _shortened(prediction: object, longest: int = 60) -> str:
    text = repr(prediction)
    return text if len(text) <= longest else f"{text[:longest]} …"


def _lettered(question: Question) -> list[str]:
    """The options of a choice as "a) …", "b) …"; none for a number."""
    letters = ascii_lowercase[: len(question.options)]
    return [f"{letter}) {text}" for letter, text in zip(letters, question.options, strict=True)]


def _folded(question: Question) -> str:
    """HTML without scripts: each hint unfolds from the one before it, the answer from the last."""
    if isinstance(question, NumberQuestion):
        answer = question.explanation
    else:
        letter, feedback = next(
            (letter, each)
            for letter, each in zip(ascii_lowercase, question.feedback, strict=False)
            if each.right
        )
        answer = f"{letter}) {feedback.message}"
    folded = f"<details><summary>Answer</summary>{escape(answer)}</details>"
    for number, hint in reversed(list(enumerate(question.hints, start=1))):
        folded = f"<details><summary>Hint {number}</summary>{escape(hint)}{folded}</details>"
    options = "".join(f"<br>{escape(text)}" for text in _lettered(question))
    return f"<p>{escape(question.prompt)}{options}</p>{folded}"


def _widget(selfcheck: SelfCheck) -> Any:
    """The question as an ipywidgets box; raises `ImportError` where ipywidgets is not installed."""
    import ipywidgets as widgets

    question = selfcheck.question
    prompt = widgets.HTML(f"<b>{escape(question.prompt)}</b>")
    wide = {"width": "auto"}
    if question.options:
        entry = widgets.RadioButtons(options=_lettered(question), value=None, layout=wide)
    else:
        entry = widgets.Text(placeholder="your answer, then Enter", continuous_update=False)
    check = widgets.Button(description="Check", button_style="primary")
    hint = widgets.Button(description=f"Hint (0 of {HINTS})")
    hints, verdict = widgets.HTML(), widgets.HTML()
    # Not `on_submit`, which ipywidgets gives up. The new value may come after the key.
    entry.on_msg(partial(_on_message, selfcheck, entry, verdict))
    check.on_click(partial(_on_check, selfcheck, entry, verdict))
    entry.observe(partial(_on_change, selfcheck, entry, verdict), "value")
    hint.on_click(partial(_on_hint, selfcheck, hint, hints))
    return widgets.VBox([prompt, entry, widgets.HBox([check, hint]), hints, verdict])


def _on_check(selfcheck: SelfCheck, entry: Any, verdict: Any, _: object) -> None:
    """Show feedback on what was entered; of a chosen option only its letter is passed on."""
    answer = str(entry.value or "")
    letter_only = bool(selfcheck.question.options)
    verdict.value = escape(repr(selfcheck.check(answer[:1] if letter_only else answer)))


def _on_message(
    selfcheck: SelfCheck, entry: Any, verdict: Any, _: object, content: Any, __: object
) -> None:
    """Enter answers."""
    if content.get("event") == "submit":
        _on_check(selfcheck, entry, verdict, content)


def _on_change(selfcheck: SelfCheck, entry: Any, verdict: Any, change: object) -> None:
    """Keep the feedback that of the answer shown: on a busy machine it may come after the click."""
    if verdict.value:
        _on_check(selfcheck, entry, verdict, change)


def _on_hint(selfcheck: SelfCheck, button: Any, hints: Any, _: object) -> None:
    """Add the next hint below the earlier ones; no more after the last."""
    hints.value += f"<div>{escape(selfcheck.hint())}</div>"
    button.description = f"Hint ({selfcheck.hints_taken} of {HINTS})"
    button.disabled = selfcheck.hints_taken == HINTS
