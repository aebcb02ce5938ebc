"""Python source as a syntax tree, in a process with many threads.

CPython 3.11 counts the depth of a tree in one place for all threads: if another thread runs while a
tree is built, ``ast.parse`` may raise ``SystemError: AST constructor recursion depth mismatch``
(python/cpython issue 106905). The coordinator grades in threads, so here one thread parses at a
time.
"""

import ast
import threading

#: What `parse` raises where a text is no Python, or nested deeper than the parser follows.
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)

_one_thread = threading.Lock()


def parse(source: str) -> ast.Module:
    """What `ast.parse` gives, from whichever thread.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        If it is not Python.

    Examples
    --------
    >>> ast.unparse(parse("x  =  1"))
    'x = 1'
    """
    with _one_thread:
        return ast.parse(source)
