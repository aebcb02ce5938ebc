"""Right functions, a step to a line and its name beside it, in the ways that students take."""
# ruff: noqa: F841

import numpy as np


def gaussian_nll(x, mu, sigma2):
    """x -> nll, dmu, dsigma2"""
    n = len(x)
    r = x - mu  # the distance x - mu
    squares = np.sum(r**2)  # the sum of the squared distances
    inside = 2 * np.pi * sigma2  # 2 pi sigma2
    fee = n / 2 * np.log(inside)  # the term of the logarithm
    fine = squares / (2 * sigma2)  # the term of the squared distances
    nll = fee + fine  # nll
    dmu = -np.sum(r) / sigma2  # dmu
    slope1 = n / (2 * sigma2)  # the first part of dsigma2
    slope2 = squares / (2 * sigma2**2)  # the second part of dsigma2
    dsigma2 = slope1 - slope2  # dsigma2
    return nll, dmu, dsigma2


def gaussian_nll_standardised(x, mu, sigma2):
    """x -> nll, dmu, dsigma2"""
    n = len(x)
    sigma = np.sqrt(sigma2)  # sigma
    z = (x - mu) / sigma  # (x - mu) / sigma
    each = z**2 / 2 + np.log(sigma) + np.log(2 * np.pi) / 2  # what a reading costs
    nll = np.sum(each)  # nll
    dmu = -np.sum(z) / sigma  # dmu
    dsigma2 = np.sum(1 - z**2) / (2 * sigma2)  # dsigma2
    return nll, dmu, dsigma2


def gaussian_nll_densities(x, mu, sigma2):
    """x -> nll, dmu, dsigma2"""
    n = len(x)
    power = -((x - mu) ** 2) / (2 * sigma2)  # the exponent
    root = np.sqrt(2 * np.pi * sigma2)  # the root of 2 pi sigma2
    p = np.exp(power) / root  # the density
    nll = -np.sum(np.log(p))  # nll
    dmu = np.sum(mu - x) / sigma2  # dmu
    dsigma2 = np.sum(1 / (2 * sigma2) - (x - mu) ** 2 / (2 * sigma2**2))  # dsigma2
    return nll, dmu, dsigma2


def gaussian_mle(x):
    """x -> mu, sigma2"""
    n = len(x)
    total = np.sum(x)  # the sum of x
    mu = total / n  # mu
    r = x - mu  # the deviation from the mean
    squares = np.sum(r**2)  # the sum of the squared deviations
    sigma2 = squares / n  # sigma2
    return mu, sigma2


def gaussian_mle_means(x):
    """x -> mu, sigma2"""
    n = len(x)
    mu = np.mean(x)  # mu
    sigma2 = np.mean((x - mu) ** 2)  # sigma2
    return mu, sigma2


def bernoulli_nll(x, logit):
    """x -> nll, dlogit"""
    n = len(x)
    e = np.exp(-logit)  # exp(-logit)
    p = 1 / (1 + e)  # the probability p
    ones = x * np.log(p)  # the part of the ones
    zeros = (1 - x) * np.log(1 - p)  # the part of the zeros
    nll = -np.sum(ones + zeros)  # nll
    dlogit = np.sum(p - x)  # dlogit
    return nll, dlogit


def bernoulli_nll_counts(x, logit):
    """x -> nll, dlogit"""
    n = len(x)
    k = np.sum(x)  # the number of ones
    softplus = np.log(1 + np.exp(logit))  # log(1 + exp(logit))
    nll = n * softplus - k * logit  # nll
    p = np.exp(logit) / (1 + np.exp(logit))  # the probability p
    dlogit = n * p - k  # dlogit
    return nll, dlogit


def bernoulli_nll_softplus(x, logit):
    """x -> nll, dlogit"""
    n = len(x)
    ones = x * np.log(1 + np.exp(-logit))  # the part of the ones
    zeros = (1 - x) * np.log(1 + np.exp(logit))  # the part of the zeros
    nll = np.sum(ones + zeros)  # nll
    p = 1 / (1 + np.exp(-logit))  # the probability p
    dlogit = np.sum((1 - x) * p - x * (1 - p))  # dlogit
    return nll, dlogit
