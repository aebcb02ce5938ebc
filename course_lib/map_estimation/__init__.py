"""Maximum a posteriori (MAP) estimation: what the data say, and what was known before.

By Bayes' rule −log p(w|X) = −log p(X|w) − log p(w) + c with c = log p(X), which does not depend on
w. So MAP minimises a loss plus a penalty, and a penalty is a prior.

============================= ============================================ =======
function                      formula                                      item
============================= ============================================ =======
`posterior_discrete`          p(w|X) = p(X|w)p(w) / Σ p(X|w′)p(w′)         F13
`map_discrete`                argmax of log p(X|w) + log p(w)              F14
`beta_bernoulli_map`          (Σx + a − 1)/(n + a + b − 2)                 F13
`gaussian_neg_log_prior`      ‖w‖²/(2σ̄²) + d/2·log(2πσ̄²)                   F17
`ridge_loss`                  ‖Xw − y‖²/(2n) + ½λ‖w‖²                      F18
`ridge_fit`, `ridge_path`     its minimiser, for one λ or for many         F18
`ridge_strength`              λ = σ²/(nσ̄²)                                 F18, E4
`gradient_descent`            wₜ₊₁ = wₜ − η∇l(wₜ)                          F18
`stochastic_gradient_descent` the same, on a few examples at a time        F18
============================= ============================================ =======

Conventions: integers become float64, float32 stays float32, losses are floats; nothing is changed
in place.
"""

from __future__ import annotations

from course_lib.map_estimation.descent import gradient_descent, stochastic_gradient_descent
from course_lib.map_estimation.posterior import (
    beta_bernoulli_map,
    gaussian_neg_log_prior,
    map_discrete,
    posterior_discrete,
)
from course_lib.map_estimation.ridge import ridge_fit, ridge_loss, ridge_path, ridge_strength

__all__ = [
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
]
