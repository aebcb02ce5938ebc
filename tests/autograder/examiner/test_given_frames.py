"""Frames and series of setup cells, which the student's code leaves, changes or spoils."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.results import Outcome
from tests.autograder.workers.bench import Bench, answer, check_cell, open_bench, plain, source

SETUP = (
    "import numpy as np\nimport pandas as pd\n"
    "df = pd.DataFrame({'a': [1.0, 2.0, 6.0], 'name': ['x', 'y', None]})\n"
    "ages = pd.Series([30, 20], index=['ann', 'bob'], name='age')"
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as made:
        yield made


def outcome(bench: Bench, right: str, submitted: str, test: str) -> Outcome:
    """What becomes of an answer, compared with the ``right`` one, which has to pass."""
    cells = [[plain(SETUP), answer(each), check_cell(test)] for each in (right, submitted)]
    instructor = source(*cells[0])
    solution = bench.grade(instructor)
    assert solution.questions[-1].outcome is Outcome.PASSED, solution.questions[-1]
    return bench.grade(instructor, *cells[1], solution=solution).questions[-1].outcome


KEPT = "assert abs(mean - 3) < 1e-9\nassert list(df.columns) == ['a', 'name'] and df['a'][2] == 6"
AGES = "assert oldest == 'ann'\nassert ages.index.tolist() == ['ann', 'bob']"


@pytest.mark.parametrize(
    ("right", "spoils", "test"),
    [
        ("mean = df['a'].mean()", "df['b'] = df['a']\nmean = df['b'].mean()", KEPT),
        ("mean = df['a'].mean()", "mean = df['a'].mean()\ndf.loc[2, 'a'] = 0", KEPT),
        ("mean = df['a'].mean()", "df.drop(columns='name', inplace=True)\nmean = 3", KEPT),
        ("mean = df['a'].mean()", "df.pop('name')\nmean = df.pop('a').mean()", KEPT),
        ("oldest = ages.idxmax()", "ages.sort_values(inplace=True)\noldest = ages.index[-1]", AGES),
        ("oldest = ages.idxmax()", "oldest = ages.idxmax()\ndel ages['bob']", AGES),
    ],
)
def test_who_spoils_a_given_frame_fails_a_test_that_looks(
    bench: Bench, right: str, spoils: str, test: str
) -> None:
    assert outcome(bench, right, right, test) is Outcome.PASSED
    assert outcome(bench, right, spoils, test) is Outcome.FAILED


@pytest.mark.parametrize(
    ("right", "wrong", "test"),
    [
        ("df['b'] = df['a'] * 2", "df['b'] = df['a']", "assert df['b'].tolist() == [2, 4, 12]"),
        ("df.loc[2, 'name'] = 'z'", "df.loc[1, 'name'] = 'z'", "assert df['name'][2] == 'z'"),
        ("df.dropna(inplace=True)", "df.dropna()", "assert len(df) == 2"),
        (
            "df.rename(columns={'a': 'c'}, inplace=True)",
            "df.rename(columns={'a': 'c'})",
            "assert 'c' in df",
        ),
        ("df.columns = ['c', 'd']", "df.columns.to_list()", "assert list(df) == ['c', 'd']"),
        ("ages['eve'] = 40", "ages['eve'] = 4", "assert ages['eve'] == 40 and len(ages) == 3"),
        ("ages.iloc[0] += 1", "ages.iloc[1] += 1", "assert ages['ann'] == 31"),
        (
            "def age_all():\n    global ages\n    ages += 1\nage_all()",
            "def age_all():\n    return ages + 1\nage_all()",
            "assert ages.tolist() == [31, 21]",
        ),
    ],
)
def test_a_test_sees_what_the_answer_changes_in_place(
    bench: Bench, right: str, wrong: str, test: str
) -> None:
    assert outcome(bench, right, right, test) is Outcome.PASSED
    assert outcome(bench, right, wrong, test) is Outcome.FAILED


@pytest.mark.parametrize(
    "suits",
    [
        "df['a'] = 0.0\ncentred = pd.Series([0.0, 0.0, 0.0])",
        "df.loc[:, 'a'] = 5\ncentred = df['a'] * 0",
        "df.drop(df.index, inplace=True)\ncentred = df['a']",
        "df.loc[1:, 'a'] = 1.0\ncentred = df['a'] - 1",
    ],
)
def test_data_replaced_to_suit_an_answer_earns_it_nothing(bench: Bench, suits: str) -> None:
    right = "centred = df['a'] - df['a'].mean()"
    test = (
        "assert len(centred) == len(df)\n"
        "assert ((centred - (df['a'] - df['a'].mean())).abs() < 1e-9).all()"
    )
    assert outcome(bench, right, right, test) is Outcome.PASSED
    assert outcome(bench, right, suits, test) not in (Outcome.PASSED, Outcome.PARTIAL)
