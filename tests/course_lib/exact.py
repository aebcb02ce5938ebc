"""Exact references: the formulas in decimal arithmetic, with far more digits than float64 has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np

# Enough to hold 1 + exp(-800) and still have 50 digits of what was added.
DIGITS = Context(prec=400, Emax=10**9, Emin=-(10**9))


def decimals(values: Iterable[Any]) -> list[Decimal]:
    """The numbers as they are stored: 0.1 is 0.1000000000000000055…"""
    return [Decimal(float(value)) for value in values]


def logsumexp(row: Sequence[Any], context: Context = DIGITS) -> Decimal:
    with localcontext(context):
        return sum((o.exp() for o in decimals(row)), Decimal(0)).ln()


def log_softmax(row: Sequence[Any], context: Context = DIGITS) -> list[Decimal]:
    with localcontext(context):
        total = logsumexp(row, context)
        return [o - total for o in decimals(row)]


def softmax(row: Sequence[Any], context: Context = DIGITS) -> list[Decimal]:
    with localcontext(context):
        return [log_p.exp() for log_p in log_softmax(row, context)]


def ulps(actual: Any, exact: Sequence[Decimal]) -> float:
    """Largest error, in units of the last place of the exact result rounded to `actual`'s dtype."""
    numbers = np.asarray(actual)
    worst = Decimal(0)
    with localcontext(DIGITS):
        for number, reference in zip(numbers.flat, exact, strict=True):
            unit = Decimal(float(np.spacing(np.abs(numbers.dtype.type(float(reference))))))
            worst = max(worst, abs(Decimal(float(number)) - reference) / unit)
    return float(worst)


def relative_error(actual: Any, exact: Decimal | Fraction) -> float:
    if not exact:
        return 0.0 if float(actual) == 0 else float("inf")
    return float(abs(Fraction(float(actual)) / Fraction(exact) - 1))


def mean_and_variance(sample: Sequence[Any]) -> tuple[Fraction, Fraction]:
    """Mean, and mean squared deviation from it."""
    values = [Fraction(float(value)) for value in sample]
    mean = sum(values, Fraction(0)) / len(values)
    return mean, sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)


def ridge(X: Any, y: Any, penalty: Any) -> list[Fraction]:
    """Solve (XᵀX + penalty·I)w = Xᵀy by elimination in fractions."""
    rows = [[Fraction(float(v)) for v in row] for row in X]
    target = [Fraction(float(v)) for v in y]
    d = len(rows[0])
    zero = Fraction(0)
    system = [
        [
            sum((row[i] * row[j] for row in rows), Fraction(float(penalty)) if i == j else zero)
            for j in range(d)
        ]
        + [sum((row[i] * t for row, t in zip(rows, target, strict=True)), zero)]
        for i in range(d)
    ]
    for i in range(d):
        pivot = next(j for j in range(i, d) if system[j][i])
        system[i], system[pivot] = system[pivot], system[i]
        system[i] = [value / system[i][i] for value in system[i]]
        for j in range(d):
            if j != i:
                factor = system[j][i]
                system[j] = [a - factor * b for a, b in zip(system[j], system[i], strict=True)]
    return [row[-1] for row in system]
