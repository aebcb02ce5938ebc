"""Wrong functions as students write them, each with what it does in words."""

import numpy as np


def _softmax(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


def log_partition__total_statistics(theta, t):
    """the statistics of all outcomes are added up first: each outcome has a theta . t(x)"""
    return np.log(np.exp(theta * t.sum(axis=0)).sum())


def log_partition__without_zeros(theta, t):
    """outcomes with theta . t(x) = 0 are left out: exp of 0 is 1"""
    scores = t @ theta
    return np.log(np.exp(scores[scores != 0]).sum())


def log_partition__largest_in_log(theta, t):
    """the largest is added inside the logarithm: it stands before it"""
    m = (t @ theta).max()
    return np.log(m + np.exp(t @ theta - m).sum())


def log_partition__added(theta, t):
    """theta is added to t(x), not multiplied"""
    return np.log(np.exp((t + theta).sum(axis=1)).sum())


def log_partition__weighted(theta, t):
    """the exponentials are weighted with the first statistic"""
    return np.log(t[:, 0] @ np.exp(t @ theta))


def log_partition__few(theta, t):
    """a loop counts as many outcomes as there are statistics: it is to count all rows of t"""
    return np.log(np.exp(t[: len(theta)] @ theta).sum())


def log_partition__softmax(theta, t):
    """the probabilities are returned, not the logarithm of the sum"""
    return _softmax(t @ theta)


def mean_parameters__along_rows(theta, t):
    """p(x) t(x) is added up over the statistics (axis=1), not over the outcomes"""
    return _softmax(t @ theta) * t.sum(axis=1)


def mean_parameters__each_alone(theta, t):
    """each statistic has probabilities of its own: add up theta . t(x) over the statistics"""
    e = np.exp(t * theta)
    return (e / e.sum(axis=0) * t).sum(axis=0)


def mean_parameters__divided(theta, t):
    """it is divided by 2, or by the number of statistics"""
    return _softmax(t @ theta) @ t / len(theta)


def mean_parameters__largest_above_only(theta, t):
    """the largest is subtracted above the fraction line, and not below it"""
    scores = t @ theta
    return np.exp(scores - scores.max()) @ t / np.exp(scores).sum()


def mean_parameters__largest_below_only(theta, t):
    """the largest is subtracted below the fraction line, and not above it"""
    scores = t @ theta
    return np.exp(scores) @ t / np.exp(scores - scores.max()).sum()


def mean_parameters__one(theta, t):
    """is its first value alone"""
    return (_softmax(t @ theta) @ t)[0]


def mean_parameters__first_column(theta, t):
    """is its first value alone"""
    return (_softmax(t @ theta) @ t)[:1]


def mean_parameters__softmax_of_theta(theta, t):
    """the probabilities are those of theta, not of theta . t(x)"""
    return _softmax(theta) * t.mean(axis=0)


def mean_parameters__log(theta, t):
    """the logarithm is taken above the fraction line, and nothing is divided"""
    return np.log(np.exp(t @ theta) @ t)


def mean_parameters__centred(theta, t):
    """the mean of equally probable outcomes is subtracted"""
    return _softmax(t @ theta) @ t - t.mean(axis=0)


def mean_parameters__less_theta(theta, t):
    """theta is subtracted"""
    return _softmax(t @ theta) @ t - theta


def mean_parameters__last(theta, t):
    """the last outcome is counted alone: is there = where += belongs, in a loop?"""
    return _softmax(t @ theta)[-1] * t[-1]


def mean_parameters__first(theta, t):
    """the first outcome is counted alone: is the `return` inside the loop?"""
    return _softmax(t @ theta)[0] * t[0]


def mean_parameters__running(theta, t):
    """each outcome is divided by the sum so far: divide when the loop has ended"""
    e = np.exp(t @ theta)
    return (e / np.cumsum(e)) @ t


def _newton(t, mean, covariance):
    """Theta after 200 steps with another covariance."""
    theta = np.zeros(len(mean))
    for _ in range(200):
        p = _softmax(t @ theta)
        theta = theta + np.linalg.solve(covariance(t, p, p @ t), mean - p @ t)
    return theta


def match_moments__plus(t, mean):
    """E[t] E[t].T is added in C, not subtracted"""
    return _newton(t, mean, lambda t, p, e: (t.T * p) @ t + np.outer(e, e))


def match_moments__not_weighted(t, mean):
    """the products in C are not weighted with p"""
    return _newton(t, mean, lambda t, p, e: t.T @ t - np.outer(e, e))


def match_moments__partition(t, mean):
    """A(theta) is returned: theta is asked for"""
    theta = _newton(t, mean, lambda t, p, e: (t.T * p) @ t - np.outer(e, e))
    return np.log(np.exp(t @ theta).sum())
