"""The data are what was published: checksums, and statistics printed elsewhere about them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from course_lib import datasets
from course_lib.datasets import (
    ALPHABET,
    CHECKSUMS,
    batters,
    belgian_calls,
    checksum,
    diabetes,
    digits,
    frankenstein,
    iris,
    kept_digits,
    letters,
    newcomb,
    stack_loss,
    training_digits,
    werther,
)
from course_lib.information import (
    conditional_entropy,
    entropy,
    huffman_code,
    kl_divergence,
    mutual_information,
)

LOADERS: dict[str, Callable[[], tuple[np.ndarray, ...]]] = {
    "newcomb": lambda: (newcomb(),),
    "belgian_calls": belgian_calls,
    "batters": lambda: batters()[1:],
    "stack_loss": stack_loss,
    "digits": digits,
    "training_digits": training_digits,
    "kept_digits": kept_digits,
    "diabetes": diabetes,
    "iris": iris,
    "frankenstein": lambda: (np.frombuffer(frankenstein().encode(), np.uint8),),
    "werther": lambda: (np.frombuffer(werther().encode(), np.uint8),),
}
TEXTS = {"frankenstein", "werther"}
NOT_SHIPPED = {"mnist"}
OTHERS = {"ALPHABET", "Batters", "CHECKSUMS", "checksum", "letters"}


def test_every_loader_has_a_checksum() -> None:
    loaders = set(datasets.__all__) - OTHERS - NOT_SHIPPED
    assert set(CHECKSUMS) == set(LOADERS) == loaders


@pytest.mark.parametrize("name", LOADERS)
def test_checksum(name: str) -> None:
    assert checksum(*LOADERS[name]()) == CHECKSUMS[name]


@pytest.mark.parametrize("name", sorted(LOADERS.keys() - TEXTS))
def test_every_call_returns_new_arrays(name: str) -> None:
    for first, second in zip(LOADERS[name](), LOADERS[name](), strict=True):
        assert first.dtype in (np.float64, np.int64)
        assert first.flags.writeable
        assert first.base is None
        assert not np.shares_memory(first, second)


@pytest.mark.parametrize("name", LOADERS)
def test_docstring_names_the_source(name: str) -> None:
    assert "    References\n" in (getattr(datasets, name).__doc__ or "")


def test_checksum_sees_one_changed_number() -> None:
    x = newcomb()
    x[3] = 42.0
    assert checksum(x) != CHECKSUMS["newcomb"]


def test_newcomb_as_described_by_stigler() -> None:
    """Mean 26.21, standard deviation 10.75, and without the outliers 27.75 and 5.08."""
    x = newcomb()
    assert x.size == 66
    assert round(x.mean(), 2) == 26.21
    assert round(x.std(ddof=1), 2) == 10.75
    assert sorted(x)[:2] == [-44, -2]
    kept = x[x > 0]
    assert (round(kept.mean(), 2), round(kept.std(ddof=1), 2)) == (27.75, 5.08)


def test_belgian_calls_by_least_squares() -> None:
    year, calls = belgian_calls()
    assert year[[0, -1]].tolist() == [1950, 1973]
    assert round(np.polyfit(year, calls, 1)[0], 2) == 5.04


def test_belgian_calls_by_least_absolute_deviations() -> None:
    """The slope usually quoted is 1.53; it is one of a whole interval of slopes that tie."""
    year, calls = belgian_calls()

    # Some line of least absolute deviations passes through two of the points.
    pairs = np.array(list(combinations(range(24), 2))).T
    slopes = np.diff(calls[pairs], axis=0)[0] / np.diff(year[pairs], axis=0)[0]
    residuals = calls - calls[pairs[0], None] - slopes[:, None] * (year - year[pairs[0], None])
    totals = np.abs(residuals).sum(axis=1)

    best = np.unique(slopes[totals < totals.min() + 1e-9].round(2))
    assert round(totals.min(), 9) == 844
    assert 1.53 in best
    assert best[[0, -1]].tolist() == [1.16, 1.62]


def test_batters_averages_are_fractions_of_their_at_bats() -> None:
    """The two printed columns fit each other: a whole number of hits rounds to the average."""
    data = batters()
    hits = (data.remaining_average * data.remaining_at_bats).round()
    assert (hits / data.remaining_at_bats).round(3).tolist() == data.remaining_average.tolist()


def test_batters_as_described_by_efron_and_morris() -> None:
    data = batters()
    assert [len(field) for field in data] == [18] * 5
    early = data.hits / data.at_bats
    assert (round(early.mean(), 3), round(early.max(), 3), round(early.min(), 3)) == (
        0.265,
        0.4,
        0.156,
    )
    # Their arcsine transformation, under which the total squared error of the averages is 17.56,
    # of Stein's estimator 5.01, whose shrinking factor is 0.791.
    x, truth = (np.sqrt(45) * np.arcsin(2 * p - 1) for p in (early, data.remaining_average))
    shrink = 15 / ((x - x.mean()) ** 2).sum()
    stein = x.mean() + (1 - shrink) * (x - x.mean())
    assert round(shrink, 3) == 0.791
    assert ((x - truth) ** 2).sum() == pytest.approx(17.56, abs=0.08)
    assert ((stein - truth) ** 2).sum() == pytest.approx(5.01, abs=0.03)


def test_stack_loss_by_least_squares() -> None:
    """Coefficients, residual standard error and R² as every textbook on regression prints them."""
    X, y = stack_loss()
    design = np.column_stack([np.ones(21), X])
    w, (rss,), _, _ = np.linalg.lstsq(design, y, rcond=None)
    assert w.round(4).tolist() == [-39.9197, 0.7156, 1.2953, -0.1521]
    assert round(float(np.sqrt(rss / 17)), 3) == 3.243
    assert round(float(1 - rss / ((y - y.mean()) ** 2).sum()), 4) == 0.9136


def test_digits() -> None:
    X, y = digits()
    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0, 16)
    assert y[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert X[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]


def test_diabetes_as_printed_in_table_1_of_the_paper() -> None:
    X, y = diabetes()
    assert X[0].tolist() == [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]
    assert X[1].tolist() == [48, 1, 21.6, 87, 183, 103.2, 70, 3, 3.8918, 69]
    assert y[:6].tolist() == [151, 75, 141, 206, 135, 97]
    assert set(X[:, 1]) == {1, 2}


def test_iris_as_printed_by_fisher() -> None:
    X, y = iris()
    assert np.bincount(y).tolist() == [50, 50, 50]
    means = [X[y == species].mean(axis=0).round(3).tolist() for species in range(3)]
    assert means == [
        [5.006, 3.428, 1.462, 0.246],
        [5.936, 2.77, 4.26, 1.326],
        [6.588, 2.974, 5.552, 2.026],
    ]
    # Right here, wrong in the UCI Repository's copy.
    assert X[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert X[37].tolist() == [4.9, 3.6, 1.4, 0.1]


@pytest.mark.parametrize("name", ["digits", "diabetes", "iris"])
def test_tables_are_those_of_scikit_learn(name: str) -> None:
    sklearn = pytest.importorskip("sklearn.datasets")
    keywords: dict[str, Any] = {"scaled": False} if name == "diabetes" else {}
    X, y = getattr(sklearn, f"load_{name}")(return_X_y=True, **keywords)
    ours = getattr(datasets, name)()
    assert np.array_equal(ours[0], X)
    assert np.array_equal(ours[1], y)


def test_frankenstein_is_the_book_alone() -> None:
    text = frankenstein()
    assert text.startswith("Letter 1\n\nSt. Petersburgh, Dec. 11th, 17--")
    assert text.endswith("wrecked it--thus!")
    assert text.isascii()
    assert "gutenberg" not in text.lower()
    assert [line for line in text.split("\n\n") if line.startswith("Letter")] == [
        f"Letter {number}" for number in (1, 2, 3, 4)
    ]


def test_letters_of_frankenstein() -> None:
    """Near what the whole novel gives: 4.091, 4.128, 3.301 and 0.790 bits."""
    x = letters(frankenstein())
    pairs = np.bincount(27 * x[:-1] + x[1:], minlength=27 * 27).reshape(27, 27) / (x.size - 1)
    p = np.bincount(x, minlength=27) / x.size
    length = sum(q * len(word) for q, word in zip(p, huffman_code(p), strict=True))
    bits = [entropy(p, 2), length, conditional_entropy(pairs, 2), mutual_information(pairs, 2)]
    assert np.round(bits, 3).tolist() == [4.092, 4.127, 3.309, 0.782]


def test_a_code_for_english_wastes_bits_on_german() -> None:
    """And one made from this German text cannot write English at all."""
    german, english = (
        np.bincount(letters(text), minlength=27) / len(letters(text))
        for text in (werther(), frankenstein())
    )
    assert round(float(kl_divergence(german, english, 2)), 3) == 0.207
    assert kl_divergence(english, german) == np.inf
    assert [ALPHABET[symbol] for symbol in np.flatnonzero(german == 0)] == ["j", "q", "x", "y"]


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("", ""),
        ("abc xyz", "abc xyz"),
        ("  Two\n\nwords--and 3 more!", "two words and more"),
        ("Élan, naïve; Straße", "elan naive strasse"),
        ("o'clock", "o clock"),
    ],
)
def test_letters(text: str, symbols: str) -> None:
    x = letters(text)
    assert x.dtype == np.int64
    assert "".join(ALPHABET[symbol] for symbol in x) == symbols
