"""Draw the figure of README.md, regions of two classifiers: `python docs/readme_figure.py`."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from course_lib import figures
from course_lib.datasets import iris
from course_lib.softmax import one_hot, softmax, softmax_regression_fit

FILE = Path(__file__).parent / "static" / "regions.png"


def with_constant(x: np.ndarray) -> np.ndarray:
    """The inputs with a column of ones in front."""
    return np.column_stack([np.ones(len(x)), x])


if __name__ == "__main__":
    flowers, species = iris()
    petals = flowers[:, 2:]
    line = np.linalg.lstsq(with_constant(petals), one_hot(species, 3))[0]
    W, b = softmax_regression_fit(petals, species, 1e-4)
    figures.plot_regions(
        petals,
        species,
        {
            "least squares": lambda x: with_constant(x) @ line,
            "maximum likelihood": lambda x: softmax(x @ W + b),
        },
        names=["setosa", "versicolor", "virginica"],
        xlabel="petal length (cm)",
        ylabel="petal width (cm)",
        contours={"maximum likelihood": (2 / 3,)},
    )
    plt.savefig(FILE, dpi=100, metadata={"Software": None})
