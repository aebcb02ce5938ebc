"""Answers between full marks and none: what the sandbox records is the part that they deserve."""

from __future__ import annotations

import pytest

from autograder.results import Outcome
from tests.mutants.answers import Case, Right
from tests.mutants.grading import grade
from tests.mutants.instructor_notebook import PartOfThePoints, read_cells, run_tests

pytestmark = [pytest.mark.slow, pytest.mark.graded, pytest.mark.timeout(400)]

SEED = 20
#: Nearest mean image, as a distribution that is too cautious; and a network that draws its weights.
ANSWERS = {
    "nearest mean": """
def digit_probabilities(images, labels, new_images):
    means = np.array([images[labels == digit].mean(axis=0) for digit in range(10)])
    far = ((new_images[:, np.newaxis] - means) ** 2).sum(axis=2)
    p = np.exp(-(far - far.min(axis=1, keepdims=True)) / 250)
    return p / p.sum(axis=1, keepdims=True)
""",
    "a network with its own random numbers": """
def digit_probabilities(images, labels, new_images):
    rng = np.random.default_rng()
    X, Z, target = images / 16, new_images / 16, np.eye(10)[labels]
    V, c = rng.normal(size=(64, 40)) / 8, np.zeros(40)
    W, b = rng.normal(size=(40, 10)) / 6, np.zeros(10)

    def forward(X):
        hidden = np.maximum(X @ V + c, 0)
        scores = hidden @ W + b
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, p / p.sum(axis=1, keepdims=True)

    for _ in range(12):
        order = rng.permutation(len(X))
        for batch in np.array_split(order, max(1, len(X) // 32)):
            hidden, p = forward(X[batch])
            slope = (p - target[batch]) / len(batch)
            back = slope @ W.T * (hidden > 0)
            W, b = W - 0.3 * hidden.T @ slope, b - 0.3 * slope.sum(axis=0)
            V, c = V - 0.3 * X[batch].T @ back, c - 0.3 * back.sum(axis=0)
    return forward(Z)[1]
""",
}
