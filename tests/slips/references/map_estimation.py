"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def gaussian_neg_log_prior(w, sigma2):
    """w -> loss, gradient"""
    n = len(w)
    squares = np.sum(w**2)  # the sum of the squares
    fine = squares / (2 * sigma2)  # the term of the squares
    fee = n / 2 * np.log(2 * np.pi * sigma2)  # the term of the logarithm
    loss = fine + fee  # loss
    gradient = w / sigma2  # gradient
    return loss, gradient


def gaussian_neg_log_prior_each(w, sigma2):
    """w -> loss, gradient"""
    n = len(w)
    sigma = np.sqrt(sigma2)  # the root of sigma2
    z = w / sigma  # w / sigma
    each = z**2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2  # what a weight costs
    loss = np.sum(each)  # loss
    gradient = z / sigma  # gradient
    return loss, gradient


def ridge_loss(w, X, y, lam):
    """X y -> loss, gradient"""
    n = len(y)
    d = len(w)
    r = X @ w - y  # the residual
    squares = np.sum(r**2)  # the sum of the squared residuals
    data = squares / (2 * n)  # the mean loss
    norm = np.sum(w**2)  # the sum of the squared weights
    penalty = lam / 2 * norm  # the penalty
    loss = data + penalty  # loss
    pull = X.T @ r  # X.T times the residual
    slope = pull / n  # the gradient of the mean loss
    shrink = lam * w  # the gradient of the penalty
    gradient = slope + shrink  # gradient
    return loss, gradient


def ridge_loss_mean(w, X, y, lam):
    """X y -> loss, gradient"""
    n = len(y)
    d = len(w)
    r = y - X @ w  # the residual
    loss = np.mean(r**2) / 2 + lam * np.sum(w**2) / 2  # loss
    gradient = -(X.T @ r) / n + lam * w  # gradient
    return loss, gradient


def ridge_fit(X, y, lam):
    """X y -> w"""
    n = len(y)
    d = len(X[0])
    one = np.eye(d)  # the identity matrix
    squares = X.T @ X  # X.T @ X
    strength = n * lam  # n times lam
    penalty = strength * one  # the penalty's matrix
    left = squares + penalty  # the matrix on the left
    right = X.T @ y  # the right side
    w = np.linalg.solve(left, right)  # w
    return w


def ridge_fit_means(X, y, lam):
    """X y -> w"""
    n = len(y)
    d = len(X[0])
    left = X.T @ X / n + lam * np.eye(d)  # the matrix on the left
    right = X.T @ y / n  # the right side
    w = np.linalg.solve(left, right)  # w
    return w


def ridge_fit_rows(X, y, lam):
    """X y -> w"""
    n = len(y)
    d = len(X[0])
    root = np.sqrt(n * lam)  # what stands in the rows below X
    rows = root * np.eye(d)  # the rows below X
    w = np.linalg.lstsq(np.vstack([X, rows]), np.concatenate([y, np.zeros(d)]), rcond=None)[0]  # w
    return w
