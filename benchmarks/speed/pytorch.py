"""What a user would write with PyTorch, on the CPU; gradients by its autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn import functional

from benchmarks.speed.tasks import DELTA, LAM

torch.set_num_threads(1)


def tensors(*arrays: Any) -> list[torch.Tensor]:
    """Tensors that share the arrays' memory."""
    return [torch.from_numpy(array) for array in arrays]


class PyTorch:
    """Composed: ridge regression."""

    @staticmethod
    def softmax(o: Any) -> Any:
        (o,) = tensors(o)
        return torch.softmax(o, dim=-1).numpy()

    @staticmethod
    def log_softmax(o: Any) -> Any:
        (o,) = tensors(o)
        return torch.log_softmax(o, dim=-1).numpy()

    @staticmethod
    def sigmoid(x: Any) -> Any:
        (x,) = tensors(x)
        return torch.sigmoid(x).numpy()

    @staticmethod
    def log_sigmoid(x: Any) -> Any:
        (x,) = tensors(x)
        return functional.logsigmoid(x).numpy()

    @staticmethod
    def logsumexp(o: Any) -> Any:
        (o,) = tensors(o)
        return torch.logsumexp(o, dim=-1).numpy()

    @staticmethod
    def soft_cross_entropy(o: Any, y: Any) -> Any:
        o, y = tensors(o, y)
        loss = functional.cross_entropy(o.requires_grad_(), y)
        (gradient,) = torch.autograd.grad(loss, o)
        return loss.item(), gradient.numpy()

    @staticmethod
    def binary_cross_entropy(o: Any, t: Any) -> Any:
        o, t = tensors(o, t)
        loss = functional.binary_cross_entropy_with_logits(o.requires_grad_(), t)
        (gradient,) = torch.autograd.grad(loss, o)
        return loss.item(), gradient.numpy()

    @staticmethod
    def softmax_cross_entropy(o: Any, labels: Any) -> Any:
        o, labels = tensors(o, labels)
        loss = functional.cross_entropy(o.requires_grad_(), labels)
        (gradient,) = torch.autograd.grad(loss, o)
        return loss.item(), gradient.numpy()

    @staticmethod
    def huber_loss(y_true: Any, y_pred: Any) -> Any:
        y_true, y_pred = tensors(y_true, y_pred)
        loss = functional.huber_loss(y_pred.requires_grad_(), y_true, reduction="none", delta=DELTA)
        (gradient,) = torch.autograd.grad(loss, y_pred, torch.ones_like(loss))
        return loss.detach().numpy(), gradient.numpy()

    @staticmethod
    def entropy(p: Any) -> Any:
        (p,) = tensors(p)
        return torch.special.entr(p).sum().item()

    @staticmethod
    def ridge_fit(X: Any, y: Any) -> Any:
        X, y = tensors(X, y)
        gram = X.T @ X + len(X) * LAM * torch.eye(X.shape[1], dtype=X.dtype)
        return np.asarray(torch.linalg.solve(gram, X.T @ y))
