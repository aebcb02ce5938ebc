"""From scores to classes: the logistic part of the lecture, formula by formula.

Notation: k classes; o holds one example's k scores, its *logits*; y is the index of the right
class, or a distribution over the classes; p = softmax(o).

================================== ============================================== ==========
function                           formula                                        item
================================== ============================================== ==========
`sigmoid`                          σ(x) = 1/(1 + e⁻ˣ)                             F25, E7
`log_sigmoid`                      log σ(x) = −log(1 + e⁻ˣ)                       F25
`binary_cross_entropy_with_logits` −t log σ(o) − (1 − t) log σ(−o)                F25, E8
`one_hot`                          yᵢ = 1 for i = y, else 0                       F30
`one_hot_squared_loss`             ½‖o − y‖²                                      F31
`multiclass_hinge_loss`            Σ_{i≠y} max(0, Δ(y, i) − (o_y − oᵢ))           F32, E10
`softmax`                          pᵢ = exp(oᵢ) / Σⱼ exp(oⱼ)                      F33
`logsumexp`                        log Σⱼ exp(oⱼ)                                 F34
`log_softmax`                      log pᵢ = oᵢ − logsumexp(o)                     F34
`softmax_cross_entropy`            −log p_y = logsumexp(o) − o_y                  F34
`soft_cross_entropy`               logsumexp(o) − yᵀo, gradient p − y             F35, F36
`softmax_regression_loss`          cross-entropy of o = Wᵀx + b, plus ½λ‖W‖²      F18, F34
`softmax_regression_fit`           its minimiser
`reliability`                      how often the classes named come true          F32, F33
================================== ============================================== ==========

Conventions: classes lie along the last axis; integers become float64, float32 stays float32;
losses return ``(loss, gradient)``, the *mean* over the examples as a float and its gradient; over
no examples the mean is NaN. No clipping: a right class of probability 0 costs ∞. A row of logits
that holds +∞, or −∞ only, has no softmax: NaN, without a warning. Nothing is changed in place.
"""

from __future__ import annotations

from course_lib.softmax.calibration import Reliability, reliability
from course_lib.softmax.classification_losses import (
    binary_cross_entropy_with_logits,
    multiclass_hinge_loss,
    one_hot,
    one_hot_squared_loss,
    soft_cross_entropy,
    softmax_cross_entropy,
)
from course_lib.softmax.probabilities import (
    log_sigmoid,
    log_softmax,
    logsumexp,
    sigmoid,
    softmax,
)
from course_lib.softmax.regression import softmax_regression_fit, softmax_regression_loss

__all__ = [
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
]
