"""Figures of the lectures: one plain function per figure.

Every function takes the data and the functions to draw as arguments; none imports the reference
implementations. It draws a new pyplot figure and returns nothing. A notebook calls it once, or
hands it to `course_lib.figures.live.interact`, which shows its first picture where no kernel is.
"""

from __future__ import annotations

from course_lib.figures.calibration import plot_reliability, plot_reports, plot_temperature
from course_lib.figures.classifiers import plot_added_points, plot_confusion, plot_regions
from course_lib.figures.codes import (
    plot_arithmetic_code,
    plot_block_codes,
    plot_code_lengths,
    plot_code_space,
    plot_code_tables,
    plot_code_tree,
)
from course_lib.figures.curves import plot_curves
from course_lib.figures.digits import (
    plot_images,
    plot_p_minus_y,
    plot_scores,
    plot_weight_growth,
    plot_weights,
)
from course_lib.figures.divergences import (
    plot_cross_entropy_bars,
    plot_divergence_fit,
    plot_jensen,
    plot_logit_gradients,
)
from course_lib.figures.entropies import (
    plot_binary_entropy,
    plot_entropy_chord,
    plot_pictures,
    plot_surprise,
    plot_typical,
)
from course_lib.figures.exponential_families import (
    plot_densities,
    plot_dice,
    plot_die,
    plot_fits,
    plot_log_partition,
    plot_moment_matching,
)
from course_lib.figures.gradients import plot_step_sizes
from course_lib.figures.joint import (
    plot_channel,
    plot_information_diagram,
)
from course_lib.figures.lasso import plot_circle_and_diamond, plot_weight_paths
from course_lib.figures.likelihood import (
    plot_candidates,
    plot_dice_sums,
    plot_fit,
    plot_nll_contours,
    plot_normal_density,
    plot_variance_estimates,
)
from course_lib.figures.locations import (
    plot_clip_or_cut,
    plot_estimates,
    plot_forces,
    plot_huber_path,
    plot_influence,
    plot_movable_outlier,
)
from course_lib.figures.losses import plot_loss_triptych, plot_total_loss
from course_lib.figures.posterior import plot_coin_posterior, plot_explanations, plot_shrinkage
from course_lib.figures.regression import (
    plot_lines,
    plot_normal_quantiles,
    plot_one_weight,
    plot_residuals,
)
from course_lib.figures.ridge import (
    plot_descent,
    plot_penalised_fit,
    plot_penalty_strength,
    plot_ridge_path,
)
from course_lib.figures.softmax import (
    plot_binary_classifier,
    plot_margins,
    plot_one_or_several,
    plot_score_losses,
    plot_simplex,
)
from course_lib.figures.springs import plot_springs
from course_lib.figures.symbols import (
    plot_bits_per_symbol,
    plot_information_by_distance,
    plot_joint,
    plot_next_symbol,
    plot_symbol_frequencies,
)
from course_lib.figures.uncertainty import (
    plot_likelihood_interval,
    plot_predictive_band,
    plot_share_estimates,
    plot_two_scales,
)

__all__ = [
    "plot_added_points",
    "plot_arithmetic_code",
    "plot_binary_classifier",
    "plot_binary_entropy",
    "plot_bits_per_symbol",
    "plot_block_codes",
    "plot_candidates",
    "plot_channel",
    "plot_circle_and_diamond",
    "plot_clip_or_cut",
    "plot_code_lengths",
    "plot_code_space",
    "plot_code_tables",
    "plot_code_tree",
    "plot_coin_posterior",
    "plot_confusion",
    "plot_cross_entropy_bars",
    "plot_curves",
    "plot_densities",
    "plot_descent",
    "plot_dice",
    "plot_dice_sums",
    "plot_die",
    "plot_divergence_fit",
    "plot_entropy_chord",
    "plot_estimates",
    "plot_explanations",
    "plot_fit",
    "plot_fits",
    "plot_forces",
    "plot_huber_path",
    "plot_images",
    "plot_influence",
    "plot_information_by_distance",
    "plot_information_diagram",
    "plot_jensen",
    "plot_joint",
    "plot_likelihood_interval",
    "plot_lines",
    "plot_log_partition",
    "plot_logit_gradients",
    "plot_loss_triptych",
    "plot_margins",
    "plot_moment_matching",
    "plot_movable_outlier",
    "plot_next_symbol",
    "plot_nll_contours",
    "plot_normal_density",
    "plot_normal_quantiles",
    "plot_one_or_several",
    "plot_one_weight",
    "plot_p_minus_y",
    "plot_penalised_fit",
    "plot_penalty_strength",
    "plot_pictures",
    "plot_predictive_band",
    "plot_regions",
    "plot_reliability",
    "plot_reports",
    "plot_residuals",
    "plot_ridge_path",
    "plot_score_losses",
    "plot_scores",
    "plot_share_estimates",
    "plot_shrinkage",
    "plot_simplex",
    "plot_springs",
    "plot_step_sizes",
    "plot_surprise",
    "plot_symbol_frequencies",
    "plot_temperature",
    "plot_total_loss",
    "plot_two_scales",
    "plot_typical",
    "plot_variance_estimates",
    "plot_weight_growth",
    "plot_weight_paths",
    "plot_weights",
]
