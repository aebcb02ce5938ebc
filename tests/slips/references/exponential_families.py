"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def log_partition(theta, t):
    """t -> A"""
    n = len(t)
    d = len(theta)
    scores = t @ theta  # theta . t(x)
    m = np.max(scores)  # the largest theta . t(x)
    z = scores - m  # theta . t(x) less the largest
    e = np.exp(z)  # the exponential
    total = np.sum(e)  # the sum of the exponential
    a = m + np.log(total)  # A
    return a


def mean_parameters(theta, t):
    """t -> mean"""
    n = len(t)
    d = len(theta)
    scores = t @ theta  # theta . t(x)
    z = scores - np.max(scores)  # theta . t(x) less the largest
    e = np.exp(z)  # the exponential
    total = np.sum(e)  # the sum of the exponential
    p = e / total  # the probability
    mean = p @ t  # the mean
    return mean


def match_moments(t, mean):
    """t -> theta"""
    n = len(t)
    d = len(mean)
    theta = np.zeros(d)
    for _ in range(40):
        scores = t @ theta  # theta . t(x)
        z = scores - np.max(scores)  # theta . t(x) less the largest
        e = np.exp(z)  # the exponential
        p = e / np.sum(e)  # the probability
        expected = p @ t  # E[t]
        gap = mean - expected  # mean - E[t]
        second = (t.T * p) @ t  # E[t t.T]
        outer = np.outer(expected, expected)  # the product of the means
        covariance = second - outer  # the covariance
        step = np.linalg.solve(covariance, gap)  # the step
        theta = theta + step  # theta
    return theta
