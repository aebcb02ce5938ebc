"""Numbers as people write them: 2.5, 2,5, 5/2, 1¾, 2^-3, ln 3, −0.4, 1.75 bits, 40 %.

Nothing is run: what is read is a small arithmetic expression, of bounded length and size.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import unicodedata
from collections.abc import Callable

LONGEST = 60
"""Characters that are read; longer text is no number."""

_LARGEST_EXPONENT = 400
"""Beyond this, a power of what anybody writes is 0 or too large for a float."""

_UNITS = {"bit": "bits", "bits": "bits", "nat": "nats", "nats": "nats"} | {
    name: name
    for name in ("ns", "cm", "mm", "m", "s", "steps", "readings", "digits", "points", "nanoseconds")
}

_CONSTANTS = {"e": math.e, "pi": math.pi, "π": math.pi}

_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "ln": math.log,
    "log": math.log,  # natural, as everywhere in the course
    "log2": math.log2,
    "log10": math.log10,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "√": math.sqrt,
}

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,  # of floats: no huge integers, and an error where the result is complex
}

_SPELLINGS = {
    "−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "⁄": "/", "∕": "/", "^": "**",
    "₂": "2", "₁₀": "10",
}  # fmt: skip
_DIGITS = frozenset(".0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_TOKENS = re.compile(rf"\s*({_NUMBER}|[^\W\d_]+(?:10|2)?|√|\*\*|[-+*/()])")


def read_number(text: str) -> tuple[float, str]:
    """The number that a text writes, and its unit.

    Parameters
    ----------
    text : str
        A number or simple arithmetic with + − × / ^ ( ), ln, log (natural), log2, log10, exp, sqrt,
        e and π. The decimal mark is a point or a comma. A unit may follow; % divides by 100.

    Returns
    -------
    float
        The number, finite.
    str
        The unit, "bits" and "nats" always in the plural; empty if there is none.

    Raises
    ------
    ValueError
        If the text is no such number.

    Examples
    --------
    >>> read_number("1¾ bits")
    (1.75, 'bits')
    >>> read_number("2^-3"), read_number("0,9"), read_number("9/10")
    ((0.125, ''), (0.9, ''), (0.9, ''))
    >>> round(read_number("ln 3")[0], 4)
    1.0986
    """
    try:
        tokens = _tokens(_spelt_out(text))
        unit = _UNITS[tokens.pop()] if tokens[-1:] and tokens[-1] in _UNITS else ""
        number = _value(ast.parse(" ".join(_with_parentheses(tokens)), mode="eval").body)
    except (ArithmeticError, SyntaxError) as error:
        raise ValueError(f"not a number: {text!r}") from error
    if not math.isfinite(number):
        raise ValueError(f"not a finite number: {text!r}")
    return number, unit


def _spelt_out(text: str) -> str:
    """The text in ASCII but for letters: 1¾ as (1+3/4), x² as x**2, a decimal comma as a point."""
    if len(text) > LONGEST:
        raise ValueError("longer than a number")
    text = re.sub(r"(\d*)\s*([¼-¾⅐-⅞])", _mixed_fraction, text.strip())
    text = re.sub(r"[⁰¹²³⁴-⁹⁻]+", lambda found: f"**({found[0].translate(_SUPERSCRIPTS)})", text)
    for written, meant in _SPELLINGS.items():
        text = text.replace(written, meant)
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    return re.sub(r"%$", "/100", text).lower()


def _mixed_fraction(found: re.Match[str]) -> str:
    above, below = unicodedata.normalize("NFKC", found[2]).split("⁄")
    return f"({found[1] or 0}+{above}/{below})"


def _tokens(text: str) -> list[str]:
    """Numbers, known names, operators; anything else is an error."""
    tokens = []
    place = 0
    while place < len(text):
        found = _TOKENS.match(text, place)
        if not found:
            raise ValueError(f"cannot be read from {text[place:]!r} on")
        token = found[1]
        if token[0].isalpha() and not (
            token in _FUNCTIONS or token in _CONSTANTS or token in _UNITS
        ):
            raise ValueError(f"unknown word {token!r}")
        tokens.append(token)
        place = found.end()
    return tokens


def _with_parentheses(tokens: list[str]) -> list[str]:
    """`2 ln 3` as 2 * ln ( 3 ): what is left out in writing, but for what Python would misread."""
    result: list[str] = []
    before = ""
    for token in tokens:
        named = token in _FUNCTIONS or token in _CONSTANTS
        bare = token in _CONSTANTS or token[0] in _DIGITS
        if named and (before.endswith(")") or before[:1] in _DIGITS):
            result.append("*")
        name = token.replace("√", "sqrt")
        result += ["(", name, ")"] if bare and before in _FUNCTIONS else [name]
        before = token
    return result


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name) if name in _CONSTANTS:
            return _CONSTANTS[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first, second = _value(left), _value(right)
            if isinstance(op, ast.Pow) and abs(second) > _LARGEST_EXPONENT:
                raise ValueError("exponent out of bounds")
            return _OPERATORS[type(op)](first, second)
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_value(argument))
    raise ValueError("neither a number nor simple arithmetic")
