"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def squared_loss(y_true, y_pred):
    """y_true y_pred -> loss, gradient"""
    n = len(y_true)
    r = y_pred - y_true  # the residual
    loss = r**2 / 2  # loss
    gradient = 1 * r  # gradient
    return loss, gradient


def squared_loss_at_once(y_true, y_pred):
    """y_true y_pred -> loss, gradient"""
    n = len(y_true)
    loss = (y_pred - y_true) ** 2 / 2  # loss
    gradient = y_pred - y_true  # gradient
    return loss, gradient


def absolute_loss(y_true, y_pred):
    """y_true y_pred -> loss, gradient"""
    n = len(y_true)
    r = y_pred - y_true  # the residual
    loss = np.abs(r)  # loss
    gradient = np.sign(r)  # gradient
    return loss, gradient


def huber_loss(y_true, y_pred, delta):
    """y_true y_pred -> loss, gradient"""
    n = len(y_true)
    r = y_pred - y_true  # the residual
    a = np.abs(r)  # abs(r)
    near = a <= delta  # the question which residuals are small
    bowl = r**2 / 2  # the loss of small residuals
    line = delta * a - delta**2 / 2  # the loss of large residuals
    loss = np.where(near, bowl, line)  # loss
    steep = delta * np.sign(r)  # the slope of large residuals
    gradient = np.where(near, r, steep)  # gradient
    return loss, gradient


def huber_loss_bracket(y_true, y_pred, delta):
    """y_true y_pred -> loss, gradient"""
    n = len(y_true)
    r = y_pred - y_true  # the residual
    a = np.abs(r)  # abs(r)
    less = a - delta / 2  # abs(r) - delta / 2
    line = delta * less  # the loss of large residuals
    loss = np.where(a <= delta, r**2 / 2, line)  # loss
    gradient = np.clip(r, -delta, delta)  # gradient
    return loss, gradient


def trimmed_mean(x, alpha):
    """x -> trimmed mean"""
    n = len(x)
    share = alpha * n  # alpha times n
    k = int(np.floor(share + 1e-9))  # how many are cut at each end
    ordered = np.sort(x)  # the sample
    end = n - k  # where the numbers left end
    left = ordered[k:end]  # the numbers that are left
    m = len(left)  # how many are left
    total = np.sum(left)  # the sum of those left
    mean = total / m  # the trimmed mean
    return mean


def trimmed_mean_mean(x, alpha):
    """x -> trimmed mean"""
    n = len(x)
    k = int(np.floor(alpha * n + 1e-9))  # how many are cut at each end
    ordered = np.sort(x)  # the sample
    left = ordered[k : n - k]  # the numbers that are left
    mean = np.mean(left)  # the trimmed mean
    return mean
