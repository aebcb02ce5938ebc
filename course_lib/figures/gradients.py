"""Figure of numerical derivatives."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.style import BLACK, GREY, WIDTH, course_style, line_style, marker


@course_style
def plot_step_sizes(steps: ArrayLike, errors: Mapping[str, ArrayLike]) -> None:
    """Relative error of some difference quotients over the step h; the smallest of each marked.

    An error of 0 cannot be shown on a logarithmic axis and counts as a tenth of eps.

    Parameters
    ----------
    steps : array_like
        Steps h, shape (m,).
    errors : mapping
        Name of a difference quotient → its relative errors.
    """
    h = np.asarray(steps, dtype=np.float64)
    eps = float(np.finfo(np.float64).eps)

    _, axes = plt.subplots(figsize=(WIDTH, 3.8))
    axes.axhline(eps, color=GREY, linestyle=":", linewidth=1.2)
    axes.annotate("eps", (h.max(), eps), (-2, 3), textcoords="offset points", ha="right")
    for index, (name, values) in enumerate(errors.items()):
        error = np.maximum(np.asarray(values, dtype=np.float64), eps / 10)
        best = int(np.argmin(error))
        axes.loglog(h, error, **line_style(index), label=name)
        axes.plot(h[best], error[best], marker(index), color=BLACK, markersize=7)
    axes.set(xlabel="step h", ylabel="relative error of the gradient", ylim=(eps / 20, 30))
    axes.legend(loc="center left", bbox_to_anchor=(0.02, 0.5))
