"""What a user would write with each library; the functions are named for the tasks' operations.

Where a library has no such function, or none with a gradient, it is composed of the library's own
functions and NumPy, the way that is quickest among the plain ones. What a library cannot do without
being written anew is left out.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats
from sklearn._loss import HalfMultinomialLoss, HuberLoss
from sklearn.linear_model import ridge_regression
from sklearn.utils.extmath import softmax

from benchmarks.speed.tasks import ALPHA, DELTA, LAM
from course_lib import information, losses, map_estimation
from course_lib import softmax as course_softmax


class CourseLib:
    """Ours."""

    softmax = staticmethod(course_softmax.softmax)
    log_softmax = staticmethod(course_softmax.log_softmax)
    cross_entropy = staticmethod(course_softmax.softmax_cross_entropy)
    entropy = staticmethod(information.entropy)

    @staticmethod
    def huber(y_true: Any, y_pred: Any) -> Any:
        return losses.huber_loss(y_true, y_pred, DELTA)

    @staticmethod
    def trimmed_mean(x: Any) -> Any:
        return losses.trimmed_mean(x, ALPHA)

    @staticmethod
    def ridge(X: Any, y: Any) -> Any:
        return map_estimation.ridge_fit(X, y, LAM)


class SciPy:
    """Composed: the gradients of both losses, and ridge regression."""

    @staticmethod
    def softmax(o: Any) -> Any:
        return scipy.special.softmax(o, axis=-1)

    @staticmethod
    def log_softmax(o: Any) -> Any:
        return scipy.special.log_softmax(o, axis=-1)

    @staticmethod
    def cross_entropy(o: Any, labels: Any) -> Any:
        log_p = scipy.special.log_softmax(o, axis=-1)
        right = np.arange(len(o)), labels
        loss = -log_p[right].mean()
        gradient = np.exp(log_p)
        gradient[right] -= 1
        gradient /= len(o)
        return loss, gradient

    @staticmethod
    def huber(y_true: Any, y_pred: Any) -> Any:
        residual = y_pred - y_true
        return scipy.special.huber(DELTA, residual), np.clip(residual, -DELTA, DELTA)

    @staticmethod
    def entropy(p: Any) -> Any:
        return scipy.stats.entropy(p)

    @staticmethod
    def trimmed_mean(x: Any) -> Any:
        return scipy.stats.trim_mean(x, ALPHA)

    @staticmethod
    def ridge(X: Any, y: Any) -> Any:
        gram = X.T @ X + len(X) * LAM * np.eye(X.shape[1])
        return scipy.linalg.solve(gram, X.T @ y, assume_a="pos")


class ScikitLearn:
    """The losses are those inside its estimators (``sklearn._loss``, not public)."""

    softmax = staticmethod(softmax)

    @staticmethod
    def cross_entropy(o: Any, labels: Any) -> Any:
        loss = HalfMultinomialLoss(n_classes=o.shape[1])
        # Its labels are floats; without a mean.
        losses, gradient = loss.loss_gradient(labels.astype(o.dtype), o)
        return losses.mean(), np.divide(gradient, len(o), out=gradient)

    @staticmethod
    def huber(y_true: Any, y_pred: Any) -> Any:
        return HuberLoss(delta=DELTA).loss_gradient(y_true, y_pred)

    @staticmethod
    def ridge(X: Any, y: Any) -> Any:
        return ridge_regression(X, y, alpha=len(X) * LAM, solver="cholesky")


class LeastWork:
    """No library, but less than what any of them has to do with NumPy: nothing can be quicker."""

    softmax = log_softmax = staticmethod(np.exp)
    entropy = staticmethod(np.log)
    trimmed_mean = staticmethod(np.sum)

    @staticmethod
    def cross_entropy(o: Any, labels: Any) -> Any:
        return np.exp(o)

    @staticmethod
    def huber(y_true: Any, y_pred: Any) -> Any:
        return y_true.copy(), y_pred.copy()

    @staticmethod
    def ridge(X: Any, y: Any) -> Any:
        return X.T @ X


LIBRARIES: dict[str, Any] = {
    "course_lib": CourseLib,
    "SciPy": SciPy,
    "scikit-learn": ScikitLearn,
    "least work": LeastWork,
}

if importlib.util.find_spec("torch"):
    from benchmarks.speed.pytorch import PyTorch

    LIBRARIES["PyTorch"] = PyTorch
