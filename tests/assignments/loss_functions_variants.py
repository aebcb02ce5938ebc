"""Answers to the assignment `loss_functions`: wrong ones with what they cost, and right ones.

Each stands for the solution cell of one function. They are data, so that they can be graded in one
process as well as by the real grader. Answers that only look for points are in
`loss_functions_forgers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """A wrong answer.

    `loses` are the tests that fail, by the part of their grade_id after the function's name;
    `may_lose` those that fail for some random inputs. `says` is the misconception that the message
    of at least one failing test must name.
    """

    function: str
    source: str
    loses: str
    says: str
    may_lose: str = ""

    @property
    def fails(self) -> set[str]:
        """Grade_ids of the tests that fail for any input."""
        return {f"{self.function}-{kind}" for kind in self.loses.split()}

    @property
    def may_fail(self) -> set[str]:
        """Grade_ids of the tests that fail, or may."""
        return self.fails | {f"{self.function}-{kind}" for kind in self.may_lose.split()}


@dataclass(frozen=True)
class RightAnswer:
    """An answer that must get full marks, however unusual."""

    function: str
    source: str


#: What fails when the gradient alone is wrong, or the loss alone, whatever the function.
WRONG_GRADIENT = "example gradient random slopes scales"
WRONG_LOSS = "example gradient random scales"

MISTAKES: dict[str, Mistake] = {
    # ── squared loss ──────────────────────────────────────────────────────────────────────────────
    "squared: gradient with respect to y_true": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return 0.5 * (y_true - y_pred) ** 2, y_true - y_pred
""",
        WRONG_GRADIENT,
        "with respect to y_true",
    ),
    "squared: no factor 1/2": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return (y_pred - y_true) ** 2, 2 * (y_pred - y_true)
""",
        "example random slopes scales",
        "lacks the factor 1/2",
    ),
    "squared: no factor 1/2 in the loss, right gradient": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return (y_pred - y_true) ** 2, y_pred - y_true
""",
        WRONG_LOSS,
        "lacks the factor 1/2",
    ),
    "squared: averaged over the examples": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    residual = y_pred - y_true
    return 0.5 * np.mean(residual**2), residual / len(residual)
""",
        "example invariance random slopes scales integers float32 layout sizes unchanged",
        "mean over the examples",
    ),
    "squared: summed over the examples": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    residual = y_pred - y_true
    return 0.5 * np.sum(residual**2), residual
""",
        "example invariance random scales integers float32 layout sizes unchanged",
        "sum over the examples",
    ),
    "squared: gradient with the size only": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return 0.5 * (y_pred - y_true) ** 2, abs(y_pred - y_true)
""",
        "example gradient invariance random slopes scales",
        "lost its sign",
    ),
    "squared: results exchanged": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return y_pred - y_true, 0.5 * (y_pred - y_true) ** 2
""",
        "example gradient invariance random slopes scales integers float32 layout sizes unchanged",
        "swapped",
    ),
    "squared: gradient forgotten": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return 0.5 * (y_pred - y_true) ** 2
""",
        "example gradient invariance random slopes scales integers float32 layout sizes unchanged",
        "return 2 results",
    ),
    "squared: multiplied out": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return y_pred**2 / 2 - y_true * y_pred + y_true**2 / 2, y_pred - y_true
""",
        "scales",
        "numbers near 1e8",
    ),
    "squared: filled into an array like y_true": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    loss = np.zeros_like(y_true)
    loss[:] = 0.5 * (y_pred - y_true) ** 2
    return loss, y_pred - y_true
""",
        "integers",
        "integer array",
    ),
    "squared: works in place": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    y_pred -= y_true
    return 0.5 * y_pred**2, y_pred
""",
        "layout unchanged",
        "changes its second argument",
    ),
    "squared: squeezed": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    residual = np.squeeze(y_pred - y_true)
    return 0.5 * residual**2, residual
""",
        "sizes",
        "one example",
    ),
    "squared: every pair of examples": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    residual = y_pred[:, None] - y_true
    return 0.5 * residual**2, residual
""",
        "example gradient invariance random slopes scales integers float32 layout sizes unchanged",
        "broadcasting",
    ),
    "squared: zero": Mistake(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return np.zeros(len(y_pred)), np.zeros(len(y_pred))
""",
        "example gradient invariance random slopes scales integers float32 layout sizes unchanged",
        "zero everywhere",
    ),
    # ── absolute loss ─────────────────────────────────────────────────────────────────────────────
    "absolute: gradient with respect to y_true": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    return np.abs(y_true - y_pred), np.sign(y_true - y_pred)
""",
        WRONG_GRADIENT + " kink",
        "with respect to y_true",
    ),
    "absolute: r / abs(r)": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    return np.abs(residual), residual / np.abs(residual)
""",
        "kink",
        "some residuals exactly 0",
    ),
    "absolute: root of the square": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    return np.sqrt(residual**2), np.sign(residual)
""",
        "scales",
        "in one array",
    ),
    "absolute: smoothed root": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    root = np.sqrt(residual**2 + 1e-8)
    return root, residual / root
""",
        "example random scales kink",
        "some digits",
        may_lose="invariance",
    ),
    "absolute: gradient 1 or 0": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    return np.abs(residual), np.where(residual > 0, 1.0, 0.0)
""",
        WRONG_GRADIENT + " kink",
        "is 0 where the loss falls",
    ),
    "absolute: gradient of the squared loss": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    return np.abs(y_pred - y_true), y_pred - y_true
""",
        WRONG_GRADIENT + " invariance kink",
        "squared loss",
    ),
    "absolute: abs forgotten": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    return residual, np.sign(residual)
""",
        WRONG_LOSS + " invariance integers float32 layout sizes unchanged",
        "take the absolute value",
    ),
    "absolute: averaged gradient": Mistake(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    residual = y_pred - y_true
    return np.abs(residual), np.sign(residual) / len(residual)
""",
        WRONG_GRADIENT + " kink sizes",
        "division by n too many",
    ),
    # ── Huber's loss ──────────────────────────────────────────────────────────────────────────────
    "huber: sign without delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    loss = np.where(near, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
    return loss, np.where(near, r, np.sign(r))
""",
        WRONG_GRADIENT + " invariance",
        "lacks the factor delta",
    ),
    "huber: loss and gradient without delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    return np.where(near, 0.5 * r**2, np.abs(r) - 0.5 * delta), np.where(near, r, np.sign(r))
""",
        "example random slopes scales invariance",
        "lacks the factor delta",
    ),
    "huber: no -delta**2/2": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * np.abs(r))
    return loss, np.clip(r, -delta, delta)
""",
        "example random scales",
        "lacks -delta**2/2",
    ),
    "huber: -delta/2 for -delta**2/2": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta)
    return loss, np.clip(r, -delta, delta)
""",
        "example random scales invariance",
        "has -delta/2",
    ),
    "huber: -delta**2 for -delta**2/2": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * (np.abs(r) - delta))
    return loss, np.clip(r, -delta, delta)
""",
        "example random scales",
        "has -delta**2 where",
    ),
    "huber: divided by delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    loss = np.where(near, r**2 / (2 * delta), np.abs(r) - delta / 2)
    return loss, np.where(near, r / delta, np.sign(r))
""",
        "example random slopes scales kinks invariance",
        "divided by delta",
    ),
    "huber: pseudo-Huber": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    root = np.sqrt(1 + (r / delta) ** 2)
    return delta**2 * (root - 1), r / root
""",
        "example random slopes scales kinks",
        "pseudo-Huber",
    ),
    "huber: zero outside delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    loss = np.where(near, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
    return loss, np.where(near, r, 0.0)
""",
        WRONG_GRADIENT,
        "an outlier keeps its pull",
    ),
    "huber: flat outside delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    return np.where(near, 0.5 * r**2, 0.5 * delta**2), np.where(near, r, 0.0)
""",
        "example random slopes scales",
        "straight ahead",
    ),
    "huber: nothing exactly at delta": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    cases = [np.abs(r) < delta, np.abs(r) > delta]
    loss = np.select(cases, [0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2])
    return loss, np.select(cases, [r, delta * np.sign(r)])
""",
        "kinks",
        "residuals of exactly 0",
    ),
    "huber: delta taken to be 1": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    c = np.clip(r, -1, 1)
    return c * (r - 0.5 * c), c
""",
        "example random slopes scales kinks invariance",
        "takes delta to be 1",
    ),
    "huber: delta on the squared residual": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = r**2 <= delta
    loss = np.where(near, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
    return loss, np.where(near, r, delta * np.sign(r))
""",
        "random",
        "relative error",
        may_lose="invariance scales slopes",
    ),
    "huber: gradient with respect to y_true": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_true - y_pred
    c = np.clip(r, -delta, delta)
    return c * (r - 0.5 * c), c
""",
        WRONG_GRADIENT + " kinks",
        "with respect to y_true",
    ),
    "huber: one-sided": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    c = np.minimum(r, delta)
    return c * (r - 0.5 * c), c
""",
        "example random slopes scales invariance",
        "compared with the slope",
    ),
    "huber: sign of r kept in the loss": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * r - 0.5 * delta**2)
    return loss, np.clip(r, -delta, delta)
""",
        "example gradient random scales invariance integers float32 layout sizes speed unchanged",
        "kept the sign",
    ),
    "huber: sign of r lost in the gradient": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
    return loss, np.where(np.abs(r) <= delta, r, delta)
""",
        WRONG_GRADIENT,
        "lost the sign",
    ),
    "huber: cases exchanged": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    far = np.abs(r) > delta
    loss = np.where(far, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
    return loss, np.where(far, r, delta * np.sign(r))
""",
        "example random slopes scales kinks invariance float32 sizes speed unchanged",
        "exchanged",
        may_lose="integers layout",
    ),
    "huber: gradient filled into an array like y_pred": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    gradient = np.zeros_like(y_pred)
    gradient[:] = np.clip(r, -delta, delta)
    return gradient * (r - gradient / 2), gradient
""",
        "integers",
        "integers, compared",
    ),
    "huber: residual capped in place": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred
    r -= y_true
    c = np.clip(r, -delta, delta)
    return c * (r - 0.5 * c), c
""",
        "unchanged layout",
        "changes its second argument",
    ),
    "huber: the whole batch on one side": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    if np.max(np.abs(r)) <= delta:
        return 0.5 * r**2, r
    return delta * np.abs(r) - 0.5 * delta**2, delta * np.sign(r)
""",
        "example random slopes scales float32 sizes speed unchanged",
        "should be finite and positive",
        may_lose="integers invariance layout",
    ),
    "huber: both arrays copied for each example": Mistake(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    loss, gradient = [], []
    for i in range(len(y_true)):
        r = [float(p) for p in y_pred][i] - [float(t) for t in y_true][i]
        c = max(-delta, min(r, delta))
        loss.append(c * (r - c / 2))
        gradient.append(c)
    return loss, gradient
""",
        "speed",
        "copied or searched again",
    ),
    # ── trimmed mean ──────────────────────────────────────────────────────────────────────────────
    "trimmed: sorted in place": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    x.sort()
    return x[k : len(x) - k].mean()
""",
        "layout unchanged",
        "changes its first argument",
    ),
    "trimmed: int(alpha * n)": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x))
    return np.sort(x)[k : len(x) - k].mean()
""",
        "count",
        "one too few",
    ),
    "trimmed: rounded to nearest": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = round(alpha * len(x))
    return np.sort(x)[k : len(x) - k].mean()
""",
        "count sizes",
        "one too many",
    ),
    "trimmed: rounded up": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(np.ceil(alpha * len(x) - 1e-9))
    return np.sort(x)[k : len(x) - k].mean()
""",
        "count sizes",
        "one too many",
    ),
    "trimmed: alpha/2 at each end": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) / 2 + 1e-9)
    return np.sort(x)[k : len(x) - k].mean()
""",
        "example random count outliers",
        "alpha/2 at each end",
    ),
    "trimmed: upper end only": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    return np.sort(x)[: len(x) - k].mean()
""",
        "example invariance random count outliers",
        "upper end only",
    ),
    "trimmed: not sorted": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    return x[k : len(x) - k].mean()
""",
        "example invariance random count outliers",
        "sort first",
    ),
    "trimmed: [k:-k]": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    return np.sort(x)[k:-k].mean()
""",
        "random sizes",
        "alpha = 0",
    ),
    "trimmed: divided by n": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    return np.sort(x)[k : len(x) - k].sum() / len(x)
""",
        "example invariance random count outliers layout integers float32 speed unchanged",
        "divided by n",
    ),
    "trimmed: Winsorised": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    order = np.sort(x)
    return np.clip(x, order[k], order[len(x) - 1 - k]).mean()
""",
        "example random count outliers",
        "Winsorised",
    ),
    "trimmed: median": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    return np.median(x)
""",
        "example random count outliers",
        "is the median",
    ),
    "trimmed: subtracts the tails from the sum": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    n, order = len(x), np.sort(x)
    k = int(alpha * n + 1e-9)
    return (order.sum() - order[:k].sum() - order[n - k :].sum()) / (n - 2 * k)
""",
        "outliers",
        "outliers",
    ),
    "trimmed: the result is an integer": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    order = np.sort(x)
    return np.array(order[k : len(x) - k].mean(), dtype=x.dtype)
""",
        "integers",
        "integers, compared",
    ),
    "trimmed: a pass for each number": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    rest, order = list(x), []
    while rest:
        order.append(min(rest))
        rest.remove(order[-1])
    k = int(alpha * len(x) + 1e-9)
    return sum(order[k : len(x) - k]) / (len(x) - 2 * k)
""",
        "speed",
        "gone through again",
    ),
    "trimmed: zero": Mistake(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    return 0.0
""",
        "example invariance random count outliers integers float32 layout sizes speed unchanged",
        "zero",
    ),
}

RIGHT_ANSWERS: dict[str, RightAnswer] = {
    "squared: loop over lists": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    loss, gradient = [], []
    for truth, guess in zip(y_true, y_pred):
        loss.append((guess - truth) ** 2 / 2)
        gradient.append(guess - truth)
    return loss, gradient
""",
    ),
    "squared: plain Python floats, returned as a list": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    pairs = [(float(t), float(p)) for t, p in zip(y_true, y_pred)]
    return [[0.5 * (p - t) ** 2 for t, p in pairs], [p - t for t, p in pairs]]
""",
    ),
    "squared: filled arrays": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    n = len(y_true)
    loss = np.zeros(n)
    gradient = np.zeros(n)
    for i in range(n):
        gradient[i] = y_pred[i] - y_true[i]
        loss[i] = gradient[i] * gradient[i] / 2
    return loss, gradient
""",
    ),
    "squared: np.square and minus the other difference": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    return np.square(y_true - y_pred) / 2, -(y_true - y_pred)
""",
    ),
    "squared: einsum": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    r = np.asarray(y_pred, dtype=float) - np.asarray(y_true, dtype=float)
    return np.einsum("i,i->i", r, 0.5 * r), r
""",
    ),
    "squared: in place on a copy": RightAnswer(
        "squared_loss",
        """
def squared_loss(y_true, y_pred):
    r = np.array(y_pred, dtype=float)
    r -= y_true
    loss = r.copy()
    loss *= r
    loss /= 2
    return loss, r
""",
    ),
    "absolute: subgradient 1 at the kink": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.abs(r), np.where(r >= 0, 1.0, -1.0)
""",
    ),
    "absolute: subgradient -1 at the kink": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.abs(r), np.where(r > 0, 1, -1)
""",
    ),
    "absolute: subgradient 0.3 at the kink": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.maximum(r, -r), np.where(r == 0, 0.3, np.sign(r))
""",
    ),
    "absolute: 0/0 patched": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    r = y_pred - y_true
    return np.abs(r), np.nan_to_num(r / np.abs(r))
""",
    ),
    "absolute: loop with if": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    loss, gradient = [], []
    for t, p in zip(y_true.tolist(), y_pred.tolist()):
        if p > t:
            loss.append(p - t)
            gradient.append(1)
        elif p < t:
            loss.append(t - p)
            gradient.append(-1)
        else:
            loss.append(0)
            gradient.append(0)
    return np.array(loss, dtype=float), np.array(gradient, dtype=float)
""",
    ),
    "absolute: difference of two comparisons": RightAnswer(
        "absolute_loss",
        """
def absolute_loss(y_true, y_pred):
    gradient = (y_pred > y_true).astype(int) - (y_pred < y_true).astype(int)
    return gradient * (y_pred - y_true), gradient
""",
    ),
    "huber: np.where, strict inequality": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) < delta
    loss = np.where(near, 0.5 * r**2, delta * (np.abs(r) - 0.5 * delta))
    return loss, np.where(near, r, delta * np.sign(r))
""",
    ),
    "huber: cases mixed by multiplication": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    near = np.abs(r) <= delta
    loss = near * 0.5 * r**2 + (1 - near) * (delta * np.abs(r) - 0.5 * delta**2)
    return loss, near * r + (1 - near) * delta * np.sign(r)
""",
    ),
    "huber: minimum of abs(r) and delta": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    inner = np.minimum(np.abs(r), delta)
    return inner**2 / 2 + delta * (np.abs(r) - inner), np.maximum(-delta, np.minimum(r, delta))
""",
    ),
    "huber: masks": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = np.asarray(y_pred - y_true, dtype=float)
    loss, gradient = np.empty_like(r), np.empty_like(r)
    near = abs(r) <= delta
    loss[near] = r[near] ** 2 / 2
    loss[~near] = delta * abs(r[~near]) - delta**2 / 2
    gradient[near] = r[near]
    gradient[~near] = delta * np.sign(r[~near])
    return loss, gradient
""",
    ),
    "huber: np.piecewise": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = 1.0 * (y_pred - y_true)
    near = abs(r) <= delta
    loss = np.piecewise(r, [near], [lambda s: s**2 / 2, lambda s: delta * abs(s) - delta**2 / 2])
    return loss, np.piecewise(r, [r < -delta, r > delta], [-delta, delta, lambda s: s])
""",
    ),
    "huber: np.select": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    r = y_pred - y_true
    cases = [r < -delta, r <= delta]
    gradient = np.select(cases, [-delta, r], default=delta)
    return gradient * r - gradient**2 / 2, gradient
""",
    ),
    "huber: np.vectorize": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    def one(t, p):
        r = float(p) - float(t)
        if abs(r) <= delta:
            return r * r / 2, r
        return delta * abs(r) - delta**2 / 2, delta if r > 0 else -delta

    if len(y_true) == 0:
        return np.array([]), np.array([])
    return np.vectorize(one, otypes=[float, float])(y_true, y_pred)
""",
    ),
    "huber: loop with np.clip, appended": RightAnswer(
        "huber_loss",
        """
def huber_loss(y_true, y_pred, delta):
    loss, gradient = [], []
    for i in range(len(y_true)):
        r = y_pred[i] - y_true[i]
        c = np.clip(r, -delta, delta)
        gradient.append(c)
        loss.append(c * (r - c / 2))
    return loss, gradient
""",
    ),
    "trimmed: sorted() in plain Python": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(alpha * len(x) + 1e-9)
    kept = sorted(float(value) for value in x)[k : len(x) - k]
    return sum(kept) / len(kept)
""",
    ),
    "trimmed: returned as a 0-d array": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(np.floor(alpha * np.size(x) + 1e-9))
    return np.asarray(np.mean(np.sort(x)[k : np.size(x) - k]))
""",
    ),
    "trimmed: np.partition": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    n = len(x)
    k = int(alpha * n + 1e-9)
    return np.partition(x, (k, n - 1 - k))[k : n - k].mean()
""",
    ),
    "trimmed: argsort and np.average": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    n = len(x)
    k = int(alpha * n + 1e-9)
    return np.average(x[np.argsort(x)[k : n - k]])
""",
    ),
    "trimmed: exact fraction": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    from fractions import Fraction

    k = int(Fraction(alpha).limit_denominator(10**6) * len(x))
    return float(np.sort(x)[k : len(x) - k].mean())
""",
    ),
    "trimmed: rounded, then down": RightAnswer(
        "trimmed_mean",
        """
def trimmed_mean(x, alpha):
    k = int(round(alpha * len(x), 6))
    copy = x.copy()
    copy.sort()
    return copy[k : len(copy) - k].mean()
""",
    ),
}
