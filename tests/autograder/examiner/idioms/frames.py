"""Tests of data frames and series, and of what libraries make of them."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import Idiom

PANDAS = "import numpy as np\nimport pandas as pd\n"
FRAME = PANDAS + "df = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'x']})\n"
MODEL = "from sklearn.linear_model import LogisticRegression, LinearRegression\n"

AT_EXAMINER = [
    Idiom(
        "pd.testing.assert_frame_equal",
        PANDAS + "def twice(d): return d.assign(b=d['a'] * 2)",
        PANDAS + "def twice(d): return d.assign(b=d['a'] * 3)",
        PANDAS + "got = twice(pd.DataFrame({'a': [1, 2]}))\n"
        "pd.testing.assert_frame_equal(got, pd.DataFrame({'a': [1, 2], 'b': [2, 4]}))",
    ),
    Idiom(
        "pd.testing.assert_series_equal",
        PANDAS + "def ratio(d): return d['a'] / d['b']",
        PANDAS + "def ratio(d): return d['b'] / d['a']",
        PANDAS + "got = ratio(pd.DataFrame({'a': [1, 2], 'b': [2, 2]}))\n"
        "pd.testing.assert_series_equal(got, pd.Series([0.5, 1.0]))",
    ),
    Idiom(
        "a boolean mask, summed",
        PANDAS + "def f(d): return d['a']",
        PANDAS + "def f(d): return d['a'] + 1",
        "assert (f(df) == 1).sum() == 1",
        setup=PANDAS + "df = pd.DataFrame({'a': [1, 2]})",
    ),
    Idiom(
        ".equals",
        PANDAS + "def clean(d): return d.dropna().reset_index(drop=True)",
        PANDAS + "def clean(d): return d.dropna()",
        PANDAS + "d = pd.DataFrame({'a': [np.nan, 2.0]})\n"
        "assert clean(d).equals(pd.DataFrame({'a': [2.0]}))",
    ),
    Idiom(
        "isinstance of pd.DataFrame",
        PANDAS + "def f(): return pd.DataFrame({'a': [1]})",
        PANDAS + "def f(): return {'a': [1]}",
        PANDAS + "assert isinstance(f(), pd.DataFrame) and f().shape == (1, 1)",
    ),
    Idiom(
        "a frame changed in place",
        "def add(d): d['b'] = d['a'] * 2",
        "def add(d): d = d.assign(b=d['a'] * 2)",
        PANDAS + "d = pd.DataFrame({'a': [1, 2]})\nadd(d)\nassert list(d['b']) == [2, 4]",
    ),
    Idiom(
        "a frame that stays as it was",
        "def total(d):\n    d = d.copy()\n    d['a'] += 1\n    return int(d['a'].sum())",
        "def total(d):\n    d['a'] += 1\n    return int(d['a'].sum())",
        PANDAS + "d = pd.DataFrame({'a': [1, 2]})\nkept = d.copy()\nassert total(d) == 5\n"
        "pd.testing.assert_frame_equal(d, kept)",
    ),
    Idiom(
        "a series changed in place",
        "def clip(s): s[s < 0] = 0",
        "def clip(s): s = s.clip(0)",
        PANDAS + "s = pd.Series([-3, 1])\nclip(s)\nassert s.tolist() == [0, 1]",
    ),
    Idiom(
        "what groupby gives",
        FRAME + "sums = df.groupby('b')['a'].sum()",
        FRAME + "sums = df.groupby('b')['a'].mean()",
        "assert sums['x'] == 4 and sums.index.tolist() == ['x', 'y'] and sums.index.name == 'b'",
    ),
    Idiom(
        "a MultiIndex",
        FRAME + "t = df.groupby(['b', 'a']).size()",
        FRAME + "t = df.groupby(['a', 'b']).size()",
        "assert t.index.names == ['b', 'a'] and t.loc[('x', 3)] == 1",
    ),
    Idiom(
        "a merge",
        PANDAS + "def join(a, b): return a.merge(b, on='k', how='left')",
        PANDAS + "def join(a, b): return a.merge(b, on='k')",
        PANDAS + "a = pd.DataFrame({'k': [1, 2]})\nb = pd.DataFrame({'k': [1], 'v': ['x']})\n"
        "got = join(a, b)\nassert len(got) == 2 and got['v'].isna().sum() == 1",
    ),
    Idiom(
        "a DatetimeIndex, and resample",
        PANDAS + "t = pd.Series(range(4), pd.date_range('2024-01-31', periods=4, freq='D'))",
        PANDAS + "t = pd.Series(range(4), pd.date_range('2024-01-30', periods=4, freq='D'))",
        "assert t.resample('MS').sum().tolist() == [0, 6] and t.index.freqstr == 'D'",
    ),
    Idiom(
        "a Timestamp and a Timedelta",
        PANDAS + "start = pd.Timestamp('2024-02-28')\ntook = pd.Timedelta(hours=48)",
        PANDAS + "start = pd.Timestamp('2023-02-28')\ntook = pd.Timedelta(hours=48)",
        PANDAS + "assert start + took == pd.Timestamp('2024-03-01') and took.days == 2",
    ),
    Idiom(
        "pd.NA, and dtypes that may lack values",
        PANDAS + "s = pd.array([1, None, 3], dtype='Int64')\nnothing = pd.NA",
        PANDAS + "s = pd.array([1, 0, 3], dtype='Int64')\nnothing = pd.NA",
        PANDAS + "s = pd.Series(s)\nassert s.isna().tolist() == [False, True, False]\n"
        "assert str(s.dtype) == 'Int64' and s.sum() == 4 and nothing is pd.NA",
    ),
    Idiom(
        "a categorical column",
        PANDAS + "s = pd.Series(['lo', 'hi']).astype(pd.CategoricalDtype(['lo', 'hi'], True))",
        PANDAS + "s = pd.Series(['lo', 'hi']).astype(pd.CategoricalDtype(['hi', 'lo'], True))",
        "assert s.cat.ordered and s.max() == 'hi' and s.cat.categories.tolist() == ['lo', 'hi']",
    ),
    Idiom(
        "methods of texts: .str",
        PANDAS + "def tidy(s): return s.str.strip().str.lower()",
        PANDAS + "def tidy(s): return s.str.strip()",
        PANDAS + "assert tidy(pd.Series([' A', 'b ', None])).str.cat() == 'ab'",
    ),
    Idiom(
        "dtypes of columns",
        PANDAS + "def typed(d): return d.astype({'a': 'float64'})",
        PANDAS + "def typed(d): return d",
        PANDAS + "got = typed(pd.DataFrame({'a': [1], 'b': ['x']}))\n"
        "assert got.dtypes['a'] == 'float64' and pd.api.types.is_numeric_dtype(got['a'])",
    ),
    Idiom(
        "a column of lists",
        FRAME + "words = pd.Series(['a b', 'c']).str.split()",
        FRAME + "words = pd.Series(['a b', 'c']).str.split('b')",
        "assert words.explode().tolist() == ['a', 'b', 'c']",
    ),
    Idiom(
        "a function of the test's that is applied",
        "def over(d, f): return d.apply(f, axis=1)",
        "def over(d, f): return d.apply(f)",
        PANDAS + "d = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})\n"
        "assert over(d, lambda row: row['a'] * row['b']).tolist() == [3, 8]",
    ),
    Idiom(
        "frames in a list and a dict",
        FRAME + "parts = dict(list(df.groupby('b')))\nboth = [parts['x'], parts['y']]",
        FRAME + "parts = dict(list(df.groupby('b')))\nboth = [parts['y'], parts['x']]",
        PANDAS + "assert len(parts['x']) == 2 and pd.concat(both)['a'].tolist() == [1, 3, 2]",
    ),
    Idiom(
        "a pivot table",
        FRAME + "t = df.pivot_table(index='b', values='a', aggfunc=['sum', 'max'])",
        FRAME + "t = df.pivot_table(index='b', values='a', aggfunc=['sum', 'min'])",
        "assert t[('max', 'a')].tolist() == [3, 2] and t.columns.nlevels == 2",
    ),
    Idiom(
        "loc, iloc, query and value_counts",
        FRAME + "df = df[df['a'] > 1]",
        FRAME + "df = df[df['a'] >= 1]",
        "assert df.loc[1, 'b'] == 'y' and df.iloc[-1]['a'] == 3\n"
        "assert len(df.query('a > 0')) == 2 and df['b'].value_counts()['x'] == 1",
    ),
    Idiom(
        "a fitted model, by its predictions",
        MODEL + "import numpy as np\n"
        "m = LogisticRegression().fit(np.arange(6.0).reshape(-1, 1), [0, 0, 0, 1, 1, 1])",
        MODEL + "import numpy as np\n"
        "m = LogisticRegression().fit(np.arange(6.0).reshape(-1, 1), [1, 0, 0, 0, 0, 1])",
        "assert m.predict([[0.0], [5.0]]).tolist() == [0, 1] and m.coef_.shape == (1, 1)",
    ),
    Idiom(
        "a column of the student's objects",
        PANDAS + "class P: pass\nd = pd.DataFrame({'p': [P(), P()]})",
        PANDAS + "class P: pass\nd = pd.DataFrame({'q': [P(), P()]})",
        "assert (d['p'].notna() == True).all()",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a sparse column",
        PANDAS + "s = pd.Series(pd.arrays.SparseArray([0, 0, 1]))",
        PANDAS + "s = pd.Series(pd.arrays.SparseArray([0, 1, 1]))",
        "assert (s == 1).sum() == 1",
    ),
]
