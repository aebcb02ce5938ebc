"""What to look at when code raises an exception whose own words are hard to read."""

from __future__ import annotations

import re

_FACTORS = """In A @ B the last axis of A and the first one of B must be equally long: is .T
missing, or one too many, or are the two, or the function's arguments, the wrong way round? Number
by number, * multiplies."""
_BROADCAST = """Axes are matched from the last one, and must be equally long, or 1. Print both
shapes: which is not what you expect (axis=0 for axis=1, rows for columns)? If both are, v[:, None]
puts one number to each row."""
_PRODUCT = f"{_BROADCAST} Or is @ meant, where * stands?"
_TURNED = """One array lies on its side: is .T missing, or one too many, or are the two factors of @
the wrong way round?"""
_POWER = "A power is written **, as in r**2: ^ is something else."
_TRUTH = """Compare numbers one by one: np.where(condition, a, b) in place of `if`, & and | with
parentheses in place of `and` and `or`, np.maximum(a, b) or np.max(a, axis=...) in place of max."""
_READ_ONLY = "The arguments stay as they are: work on a copy (x = x - m in place of x -= m)."
_WHOLE = """An array of integers cannot hold the result: make a float array first, and leave the
arguments as they are."""
_INDEX = """An index has to be a whole number, and this is an array, or a fraction: int(k) makes a
number whole, .astype(int) an array. Or is np.maximum meant, where np.max stands?"""
_BOUNDS = """Places are counted from 0, and a[i] counts rows, a[:, j] columns. Are the two the wrong
way round somewhere, is it counted from 1, or is the array too small?"""
_AXES = """The array has fewer axes than that, perhaps one: shape (n,). Did a sum or an index drop
one (keepdims=True keeps it), or are two arguments the wrong way round?"""
_SHAPE = "x.shape is a tuple of lengths: the first one is x.shape[0], or len(x)."
_NO_LENGTH = "An array of shape (n,) has one length alone: x.shape[0], or len(x)."
_LIST = "A list is no array: np.array(it) can be computed with."
_NONE = """Something is None: x.sort() and append return None, and so does a function without
`return`."""
_BASE = "The second argument of np.log is no base: divide by np.log(base)."
_SOLVE = """np.linalg.solve takes the matrix first, then the right side. np.cov of a single column
is no matrix: np.atleast_2d makes it one."""
_SOLVE_SIZES = """In np.linalg.solve(A, b), A needs as many rows and columns as b has entries.
np.cov takes a row for each variable: is .T missing?"""
_ZEROS = "np.zeros and np.ones take the shape as one tuple: np.zeros((rows, columns))."
_RESHAPE = """There are more, or fewer, numbers than the new shape has places. np.bincount counts up
to the largest number that came: minlength= makes it longer."""
_SINGULAR = """The matrix cannot be divided by: does one column follow from the others, or have its
numbers run to 0 (a step in the wrong direction)? Print it."""
_MASK = """A True or False has to be there for each entry of the array that it chooses from: are
rows and columns the wrong way round?"""
_CALL = """Parentheses call a function: is an operator missing before them, or has a variable taken
the function's name?"""
_SINGLE = """An array stands where a single number is expected. Of a function that returns several
results, take the one that is meant: loss, gradient = f(x)."""

#: Part of a message → what it often means. The first one found counts.
_ADVICE = {
    r"matmul: |shapes .* not aligned|^Dot product shape mismatch": _FACTORS,
    r"broadcast together with shapes \((\d+),(\d+)\) \(\2,\1\)": _TURNED,
    r"broadcast together with shapes \(\d+,(\d+)\) \(\1,\d+\)": _PRODUCT,
    r"could not be broadcast|could not broadcast|non-broadcastable": _BROADCAST,
    r"bitwise_xor|unsupported operand type\(s\) for \^": _POWER,
    r"truth value of an array": _TRUTH,
    r"read-only": _READ_ONLY,
    r"^Cannot cast ufunc .* from dtype\('float64'\) to dtype\('u?int": _WHOLE,
    r"arrays used as indices|^only integers, |^only integer scalar arrays|indices must be": _INDEX,
    r"^index -?\d+ is out of bounds": _BOUNDS,
    r"^too many indices|axis \d+ is out of bounds": _AXES,
    r"unsupported operand type\(s\) for .*'list'|^can't multiply sequence by non-int": _LIST,
    r"unsupported operand type\(s\) for .*'tuple'|'tuple' object cannot be interp": _SHAPE,
    r"^tuple index out of range": _NO_LENGTH,
    r"unsupported operand type\(s\) for .*'NoneType'|'NoneType' object": _NONE,
    r"object is not callable$": _CALL,
    r"^return arrays must be of ArrayType": _BASE,
    r"^\d-dimensional array given. Array must be at least two-dimensional": _SOLVE,
    r"^solve1?: ": _SOLVE_SIZES,
    r"^Cannot interpret '\d+' as a data type": _ZEROS,
    r"^cannot reshape array of size": _RESHAPE,
    r"^Singular matrix": _SINGULAR,
    r"^boolean index did not match": _MASK,
    r"^setting an array element with a sequence|^only (?:length-1|0-dim\w+) arrays": _SINGLE,
}


def advice_on(message: str) -> str:
    """What an exception's message often means; empty if nothing is known of it.

    >>> advice_on("The truth value of an array with more than one element is ambiguous.")
    'Compare numbers one by one: np.where(condition, a, b) in place of `if`, & and | with ...'
    >>> advice_on("division by zero")
    ''
    """
    found = (advice for said, advice in _ADVICE.items() if re.search(said, message))
    return next(found, "").replace("\n", " ")
