"""Figures of the lectures: one plain function per figure.

Every function takes the data and the functions to draw as arguments; none imports the reference
implementations. It draws a new pyplot figure and returns nothing. A notebook calls it once, or
hands it to `course_lib.figures.live.interact`, which shows its first picture where no kernel is.

A module is loaded when a figure of it is first asked for: Matplotlib takes longer to load than all
else that a check of an assignment needs, and the tests draw nothing. Where ``EAGER_IMPORT`` is set
in the environment, as lazy_loader has it, all are loaded at once: a process that is about to be
forked again and again does that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module

_FIGURES = {
    "calibration": "plot_reliability plot_reports plot_temperature",
    "classifiers": "plot_added_points plot_confusion plot_regions",
    "codes": (
        "plot_arithmetic_code plot_block_codes plot_code_lengths plot_code_space plot_code_tables "
        "plot_code_tree"
    ),
    "curves": "plot_curves",
    "digits": "plot_images plot_p_minus_y plot_scores plot_weight_growth plot_weights",
    "divergences": "plot_cross_entropy_bars plot_divergence_fit plot_jensen plot_logit_gradients",
    "entropies": "plot_binary_entropy plot_entropy_chord plot_pictures plot_surprise plot_typical",
    "exponential_families": (
        "plot_densities plot_dice plot_die plot_fits plot_log_partition plot_moment_matching"
    ),
    "gradients": "plot_step_sizes",
    "joint": "plot_channel plot_information_diagram",
    "lasso": "plot_circle_and_diamond plot_weight_paths",
    "likelihood": (
        "plot_candidates plot_dice_sums plot_fit plot_nll_contours plot_normal_density "
        "plot_variance_estimates"
    ),
    "locations": (
        "plot_clip_or_cut plot_estimates plot_forces plot_huber_path plot_influence "
        "plot_movable_outlier"
    ),
    "losses": "plot_loss_triptych plot_total_loss",
    "posterior": "plot_coin_posterior plot_explanations plot_shrinkage",
    "regression": "plot_lines plot_normal_quantiles plot_one_weight plot_residuals",
    "ridge": "plot_descent plot_penalised_fit plot_penalty_strength plot_ridge_path",
    "softmax": (
        "plot_binary_classifier plot_margins plot_one_or_several plot_score_losses plot_simplex"
    ),
    "springs": "plot_springs",
    "symbols": (
        "plot_bits_per_symbol plot_information_by_distance plot_joint plot_next_symbol "
        "plot_symbol_frequencies"
    ),
    "uncertainty": (
        "plot_likelihood_interval plot_predictive_band plot_share_estimates plot_two_scales"
    ),
}
_MODULES = {name: module for module, names in _FIGURES.items() for name in names.split()}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> Callable[..., None]:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    figure: Callable[..., None] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = figure
    return figure


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if os.environ.get("EAGER_IMPORT"):
    for _name in __all__:
        __getattr__(_name)
