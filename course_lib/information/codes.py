"""The best code that spends whole bits on each symbol."""

from __future__ import annotations

import heapq

from numpy.typing import ArrayLike

from course_lib.arguments import distributions


def huffman_code(p: ArrayLike) -> list[str]:
    """Binary prefix code of least mean length L = Σ pⱼ·len(wordⱼ); H₂[p] ≤ L ≤ H₂[p] + 1.

    The two least probable symbols get words that differ in the last bit alone; from then on they
    count as one symbol.

    Parameters
    ----------
    p : array_like
        One distribution, shape (k,). Symbols of probability 0 get a word as well.

    Returns
    -------
    list of str
        k words of '0' and '1', no word the beginning of another. A lone symbol needs no bit.

    Raises
    ------
    ValueError
        If `p` is no distribution or has not one axis.
    TypeError
        If `p` is not made of real numbers.

    Notes
    -----
    Among equally probable symbols those made first are merged first. That settles ties and keeps
    the longest word short.

    References
    ----------
    Lecture item F39; D. A. Huffman, A method for the construction of minimum-redundancy codes,
    Proceedings of the IRE 40 (1952) 1098–1101.

    Examples
    --------
    >>> huffman_code([0.5, 0.25, 0.125, 0.125])
    ['0', '10', '110', '111']
    """
    probabilities = distributions(p, "p")
    if probabilities.ndim != 1:
        raise ValueError(f"p must be one distribution of shape (k,), got {probabilities.shape}")
    words = [""] * probabilities.size
    # (probability, when it was made, its symbols): the second entry settles ties.
    heap = [(probability, j, [j]) for j, probability in enumerate(probabilities.tolist())]
    heapq.heapify(heap)
    made = len(heap)
    while len(heap) > 1:
        rarest, next_rarest = heapq.heappop(heap), heapq.heappop(heap)
        for bit, (_, _, symbols) in (("0", rarest), ("1", next_rarest)):
            for symbol in symbols:
                words[symbol] = bit + words[symbol]
        merged = (rarest[0] + next_rarest[0], made, rarest[2] + next_rarest[2])
        heapq.heappush(heap, merged)
        made += 1
    return words
