"""Wrong functions as students write them, each with what it does in words."""

import numpy as np


def _counts(x, y, rows, columns):
    table = np.zeros((rows, columns))
    np.add.at(table, (x, y), 1)
    return table


def _numbered(numbers, rows, columns):
    counts = np.bincount(numbers, minlength=rows * columns)
    return counts[: rows * columns].reshape(rows, columns) / len(numbers)


def pair_frequencies__both_lengths(x, y, rows, columns):
    """it is divided by len(x) + len(y), or by 2: len(x) is the number of pairs"""
    return _counts(x, y, rows, columns) / (len(x) + len(y))


def pair_frequencies__all_with_all(x, y, rows, columns):
    """each x is paired with each y: one loop over zip(x, y), not two"""
    return np.outer(np.bincount(x), np.bincount(y)) / len(x)


def pair_frequencies__one_list(x, y, rows, columns):
    """all rows are the same list: [[0] * columns] * rows repeats one, np.zeros does not"""
    return np.tile(np.bincount(y) / len(x), (rows, 1))


def pair_frequencies__next(x, y, rows, columns):
    """each x is paired with the y after it"""
    return _counts(x[:-1], y[1:], rows, columns) / len(x)


def pair_frequencies__next_fewer(x, y, rows, columns):
    """each x is paired with the y after it"""
    return _counts(x[:-1], y[1:], rows, columns) / (len(x) - 1)


def pair_frequencies__sorted(x, y, rows, columns):
    """x and y are sorted, each by itself: a pair stays together"""
    return _counts(np.sort(x), np.sort(y), rows, columns) / len(x)


def pair_frequencies__few(x, y, rows, columns):
    """a loop counts as many pairs as there are rows: it is to count all n"""
    return _counts(x[:rows], y[:rows], rows, columns) / len(x)


def pair_frequencies__divided_in_loop(x, y, rows, columns):
    """the table is divided for each pair: divide once, after the loop"""
    table = np.zeros((rows, columns))
    for pair in zip(x, y, strict=True):
        table[pair] += 1
        table /= len(x)
    return table


def pair_frequencies__divided_afterwards_too(x, y, rows, columns):
    """the table is divided for each pair: divide once, after the loop"""
    return pair_frequencies__divided_in_loop(x, y, rows, columns) / len(x)


def pair_frequencies__percent(x, y, rows, columns):
    """it is in per cent: the whole table is to sum to 1"""
    return 100 * _counts(x, y, rows, columns) / len(x)


def pair_frequencies__by_rows(x, y, rows, columns):
    """the pairs are numbered by x * rows + y: a row is as long as there are columns"""
    return _numbered(x * rows + y, rows, columns)


def pair_frequencies__by_columns(x, y, rows, columns):
    """the pairs are numbered column by column: for reshape(rows, columns) it is x * columns + y"""
    return _numbered(y * rows + x, rows, columns)


def pair_frequencies__by_sum(x, y, rows, columns):
    """the pairs are numbered by x + y, which several have in common: x * columns + y"""
    return _numbered(x + y, rows, columns)


def pair_frequencies__unique(x, y, rows, columns):
    """the pairs that came stand in one row: put them into a table of rows and columns"""
    return np.unique(np.column_stack([x, y]), axis=0, return_counts=True)[1] / len(x)


def pair_frequencies__or(x, y, rows, columns):
    """a pair counts where x or y fits: both have to, by &"""
    right = _counts(x, y, rows, columns)
    return (right.sum(axis=1, keepdims=True) + right.sum(axis=0) - right) / len(x)


def pair_frequencies__different(x, y, rows, columns):
    """it is divided by how many pairs differ: by how many there are"""
    right = _counts(x, y, rows, columns)
    return right / np.count_nonzero(right)


def _bits(p):
    p = p[p > 0]
    return -np.sum(p * np.log2(p))


def conditional_entropy__negative_information(p_xy, base):
    """-I(X; Y) is computed: p(y|x) is p(x, y) / p(x), without p(y)"""
    return _bits(p_xy) - _bits(p_xy.sum(axis=1)) - _bits(p_xy.sum(axis=0))


def conditional_entropy__difference(p_xy, base):
    """H(X) is subtracted from H(Y): it is H(X, Y) - H(X)"""
    return _bits(p_xy.sum(axis=0)) - _bits(p_xy.sum(axis=1))


def conditional_entropy__softmax(p_xy, base):
    """a softmax is taken of each row: divide it by its sum"""
    given = np.exp(p_xy) / np.exp(p_xy).sum(axis=1, keepdims=True)
    return -np.sum(p_xy * np.log2(given))


def conditional_entropy__not_happened(p_xy, base):
    """what does not happen is counted as well: leave out (1 - p) log(1 - p)"""
    given = p_xy / p_xy.sum(axis=1, keepdims=True)
    return -np.sum(p_xy * np.log2(given) + (1 - p_xy) * np.log2(1 - given))


def conditional_entropy__perplexity(p_xy, base):
    """base to the power of it is returned, the number of equally likely outcomes"""
    return 2 ** (_bits(p_xy) - _bits(p_xy.sum(axis=1)))


def _shares(labels):
    return np.unique(labels, return_counts=True)[1] / max(len(labels), 1)


def _gain(values, labels, threshold, uncertainty=_bits, all_labels=None, weights=None):
    """The gain, with another measure in place of entropy, of all labels, or other weights."""
    yes = values <= threshold
    w_yes, w_no = weights or (yes.mean(), 1 - yes.mean())
    first = uncertainty(_shares(labels)) if all_labels is None else all_labels
    return first - (
        w_yes * uncertainty(_shares(labels[yes])) + w_no * uncertainty(_shares(labels[~yes]))
    )


def information_gain__errors(values, labels, threshold):
    """1 minus the largest share stands where the entropy belongs"""
    return _gain(values, labels, threshold, lambda share: 1 - share.max())


def information_gain__mean_surprise(values, labels, threshold):
    """the surprises are averaged without their shares: add up -p log2(p)"""
    return _gain(values, labels, threshold, lambda share: -np.mean(np.log2(share)))


def information_gain__values_yes(values, labels, threshold):
    """the entropy is of the values, not of the labels, among those that say yes"""
    yes = values <= threshold
    left = yes.mean() * _bits(_shares(values[yes]))
    return _bits(_shares(labels)) - left - (~yes).mean() * _bits(_shares(labels[~yes]))


def information_gain__whole_values_yes(values, labels, threshold):
    """the entropy is of the values, not of the labels, among those that say yes"""
    yes = values <= threshold
    left = yes.mean() * _bits(_shares(values[yes].astype(int)))
    return _bits(_shares(labels)) - left - (~yes).mean() * _bits(_shares(labels[~yes]))


def _counted(values, labels, threshold, classes):
    def uncertainty(some):
        return _bits(np.array([np.sum(some == c) for c in classes]) / len(some))

    yes = values <= threshold
    left = yes.mean() * uncertainty(labels[yes]) + (~yes).mean() * uncertainty(labels[~yes])
    return uncertainty(labels) - left


def information_gain__two_classes(values, labels, threshold):
    """the last class is not counted: range(2), or range(labels.max()), ends too early"""
    return _counted(values, labels, threshold, range(2))


def information_gain__up_to_largest(values, labels, threshold):
    """the last class is not counted: range(2), or range(labels.max()), ends too early"""

    def uncertainty(some):
        return _bits(np.array([np.sum(some == c) for c in range(some.max())]) / len(some))

    yes = values <= threshold
    left = yes.mean() * uncertainty(labels[yes]) + (~yes).mean() * uncertainty(labels[~yes])
    return uncertainty(labels) - left


def information_gain__from_one(values, labels, threshold):
    """class 0 is not counted: classes begin with 0"""
    return _counted(values, labels, threshold, range(1, 3))


def information_gain__one(values, labels, threshold):
    """1 stands where the entropy of all labels belongs"""
    return _gain(values, labels, threshold, all_labels=1)


def information_gain__uniform(values, labels, threshold):
    """log2 of the number of classes stands where the entropy of all labels belongs"""
    return _gain(values, labels, threshold, all_labels=np.log2(len(set(labels))))


def information_gain__median(values, labels, threshold):
    """the median of the values stands where the threshold belongs"""
    return _gain(values, labels, np.median(values))


def information_gain__mean(values, labels, threshold):
    """the mean of the values stands where the threshold belongs"""
    return _gain(values, labels, values.mean())


def information_gain__divided(values, labels, threshold):
    """it is divided by the number of examples"""
    return _gain(values, labels, threshold) / len(labels)


def information_gain__by_classes(values, labels, threshold):
    """a count is divided by the number of classes, not by how many are in the group"""

    def uncertainty(some):
        count = np.bincount(some)
        return _bits(count / len(count))

    yes = values <= threshold
    left = yes.mean() * uncertainty(labels[yes]) + (~yes).mean() * uncertainty(labels[~yes])
    return uncertainty(labels) - left


def information_gain__shares_of_labels(values, labels, threshold):
    """the labels themselves are made shares, not how often each comes"""

    def uncertainty(some):
        return _bits(some / max(some.sum(), 1))

    yes = values <= threshold
    left = yes.mean() * uncertainty(labels[yes]) + (~yes).mean() * uncertainty(labels[~yes])
    return uncertainty(labels) - left


def information_gain__places(values, labels, threshold):
    """labels[1 - yes] is taken: 0 and 1 are places there, ~yes is a mask"""
    yes = values <= threshold
    left = yes.mean() * _bits(_shares(labels[yes]))
    return _bits(_shares(labels)) - left - (~yes).mean() * _bits(_shares(labels[1 - yes]))


def information_gain__whole_numbers(values, labels, threshold):
    """the mask holds 0 and 1, which are places: leave it True and False, without astype(int)"""
    yes = (values <= threshold).astype(int)
    left = yes.mean() * _bits(_shares(labels[yes]))
    return _bits(_shares(labels)) - left - (1 - yes.mean()) * _bits(_shares(labels[~yes]))


def information_gain__rounded(values, labels, threshold):
    """the values are cut to whole numbers before they are compared"""
    return _gain(values.astype(int), labels, threshold)


def information_gain__odds(values, labels, threshold):
    """the weights are n_yes / n_no and n_no / n_yes: both are shares of n"""
    yes = np.sum(values <= threshold)
    no = len(values) - yes
    return _gain(values, labels, threshold, weights=(yes / no, no / yes))


def information_gain__last(values, labels, threshold):
    """the last example is left out: does a loop, or a slice, end too early?"""
    return _gain(values[:-1], labels[:-1], threshold)


def information_gain__first(values, labels, threshold):
    """the first example is left out: does a loop, or a slice, start too late?"""
    return _gain(values[1:], labels[1:], threshold)


def _question(X, labels, gain=None, columns=None, thresholds=None):
    """The best question by some other gain, or among some columns or thresholds only."""
    best, answer = -np.inf, (0, 0.0)
    for j in range(X.shape[1]) if columns is None else columns:
        for threshold in X[:, j] if thresholds is None else thresholds(X, j):
            found = (gain or _gain)(X[:, j], labels, threshold)
            if found > best + 1e-12:
                best, answer = found, (j, threshold)
    return np.array(answer)


def _left(values, labels, threshold, uncertainty=_bits):
    yes = values <= threshold
    return yes.mean(), uncertainty(_shares(labels[yes])), uncertainty(_shares(labels[~yes]))


def best_question__errors(X, labels):
    """1 minus the largest share stands where the entropy belongs"""

    def gain(values, labels, threshold):
        return _gain(values, labels, threshold, lambda share: 1 - share.max(initial=0))

    return _question(X, labels, gain)


def best_question__first_column(X, labels):
    """the first column is tried alone: is the `return` inside the loop?"""
    return _question(X, labels, columns=[0])


def best_question__last_column(X, labels):
    """the last column is tried alone: is the best forgotten with each column?"""
    return _question(X, labels, columns=[X.shape[1] - 1])


def best_question__two_classes(X, labels):
    """class 0 is told from all others only: count each class"""
    return _question(X, np.minimum(labels, 1))


def best_question__no_weights(X, labels):
    """the entropies of both answers lack their weights, how many answer so"""

    def gain(*args):
        _, yes, no = _left(*args)
        return -yes - no

    return _question(X, labels, gain)


def best_question__means(X, labels):
    """the means of the labels are compared: labels are names, count them"""

    def gain(values, labels, threshold):
        yes = values <= threshold
        return abs(labels[yes].mean() - labels[~yes].mean()) if not yes.all() else 0

    return _question(X, labels, gain)


def best_question__no_only(X, labels):
    """only those that say no are looked at: both answers count"""

    def gain(*args):
        w, _, no = _left(*args)
        return -(1 - w) * no if w < 1 else -np.inf

    return _question(X, labels, gain)


def best_question__yes_only(X, labels):
    """only those that say yes are looked at: both answers count"""

    def gain(*args):
        w, yes, _ = _left(*args)
        return -w * yes

    return _question(X, labels, gain)


def best_question__counts(X, labels):
    """the weights are counts, not shares: is it yes.mean(), not yes.sum()?"""

    def gain(*args):
        w, yes, no = _left(*args)
        count = w * len(args[0])
        return -count * yes - (1 - count) * no

    return _question(X, labels, gain)


def best_question__largest(X, labels):
    """the threshold is the largest value of the column"""
    j, _ = _question(X, labels)
    return np.array([j, X[:, int(j)].max()])


def best_question__exchanged(X, labels):
    """the weights of the two answers are exchanged"""

    def gain(*args):
        w, yes, no = _left(*args)
        return -(1 - w) * yes - w * no

    return _question(X, labels, gain)


def best_question__least(X, labels):
    """the question of least gain is kept: compare by >, and begin with less than any gain"""
    return _question(X, labels, lambda *args: -_gain(*args))


def best_question__plus(X, labels):
    """what is left after no is added: subtract what is left after both"""

    def gain(*args):
        w, yes, no = _left(*args)
        return (1 - w) * no - w * yes

    return _question(X, labels, gain)


def best_question__answers(X, labels):
    """the entropy of the answer is compared, not what it says about the label"""

    def gain(*args):
        w, _, _ = _left(*args)
        return _bits(np.array([w, 1 - w]))

    return _question(X, labels, gain)


def best_question__range(X, labels):
    """the thresholds are 0, 1, 2 ...: take the values of the column"""
    return _question(X, labels, thresholds=lambda X, j: range(len(X)))


def best_question__less(X, labels):
    """it is asked by <: a value equal to the threshold says yes"""
    return _question(X, labels, lambda v, c, t: _gain(v, c, np.nextafter(t, -np.inf)))


def best_question__equal_steps(X, labels):
    """the thresholds are ten equal steps: take the values of the column"""

    def steps(X, j):
        return np.linspace(X[:, j].min(), X[:, j].max(), 10)

    return _question(X, labels, thresholds=steps)


def best_question__median(X, labels):
    """the median is the threshold: try every value"""
    return _question(X, labels, thresholds=lambda X, j: [np.median(X[:, j])])


def best_question__mean(X, labels):
    """the mean is the threshold: try every value"""
    return _question(X, labels, thresholds=lambda X, j: [X[:, j].mean()])


def best_question__above(X, labels):
    """the threshold is the value above the right one, which would say yes as well"""
    j, threshold = _question(X, labels)
    column = X[:, int(j)]
    return np.array([j, column[column > threshold].min()])


def best_question__correlated(X, labels):
    """the column is chosen by its correlation, and the threshold not by its gain"""
    return _question(X, labels, lambda v, c, t: abs(np.corrcoef(v, c)[0, 1]))


def best_question__varied(X, labels):
    """the column is chosen by its variance, and the threshold not by its gain"""
    return _question(X, labels, lambda v, c, t: v.var())


def best_question__arguments(X, labels):
    """values and labels are exchanged when the gain is called"""
    return _question(X, labels, lambda v, c, t: _gain(c, v, t))


def best_question__first_row(X, labels):
    """the thresholds are those of the first row, X[0]: take the values of the column, X[:, j]"""
    return _question(X, labels, thresholds=lambda X, j: X[0])


def best_question__row(X, labels):
    """the thresholds are those of a row, X[j]: take the values of the column, X[:, j]"""
    return _question(X, labels, thresholds=lambda X, j: X[j])


def best_question__flat(X, labels):
    """the place of the best is counted along columns, but taken apart as if along rows"""
    gains = [[_gain(x, labels, t) for t in x] for x in X.T]
    i, j = divmod(int(np.argmax(gains)), X.shape[1])
    return np.array([j, X[i % len(X), j]])


def best_question__unravelled(X, labels):
    """the place of the best is counted through the whole table: np.unravel_index takes it apart"""
    gains = [[_gain(x, labels, t) for t in x] for x in X.T]
    best = int(np.argmax(gains))
    return np.array([best, X.ravel()[best]])


def best_question__place(X, labels):
    """the threshold is the place of the value, not the value"""
    j, threshold = _question(X, labels)
    return np.array([j, np.flatnonzero(X[:, int(j)] == threshold)[0]])


def best_question__number(X, labels):
    """the threshold is how many say yes, not a value"""
    j, threshold = _question(X, labels)
    return np.array([j, np.sum(X[:, int(j)] <= threshold)])


def best_question__gain(X, labels):
    """the threshold is the gain, not a value"""
    j, threshold = _question(X, labels)
    return np.array([j, _gain(X[:, int(j)], labels, threshold)])


def best_question__neighbour(X, labels):
    """the threshold is halfway to the next row: sort the column first"""
    j, threshold = _question(X, labels)
    column = X[:, int(j)]
    following = np.flatnonzero(column == threshold)[0] + 1
    return np.array([j, (threshold + column[following % len(X)]) / 2])


def best_question__whole(X, labels):
    """the threshold is cut to a whole number"""
    j, threshold = _question(X, labels)
    return np.array([j, int(threshold)])


def best_question__exchanged_results(X, labels):
    """column and threshold are exchanged: return column, threshold"""
    return _question(X, labels)[::-1]


def best_question__from_one(X, labels):
    """columns are counted from 1: the first is column 0"""
    return np.add(_question(X, labels), [1, 0])
