"""Answers between full marks and none: what the sandbox records is the part that they deserve."""

from __future__ import annotations

import pytest

from tests.mutants.answers import Case, Right
from tests.mutants.grading import grade
from tests.mutants.instructor_notebook import PartOfThePoints, read_cells, run_tests

pytestmark = [pytest.mark.slow, pytest.mark.graded, pytest.mark.timeout(400)]

SEED = 20
JUDGED = ("digit_probabilities-loss", "digit_probabilities-calibration")
#: The nearest mean image, too cautious; and a network that has not learnt for long enough.
ANSWERS = {
    "nearest mean": """
def digit_probabilities(images, labels, new_images):
    means = np.array([images[labels == digit].mean(axis=0) for digit in range(10)])
    far = ((new_images[:, np.newaxis] - means) ** 2).sum(axis=2)
    p = np.exp(-(far - far.min(axis=1, keepdims=True)) / 200)
    return p / p.sum(axis=1, keepdims=True)
""",
    "a network": """
def digit_probabilities(images, labels, new_images):
    rng = np.random.default_rng(3)
    X, Z, target = images / 16, new_images / 16, np.eye(10)[labels]
    V, c = rng.normal(size=(64, 40)) / 8, np.zeros(40)
    W, b = rng.normal(size=(40, 10)) / 6, np.zeros(10)

    def forward(X):
        hidden = np.maximum(X @ V + c, 0)
        scores = hidden @ W + b
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        return hidden, p / p.sum(axis=1, keepdims=True)

    for _ in range(4):
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


@pytest.fixture(scope="module")
def expected() -> dict[str, dict[str, float]]:
    """By answer and test, what the last line of the test comes to in this process."""
    cells = read_cells("capstone")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADING_SEED", str(SEED))
        for name, source in ANSWERS.items():
            outcome = run_tests(cells, {"digit_probabilities": source}, "digit_probabilities-")
            parts = {each: outcome[each] for each in JUDGED}
            assert all(isinstance(part, PartOfThePoints) for part in parts.values())
            found[name] = {each: float(str(part).split()[0]) for each, part in parts.items()}
    return found


def test_the_sandbox_records_the_part_that_was_earned(
    expected: dict[str, dict[str, float]],
) -> None:
    answers = [
        Case("capstone", "digit_probabilities", name, Right(source))
        for name, source in ANSWERS.items()
    ]
    graded = grade("capstone", answers, seed=SEED)
    scores = {
        answer.name: {each.grade_id: each.score for each in questions if each.grade_id in JUDGED}
        for answer, questions in zip(answers, graded, strict=True)
    }
    assert scores == {
        name: {each: pytest.approx(part, abs=0.02) for each, part in parts.items()}
        for name, parts in expected.items()
    }
    assert all(score > 0 for parts in expected.values() for score in parts.values())
