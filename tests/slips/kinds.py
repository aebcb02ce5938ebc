"""The kinds of mistakes: how likely, what is said of each, and what stands in the code instead.

In the code and in the words L and R are the two sides of an operator, A an argument of a function
and its options "...", and L a quantity.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

COMMON, RARE, ODD = 1, 2, 3
"""How near a mistake lies. Where several explain a result, the nearest of them are told."""

Kinds = tuple[tuple[int, str, str], ...]

OPERATORS: Mapping[type[ast.operator], Kinds] = {
    ast.Add: (
        (COMMON, "{R} has the wrong sign", "L - R"),
        (COMMON, "{R} is left out", "L"),
        (COMMON, "{L} is left out", "R"),
        (COMMON, "{L} has the wrong sign", "R - L"),
        (RARE, "{L} and {R} are multiplied, not added", "L * R"),
        (ODD, "{L} is divided by {R}, and they should be added", "L / R"),
    ),
    ast.Sub: (
        (COMMON, "{R} has the wrong sign", "L + R"),
        (COMMON, "{L} and {R} are subtracted the other way round", "R - L"),
        (COMMON, "{R} is not subtracted", "L"),
        (RARE, "{L} is left out", "-R"),
        (RARE, "{L} is left out, and {R} has the wrong sign", "R"),
        (RARE, "the absolute value is taken of the difference of {L} and {R}", "abs(L - R)"),
        (RARE, "absolute values are taken before {R} is subtracted", "abs(L) - abs(R)"),
        (RARE, "{L} is divided by {R}, which should be subtracted", "L / R"),
        (RARE, "{L} and {R} are multiplied, and one should be subtracted", "L * R"),
        (RARE, "{R} replaces {L}, and should be subtracted from it", "np.where(R != 0, R, L)"),
        (RARE, "minus {R} replaces {L}", "np.where(R != 0, -(R), L)"),
        (RARE, "{L} stands only where {R} is subtracted", "np.where(R != 0, L - R, 0.0)"),
    ),
    ast.Mult: (
        (COMMON, "{L} is divided by {R}, not multiplied by it", "L / R"),
        (COMMON, "the factor {R} is left out", "L"),
        (COMMON, "the factor {L} is left out", "R"),
        (RARE, "{L} and {R} are added, not multiplied", "L + R"),
        (ODD, "{R} is subtracted from {L}, not multiplied", "L - R"),
    ),
    ast.Div: (
        (COMMON, "{L} is multiplied by {R}, not divided by it", "L * R"),
        (COMMON, "{L} is not divided by {R}", "L"),
        (RARE, "the quotient of {L} and {R} is upside down", "R / L"),
        (RARE, "{L} is divided by {R} twice", "L / R / R"),
        (RARE, "the quotient is rounded down: // stands for /, below {L}", "L // R"),
        (RARE, "{R} is subtracted from {L}, which should be divided by it", "L - R"),
        (ODD, "1 stands where {L} is to be divided by {R}", "1 / R"),
    ),
    ast.Pow: (
        (COMMON, "{L} is not squared", "L"),
        (COMMON, "{L} is made absolute, not squared", "abs(L)"),
        (RARE, "{L} is doubled, not squared", "2 * L"),
        (RARE, "{L} has the power 3, not 2", "L**3"),
        (RARE, "{L} has the power 3, not 2, and no sign", "abs(L)**3"),
        (ODD, "{L} has the power 4, not 2", "L**4"),
        (ODD, "{L} has the root taken, not the square", "np.sqrt(abs(L))"),
    ),
    ast.MatMult: (
        (RARE, "{L} and {R} are multiplied entry by entry", "L * R"),
        (RARE, "{L} is transposed where it should not be, or the reverse", "L.T @ R"),
        (RARE, "{L} and {R} come in the other order", "R @ L"),
        (RARE, "the entries of {R} are added up, and {L} is left out", "np.sum(R)"),
    ),
}
SCALED: Kinds = (
    (COMMON, "{L} is divided by its maximum, not by {R}", "L / np.max(L)"),
    (COMMON, "{L} is divided by its sum, not by {R}", "L / np.sum(L)"),
)
BRACKETS: Mapping[tuple[type[ast.operator], type[ast.operator]], Kinds] = {
    (ast.Mult, ast.Add): ((COMMON, "brackets are missing: {A} multiplies {B} alone", "A * B + C"),),
    (ast.Mult, ast.Sub): ((COMMON, "brackets are missing: {A} multiplies {B} alone", "A * B - C"),),
    (ast.Div, ast.Mult): (
        (COMMON, "brackets are missing: {C} multiplies, and should divide", "A / B * C"),
    ),
    (ast.Div, ast.Add): ((COMMON, "brackets are missing: {B} alone divides", "A / B + C"),),
    (ast.Div, ast.Sub): ((COMMON, "brackets are missing: {B} alone divides", "A / B - C"),),
}
"""By an operator and the one in brackets to the right of it: A op (B op C)."""
BRACKETS_BEFORE: Mapping[type[ast.operator], Kinds] = {
    ast.Add: ((COMMON, "brackets are missing: {B} alone is divided by {C}", "A + B / C"),),
    ast.Sub: ((COMMON, "brackets are missing: {B} alone is divided by {C}", "A - B / C"),),
}
"""By the operator in the brackets: (A op B) / C."""
SQUARED_DIFFERENCE: Kinds = (
    (RARE, "squares are subtracted, of {L} and {R}: square the difference", "L**2 - R**2"),
    (RARE, "squares are subtracted, of {R} and {L}: square the difference", "R**2 - L**2"),
)
CALLS: Mapping[str, Kinds] = {
    "np.log": (
        (COMMON, "the logarithm of {A} is not taken", "A"),
        (COMMON, "the logarithm of {A} is to base 2, not the natural one", "np.log2(A)"),
        (COMMON, "the logarithm of {A} is to base 10, not the natural one", "np.log10(A)"),
        (RARE, "log1p is taken of {A}, which adds 1", "np.log1p(A)"),
        (RARE, "the logarithm of 1 minus it is taken, of {A}", "np.log(1 - (A))"),
        (RARE, "1 is subtracted from {A}, and no logarithm taken", "(A) - 1"),
        (RARE, "the root of {A} is taken, not the logarithm", "np.sqrt(A)"),
        (ODD, "exp of {A} is taken, not the logarithm", "np.exp(A)"),
    ),
    "np.log2": (
        (COMMON, "the logarithm of {A} is not taken", "A"),
        (COMMON, "the logarithm of {A} is the natural one, not to base 2", "np.log(A)"),
        (COMMON, "the logarithm of {A} is to base 10, not 2", "np.log10(A)"),
        (RARE, "log1p is taken of {A}, which adds 1", "np.log1p(A)"),
        (RARE, "the logarithm of 1 minus it is taken, of {A}", "np.log2(1 - (A))"),
        (RARE, "the root of {A} is taken, not the logarithm", "np.sqrt(A)"),
    ),
    "np.exp": (
        (COMMON, "exp of {A} is not taken", "A"),
        (COMMON, "exp is taken of minus {A}", "np.exp(-(A))"),
        (RARE, "expm1 is taken of {A}, which subtracts 1", "np.expm1(A)"),
        (ODD, "2 to the power of {A} is taken, not exp", "np.exp2(A)"),
        (ODD, "10 to the power of {A} is taken, not exp", "10.0 ** (A)"),
    ),
    "np.sum": (
        (COMMON, "the mean is taken of {A}, not the sum", "np.mean(A...)"),
        (COMMON, "{A} is not summed", "A"),
        (RARE, "the maximum is taken of {A}, not the sum", "np.max(A...)"),
        (RARE, "absolute values are added up, of {A}", "np.sum(abs(A)...)"),
        (RARE, "squares are added up, of {A}", "np.sum((A)**2...)"),
        (ODD, "{A} is multiplied together, not added up", "np.prod(A...)"),
        (ODD, "{A} is added up and the root taken", "np.sqrt(np.sum(A...))"),
        (ODD, "the sum of {A} is squared", "np.sum(A...)**2"),
    ),
    "np.mean": (
        (COMMON, "the sum is taken of {A}, not the mean", "np.sum(A...)"),
        (COMMON, "the mean of {A} is divided by n - 1", "np.sum(A...) / (len(A) - 1)"),
        (COMMON, "the mean of {A} is divided by n + 1", "np.sum(A...) / (len(A) + 1)"),
        (RARE, "the mean of {A} is divided by n - 2", "np.sum(A...) / (len(A) - 2)"),
        (COMMON, "{A} is not averaged", "A"),
        (RARE, "the median is taken of {A}, not the mean", "np.median(A...)"),
        (RARE, "the maximum is taken of {A}, not the mean", "np.max(A...)"),
        (RARE, "the mean of {A} is divided by n twice", "np.mean(A...) / len(A)"),
        (RARE, "absolute values are averaged, of {A}", "np.mean(abs(A)...)"),
        (ODD, "the mean of {A} is squared", "np.mean(A...)**2"),
    ),
    "np.max": (
        (COMMON, "the minimum is taken of {A}, not the maximum", "np.min(A...)"),
        (COMMON, "the mean is taken of {A}, not the maximum", "np.mean(A...)"),
        (RARE, "the sum is taken of {A}, not the maximum", "np.sum(A...)"),
        (RARE, "absolute values are compared for the maximum of {A}", "np.max(abs(A)...)"),
    ),
    "np.sqrt": (
        (COMMON, "the root of {A} is not taken", "A"),
        (RARE, "{A} is squared, and the root should be taken", "(A)**2"),
    ),
    "np.abs": (
        (COMMON, "{A} keeps its sign: the absolute value is not taken", "A"),
        (RARE, "{A} is squared, not made absolute", "(A)**2"),
        (RARE, "minus the absolute value is taken of {A}", "-np.abs(A)"),
    ),
    "np.sign": (
        (COMMON, "{A} itself stands where its sign belongs", "A"),
        (COMMON, "1 stands where the sign of {A} belongs", "np.ones_like(A)"),
        (COMMON, "the sign of {A} is turned round", "-np.sign(A)"),
        (RARE, "the absolute value of {A} stands where its sign belongs", "abs(A)"),
        (RARE, "0 stands where {A} is negative", "1.0 * (A > 0)"),
        (RARE, "half the sign of {A} is taken", "np.sign(A) / 2"),
    ),
    "np.maximum": (
        (COMMON, "{A} is kept where it is negative: max with 0 is left out", "A"),
        (COMMON, "the minimum is taken of 0 and {A}, not the maximum", "np.minimum(A, 0)"),
        (RARE, "the absolute value is taken of {A}, not the maximum with 0", "abs(A)"),
    ),
    "np.floor": (
        (COMMON, "{A} is rounded up, not down", "np.ceil(A)"),
        (COMMON, "{A} is rounded to the nearest, not down", "np.round(A)"),
    ),
    "np.sort": (
        (COMMON, "{A} is not sorted", "A"),
        (COMMON, "{A} is sorted downwards", "np.sort(A)[::-1]"),
    ),
}
COMPARED = (
    ("<", "is below"),
    ("<=", "is at most"),
    (">", "is above"),
    (">=", "is at least"),
)
COUNTS: Kinds = (
    (COMMON, "{L} - 1 stands for {L}", "L - 1"),
    (COMMON, "{L} + 1 stands for {L}", "L + 1"),
    (RARE, "{L} - 2 stands for {L}", "L - 2"),
    (COMMON, "2 times {L} stands for {L}", "2 * L"),
    (COMMON, "the square of {L} stands for {L}", "L**2"),
)
SIZES: Kinds = (
    (COMMON, "{L} counts twice, or lacks a factor 1/2", "2 * L"),
    (COMMON, "{L} counts half, or has a factor 1/2 too many", "L / 2"),
)
STEPS: Kinds = (
    (COMMON, "{L} has the wrong sign", "-(L)"),
    (COMMON, "{L} is half as large", "(L) / 2"),
    (COMMON, "{L} is twice as large", "2 * (L)"),
    (RARE, "{L} is squared", "(L)**2"),
    (RARE, "{L} is made absolute", "abs(L)"),
    (ODD, "{L} has its root taken", "np.sqrt(L)"),
)
QUANTITIES: Kinds = (
    (RARE, "{L} has the wrong sign", "-L"),
    (RARE, "{L} is squared", "L**2"),
    (RARE, "{L} has its root taken", "np.sqrt(L)"),
    (RARE, "{L} is made absolute", "abs(L)"),
    (RARE, "{L} counts twice", "2 * L"),
    (RARE, "{L} counts half", "L / 2"),
    (RARE, "{L} is turned into 1 minus it", "1 - L"),
    (RARE, "{L} is multiplied by 1 minus it", "L * (1 - L)"),
    (ODD, "{L} is turned into one over it", "1 / L"),
    (RARE, "{L} is replaced by 1", "np.ones_like(L)"),
    (RARE, "{L} is replaced by its sign", "np.sign(L)"),
    (ODD, "{L} is cubed", "L**3"),
    (ODD, "{L} has its logarithm taken", "np.log(L)"),
    (ODD, "{L} has exp taken", "np.exp(L)"),
    (ODD, "{L} is replaced by its mean", "np.mean(L)"),
    (ODD, "{L} is replaced by its sum", "np.sum(L)"),
    (ODD, "{L} is replaced by its maximum", "np.max(L)"),
    (ODD, "{L} is rounded to whole numbers", "np.trunc(L)"),
    (ODD, "{L} is rounded to whole numbers", "np.round(L)"),
    (ODD, "{L} comes in reversed order", "L[::-1]"),
    (ODD, "{L} is divided by its sum", "L / np.sum(L)"),
    (ODD, "{L} is divided by its maximum", "L / np.max(L)"),
)
EVERYWHERE = ("-L", "L**2", "np.sqrt(L)")
"""What is likely to be done to an argument as a whole."""
WHOLE: Kinds = (
    (RARE, "{L} is counted from 1", "L - 1"),
    (RARE, "{L} is one too large", "L + 1"),
    (ODD, "{L} comes in reversed order", "L[::-1]"),
)
SUMMANDS: Kinds = (
    (RARE, "the first of the summands is left out, of {A}", "1:"),
    (RARE, "the last of the summands is left out, of {A}", ":-1"),
    (RARE, "the first of the summands stands alone, of {A}", ":1"),
    (RARE, "the last of the summands stands alone, of {A}", "-1:"),
    (ODD, "every second of the summands is left out, of {A}", "::2"),
)
EXAMPLES: Kinds = (
    (COMMON, "the first is left out: does a loop, or a slice, start too late?", "1:"),
    (COMMON, "the last is left out: does a loop, or a slice, end too early?", ":-1"),
    (COMMON, "the first alone counts: is the `return` inside the loop?", ":1"),
    (
        COMMON,
        "the last alone counts: is there = where += belongs, or a fresh start in a loop?",
        "-1:",
    ),
    (RARE, "every second is left out", "::2"),
    (RARE, "every second is left out, the first too", "1::2"),
    (RARE, "the first and the last are left out", "1:-1"),
)
RESULTS: Kinds = (
    (RARE, "the last entry stays 0: does a loop end too early?", "-1"),
    (RARE, "the first entry stays 0: does a loop start too late?", "0"),
)
