"""What the quantities of a reference are called."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

_OF = {
    "np.sum": "the sum of {}",
    "np.mean": "the mean of {}",
    "np.max": "the maximum of {}",
    "np.log": "the logarithm of {}",
    "np.exp": "exp of {}",
    "np.sqrt": "the root of {}",
    "np.abs": "the absolute value of {}",
    "np.sign": "the sign of {}",
    "np.log2": "the logarithm of {}",
}


class Words:
    """Names of variables and of expressions, in words that a student knows.

    Parameters
    ----------
    names : mapping
        Variable → what it is called: the comment beside its line.
    results : sequence of str
        What the results are called, in order.

    Examples
    --------
    >>> words = Words({"r": "the residual"}, ["loss"])
    >>> words.of(ast.parse("np.sum(r**2)", mode="eval").body)
    'the sum of the square of the residual'
    """

    def __init__(self, names: Mapping[str, str], results: Sequence[str]) -> None:
        self.names, self.results = names, results

    def name(self, variable: str) -> str:
        return self.names.get(variable, variable)

    def of(self, node: ast.AST) -> str:
        match node:
            case ast.Name():
                return self.name(node.id)
            case ast.Constant():
                return "1/2" if node.value == 0.5 else str(node.value)
            case ast.Attribute() if ast.unparse(node) == "np.pi":
                return "pi"
            case ast.Attribute(attr="T"):
                return f"{self.of(node.value)}.T"
            case ast.Call() if node.args and (form := _OF.get(ast.unparse(node.func))):
                return form.format(self.of(node.args[0]))
            case ast.Call() if node.args:
                return self.of(node.args[0])
            case ast.UnaryOp(op=ast.USub()):
                return f"minus {self.of(node.operand)}"
            case ast.BinOp(op=ast.Pow()):
                return f"the square of {self.of(node.left)}"
            case ast.BinOp(op=ast.Div(), right=ast.Constant(value=2)):
                return f"half of {self.of(node.left)}"
            case ast.BinOp():
                sign = {
                    ast.Add: "+",
                    ast.Sub: "-",
                    ast.Mult: "times",
                    ast.Div: "/",
                    ast.MatMult: "@",
                }
                of = self.of
                return f"{of(node.left)} {sign.get(type(node.op), '?')} {of(node.right)}"
            case ast.Subscript():
                return self.of(node.value)
            case ast.Compare():
                return "the question"
            case ast.Tuple():
                return ", ".join(map(self.of, node.elts))
        return "that"


def comments(source: str) -> dict[str, str]:
    """Variable → the comment beside the line that sets it.

    Examples
    --------
    >>> comments("r = a - b  # the residual")
    {'r': 'the residual'}
    """
    found = re.findall(r"^\s*(\w+(?:, \w+)*) = .*?  # (.*)$", source, re.MULTILINE)
    return {name: text.strip() for name, text in found}
