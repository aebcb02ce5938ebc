"""Information theory of finite distributions: how many bits, and how many too many.

===================== ============================== ==========================================
function              formula                        reads as
===================== ============================== ==========================================
`entropy`             H[p] = −Σ p log p              the least code length there is, on average
`cross_entropy`       H(p, q) = −Σ p log q           the code made for q, used on p
`kl_divergence`       D(p‖q) = Σ p log(p/q)          the difference of the two: bits wasted
`jensen_gap`          E[ψ(X)] − ψ(E[X])              ≥ 0 for convex ψ; D is such a gap
`conditional_entropy` H(Y|X) = −Σ p(x,y) log p(y|x)  what is left to say about y once x is known
`mutual_information`  I(X;Y) = D(p(x,y)‖p(x)p(y))    what x has already said about it
===================== ============================== ==========================================

Conventions: distributions lie along the last axis, are checked and never rescaled; 0·log 0 = 0;
p > 0 = q costs ∞; results are in nats unless `base` says otherwise (2 for bits). One distribution
gives a float, an array of them an array; sums are taken in float64, and float32 stays float32.
"""

from __future__ import annotations

from course_lib.information.codes import huffman_code
from course_lib.information.divergences import (
    jensen_gap,
    kl_divergence,
    kl_with_logits,
    mutual_information,
)
from course_lib.information.entropies import (
    conditional_entropy,
    cross_entropy,
    entropy,
    entropy_with_logits,
    joint_entropy,
    perplexity,
)

__all__ = [
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
]
