"""Small published data sets, typed in from their source.

Each loader returns new arrays. The numbers are facts, to which no copyright applies; the source is
cited for each. `CHECKSUMS` holds the SHA-256 of the returned values, see `checksum`.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHECKSUMS", "belgian_calls", "checksum", "newcomb"]

CHECKSUMS = {
    "newcomb": "a6a6915889e5190a2edafaafd66c39e530d4651288cfdf3065306e6061a5990c",
    "belgian_calls": "97f2f81b98d090ed6836b958b3de44564e5a1b83a5fca6143996a3feffdc4594",
}


def newcomb() -> NDArray[np.float64]:
    """Simon Newcomb's 66 measurements of the time that light took to travel 7442 m, 1882.

    Coded as deviations from 24 800 ns, in ns, in the order of Stigler's table; the light went from
    Fort Myer to the Washington Monument and back. In this coding the value accepted today is 33.02;
    −44 and −2 are the famous outliers.

    Source: S. M. Stigler, Do robust estimators work with real data?, Annals of Statistics 5 (1977)
    1055–1098, table 5; S. Newcomb, Measures of the velocity of light made under direction of the
    Secretary of the Navy during the years 1880–1882, Astronomical Papers 2 (1891) 107–230.

    >>> x = newcomb()
    >>> x.size, round(float(x.mean()), 2), float(np.median(x))
    (66, 26.21, 27.0)
    """
    # fmt: off
    return np.array([
        28, 26, 33, 24, 34, -44, 27, 16, 40, -2, 29, 22, 24, 21, 25, 30, 23, 29, 31, 19, 24, 20,
        36, 32, 36, 28, 25, 21, 28, 29, 37, 25, 28, 26, 30, 32, 36, 26, 30, 22, 36, 23, 27, 27,
        28, 27, 31, 27, 26, 33, 26, 32, 32, 24, 39, 28, 24, 25, 32, 25, 29, 27, 28, 29, 16, 23,
    ], dtype=np.float64)
    # fmt: on


def belgian_calls() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Year (1950 to 1973) and number of international telephone calls from Belgium, in millions.

    From 1964 to 1969 another way of recording was in use: it counted minutes, not calls; 1963 and
    1970 are mixtures. A straight line describes the other years well.

    Source: Belgian Statistical Survey (Ministry of Economy), as published in P. J. Rousseeuw and
    A. M. Leroy, Robust Regression and Outlier Detection (Wiley 1987), chapter 2, table 2 (there in
    tens of millions).

    >>> year, calls = belgian_calls()
    >>> year.size, round(float(np.polyfit(year, calls, 1)[0]), 2)
    (24, 5.04)
    """
    # fmt: off
    calls = np.array([
        4.4, 4.7, 4.7, 5.9, 6.6, 7.3, 8.1, 8.8, 10.6, 12.0, 13.5, 14.9,
        16.1, 21.2, 119.0, 124.0, 142.0, 159.0, 182.0, 212.0, 43.0, 24.0, 27.0, 29.0,
    ])
    # fmt: on
    return np.arange(1950.0, 1974.0), calls


def checksum(*columns: NDArray[np.float64]) -> str:
    """SHA-256 (hexadecimal) of the columns' little-endian float64 bytes, one after the other.

    >>> checksum(np.array([1.0]))[:8]
    '6c3c396e'
    """
    return hashlib.sha256(
        b"".join(column.astype("<f8").tobytes() for column in columns)
    ).hexdigest()
