"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841, RET504

import numpy as np


def entropy(p, base=np.e):
    """p -> entropy"""
    k = len(p)
    log_p = np.log(p)  # log p
    terms = p * log_p  # p log p
    total = np.sum(terms)  # the sum of p log p
    scale = np.log(base)  # log(base)
    h = -total / scale  # the entropy
    return h


def entropy_surprise(p, base=np.e):
    """p -> entropy"""
    k = len(p)
    surprise = np.log(1 / p) / np.log(base)  # the surprise
    h = np.sum(p * surprise)  # the entropy
    return h


def kl_divergence(p, q, base=np.e):
    """p q -> divergence"""
    k = len(p)
    ratio = p / q  # p/q
    waste = np.log(ratio)  # log(p/q)
    terms = p * waste  # p times log(p/q)
    total = np.sum(terms)  # the sum
    scale = np.log(base)  # log(base)
    d = total / scale  # the divergence
    return d


def kl_divergence_difference(p, q, base=np.e):
    """p q -> divergence"""
    k = len(p)
    log_p = np.log(p)  # log p
    log_q = np.log(q)  # log q
    d = np.sum(p * (log_p - log_q)) / np.log(base)  # the divergence
    return d


def kl_divergence_entropies(p, q, base=np.e):
    """p q -> divergence"""
    k = len(p)
    cross = -np.sum(p * np.log(q))  # the cross-entropy
    own = -np.sum(p * np.log(p))  # the entropy of p
    d = (cross - own) / np.log(base)  # the divergence
    return d


def kl_with_logits(q, logits):
    """q logits -> divergence, gradient"""
    k = len(q)
    m = np.max(logits)  # the largest logit
    z = logits - m  # the logit less the largest
    e = np.exp(z)  # the exponential
    total = np.sum(e)  # the sum of the exponential
    s = e / total  # softmax(o)
    log_s = z - np.log(total)  # log s
    log_q = np.log(q)  # log q
    waste = log_q - log_s  # log q - log s
    terms = q * waste  # q times (log q - log s)
    d = np.sum(terms)  # the divergence
    gradient = s - q  # gradient
    return d, gradient


def kl_with_logits_lse(q, logits):
    """q logits -> divergence, gradient"""
    k = len(q)
    m = np.max(logits)  # the largest logit
    log_total = m + np.log(np.sum(np.exp(logits - m)))  # the logarithm of the sum
    log_s = logits - log_total  # log s
    cross = -np.sum(q * log_s)  # the cross-entropy
    own = -np.sum(q * np.log(q))  # the entropy of q
    d = cross - own  # the divergence
    gradient = np.exp(log_s) - q  # gradient
    return d, gradient


def entropy_with_logits(logits):
    """logits -> entropy, gradient"""
    k = len(logits)
    m = np.max(logits)  # the largest logit
    z = logits - m  # the logit less the largest
    e = np.exp(z)  # the exponential
    total = np.sum(e)  # the sum of the exponential
    p = e / total  # p
    log_p = z - np.log(total)  # log p
    terms = p * log_p  # p log p
    h = -np.sum(terms)  # the entropy
    gradient = -p * (log_p + h)  # gradient
    return h, gradient


def entropy_with_logits_log(logits):
    """logits -> entropy, gradient"""
    k = len(logits)
    e = np.exp(logits)  # the exponential
    p = e / np.sum(e)  # p
    log_p = np.log(p)  # log p
    h = np.sum(p * -log_p)  # the entropy
    gradient = -p * log_p - p * h  # gradient
    return h, gradient


def mutual_information(p_xy, base=np.e):
    """p_xy -> mutual information"""
    rows = len(p_xy)
    columns = len(p_xy[0])
    p_x = np.sum(p_xy, axis=1, keepdims=True)  # p(x)
    p_y = np.sum(p_xy, axis=0, keepdims=True)  # p(y)
    product = p_x * p_y  # p(x) p(y)
    ratio = p_xy / product  # p(x, y) / (p(x) p(y))
    terms = p_xy * np.log(ratio)  # p(x, y) times the logarithm
    total = np.sum(terms)  # the sum
    scale = np.log(base)  # log(base)
    i = total / scale  # the mutual information
    return i


def mutual_information_logs(p_xy, base=np.e):
    """p_xy -> mutual information"""
    p_x = np.sum(p_xy, axis=1, keepdims=True)  # p(x)
    p_y = np.sum(p_xy, axis=0, keepdims=True)  # p(y)
    logs = np.log(p_xy) - np.log(p_x) - np.log(p_y)  # the logarithm of p(x, y) / (p(x) p(y))
    i = np.sum(p_xy * logs) / np.log(base)  # the mutual information
    return i


def mutual_information_entropies(p_xy, base=np.e):
    """p_xy -> mutual information"""
    p_x = np.sum(p_xy, axis=1)  # p(x)
    p_y = np.sum(p_xy, axis=0)  # p(y)
    h_x = -np.sum(p_x * np.log(p_x))  # H(X)
    h_y = -np.sum(p_y * np.log(p_y))  # H(Y)
    h_xy = -np.sum(p_xy * np.log(p_xy))  # H(X, Y)
    i = (h_x + h_y - h_xy) / np.log(base)  # the mutual information
    return i
