"""Formulas that MathJax, as formgrader loads it, would make links or styles of."""

from __future__ import annotations

import pytest

from autograder.autograded.markdown import LEFT_OUT, markdown_for_formgrader
from autograder.autograded.markdown import taken_apart as _inert
from autograder.sanitise import Room


@pytest.mark.parametrize(
    "formula",
    [
        r"\href{java	script:alert(1)}{x}",
        r"\mmlToken{mi}[href='java	script:alert(1)']{x}",
        r"\MMLTOKEN{mi}[style='position:fixed']{x}",
        r"\let\h=\href \h{java	script:alert(1)}{x}",
        r"\let\h\mmlToken \h{mi}[href='x']{x}",
    ],
)
def test_no_command_is_left_that_makes_links(formula: str) -> None:
    made = _inert(f"${formula}$").lower()
    assert r"\href" not in made
    assert r"\mmltoken" not in made


def shown(formula: str, times: int) -> int:
    """How many of so many texts with a formula find room in a notebook."""
    room = Room()
    return sum(
        markdown_for_formgrader(f"Text {i}: ${formula}$", {}, room) != LEFT_OUT
        for i in range(times)
    )


MATRIX = r"\begin{pmatrix} a & b & c \\ d & e & f \\ g & h & i \end{pmatrix}"


def test_matrices_of_an_honest_notebook_find_room() -> None:
    assert shown(MATRIX, 60) == 60


@pytest.mark.parametrize(
    "formula",
    [
        r"\begin{matrix}" + "&" * 2_000 + r"\end{matrix}",
        r"\begin{matrix}" + "a\\\\" * 2_000 + r"\end{matrix}",
        r"\matrix{" + r"a\cr " * 2_000 + "}",
        "x+" * 10_000,
    ],
)
def test_what_makes_one_formula_long_counts_as_many(formula: str) -> None:
    assert shown(formula, 30) <= 5
