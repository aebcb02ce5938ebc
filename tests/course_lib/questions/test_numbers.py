"""Numbers as learners write them are read, and nothing else is."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.questions.numbers import LONGEST, read_number

WRITTEN = {
    "2.5": 2.5, "2,5": 2.5, " 5/2 ": 2.5, "2½": 2.5, "2 ½": 2.5, ".5": 0.5, "−2": -2.0, "+3": 3.0,
    "1¾": 1.75, "⅛": 0.125, "2^-3": 0.125, "2⁻³": 0.125, "3²": 9.0, "2**3": 8.0, "1e-3": 1e-3,
    "ln 3": math.log(3), "ln(1/4)": -math.log(4), "log 10": math.log(10), "log₂ 8": 3.0,
    "log2(8)": 3.0, "log10 1000": 3.0, "2 ln 3": 2 * math.log(3), "√2": math.sqrt(2),
    "sqrt(2) / 2": math.sqrt(0.5), "exp(-1)": math.exp(-1), "e": math.e, "2π": 2 * math.pi,
    "½ · 1 + ¼ · 2": 1.0, "2 × 3": 6.0, "6 ÷ 4": 1.5, "40 %": 0.4, "(1 + 2) * 3": 9.0, "-2^2": -4.0,
}  # fmt: skip
NO_NUMBERS = [
    "", "eight", "nan", "inf", "1/0", "1e999", "0/0", "ln 0", "ln -3", "(-8)^(1/3)", "9**9**9",
    "exp 1000", "1 2", "5(3)", "1..2", "()", "ln", "bits", "1 +", "1j", "0x10", "1_000", "x",
    "1 if 2",
    "__import__('os')", "(1).real", "[1]", "1;2", "1\n2", "lambda: 1", "a := 1", "1 < 2", "9" * 61,
    "(" * 60, "1,000,5", "%", "bits 2",
]  # fmt: skip


def test_numbers_are_read() -> None:
    assert {text: read_number(text)[0] for text in WRITTEN} == pytest.approx(WRITTEN)


@pytest.mark.parametrize(
    ("text", "unit"), [("1.75 bits", "bits"), ("1 bit", "bits"), ("2 nat", "nats"), ("8 ns", "ns")]
)
def test_units_are_read(text: str, unit: str) -> None:
    assert read_number(text)[1] == unit


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller tells the learner what to write
        read_number(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read(number: float) -> None:
    assert read_number(repr(number)) == (number, "")
    assert read_number(repr(number).replace(".", ",")) == (number, "")


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=1000))
def test_fractions_are_read(number: object) -> None:
    assert read_number(str(number))[0] == pytest.approx(float(number))


TEXTS = st.text(max_size=LONGEST + 5) | st.text("0123456789.,e+-*/^()% ½²√πlnogbits", max_size=70)


@given(TEXTS)
def test_whatever_is_typed_is_a_finite_number_or_refused_at_once(text: str) -> None:
    begin = time.process_time()
    try:
        number, _ = read_number(text)
    except ValueError:
        pass
    else:
        assert math.isfinite(number)
    assert time.process_time() - begin < 1
