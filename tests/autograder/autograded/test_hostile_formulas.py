"""Formulas that MathJax, as formgrader loads it, would make links or styles of."""

from __future__ import annotations

import pytest

from autograder.autograded.markdown import taken_apart as _inert


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
