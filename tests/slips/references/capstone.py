"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841

import numpy as np


def line_fit(x, y):
    """x y -> slope, intercept"""
    n = len(x)
    mean_x = np.sum(x) / n  # the mean of x
    mean_y = np.sum(y) / n  # the mean of y
    u = x - mean_x  # x less its mean
    v = y - mean_y  # y less its mean
    products = np.sum(u * v)  # the sum of the products
    squares = np.sum(u**2)  # the sum of the squares of x
    slope = products / squares  # the slope
    intercept = mean_y - slope * mean_x  # the intercept
    return slope, intercept


def line_fit_moments(x, y):
    """x y -> slope, intercept"""
    n = len(x)
    products = np.mean(x * y)  # the mean of x times y
    mean_x = np.mean(x)  # the mean of x
    mean_y = np.mean(y)  # the mean of y
    joint = products - mean_x * mean_y  # the covariance
    spread = np.mean(x**2) - mean_x**2  # the variance of x
    slope = joint / spread  # the slope
    intercept = mean_y - slope * mean_x  # the intercept
    return slope, intercept


def classifier_fit(X, y):
    """X y -> weights, bias"""
    n = len(X)
    d = len(X[0])
    mean = np.mean(X, axis=0)  # the mean of each column
    off = X - mean  # X less its mean
    size = np.sqrt(np.mean(off**2, axis=0))  # the standard deviation
    standard = off / size  # the standardised column
    design = np.column_stack([standard, np.ones(n)])
    theta = np.zeros(d + 1)
    for _ in range(40):
        o = design @ theta  # the logit
        e = np.exp(-o)  # exp(-o)
        p = 1 / (1 + e)  # the probability
        slope = design.T @ (p - y)  # the slope
        bend = (design.T * (p * (1 - p))) @ design
        theta = theta - np.linalg.solve(bend, slope)
    inner = theta[:-1]  # the weights of the standardised columns
    free = theta[-1]  # the bias of the standardised columns
    weights = inner / size  # the weights
    shift = np.sum(weights * mean)  # the weights times the means
    bias = free - shift  # the bias
    return weights, bias


def steepness_fit(x, y, lam):
    """x y -> steepness, bias"""
    n = len(x)
    w = 0.0  # w
    b = 0.0  # the bias
    for _ in range(60):
        o = w * x + b  # the logit
        e = np.exp(-o)  # exp(-o)
        p = 1 / (1 + e)  # the probability
        off = p - y  # p - y
        data = np.sum(off * x) / n  # the slope of the log loss
        shrink = lam * w  # the slope of the penalty
        dw = data + shrink  # the slope for w
        db = np.sum(off) / n  # the slope for the bias
        s = p * (1 - p)
        one = np.mean(s * x**2) + lam
        both = np.mean(s * x)
        two = np.mean(s)
        det = one * two - both**2
        big = (two * dw - both * db) / det
        small = (one * db - both * dw) / det
        far = np.maximum(1.0, np.abs(big) / 2)
        w = w - big / far
        b = b - small / far
    return w, b
