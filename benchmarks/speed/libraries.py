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
from sklearn._loss import HalfBinomialLoss, HalfMultinomialLoss, HuberLoss
from sklearn.linear_model import ridge_regression
from sklearn.utils.extmath import softmax

from benchmarks.speed.tasks import ALPHA, DELTA, LAM, OURS, PLAIN
from course_lib import information, likelihood, losses, map_estimation
from course_lib import softmax as course_softmax


class CourseLib:
    """Ours, the checks of the arguments included."""

    sigmoid = staticmethod(course_softmax.sigmoid)
    log_sigmoid = staticmethod(course_softmax.log_sigmoid)
    softmax = staticmethod(course_softmax.softmax)
    log_softmax = staticmethod(course_softmax.log_softmax)
    logsumexp = staticmethod(course_softmax.logsumexp)
    softmax_cross_entropy = staticmethod(course_softmax.softmax_cross_entropy)
    soft_cross_entropy = staticmethod(course_softmax.soft_cross_entropy)
    binary_cross_entropy = staticmethod(course_softmax.binary_cross_entropy_with_logits)
    squared_loss = staticmethod(losses.squared_loss)
    absolute_loss = staticmethod(losses.absolute_loss)
    gaussian_mle = staticmethod(likelihood.gaussian_mle)
    entropy = staticmethod(information.entropy)
    kl_divergence = staticmethod(information.kl_divergence)

    @staticmethod
    def huber_loss(y_true: Any, y_pred: Any) -> Any:
        return losses.huber_loss(y_true, y_pred, DELTA)

    @staticmethod
    def trimmed_mean(x: Any) -> Any:
        return losses.trimmed_mean(x, ALPHA)

    @staticmethod
    def gaussian_log_pdf(x: Any) -> Any:
        return likelihood.gaussian_log_pdf(x, 0.5, 2.0)

    @staticmethod
    def ridge_fit(X: Any, y: Any) -> Any:
        return map_estimation.ridge_fit(X, y, LAM)


class PlainNumPy:
    """The formula, safe from overflow, and nothing else: no check of an argument, no lost digit."""

    @staticmethod
    def sigmoid(x: Any) -> Any:
        return 1 / (1 + np.exp(-x))

    @staticmethod
    def log_sigmoid(x: Any) -> Any:
        return -np.logaddexp(0, -x)

    @staticmethod
    def softmax(o: Any) -> Any:
        powers = np.exp(o - np.max(o, axis=-1, keepdims=True))
        return powers / np.sum(powers, axis=-1, keepdims=True)

    @staticmethod
    def log_softmax(o: Any) -> Any:
        shifted = o - np.max(o, axis=-1, keepdims=True)
        return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))

    @staticmethod
    def logsumexp(o: Any) -> Any:
        largest = np.max(o, axis=-1)
        return largest + np.log(np.sum(np.exp(o - largest[..., np.newaxis]), axis=-1))

    @staticmethod
    def softmax_cross_entropy(o: Any, labels: Any) -> Any:
        log_p = PlainNumPy.log_softmax(o)
        right = np.arange(len(o)), labels
        gradient = np.exp(log_p)
        gradient[right] -= 1
        return -np.mean(log_p[right]), gradient / len(o)

    @staticmethod
    def soft_cross_entropy(o: Any, y: Any) -> Any:
        log_p = PlainNumPy.log_softmax(o)
        return -np.mean(np.sum(y * log_p, axis=-1)), (np.exp(log_p) - y) / len(o)

    @staticmethod
    def binary_cross_entropy(o: Any, t: Any) -> Any:
        loss = np.mean(np.logaddexp(0, o) - t * o)
        return loss, (PlainNumPy.sigmoid(o) - t) / len(o)

    @staticmethod
    def squared_loss(y_true: Any, y_pred: Any) -> Any:
        residual = y_pred - y_true
        return 0.5 * residual**2, residual

    @staticmethod
    def absolute_loss(y_true: Any, y_pred: Any) -> Any:
        residual = y_pred - y_true
        return np.abs(residual), np.sign(residual)

    @staticmethod
    def huber_loss(y_true: Any, y_pred: Any) -> Any:
        residual = y_pred - y_true
        size = np.abs(residual)
        loss = np.where(size <= DELTA, 0.5 * residual**2, DELTA * (size - 0.5 * DELTA))
        return loss, np.clip(residual, -DELTA, DELTA)

    @staticmethod
    def trimmed_mean(x: Any) -> Any:
        cut = int(ALPHA * len(x))
        return np.mean(np.sort(x)[cut : len(x) - cut])

    @staticmethod
    def gaussian_log_pdf(x: Any) -> Any:
        return -0.5 * np.log(2 * np.pi * 2.0) - (x - 0.5) ** 2 / (2 * 2.0)

    @staticmethod
    def gaussian_mle(x: Any) -> Any:
        return np.mean(x), np.var(x)

    @staticmethod
    def entropy(p: Any) -> Any:
        return -np.sum(p * np.log(p))

    @staticmethod
    def kl_divergence(p: Any, q: Any) -> Any:
        return np.sum(p * np.log(p / q))

    @staticmethod
    def ridge_fit(X: Any, y: Any) -> Any:
        return np.linalg.solve(X.T @ X + len(X) * LAM * np.eye(X.shape[1]), X.T @ y)


class SciPy:
    """Composed: the gradients of the losses, and ridge regression."""

    sigmoid = staticmethod(scipy.special.expit)
    log_sigmoid = staticmethod(scipy.special.log_expit)
    entropy = staticmethod(scipy.stats.entropy)
    kl_divergence = staticmethod(scipy.stats.entropy)

    @staticmethod
    def softmax(o: Any) -> Any:
        return scipy.special.softmax(o, axis=-1)

    @staticmethod
    def log_softmax(o: Any) -> Any:
        return scipy.special.log_softmax(o, axis=-1)

    @staticmethod
    def logsumexp(o: Any) -> Any:
        return scipy.special.logsumexp(o, axis=-1)

    @staticmethod
    def softmax_cross_entropy(o: Any, labels: Any) -> Any:
        log_p = scipy.special.log_softmax(o, axis=-1)
        right = np.arange(len(o)), labels
        loss = -log_p[right].mean()
        gradient = np.exp(log_p)
        gradient[right] -= 1
        gradient /= len(o)
        return loss, gradient

    @staticmethod
    def soft_cross_entropy(o: Any, y: Any) -> Any:
        log_p = scipy.special.log_softmax(o, axis=-1)
        gradient = np.exp(log_p) - y
        gradient /= len(o)
        return -(y * log_p).sum(axis=-1).mean(), gradient

    @staticmethod
    def binary_cross_entropy(o: Any, t: Any) -> Any:
        log_expit = scipy.special.log_expit
        loss = -(t * log_expit(o) + (1 - t) * log_expit(-o)).mean()
        return loss, (scipy.special.expit(o) - t) / len(o)

    @staticmethod
    def huber_loss(y_true: Any, y_pred: Any) -> Any:
        residual = y_pred - y_true
        return scipy.special.huber(DELTA, residual), np.clip(residual, -DELTA, DELTA)

    @staticmethod
    def trimmed_mean(x: Any) -> Any:
        return scipy.stats.trim_mean(x, ALPHA)

    @staticmethod
    def gaussian_log_pdf(x: Any) -> Any:
        return scipy.stats.norm.logpdf(x, loc=0.5, scale=np.sqrt(2.0))

    @staticmethod
    def gaussian_mle(x: Any) -> Any:
        mean, deviation = scipy.stats.norm.fit(x)
        return mean, deviation**2

    @staticmethod
    def ridge_fit(X: Any, y: Any) -> Any:
        gram = X.T @ X + len(X) * LAM * np.eye(X.shape[1])
        return scipy.linalg.solve(gram, X.T @ y, assume_a="pos")


class ScikitLearn:
    """The losses are those inside its estimators (``sklearn._loss``, not public)."""

    softmax = staticmethod(softmax)

    @staticmethod
    def softmax_cross_entropy(o: Any, labels: Any) -> Any:
        loss = HalfMultinomialLoss(n_classes=o.shape[1])
        # Its labels are floats; without a mean.
        losses, gradient = loss.loss_gradient(labels.astype(o.dtype), o)
        return losses.mean(), np.divide(gradient, len(o), out=gradient)

    @staticmethod
    def binary_cross_entropy(o: Any, t: Any) -> Any:
        losses, gradient = HalfBinomialLoss().loss_gradient(t, o)
        return losses.mean(), np.divide(gradient, len(o), out=gradient)

    @staticmethod
    def huber_loss(y_true: Any, y_pred: Any) -> Any:
        return HuberLoss(delta=DELTA).loss_gradient(y_true, y_pred)

    @staticmethod
    def ridge_fit(X: Any, y: Any) -> Any:
        return ridge_regression(X, y, alpha=len(X) * LAM, solver="cholesky")


LIBRARIES: dict[str, Any] = {
    OURS: CourseLib,
    PLAIN: PlainNumPy,
    "SciPy": SciPy,
    "scikit-learn": ScikitLearn,
}

if importlib.util.find_spec("torch"):
    from benchmarks.speed.pytorch import PyTorch

    LIBRARIES["PyTorch"] = PyTorch
