"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def log_softmax(logits):
    """logits -> log-probability"""
    n = len(logits)
    k = len(logits[0])
    m = np.max(logits, axis=1, keepdims=True)  # the largest logit of a row
    z = logits - m  # the logit less the largest
    e = np.exp(z)  # the exponential
    total = np.sum(e, axis=1, keepdims=True)  # the sum of the exponential
    log_total = np.log(total)  # the logarithm of the sum
    log_p = z - log_total  # the log-probability
    return log_p


def log_softmax_back(logits):
    """logits -> log-probability"""
    n = len(logits)
    k = len(logits[0])
    m = np.max(logits, axis=1, keepdims=True)  # the largest logit of a row
    total = np.sum(np.exp(logits - m), axis=1, keepdims=True)  # the sum of the exponential
    log_total = m + np.log(total)  # the largest logit plus the logarithm of the sum
    log_p = logits - log_total  # the log-probability
    return log_p


def log_softmax_quotient(logits):
    """logits -> log-probability"""
    n = len(logits)
    k = len(logits[0])
    e = np.exp(logits)  # the exponential
    total = np.sum(e, axis=1, keepdims=True)  # the sum of the exponential
    p = e / total  # the probability
    log_p = np.log(p)  # the log-probability
    return log_p


def softmax_cross_entropy(logits, labels):
    """logits labels -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    z = logits - np.max(logits, axis=1, keepdims=True)  # the logit less the largest of its row
    e = np.exp(z)  # the exponential
    total = np.sum(e, axis=1, keepdims=True)  # the sum of the exponential
    p = e / total  # p
    log_p = np.log(p)  # log p
    right = np.eye(k)[labels]  # the 1 of the right class
    chosen = right * log_p  # log p of the right class
    loss = -np.sum(chosen) / n  # loss
    itself = labels[:, None] * np.ones((1, k))  # the label itself
    slope = p - right  # p less the 1 of the right class
    gradient = slope / n  # gradient
    return loss, gradient


def softmax_cross_entropy_indices(logits, labels):
    """logits labels -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    rows = np.arange(n)  # the rows
    total = np.sum(np.exp(logits), axis=1)  # the sum of the exponential
    score = logits[rows, labels]  # the logit of the right class
    each = np.log(total) - score  # what an example costs
    loss = np.mean(each)  # loss
    p = np.exp(logits) / total[:, None]  # p
    right = np.eye(k)[labels]  # the 1 of the right class
    gradient = (p - right) / n  # gradient
    return loss, gradient


def soft_cross_entropy(logits, targets):
    """logits targets -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    z = logits - np.max(logits, axis=1, keepdims=True)  # the logit less the largest of its row
    e = np.exp(z)  # the exponential
    total = np.sum(e, axis=1, keepdims=True)  # the sum of the exponential
    p = e / total  # p
    log_p = z - np.log(total)  # log p
    rest = (1 - targets) * np.log(1 - p)  # the part (1 - t) log(1 - p) of a single label
    terms = targets * log_p  # the target times log p
    whole = np.sum(terms)  # the sum of target times log p
    loss = -whole / n  # loss
    slope = p - targets  # p less the target
    gradient = slope / n  # gradient
    return loss, gradient


def binary_cross_entropy_with_logits(logits, targets):
    """logits targets -> loss, gradient"""
    n = len(logits)
    e = np.exp(-logits)  # exp(-o)
    p = 1 / (1 + e)  # the sigmoid
    yes = targets * np.log(p)  # the part of t
    no = (1 - targets) * np.log(1 - p)  # the part of 1 - t
    each = yes + no  # minus what a label costs
    loss = -np.sum(each) / n  # loss
    slope = p - targets  # sigmoid less target
    gradient = slope / n  # gradient
    return loss, gradient


def binary_cross_entropy_with_logits_softplus(logits, targets):
    """logits targets -> loss, gradient"""
    n = len(logits)
    yes = targets * np.log(1 + np.exp(-logits))  # the part of t
    no = (1 - targets) * np.log(1 + np.exp(logits))  # the part of 1 - t
    loss = np.sum(yes + no) / n  # loss
    p = 1 / (1 + np.exp(-logits))  # the sigmoid
    gradient = (p - targets) / n  # gradient
    return loss, gradient


def binary_cross_entropy_with_logits_stable(logits, targets):
    """logits targets -> loss, gradient"""
    n = len(logits)
    top = np.maximum(logits, 0)  # the larger of o and 0
    tail = np.log(1 + np.exp(-np.abs(logits)))  # log(1 + exp(-abs(o)))
    product = targets * logits  # target times logit
    each = top - product + tail  # what a label costs
    loss = np.mean(each)  # loss
    p = np.exp(logits) / (1 + np.exp(logits))  # the sigmoid
    gradient = (p - targets) / n  # gradient
    return loss, gradient


def multiclass_hinge_loss(logits, labels, margin):
    """logits labels -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    right = np.eye(k)[labels]  # the 1 of the right class
    score = np.sum(right * logits, axis=1, keepdims=True)  # the score of the right class
    lead = score - logits  # the lead of the right class
    missing = margin - lead  # what is missing to the margin
    others = 1 - right  # the 1 of the other classes
    short = missing > 0  # the question where the margin is missed
    counts = short * others  # the violation
    violations = counts * missing  # what is missing, where the margin is missed
    loss = np.sum(violations) / n  # loss
    many = np.sum(counts, axis=1, keepdims=True)  # the number of violations of an example
    pull = right * many  # the slope of the right class
    slope = counts - pull  # the slope of one example
    gradient = slope / n  # gradient
    return loss, gradient


def softmax_regression_loss(W, b, X, labels, lam):
    """X labels -> loss, dW, db"""
    n = len(X)
    k = len(b)
    product = X @ W  # X @ W
    logits = product + b  # the logit
    e = np.exp(logits)  # the exponential
    total = np.sum(e, axis=1, keepdims=True)  # the sum of the exponential
    p = e / total  # p
    right = np.eye(k)[labels]  # the 1 of the right class
    chosen = right * np.log(p)  # log p of the right class
    data = -np.sum(chosen) / n  # the cross-entropy
    norm = np.sum(W**2)  # the sum of the squared weights
    penalty = lam / 2 * norm  # the penalty
    loss = data + penalty  # loss
    slope = p - right  # p less the 1 of the right class
    g = slope / n  # the gradient of the logits
    pull = X.T @ g  # X.T times the gradient of the logits
    shrink = lam * W  # the gradient of the penalty
    dW = pull + shrink  # dW
    db = np.sum(g, axis=0)  # db
    return loss, dW, db


def softmax_cross_entropy_shifted(logits, labels):
    """logits labels -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    z = logits - np.max(logits, axis=1, keepdims=True)  # the logit less the largest of its row
    total = np.sum(np.exp(z), axis=1)  # the sum of the exponential
    right = np.eye(k)[labels]  # the 1 of the right class
    score = np.sum(right * z, axis=1)  # the shifted logit of the right class
    log_total = np.log(total)  # the logarithm of the sum
    each = log_total - score  # what an example costs
    loss = np.sum(each) / n  # loss
    p = np.exp(z) / total[:, None]  # p
    gradient = (p - right) / n  # gradient
    return loss, gradient


def softmax_regression_loss_shifted(W, b, X, labels, lam):
    """X labels -> loss, dW, db"""
    n = len(X)
    k = len(b)
    logits = X @ W + b  # the logit
    z = logits - np.max(logits, axis=1, keepdims=True)  # the logit less the largest of its row
    total = np.sum(np.exp(z), axis=1)  # the sum of the exponential
    right = np.eye(k)[labels]  # the 1 of the right class
    score = np.sum(right * z, axis=1)  # the shifted logit of the right class
    log_total = np.log(total)  # the logarithm of the sum
    each = log_total - score  # what an example costs
    loss = np.mean(each) + lam * np.sum(W**2) / 2  # loss
    p = np.exp(z) / total[:, None]  # p
    slope = p - right  # p less the 1 of the right class
    dW = X.T @ slope / n + lam * W  # dW
    db = np.mean(slope, axis=0)  # db
    return loss, dW, db


def multiclass_hinge_loss_by_example(logits, labels, margin):
    """logits labels -> loss, gradient"""
    n = len(logits)
    k = len(logits[0])
    right = np.eye(k)[labels]  # the 1 of the right class
    score = np.sum(right * logits, axis=1, keepdims=True)  # the score of the right class
    missing = (margin + logits - score) * (1 - right)  # what is missing to the margin
    violations = np.maximum(missing, 0)  # the violation
    each = np.sum(violations, axis=1)  # what an example costs
    loss = np.mean(each)  # loss
    counts = 1.0 * (violations > 0)  # the 1 of each violation
    many = np.sum(counts, axis=1, keepdims=True)  # the number of violations of an example
    gradient = (counts - right * many) / n  # gradient
    return loss, gradient
