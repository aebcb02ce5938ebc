"""Mutations of a function's source, made by two tools: cosmic-ray and mutmut.

cosmic-ray puts every operator in place of every other, and changes numbers and comparisons by one
step; mutmut drops arguments or makes them None, which finds what an `axis` or `keepdims` is for.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from itertools import count


def mutations(code: str) -> list[str]:
    """Every different mutation of `code` that is still Python, laid out by `ast.unparse`.

    Raises:
        ModuleNotFoundError: one of the tools is not installed.
    """
    found = dict.fromkeys(plain(each) for each in (*_by_cosmic_ray(code), *_by_mutmut(code)))
    return [each for each in found if each and each != plain(code)]


def plain(code: str) -> str:
    """The code without comments and with the layout of `ast.unparse`; "" if it is not Python.

    >>> plain("n = 2*(x)  # twice")
    'n = 2 * x'
    """
    try:
        return ast.unparse(ast.parse(code))
    except SyntaxError:
        return ""


def changed_line(code: str, mutated: str) -> tuple[str, str]:
    """The line that a mutation changes, and what it becomes.

    >>> changed_line("x = 1\\ny = 2", "x = 1\\ny = 3")
    ('y = 2', 'y = 3')
    """
    lines = list(difflib.ndiff(plain(code).splitlines(), plain(mutated).splitlines()))
    was, becomes = ([line[2:].strip() for line in lines if line[0] == sign] for sign in "-+")
    return " ".join(was), " ".join(becomes)


def _by_cosmic_ray(code: str) -> Iterator[str]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments():  # replaces variables by numbers drawn at random
            continue
        for occurrence in count():
            mutated = mutate_code(code, operator(), occurrence)
            if mutated is None:
                break
            yield mutated


def _by_mutmut(code: str) -> Iterator[str]:
    import libcst
    from mutmut.mutation.mutators import mutation_operators

    module = libcst.parse_module(code)
    nodes: list[libcst.CSTNode] = [module]
    for node in nodes:
        nodes += node.children
        for kind, mutants in mutation_operators:
            if isinstance(node, kind):
                for mutant in mutants(node):
                    yield module.deep_replace(node, mutant).code
