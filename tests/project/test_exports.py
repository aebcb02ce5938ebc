"""The names that lectures, assignments and other courses build on change only on purpose."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

EXPORTED = {
    "autograder": [
        "AutograderError",
        "CellRun",
        "Check",
        "Course",
        "CourseError",
        "GradebookError",
        "Graded",
        "GraderFault",
        "IsolationUnavailable",
        "NotebookResult",
        "Outcome",
        "Question",
        "StorageError",
        "Submission",
        "UnreadableSubmission",
        "__version__",
        "check",
        "find_course",
        "grade",
        "load_course",
        "write_pages",
    ],
    "autograder.gradebook": ["Gradebook"],
    "course_lib.arguments": [
        "LabelArray",
        "RealArray",
        "check_callable",
        "class_labels",
        "distributions",
        "existing_axis",
        "finite",
        "joint_distribution",
        "nonnegative_number",
        "positive_integer",
        "positive_number",
        "probabilities",
        "real_array",
        "real_matrix",
        "real_number",
        "real_vector",
        "sample_array",
    ],
    "course_lib.checks": [
        "CheckFailed",
        "assert_batch_form_ignored",
        "assert_between",
        "assert_close",
        "assert_corners",
        "assert_fast",
        "assert_form_ignored",
        "assert_gradient",
        "assert_index",
        "assert_interval",
        "assert_loss_and_gradient",
        "assert_not_mutated",
        "assert_results",
        "assert_shape",
        "call",
        "context",
        "credit",
        "explain_errors",
        "progress",
        "rng",
        "when_written",
    ],
    "course_lib.datasets": [
        "ALPHABET",
        "Batters",
        "CHECKSUMS",
        "batters",
        "belgian_calls",
        "checksum",
        "diabetes",
        "digits",
        "frankenstein",
        "iris",
        "kept_digits",
        "letters",
        "mnist",
        "newcomb",
        "stack_loss",
        "training_digits",
        "werther",
    ],
    "course_lib.diagnosis": [
        "NotNumbersError",
        "Numbers",
        "as_numbers",
        "explain_gradient",
        "explain_shape",
        "explain_slip",
        "explain_values",
        "first_wrong_index",
        "is_close",
        "mistakes_among",
    ],
    "course_lib.exponential_families": ["log_partition", "maximum_entropy", "mean_parameters"],
    "course_lib.figures": [
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
    ],
    "course_lib.gradients": [
        "GradientCheck",
        "central_difference",
        "check_gradient",
        "complex_step",
    ],
    "course_lib.information": [
        "conditional_entropy",
        "cross_entropy",
        "entropy",
        "entropy_with_logits",
        "huffman_code",
        "jensen_gap",
        "joint_entropy",
        "kl_divergence",
        "kl_with_logits",
        "mutual_information",
        "perplexity",
    ],
    "course_lib.likelihood": [
        "bernoulli_mle",
        "bernoulli_nll",
        "categorical_mle",
        "gaussian_log_pdf",
        "gaussian_mle",
        "gaussian_nll",
        "laplace_mle",
    ],
    "course_lib.losses": [
        "absolute_loss",
        "huber_location",
        "huber_loss",
        "influence",
        "squared_loss",
        "trimmed_mean",
    ],
    "course_lib.map_estimation": [
        "beta_bernoulli_map",
        "gaussian_neg_log_prior",
        "gradient_descent",
        "map_discrete",
        "posterior_discrete",
        "ridge_fit",
        "ridge_loss",
        "ridge_path",
        "ridge_strength",
        "stochastic_gradient_descent",
    ],
    "course_lib.softmax": [
        "Reliability",
        "binary_cross_entropy_with_logits",
        "log_sigmoid",
        "log_softmax",
        "logsumexp",
        "multiclass_hinge_loss",
        "one_hot",
        "one_hot_squared_loss",
        "reliability",
        "sigmoid",
        "soft_cross_entropy",
        "softmax",
        "softmax_cross_entropy",
        "softmax_regression_fit",
        "softmax_regression_loss",
    ],
}


def test_modules_export_exactly_these_names() -> None:
    assert {module: sorted(import_module(module).__all__) for module in EXPORTED} == EXPORTED


def test_exported_names_exist() -> None:
    missing = [
        f"{module}.{name}"
        for module, names in EXPORTED.items()
        for name in names
        if not hasattr(import_module(module), name)
    ]
    assert missing == []


def test_every_module_of_the_course_that_exports_is_pinned() -> None:
    exporting = {
        path.relative_to(ROOT)
        .with_suffix("")
        .as_posix()
        .replace("/", ".")
        .removesuffix(".__init__")
        for path in (ROOT / "course_lib").rglob("*.py")
        if "__all__ = " in path.read_text(encoding="utf-8")
    }
    assert exporting <= EXPORTED.keys()


def test_the_autograder_imports_nothing_until_a_name_is_used() -> None:
    program = "import sys; import autograder; print(*sorted(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    ours = [name for name in ran.stdout.split() if name.startswith("autograder")]
    assert ours == ["autograder"]
    assert "importlib.metadata" not in ran.stdout.split()


def test_the_autograder_has_no_other_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'grades'"):
        import_module("autograder").grades  # noqa: B018 - it is the access that raises
