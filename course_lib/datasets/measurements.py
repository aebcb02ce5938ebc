"""Small tables of measurements, typed in from the publications that hold them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


def newcomb() -> NDArray[np.float64]:
    """Simon Newcomb's 66 measurements of the time that light took to travel 7442 m, 1882.

    The light went from Fort Myer to the Washington Monument and back. In this coding the value
    accepted today is 33.02; −44 and −2 are the famous outliers.

    Returns
    -------
    ndarray
        float64, shape (66,): deviations from 24 800 ns, in ns, in the order in which they
        were taken: Stigler's table is read column by column.

    References
    ----------
    S. M. Stigler, Do robust estimators work with real data?, Annals of Statistics 5 (1977)
    1055–1098, table 5; S. Newcomb, Measures of the velocity of light made under direction of the
    Secretary of the Navy during the years 1880–1882, Astronomical Papers 2 (1891) 107–230.

    Examples
    --------
    >>> x = newcomb()
    >>> x.size, round(float(x.mean()), 2), float(np.median(x))
    (66, 26.21, 27.0)
    """
    # fmt: off
    return np.array([
        28, -44, 29, 30, 24, 28, 37, 32, 36, 27, 26, 28, 29, 26, 27, 22, 23, 20, 25, 25, 36, 23, 31,
        32, 24, 27, 33, 16, 24, 29, 36, 21, 28, 26, 27, 27, 32, 25, 28, 24, 40, 21, 31, 32, 28, 26,
        30, 27, 26, 24, 32, 29, 34, -2, 25, 19, 36, 29, 30, 22, 28, 33, 39, 25, 16, 23,
    ], dtype=np.float64)
    # fmt: on


def belgian_calls() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Year (1950 to 1973) and number of international telephone calls from Belgium, in millions.

    From 1964 to 1969 another way of recording was in use: it counted minutes, not calls; 1963 and
    1970 are mixtures. A straight line describes the other years well.

    Returns
    -------
    year, calls : ndarray
        float64, shape (24,): year, and millions of calls.

    References
    ----------
    Belgian Statistical Survey (Ministry of Economy), as published in P. J. Rousseeuw and A. M.
    Leroy, Robust Regression and Outlier Detection (Wiley 1987), chapter 2, table 2 (there in tens
    of millions).

    Examples
    --------
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


class Batters(NamedTuple):
    """What `batters` returns: one entry per player in each field."""

    name: tuple[str, ...]
    hits: NDArray[np.int64]
    at_bats: NDArray[np.int64]
    remaining_at_bats: NDArray[np.int64]
    remaining_average: NDArray[np.float64]


def batters() -> Batters:
    """Batting of 18 baseball players in the 1970 season: the first 45 at-bats, and all later ones.

    Williams is Walt Williams of Chicago; a copy in wide use has replaced his later season by that
    of Billy Williams.

    Returns
    -------
    Batters
        One entry per player in each field. `hits` out of `at_bats` (45 for each) is what one has to
        predict `remaining_average` from, the fraction of hits in the `remaining_at_bats`, printed
        to three decimals.

    References
    ----------
    B. Efron and C. Morris, Data analysis using Stein's estimator and its generalizations, Journal
    of the American Statistical Association 70 (1975) 311–319, table 1.

    Examples
    --------
    >>> data = batters()
    >>> data.name[0], int(data.hits[0]), float(data.remaining_average[0])
    ('Clemente', 18, 0.346)
    >>> error = data.hits / data.at_bats - data.remaining_average
    >>> round(float((error**2).sum()), 4)
    0.0753
    """
    # fmt: off
    name = (
        "Clemente", "F. Robinson", "F. Howard", "Johnstone", "Berry", "Spencer", "Kessinger",
        "L. Alvarado", "Santo", "Swoboda", "Unser", "Williams", "Scott", "Petrocelli",
        "E. Rodriguez", "Campaneris", "Munson", "Alvis",
    )
    hits = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])
    remaining_at_bats = np.array([
        367, 426, 521, 275, 418, 466, 586, 138, 510, 200, 277, 270, 435, 538, 186, 558, 408, 70,
    ])
    remaining_average = np.array([
        0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269,
        0.230, 0.264, 0.256, 0.303, 0.264, 0.226, 0.285, 0.316, 0.200,
    ])
    # fmt: on
    return Batters(name, hits, np.full(hits.size, 45), remaining_at_bats, remaining_average)


def stack_loss() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ammonia lost through the stack of a plant that oxidises it to nitric acid, on 21 days.

    Days 1, 3, 4 and 21 are the outliers on which most robust analyses agree.

    Returns
    -------
    X : ndarray
        float64, shape (21, 3): air flow, which measures the rate of operation; temperature of the
        cooling water at the inlet, °C; concentration of the acid, coded as 10 × (percent − 50).
    y : ndarray
        float64, shape (21,): ten times the percentage of the ammonia that escapes.

    References
    ----------
    K. A. Brownlee, Statistical Theory and Methodology in Science and Engineering (2nd ed., Wiley
    1965), pp. 491–500.

    Examples
    --------
    >>> X, y = stack_loss()
    >>> w, *_ = np.linalg.lstsq(np.column_stack([np.ones(21), X]), y, rcond=None)
    >>> w.round(4).tolist()
    [-39.9197, 0.7156, 1.2953, -0.1521]
    """
    # fmt: off
    air_flow = [
        80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70,
    ]
    water_temperature = [
        27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20,
    ]
    acid_concentration = [
        89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91,
    ]
    loss = [
        42, 37, 37, 28, 18, 18, 19, 20, 15, 14, 14, 13, 11, 12, 8, 7, 8, 8, 9, 15, 15,
    ]
    # fmt: on
    X = np.column_stack([air_flow, water_temperature, acid_concentration]).astype(np.float64)
    return X, np.array(loss, dtype=np.float64)
