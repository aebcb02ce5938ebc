"""A course on data science as such courses are written: cleaning, merging, groups, plots, models.

Of each question: its answer, a wrong one, and a test of one point.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.autograder.stock.every_cell_course import Node, cell, solved


class Question(NamedTuple):
    """A question; ``wrong`` binds the same names."""

    name: str
    right: str
    wrong: str
    test: str


SALES = """\
day,shop,item,amount,price
2024-01-01,north,Tea ,2,3.5
2024-01-01,south,coffee,1,
2024-01-02,north, tea,5,3.5
2024-01-03,south,Coffee,,4.0
2024-01-03,south,Coffee,,4.0
2024-02-01,north,cocoa,3,2.0
"""
SETUP = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
shops = pd.DataFrame({'shop': ['north', 'south', 'west'], 'city': ['Kiel', 'Ulm', 'Bonn']})
points = pd.DataFrame({'x': np.arange(20.0), 'y': 2 * np.arange(20.0) + 1})
marks = pd.DataFrame({'student': ['a', 'b', 'c'], 'maths': [3, 1, 2], 'music': [1, 1, 3]})
"""
QUESTIONS = [
    Question(
        "load",
        "sales = pd.read_csv('data/sales.csv', parse_dates=['day'])",
        "sales = pd.read_csv('data/sales.csv')",
        "assert sales.shape == (6, 5)\nassert pd.api.types.is_datetime64_any_dtype(sales['day'])",
    ),
    Question(
        "columns",
        "names = sales.columns",
        "names = sales.columns[:-1]",
        "assert list(names) == ['day', 'shop', 'item', 'amount', 'price']",
    ),
    Question(
        "missing",
        "missing = sales.isna().sum()",
        "missing = sales.notna().sum()",
        "assert isinstance(missing, pd.Series)\nassert missing['amount'] == 2\n"
        "assert missing.sum() == 3",
    ),
    Question(
        "duplicates",
        "def without_duplicates(d):\n    return d.drop_duplicates().reset_index(drop=True)",
        "def without_duplicates(d):\n    return d.drop_duplicates()",
        "d = pd.DataFrame({'a': [1, 1, 2], 'b': ['x', 'x', 'y']})\n"
        "want = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})\n"
        "pd.testing.assert_frame_equal(without_duplicates(d), want)",
    ),
    Question(
        "argument",
        "def fill(d, value):\n    return d.fillna({'price': value})",
        "def fill(d, value):\n    d['price'] = d['price'].fillna(value)\n    return d",
        "d = pd.DataFrame({'price': [1.0, np.nan]})\nbefore = d.copy()\n"
        "assert fill(d, 5)['price'].tolist() == [1, 5]\nassert d.equals(before)",
    ),
    Question(
        "in_place",
        "def add_total(d):\n    d['total'] = d['amount'] * d['price']",
        "def add_total(d):\n    d = d.assign(total=d['amount'] * d['price'])",
        "d = pd.DataFrame({'amount': [1, 2], 'price': [3.0, 4.0]})\nadd_total(d)\n"
        "np.testing.assert_allclose(d['total'], [3, 8])",
    ),
    Question(
        "texts",
        "items = sales['item'].str.strip().str.lower()",
        "items = sales['item'].str.lower()",
        "assert set(items) == {'tea', 'coffee', 'cocoa'}\nassert (items == 'coffee').sum() == 3",
    ),
    Question(
        "counts",
        "counts = sales['shop'].value_counts()",
        "counts = sales['item'].value_counts()",
        "assert counts['north'] == 3 and counts.index[0] in ('north', 'south')",
    ),
    Question(
        "mask",
        "cheap = sales[sales['price'] < 3]",
        "cheap = sales[sales['price'] <= 3.5]",
        "assert len(cheap) == 1\nassert (cheap['price'] < 3).all()",
    ),
    Question(
        "sort",
        "ranked = marks.sort_values('maths', ascending=False)",
        "ranked = marks.sort_values('maths')",
        "assert ranked['student'].tolist() == ['a', 'c', 'b']\n"
        "assert ranked.index.tolist() == [0, 2, 1]",
    ),
    Question(
        "group_mean",
        "means = sales.groupby('shop')['price'].mean()",
        "means = sales.groupby('shop')['price'].median()",
        "want = pd.Series([3.0, 4.0], pd.Index(['north', 'south'], name='shop'), name='price')\n"
        "pd.testing.assert_series_equal(means, want)",
    ),
    Question(
        "group_two",
        "sizes = sales.groupby(['shop', 'day']).size()",
        "sizes = sales.groupby(['day', 'shop']).size()",
        "assert sizes.index.nlevels == 2\nassert sizes[('south', pd.Timestamp('2024-01-03'))] == 2",
    ),
    Question(
        "aggregate",
        "stats = sales.groupby('shop').agg(n=('item', 'size'), top=('price', 'max'))",
        "stats = sales.groupby('shop').agg(n=('item', 'size'), top=('price', 'min'))",
        "assert stats.loc['north', 'top'] == 3.5\nassert stats.columns.tolist() == ['n', 'top']",
    ),
    Question(
        "merge",
        "joined = sales.merge(shops, on='shop', how='left')",
        "joined = sales.merge(shops, on='shop', how='right')",
        "assert len(joined) == 6\nassert joined['city'].isin(['Kiel', 'Ulm']).all()",
    ),
    Question(
        "merge_function",
        "def unmatched(a, b):\n    both = a.merge(b, how='outer', indicator=True)\n"
        "    return both[both['_merge'] != 'both']",
        "def unmatched(a, b):\n    return a.merge(b, how='outer', indicator=True)",
        "got = unmatched(shops, pd.DataFrame({'shop': ['north', 'east']}))\n"
        "assert sorted(got['shop']) == ['east', 'south', 'west']",
    ),
    Question(
        "melt",
        "long = marks.melt(id_vars='student', var_name='subject', value_name='mark')",
        "long = marks.melt(var_name='subject', value_name='mark')",
        "assert long.shape == (6, 3)\nassert long.query(\"student == 'c'\")['mark'].sum() == 5",
    ),
    Question(
        "pivot",
        "table = sales.pivot_table(index='shop', columns='day', values='price', aggfunc='count')",
        "table = sales.pivot_table(index='shop', columns='day', values='amount', aggfunc='count')",
        "assert table.loc['south'].sum() == 2\nassert isinstance(table.columns, pd.DatetimeIndex)",
    ),
    Question(
        "concat",
        "def stacked(frames):\n    return pd.concat(frames, ignore_index=True)",
        "def stacked(frames):\n    return pd.concat(frames)",
        "got = stacked([shops, shops])\nassert got.index.tolist() == list(range(6))",
    ),
    Question(
        "apply",
        "def graded(d, rule):\n    return d['maths'].apply(rule)",
        "def graded(d, rule):\n    return d['music'].apply(rule)",
        "got = graded(marks, lambda m: 'good' if m < 3 else 'fair')\n"
        "assert got.tolist() == ['fair', 'good', 'good']",
    ),
    Question(
        "categories",
        "size = pd.cut(sales['amount'], [0, 2, 10], labels=['few', 'many'])",
        "size = pd.cut(sales['amount'], [0, 1, 10], labels=['few', 'many'])",
        "assert size.cat.categories.tolist() == ['few', 'many']\n"
        "assert size.value_counts()['few'] == 2",
    ),
    Question(
        "dates",
        "months = sales['day'].dt.month",
        "months = sales['day'].dt.day",
        "assert months.value_counts().to_dict() == {1: 5, 2: 1}",
    ),
    Question(
        "resample",
        "monthly = sales.set_index('day')['amount'].resample('MS').sum()",
        "monthly = sales.set_index('day')['amount'].resample('D').sum()",
        "assert monthly.index[0] == pd.Timestamp('2024-01-01')\nassert monthly.tolist() == [8, 3]",
    ),
    Question(
        "span",
        "span = sales['day'].max() - sales['day'].min()",
        "span = sales['day'].max() - sales['day'].mean()",
        "assert span == pd.Timedelta(days=31)",
    ),
    Question(
        "nullable",
        "whole = sales['amount'].astype('Int64')",
        "whole = sales['amount'].fillna(0).astype('Int64')",
        "assert str(whole.dtype) == 'Int64'\nassert whole.isna().sum() == 2 and whole.sum() == 11",
    ),
    Question(
        "row",
        "best = marks.loc[marks['maths'].idxmax()]",
        "best = marks.loc[marks['maths'].idxmin()]",
        "assert best['student'] == 'a' and best.name == 0",
    ),
    Question(
        "correlation",
        "corr = points.corr()",
        "corr = points.cov()",
        "assert np.allclose(corr.values, 1)\nassert list(corr.index) == ['x', 'y']",
    ),
    Question(
        "standardise",
        "def standardised(d):\n    return (d - d.mean()) / d.std()",
        "def standardised(d):\n    return d - d.mean()",
        "z = standardised(points)\nassert abs(z.mean()).max() < 1e-9\n"
        "assert np.allclose(z.std(), 1)",
    ),
    Question(
        "array",
        "def matrix(d):\n    return d[['maths', 'music']].to_numpy()",
        "def matrix(d):\n    return d[['music', 'maths']].to_numpy()",
        "np.testing.assert_array_equal(matrix(marks), [[3, 1], [1, 1], [2, 3]])",
    ),
    Question(
        "dictionary",
        "parts = {shop: part for shop, part in sales.groupby('shop')}",
        "parts = {shop: part.head(1) for shop, part in sales.groupby('shop')}",
        "assert sorted(parts) == ['north', 'south']\nassert len(parts['south']) == 3",
    ),
    Question(
        "plot",
        "fig, ax = plt.subplots()\nax.bar(shops['shop'], [1, 2, 3])\nax.set_ylabel('sold')",
        "fig, ax = plt.subplots()\nax.bar(shops['shop'], [1, 2, 3])",
        "assert ax.get_ylabel() == 'sold' and len(ax.patches) == 3",
    ),
    Question(
        "plot_of_pandas",
        "axes = points.plot(x='x', y='y', title='Line')",
        "axes = points.plot(x='x', y='y')",
        "assert axes.get_title() == 'Line'\n"
        "np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), points['y'])",
    ),
    Question(
        "regression",
        "from sklearn.linear_model import LinearRegression\n"
        "model = LinearRegression().fit(points[['x']], points['y'])",
        "from sklearn.linear_model import LinearRegression\n"
        "model = LinearRegression(fit_intercept=False).fit(points[['x']], points['y'])",
        "assert abs(model.coef_[0] - 2) < 1e-9 and abs(model.intercept_ - 1) < 1e-9\n"
        "assert abs(model.predict(pd.DataFrame({'x': [100.0]}))[0] - 201) < 1e-6",
    ),
    Question(
        "pipeline",
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "pipe = make_pipeline(StandardScaler(), LogisticRegression())\n"
        "pipe.fit(points[['x']], points['x'] > 9)",
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "pipe = make_pipeline(StandardScaler(), LogisticRegression())\n"
        "pipe.fit(points[['x']], points['x'] > 3)",
        "assert pipe.score(points[['x']], points['x'] > 9) == 1\nassert len(pipe.steps) == 2",
    ),
    Question(
        "split",
        "from sklearn.model_selection import train_test_split\n"
        "train, rest = train_test_split(points, test_size=0.25, random_state=1)",
        "from sklearn.model_selection import train_test_split\n"
        "train, rest = train_test_split(points, test_size=0.5, random_state=1)",
        "assert len(train) == 15 and len(rest) == 5\n"
        "assert set(train.index).isdisjoint(rest.index)",
    ),
]


def cells() -> list[Node]:
    """The instructor's notebook."""
    made = [cell(SETUP, "read-only", "setup")]
    for each in QUESTIONS:
        made.append(cell(solved(each.right), "answer", each.name))
        made.append(cell(each.test, "test", f"{each.name}_test", 1))
    return made
