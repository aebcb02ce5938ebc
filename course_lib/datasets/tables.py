"""Larger tables, kept as text files beside this module.

`make_tables` wrote the files from the copies in scikit-learn's distribution.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Handwritten digits, 1797 images of 8 × 8 pixels: X of shape (1797, 64), y in 0 … 9.

    A pixel counts the set points of a 4 × 4 block of the scanned digit, 0 (blank) to 16. The digits
    are by 13 writers.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine
    Learning Repository (1998), doi:10.24432/C50P49, test part. Licence: CC BY 4.0.

    >>> X, y = digits()
    >>> X.shape, np.bincount(y).tolist()
    ((1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    """
    rows = [line.split(",") for line in _lines("digits.csv")]
    pixels = [[int(pixel, 17) for pixel in image] for _, image in rows]
    return np.array(pixels, dtype=np.float64), np.array([int(label) for label, _ in rows])


def diabetes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Diabetes progression in 442 patients: X of shape (442, 10), y of shape (442,).

    Columns of X, as measured: age (years), sex (1, 2), body mass index (kg/m²), mean blood pressure
    (mmHg), and six blood serum values (total cholesterol, LDL, HDL, total/HDL, a logarithm of
    triglycerides, glucose). They differ in unit and spread: standardise them before a ridge penalty
    weighs their coefficients against each other. y: progression of the disease after one year.

    Source: B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least angle regression, Annals of
    Statistics 32 (2004) 407–499. Published by the authors without a licence; distributed with
    scikit-learn (BSD 3-Clause).

    >>> X, y = diabetes()
    >>> X.shape, float(y.min()), float(y.max())
    ((442, 10), 25.0, 346.0)
    """
    table = np.loadtxt(_lines("diabetes.csv"), delimiter=",")
    return table[:, :-1].copy(), table[:, -1].copy()


def iris() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Iris flowers, 50 of each of 3 species: X of shape (150, 4) in cm, y in 0, 1, 2.

    Columns of X: length and width of the sepals, length and width of the petals. Species: setosa,
    versicolor, virginica.

    Source: R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics
    7 (1936) 179–188, table 1; measured by Edgar Anderson. Two flowers are misprinted in the UCI
    Repository's copy and right here (35: petal width 0.2; 38: sepal 4.9 × 3.6, petal 1.4 × 0.1).

    >>> X, y = iris()
    >>> X[y == 0].mean(axis=0).round(3).tolist()
    [5.006, 3.428, 1.462, 0.246]
    """
    table = np.loadtxt(_lines("iris.csv"), delimiter=",")
    return table[:, :-1].copy(), table[:, -1].astype(np.int64)


def _lines(name: str) -> list[str]:
    """Lines of a file, without the heading."""
    return (FOLDER / name).read_text(encoding="ascii").splitlines()[1:]
