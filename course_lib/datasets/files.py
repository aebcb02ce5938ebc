"""Larger tables, and prose in two languages, kept as files beside this module.

`make_tables` wrote the tables from the copies in scikit-learn's distribution.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
ALPHABET = " abcdefghijklmnopqrstuvwxyz"
"""The 27 symbols of `letters`: the blank is 0, a is 1, z is 26."""


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Handwritten digits, 1797 images of 8 × 8 pixels: X of shape (1797, 64), y in 0 … 9.

    The digits are by 13 writers.

    Returns
    -------
    X : ndarray
        float64, shape (1797, 64). A pixel counts the set points of a 4 × 4 block of the scanned
        digit, 0 (blank) to 16.
    y : ndarray
        int64, shape (1797,), 0 … 9.

    References
    ----------
    E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository (1998), doi:10.24432/C50P49, test part. Licence: CC BY 4.0.

    Examples
    --------
    >>> X, y = digits()
    >>> X.shape, np.bincount(y).tolist()
    ((1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    """
    X, y = np.empty((1797, 64)), np.empty(1797, dtype=np.int64)
    kept = np.arange(1797) % 3 == 2
    X[~kept], y[~kept] = training_digits()
    X[kept], y[kept] = kept_digits()
    return X, y


def training_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Two thirds of the `digits`: X of shape (1198, 64), y in 0 … 9.

    Returns
    -------
    X : ndarray
        float64, shape (1198, 64), as that of `digits`.
    y : ndarray
        int64, shape (1198,), 0 … 9.

    References
    ----------
    As for `digits`.

    Examples
    --------
    >>> X, y = training_digits()
    >>> X.shape, np.bincount(y).tolist()
    ((1198, 64), [115, 119, 114, 129, 123, 121, 127, 119, 111, 120])
    """
    return _digits("digits.csv")


def kept_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The other third, every third row of `digits`: to try out what `training_digits` have taught.

    Their file is in a package of its own, which this course hides from students' code while it is
    graded: this function and `digits` find nothing there that they may read.

    Returns
    -------
    X : ndarray
        float64, shape (599, 64), as that of `digits`.
    y : ndarray
        int64, shape (599,), 0 … 9.

    References
    ----------
    As for `digits`.

    Examples
    --------
    >>> X, y = kept_digits()
    >>> X.shape, np.bincount(y).tolist()
    ((599, 64), [63, 63, 63, 54, 58, 61, 54, 60, 63, 60])
    """
    return _digits("../kept_digits/digits.csv")


def diabetes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Diabetes progression in 442 patients: X of shape (442, 10), y of shape (442,).

    The features differ in unit and spread: standardise them before a ridge penalty weighs their
    coefficients against each other.

    Returns
    -------
    X : ndarray
        float64, shape (442, 10), as measured: age (years), sex (1, 2), body mass index (kg/m²),
        mean blood pressure (mmHg), and six blood serum values (total cholesterol, LDL, HDL,
        total/HDL, a logarithm of triglycerides, glucose).
    y : ndarray
        float64, shape (442,): progression of the disease after one year.

    References
    ----------
    B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, Least angle regression, Annals of
    Statistics 32 (2004) 407–499. Published by the authors without a licence; distributed with
    scikit-learn (BSD 3-Clause).

    Examples
    --------
    >>> X, y = diabetes()
    >>> X.shape, float(y.min()), float(y.max())
    ((442, 10), 25.0, 346.0)
    """
    table = np.loadtxt(_lines("diabetes.csv"), delimiter=",")
    return table[:, :-1].copy(), table[:, -1].copy()


def iris() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Iris flowers, 50 of each of 3 species: X of shape (150, 4) in cm, y in 0, 1, 2.

    Returns
    -------
    X : ndarray
        float64, shape (150, 4), in cm: length and width of the sepals, of the petals.
    y : ndarray
        int64, shape (150,): 0 setosa, 1 versicolor, 2 virginica.

    References
    ----------
    R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7
    (1936) 179–188, table 1; measured by Edgar Anderson. Two flowers are misprinted in the UCI
    Repository's copy and right here (35: petal width 0.2; 38: sepal 4.9 × 3.6, petal 1.4 × 0.1).

    Examples
    --------
    >>> X, y = iris()
    >>> X[y == 0].mean(axis=0).round(3).tolist()
    [5.006, 3.428, 1.462, 0.246]
    """
    table = np.loadtxt(_lines("iris.csv"), delimiter=",")
    return table[:, :-1].copy(), table[:, -1].astype(np.int64)


def frankenstein() -> str:
    """Walton's four letters, with which Mary Shelley's novel *Frankenstein* begins.

    They have 30 thousand characters, 7 % of the book; enough for the frequencies of letters and of
    pairs of letters. In the public domain.

    Returns
    -------
    str
        Paragraphs are separated by an empty line.

    References
    ----------
    M. Shelley, Frankenstein; or, The Modern Prometheus (1818), in the revised text of 1831 (Colburn
    and Bentley, London).

    Examples
    --------
    >>> print(frankenstein().splitlines()[6][:62])
    You will rejoice to hear that no disaster has accompanied the
    """
    return _read("frankenstein.toml")


def werther() -> str:
    """The first letter of Goethe's *Werther*, in German: 1.4 thousand characters.

    Enough for the frequencies of letters, not of pairs; j, q, x and y do not occur at all.
    Frankenstein's creature learns about feelings from this book. In the public domain.

    Returns
    -------
    str
        Paragraphs are separated by an empty line.

    References
    ----------
    J. W. von Goethe, Die Leiden des jungen Werther (1774), letter of 4 May 1771.

    Examples
    --------
    >>> print(werther()[:34])
    Wie froh bin ich, daß ich weg bin!
    """
    return _read("werther.toml")


def letters(text: str) -> NDArray[np.int64]:
    """Text as a sequence of 27 symbols: 0 for a blank, 1 … 26 for a … z.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    ndarray
        int64, shape (n,), 0 … 26. Case and accents are dropped; whatever stands between two words
        becomes one blank.

    Examples
    --------
    >>> letters("Be, bé!").tolist()
    [2, 5, 0, 2, 5]
    >>> x = letters(frankenstein())
    >>> pairs = np.bincount(27 * x[:-1] + x[1:], minlength=27 * 27).reshape(27, 27)
    >>> x.size, ALPHABET[pairs[ALPHABET.index("q")].argmax()]
    (30235, 'u')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.sub("[^a-z]+", " ", bare).strip()
    return np.array([ALPHABET.index(character) for character in words], dtype=np.int64)


def _read(name: str) -> str:
    """Text of a file, one line to a paragraph."""
    import tomllib  # only when a text is read

    content = (FOLDER / name).read_text(encoding="utf-8")
    text: str = tomllib.loads(content)["text"]
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)


def _digits(name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Images and labels of a file that has a row for each digit."""
    rows = [line.split(",") for line in _lines(name)]
    pixels = [[int(pixel, 17) for pixel in image] for _, image in rows]
    return np.array(pixels, dtype=np.float64), np.array([int(label) for label, _ in rows])


def _lines(name: str) -> list[str]:
    """Lines of a file, without the heading."""
    return (FOLDER / name).read_text(encoding="ascii").splitlines()[1:]
