"""NIST's Statistical Reference Datasets, and the digits a result has in common with them."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Univariate:
    """A sample with its certified mean and standard deviation (divided by n − 1)."""

    sample: np.ndarray
    mean: float
    standard_deviation: float


@dataclass(frozen=True)
class Linear:
    """A design matrix and a response with the certified coefficients."""

    X: np.ndarray
    y: np.ndarray
    coefficients: np.ndarray


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def measured_sample(name: str) -> Univariate:
    file = read(name)
    return Univariate(
        np.array(file["data"]), file["certified_mean"], file["certified_standard_deviation"]
    )


def alternating_sample(middle: float, low: float, high: float) -> Univariate:
    """NumAcc2, NumAcc3 and NumAcc4 by their definition: one number, then 1000 that are 0.1 off."""
    return Univariate(np.array([middle] + [low, high] * 500), middle, standard_deviation=0.1)


def polynomial(x: np.ndarray, y: np.ndarray, coefficients: np.ndarray) -> Linear:
    return Linear(np.vander(x, len(coefficients), increasing=True), y, coefficients)


def measured_line(name: str) -> Linear:
    """y on the powers of a single predictor, or on several and a constant."""
    file = read(name)
    y, *predictors = np.array(file["data"], dtype=np.float64).T
    coefficients = np.array(file["certified_coefficients"])
    if len(predictors) == 1:
        return polynomial(predictors[0], y, coefficients)
    return Linear(np.column_stack([np.ones(len(y)), *predictors]), y, coefficients)


def wampler1() -> Linear:
    """y = 1 + x + x² + x³ + x⁴ + x⁵ at x = 0 … 20, exactly."""
    x = np.arange(21.0)
    return polynomial(x, sum(x**power for power in range(6)), np.ones(6))


def digits(result: float, certified: float) -> float:
    """Log relative error, NIST's measure: the significant digits in common, at most 15."""
    if result == certified:
        return 15.0
    return min(15.0, -math.log10(abs(result - certified) / abs(certified)))
