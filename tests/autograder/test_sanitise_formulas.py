"""Formulas: what a page shows of them, and that no TeX gets anything else into it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sanitise import Room, mathml

ROOT = Path(__file__).resolve().parents[2]
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)
#: All that may be in a formula: elements of MathML, their harmless attributes, and text.
SAFE = re.compile(
    r"(?:</?m[a-z]+(?: (?:accent|accentunder|columnalign|display|displaystyle|fence|form|largeop"
    r"|linethickness|lspace|mathvariant|maxsize|minsize|movablelimits|notation|rspace|scriptlevel"
    r'|separator|stretchy|width)="[\w.]+")*>|[^<>])+'
)
FRAGMENTS = [
    *("{", "}", "^", "_", "&", "x", "1", "'", "%", " ", "\n", "$", "<", ">", "&lt;", "&#x202e;"),
    *(r"\\", r"\frac", r"\sqrt", r"\left(", r"\right)", r"\left", r"\right", r"\over", r"\not"),
    *(r"\begin{matrix}", r"\end{matrix}", r"\begin{array}{cc}", r"\end{array}", r"\hline"),
    *(r"\text{", r"\mathbf", r"\operatorname{", r"\verb|", r"\hspace{-99em}", r"\color{red}"),
    *(r"\href{javascript:alert(1)}{", r"\style{color:red}{", r"\class{badge}{", r"\genfrac"),
    *("<script>", "<img src=x onerror=alert(1)>", "</math>", r"\xrightarrow[", r"\substack{"),
]


def test_every_formula_of_the_assignments_is_typeset() -> None:
    left = []
    for path in sorted(ROOT.glob("notebooks/assignments/*/*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                found = FORMULA.findall("".join(cell["source"]))
                left += [a or b for a, b in found if mathml(a or b, Room()) is None]
    assert left == []


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join))
def test_nothing_but_formulas_comes_of_tex(tex: str) -> None:
    made = mathml(tex, Room())
    assert made is None or SAFE.fullmatch(made)


@pytest.mark.parametrize(
    "tex",
    [r"\def\a{\a\a}\a", r"\newcommand{\a}{x}", r"\let\a=b", "x" * 2001, "{" * 26 + "}" * 26],
    ids=["def", "newcommand", "let", "long", "deep"],
)
def test_macros_and_what_is_long_or_deep_stay_as_they_are(tex: str) -> None:
    assert mathml(tex, Room()) is None


PIECES = ["x^", "x'", "x^{y}", "&", r"\\", "1", "%", r"\sqrt", r"\left(", r"\frac", r"\text{x"]


@pytest.mark.parametrize("piece", [*PIECES, r"\not", r"\begin{matrix}", r"\operatorname{ "])
def test_repetitive_tex_takes_no_time(piece: str) -> None:
    mathml("x", Room())
    start = time.process_time()
    mathml((piece * 2000)[:2000], Room())
    assert time.process_time() - start < 1.0  # seconds; about 0.03 when nothing else runs


def test_no_length_moves_anything_far() -> None:
    made = mathml(r"a \hspace{-99em} b \hspace{99em} c \quad d", Room())
    assert made is not None
    assert re.findall(r'width="(.*?)"', made) == ["1em"]


def test_letters_come_from_unicodes_alphabets() -> None:
    made = mathml(r"\mathbf{x} \mathcal{N} \mathbb{R}", Room())
    assert made is not None
    assert {"𝐱", "𝒩", "ℝ"} <= set(made)


def test_a_page_without_room_for_more_elements_keeps_the_tex() -> None:
    room = Room(elements=5)
    assert mathml("x", room) is not None
    assert mathml("x + y + z", room) is None
