"""Wrong functions as students write them, each with what it does in words."""

import numpy as np


def _bits(p, base):
    return -np.sum(p * np.log(p)) / np.log(base)


def entropy__of_squares(p, base):
    """the logarithm is taken of the sum, not the sum of p log p"""
    return -np.log(np.sum(p * p)) / np.log(base)


def entropy__distance(p, base):
    """the entropy is subtracted from log k, that of equally likely outcomes"""
    return (np.log(len(p)) - _bits(p, np.e)) / np.log(base)


def entropy__distance_in_nats(p, base):
    """the entropy is subtracted from log k, that of equally likely outcomes"""
    return np.log(len(p)) - _bits(p, base)


def entropy__softmax(p, base):
    """a softmax is taken of p, which are probabilities already"""
    p = np.exp(p) / np.exp(p).sum()
    return _bits(p, base)


def entropy__deviation(p, base):
    """the standard deviation of the surprises is taken, not their mean"""
    return np.std(-np.log(p)) / np.log(base)


def entropy__of_base_many(p, base):
    """a loop counts `base` outcomes, not all"""
    p = p[: int(base)]
    return _bits(p, base)


def kl_divergence__of_differences(p, q, base):
    """log(p) - log(q) is multiplied out, but base divides log(q) alone"""
    return np.sum(p * (np.log(p) - np.log(q) / np.log(base)))


def kl_divergence__log_of_sum(p, q, base):
    """the logarithm is taken of the sum, not the sum of the logarithms"""
    return np.log(np.sum(p * p / q)) / np.log(base)


def kl_divergence__jensen_shannon_half(p, q, base):
    """both are compared with their mean (p + q)/2: that is the Jensen-Shannon divergence"""
    m = (p + q) / 2
    return np.sum(p * np.log(p / m)) / 2 + np.sum(q * np.log(q / m)) / 2 / np.log(base)


def kl_divergence__one_entropy(p, q, base):
    """H(p) is subtracted from H(q): both logarithms are weighted with p, and in one base"""
    return _bits(q, base) - _bits(p, np.e)


def kl_divergence__softmax(p, q, base):
    """a softmax is taken of q, which are probabilities already"""
    s = np.exp(q) / np.exp(q).sum()
    return np.sum(p * np.log(p / s)) / np.log(base)


def kl_divergence__softmax_of_both(p, q, base):
    """a softmax is taken of p and q, which are probabilities already"""
    r, s = np.exp(p) / np.exp(p).sum(), np.exp(q) / np.exp(q).sum()
    return np.sum(r * np.log(r / s)) / np.log(base)


def _softmax(o):
    return np.exp(o) / np.exp(o).sum()


def kl_with_logits__log_of_log(q, logits):
    """the logarithm is taken of a log-probability: log_softmax is the logarithm already"""
    s = _softmax(logits)
    return np.sum(q * (np.log(q) - np.log(-np.log(s)))), s - q


def kl_with_logits__exchanged_gradient(q, logits):
    """the gradient is that of D(s||q), s = softmax(o): here q is the truth"""
    s = _softmax(logits)
    g = s * (np.log(s / q) - np.sum(q * np.log(q / s)))
    return np.sum(q * np.log(q / s)), g


def kl_with_logits__by_q(q, logits):
    """log q + 1, a derivative with respect to q, is added to the gradient"""
    s = _softmax(logits)
    return np.sum(q * np.log(q / s)), s - q + np.log(q) + 1


def kl_with_logits__less_divergence(q, logits):
    """the divergence is subtracted from the gradient"""
    s = _softmax(logits)
    d = np.sum(q * np.log(q / s))
    return d, s - q - d


def kl_with_logits__softmax_of_q(q, logits):
    """a softmax is taken of q, which are probabilities already"""
    s, r = _softmax(logits), _softmax(q)
    return np.sum(r * np.log(r / s)), s - r


def kl_with_logits__one_hot(q, logits):
    """q is replaced by 1 for its largest, and 0 for the others"""
    s = _softmax(logits)
    i = q.argmax()
    return -np.log(s[i]), s - np.eye(len(q))[i]


def _entropy_with_logits(logits):
    p = _softmax(logits)
    h = -np.sum(p * np.log(p))
    return h, -p * (np.log(p) + h)


def entropy_with_logits__largest_missing(logits):
    """the largest logit is missing in one of the two: o - log(sum(exp(o - max)))"""
    lp = logits - np.log(np.exp(logits - logits.max()).sum())
    p = np.exp(lp)
    h = -np.sum(p * lp)
    return h, -p * (lp + h)


def entropy_with_logits__largest_missing_in_log(logits):
    """the largest logit is missing in one of the two: o - log(sum(exp(o - max)))"""
    lp = logits - np.log(np.exp(logits - logits.max()).sum())
    p = _softmax(logits)
    h = -np.sum(p * lp)
    return h, -p * (lp + h)


def entropy_with_logits__plus(logits):
    """log(sum(exp)) is added, not subtracted"""
    z = logits - logits.max()
    lp = z + np.log(np.exp(z).sum())
    p = np.exp(lp)
    h = -np.sum(p * lp)
    return h, -p * (lp + h)


def entropy_with_logits__rounded(logits):
    """the logits are rounded to whole numbers"""
    return _entropy_with_logits(np.round(logits))


def entropy_with_logits__cut(logits):
    """the logits are cut to whole numbers: was an integer array filled, or dtype=int given?"""
    return _entropy_with_logits(np.trunc(logits))


def entropy_with_logits__partition(logits):
    """log(sum(exp(o))) is returned: of that, the mean of the logits is to be subtracted"""
    p = _softmax(logits)
    h = np.log(np.exp(logits).sum())
    return h, -p * (np.log(p) + h)


def entropy_with_logits__softmax_twice(logits):
    """the softmax is taken twice"""
    return _entropy_with_logits(_softmax(logits))


def entropy_with_logits__one_more(logits):
    """log p + 1 stands for log p beside H: the 1 cancels in the sum over all outcomes"""
    h, g = _entropy_with_logits(logits)
    return h, g - _softmax(logits)


def entropy_with_logits__uniform(logits):
    """the gradient is p - 1/k, that of a divergence from equally likely outcomes"""
    h, _ = _entropy_with_logits(logits)
    return h, _softmax(logits) - 1 / len(logits)


def entropy_with_logits__cross_entropy(logits):
    """the gradient is p less 1 at the largest, that of a cross-entropy"""
    h, _ = _entropy_with_logits(logits)
    return h, _softmax(logits) - np.eye(len(logits))[logits.argmax()]


def entropy_with_logits__bits(logits):
    """log p is in bits, and H is not, in the gradient"""
    h, _ = _entropy_with_logits(logits)
    p = _softmax(logits)
    return h, -p * (np.log2(p) + h)


def entropy_with_logits__running(logits):
    """the gradient is computed in the loop that adds up H, before H is complete"""
    p = _softmax(logits)
    parts = -p * np.log(p)
    return parts.sum(), -p * (np.log(p) + np.cumsum(parts))


def entropy_with_logits__jacobian_plus(logits):
    """p p.T is added to diag(p), not subtracted, in the Jacobian"""
    p = _softmax(logits)
    j = np.diag(p) + np.outer(p, p)
    return -np.sum(p * np.log(p)), -j @ (np.log(p) + 1)


def entropy_with_logits__jacobian_one(logits):
    """1 stands for p on the diagonal of the Jacobian: it is diag(p) - p p.T"""
    p = _softmax(logits)
    j = np.eye(len(p)) - np.outer(p, p)
    return -np.sum(p * np.log(p)), -j @ (np.log(p) + 1)


def entropy_with_logits__of_logits(logits):
    """H is taken of the logits, which are no probabilities"""
    h = -np.sum(logits * np.log(logits))
    p = _softmax(logits)
    return h, -p * (np.log(p) + h)


def _marginals(p_xy):
    return p_xy.sum(axis=1, keepdims=True), p_xy.sum(axis=0, keepdims=True)


def mutual_information__h_x(p_xy, base):
    """H(X) is returned: subtract from it what is left, H(X|Y)"""
    return _bits(p_xy.sum(axis=1), base)


def mutual_information__h_y(p_xy, base):
    """H(Y) is returned: subtract from it what is left, H(Y|X)"""
    return _bits(p_xy.sum(axis=0), base)


def mutual_information__product_of_logs(p_xy, base):
    """log p(x) and log p(y) are multiplied: both are subtracted"""
    p_x, p_y = _marginals(p_xy)
    return np.sum(p_xy * (np.log(p_xy) - np.log(p_x) * np.log(p_y))) / np.log(base)


def mutual_information__weights_x(p_xy, base):
    """the weights are p(x), not p(x, y)"""
    p_x, p_y = _marginals(p_xy)
    return np.sum(p_x * np.log(p_xy / (p_x * p_y))) / np.log(base)


def mutual_information__weights_y(p_xy, base):
    """the weights are p(y), not p(x, y)"""
    p_x, p_y = _marginals(p_xy)
    return np.sum(p_y * np.log(p_xy / (p_x * p_y))) / np.log(base)


def mutual_information__difference(p_xy, base):
    """p(x, y) - p(x) p(y) stands where the logarithm of their quotient belongs"""
    p_x, p_y = _marginals(p_xy)
    return np.sum(p_xy * (p_xy - p_x * p_y)) / np.log(base)


def mutual_information__log_of_difference(p_xy, base):
    """the logarithm is of p(x, y) - p(x) p(y), not of their quotient"""
    p_x, p_y = _marginals(p_xy)
    return np.sum(p_xy * np.log(np.abs(p_xy - p_x * p_y))) / np.log(base)


def mutual_information__rows_divided(p_xy, base):
    """each row is divided by its sum first: p_xy sums to 1 as it is"""
    given = p_xy / p_xy.sum(axis=1, keepdims=True)
    p_x, p_y = _marginals(given)
    return np.sum(given * np.log(given / (p_x * p_y))) / np.log(base)


def mutual_information__columns_divided(p_xy, base):
    """each column is divided by its sum first: p_xy sums to 1 as it is"""
    given = p_xy / p_xy.sum(axis=0, keepdims=True)
    p_x, p_y = _marginals(given)
    return np.sum(given * np.log(given / (p_x * p_y))) / np.log(base)


def mutual_information__diagonal(p_xy, base):
    """one loop takes p_xy[i, i] alone: each row goes with each column"""
    p_x, p_y = _marginals(p_xy)
    terms = p_xy * np.log(p_xy / (p_x * p_y))
    return np.trace(terms) / np.log(base)


def mutual_information__first_row(p_xy, base):
    """the first row is counted alone: is the `return` inside the loop over rows?"""
    p_x, p_y = _marginals(p_xy)
    return np.sum((p_xy * np.log(p_xy / (p_x * p_y)))[0]) / np.log(base)


def mutual_information__base_forgotten(p_xy, base):
    """H(X, Y) is in nats, and H(X) and H(Y) are not: is its base missing?"""
    h_x, h_y = _bits(p_xy.sum(axis=1), base), _bits(p_xy.sum(axis=0), base)
    return h_x + h_y - _bits(p_xy, np.e)


def kl_with_logits__multiplied(q, logits):
    """the gradient is multiplied by the divergence"""
    s = _softmax(logits)
    d = np.sum(q * np.log(q / s))
    return d, (s - q) * d


def kl_with_logits__sigmoid(q, logits):
    """each outcome has a sigmoid of its own: a softmax makes the sum 1"""
    s = 1 / (1 + np.exp(-logits))
    return np.sum(q * np.log(q / s)), s - q
