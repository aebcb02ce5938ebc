"""What the figures of lecture 04 show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import StepPatch

from course_lib import figures
from course_lib.figures import style
from course_lib.softmax import (
    binary_cross_entropy_with_logits,
    reliability,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.softmax import (
    FALLING,
    FIGURES,
    FLOWERS,
    IMAGES,
    IS_VIRGINICA,
    LABELS,
    LOGITS,
    PETALS,
    SPECIES,
    STEPS,
    binary,
    hinge,
    margins,
    nearest,
    simplex,
    temperature,
)


def labelled(axes: Axes, label: str) -> Line2D:
    return next(line for line in axes.lines if line.get_label() == label)


def test_binary_classifier_shows_its_loss_and_its_hits() -> None:
    title = draw(partial(binary, boundary=1.5, steepness=4.0)).axes[0].get_title()
    scores = 4.0 * (PETALS - 1.5)
    loss, _ = binary_cross_entropy_with_logits(scores, IS_VIRGINICA)
    hits = ((scores > 0) == IS_VIRGINICA).sum()
    assert title == f"mean loss {loss:.3f} nats,  {hits} of 100 right"


def test_stems_of_the_binary_classifier_are_as_long_as_the_pulls() -> None:
    stems = draw(partial(binary, boundary=1.5, steepness=4.0)).axes[0].collections[0]
    lengths = [abs(np.diff(stem[:, 1]))[0] for stem in stems.get_segments()]
    assert lengths == pytest.approx(np.abs(IS_VIRGINICA - sigmoid(4.0 * (PETALS - 1.5))))


def test_every_flower_has_a_mark_of_its_own() -> None:
    axes = draw(FIGURES["binary"]).axes[0]
    marks = [labelled(axes, f"class {target}").get_xydata() for target in (0, 1)]
    assert [len(np.unique(each, axis=0)) for each in marks] == [50, 50]


def test_score_losses_shows_the_losses() -> None:
    (axes,) = draw(FIGURES["score losses"]).axes
    o = axes.lines[0].get_xdata()
    assert axes.lines[0].get_ydata() == pytest.approx((o - 1) ** 2 / 2)
    assert axes.lines[1].get_ydata() == pytest.approx(-np.log(sigmoid(o)))


def test_added_points_counts_errors_on_the_given_points_alone() -> None:
    axes = draw(FIGURES["added points"]).axes[0]
    line = np.polynomial.Polynomial.fit(
        np.append(PETALS, np.full(10, 5.0)), np.append(IS_VIRGINICA, np.ones(10)), 1
    )
    wrong = ((line(PETALS) > 0.5) != IS_VIRGINICA).sum()
    assert wrong == 16
    assert axes.get_title() == "line: 16 of 100 wrong,   step: 6 of 100 wrong"
    assert len(labelled(axes, "class 1").get_xydata()) == 60


def test_regions_are_those_of_the_largest_score() -> None:
    axes = draw(FIGURES["regions"]).axes[0]
    x_from, x_to, y_from, y_to = axes.images[0].get_extent()
    picture = np.asarray(axes.images[0].get_array())
    corners = np.array([[x_from, y_from], [x_to, y_to]])
    assert nearest(corners).argmax(axis=1).tolist() == [picture[0, 0], picture[-1, -1]]
    wrong = (nearest(FLOWERS[:, 2:]).argmax(axis=1) != SPECIES).sum()
    assert axes.get_title() == f"nearest: {wrong} wrong"


def test_confusion_shades_errors_and_writes_all_counts() -> None:
    axes = draw(FIGURES["confusion"]).axes[0]
    assert np.trace(np.asarray(axes.images[0].get_array())) == 0
    assert sorted(text.get_text() for text in axes.texts) == ["1"] * 7 + ["50"] * 10


def test_curves_are_what_they_are_given() -> None:
    loss, accuracy = draw(FIGURES["curves"]).axes
    assert labelled(loss, "test").get_ydata() == pytest.approx(FALLING + 0.1)
    assert labelled(accuracy, "training").get_ydata() == pytest.approx(1 - FALLING)
    assert loss.lines[2].get_xdata()[0] == 100


def test_each_row_of_growing_weights_has_its_own_scale() -> None:
    axes = draw(FIGURES["weight growth"]).axes[:40]
    largest = [np.abs(np.asarray(each.images[0].get_array())).max() for each in axes]
    assert np.reshape(largest, (4, 10)).max(axis=1) == pytest.approx(1)
    assert axes[30].get_ylabel() == f"1000 steps\n±{8 * np.log(1001):.2g}"


def test_outputs_between_0_and_1_are_drawn_there() -> None:
    axes = draw(partial(figures.plot_scores, {"p": [[0.0, 1.0]]}, [1])).axes[0]
    for each in axes.findobj(StepPatch):
        values, edges, _ = each.get_data()
        drawn = edges[np.flatnonzero(values)]
        assert drawn.min() >= -1e-12
        assert drawn.max() <= 1


@pytest.mark.parametrize("label", [0, 3, 9])
def test_bars_of_the_margins_sum_to_the_hinge_loss(label: int) -> None:
    axes = draw(partial(margins, label=label)).axes[1]
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(hinge(label))
    assert axes.get_title() == f"sum of the orange bars: loss {hinge(label):.2f}"


def test_simplex_shows_the_probabilities_at_the_temperature() -> None:
    half = float(np.log10(0.5))
    bars = draw(partial(simplex, o1=1.0, o2=2.0, o3=0.0, log10_temperature=half)).axes[1].patches
    assert [bar.get_height() for bar in bars] == pytest.approx(softmax([2.0, 4.0, 0.0]))


def test_temperature_leads_from_the_centre_of_the_simplex_to_a_corner() -> None:
    axes = draw(partial(simplex, o1=1.0, o2=2.0, o3=0.0, log10_temperature=0.0)).axes[0]
    path = next(line for line in axes.lines if line.get_color() == style.BLUE).get_xydata()
    assert path[0] == pytest.approx([1, 0])
    assert path[-1] == pytest.approx([0.5, np.sqrt(3) / 6], abs=0.01)


def test_bars_of_one_softmax_share_1_and_those_of_the_sigmoids_do_not() -> None:
    shared, separate = (
        sum(bar.get_width() for bar in axes.patches)
        for axes in draw(FIGURES["one or several"]).axes
    )
    assert shared == pytest.approx(1)
    assert separate > 2


def test_gallery_shows_each_image_with_its_caption() -> None:
    axes = draw(FIGURES["images"]).axes
    assert [each.get_xlabel() for each in axes] == [str(digit % 10) for digit in range(20)]
    assert np.array_equal(axes[3].images[0].get_array(), IMAGES[3].reshape(8, 8))


def test_last_row_of_a_gallery_may_be_short() -> None:
    axes = draw(FIGURES["images, in a short row"]).axes
    assert [len(each.images) for each in axes] == [1] * 11 + [0] * 3


def test_weights_share_one_scale_around_zero() -> None:
    limits = {axes.images[0].get_clim() for axes in draw(FIGURES["weights"]).axes[:10]}
    assert limits == {(-8.0, 8.0)}


def test_every_output_is_counted_as_right_or_other() -> None:
    axes = draw(partial(figures.plot_scores, {"least squares": LOGITS}, LABELS)).axes[0]
    counted = [each.get_data().values.sum() for each in axes.findobj(StepPatch)]
    assert counted == [300, 2700]


def test_rows_of_the_heat_map_are_p_minus_y() -> None:
    gradient = draw(FIGURES["p minus y"]).axes[2].images[0].get_array()
    _, expected = softmax_cross_entropy(3 * LOGITS[:8], LABELS[:8])
    assert np.asarray(gradient) == pytest.approx(8 * expected)


def test_right_classes_are_framed_in_the_heat_map() -> None:
    for axes in draw(FIGURES["p minus y"]).axes[1:3]:
        frames = [frame for frame in axes.patches if frame.get_edgecolor() != to_rgba("none")]
        assert [round(frame.get_x() + 0.5) for frame in frames] == LABELS[:8].tolist()


def test_reliability_leaves_out_bins_with_few_examples() -> None:
    axes, counts = draw(FIGURES["reliability"]).axes
    confidence, accuracy, examples = reliability(softmax(LOGITS), LABELS)
    assert 0 < np.min(examples[examples > 0]) < 10
    curve = labelled(axes, "raw").get_xydata()
    assert curve == pytest.approx(np.column_stack([confidence, accuracy])[examples >= 10])
    assert counts.patches[0].get_data().values.tolist() == examples.tolist()


def test_interval_of_a_share_never_leaves_0_to_1() -> None:
    axes = draw(FIGURES["reliability"]).axes[0]
    ends = np.concatenate([stem[:, 1] for each in axes.collections for stem in each.get_segments()])
    assert ends.min() >= 0
    assert ends.max() <= 1 + 1e-12


@pytest.mark.parametrize(("belief", "boast"), [(0.7, 1.0), (0.2, 0.0)])
def test_proper_scores_are_cheapest_at_the_belief(belief: float, boast: float) -> None:
    axes = draw(partial(figures.plot_reports, belief=belief)).axes[0]
    stars = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "*"]
    assert stars == pytest.approx([belief, belief, boast])


def test_temperature_marks_its_own_loss() -> None:
    axes = draw(partial(temperature, temperature=2.0)).axes[1]
    loss, _ = softmax_cross_entropy(LOGITS / 2, LABELS)
    star = axes.lines[1]
    assert (star.get_xdata()[0], star.get_ydata()[0]) == pytest.approx((2.0, loss))
    assert axes.get_title() == f"loss {loss:.3f}"


def test_smallest_error_of_each_quotient_is_marked() -> None:
    axes = draw(FIGURES["step sizes"]).axes[0]
    error = labelled(axes, "central").get_ydata()
    place = axes.lines[axes.lines.index(labelled(axes, "central")) + 1].get_xdata()
    assert place == STEPS[np.argmin(error)]


def test_an_error_of_zero_is_shown_on_the_logarithmic_axis() -> None:
    error = labelled(draw(FIGURES["step sizes"]).axes[0], "complex step").get_ydata()
    assert (np.asarray(error) > 0).all()
