"""The global names that a cell binds and uses, by static analysis.

Nothing is executed. Cells are IPython's, so that their magics and ``!`` commands are rewritten as
calls first, and the Python code inside a magic such as ``%time`` counts as the cell's own.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Self, TypeVar

from IPython.core.inputtransformer2 import TransformerManager

from autograder.notebook.cells import Cell
from autograder.notebook.syntax import NOT_PYTHON, parse

_T = TypeVar("_T")

#: Magics that run Python in the notebook's namespace, where the names that it binds stay.
_RUN_PYTHON = frozenset({"capture", "prun", "time"})
#: Magics that run Python in a function of their own: it binds nothing in the notebook.
_TIME_PYTHON = frozenset({"timeit"})
#: The options at the beginning of a magic's line, as in ``%timeit -n 10 f()``.
_OPTIONS = re.compile(r"\s*(?:--?[a-zA-Z][\w-]*(?:\s*\d+)?\s+)*")
#: What a loop or an assignment calls a value that nobody wants.
_UNWANTED = frozenset({"_", "__", "___"})
#: Texts up to so many characters are analysed once; no class's longer ones fill the memory.
_SHORT = 1 << 14


def _once(analyse: Callable[[str], _T]) -> Callable[[str], _T]:
    """Analyse a cell's text once: a plan asks six times for the same."""
    known = lru_cache(maxsize=512)(analyse)

    @wraps(analyse)
    def asked(source: str) -> _T:
        return known(source) if len(source) <= _SHORT else analyse(source)

    return asked


@dataclass(frozen=True)
class Names:
    """The global names of one cell: those it binds, those it imports, and those it uses.

    ``uses_later`` are those of the used ones that functions look up when they are called.
    ``only_defines`` says that it holds nothing but definitions of functions and classes, imports
    and text; ``import_source`` are its import statements.
    """

    binds: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    only_defines: bool = False
    import_source: str = ""
    uses_later: frozenset[str] = frozenset()

    def also(self, other: Names) -> Self:
        """These and those of code that the same cell runs by a magic."""
        return type(self)(
            self.binds | other.binds,
            self.imports | other.imports,
            self.uses | other.uses,
            only_defines=False,
            import_source="\n".join(filter(None, [self.import_source, other.import_source])),
            uses_later=self.uses_later | other.uses_later,
        )


def names_of(cell: Cell) -> Names:
    r"""The global names that a cell binds and uses; none if it is not Python.

    Examples
    --------
    >>> sorted(names_of(Cell("code", "%%time\nw = fit(X)")).binds)
    ['w']
    >>> names_of(Cell("code", "This is no Python")) == Names()
    True
    """
    return Names() if why_not_python(cell) else _names(python_of(cell.source))


def why_not_python(cell: Cell) -> str:
    r"""What Python says of a cell that it cannot read; empty if it can.

    >>> why_not_python(Cell("code", "x = 1\ny ="))
    'SyntaxError: invalid syntax (line 2)'
    """
    try:
        _names(python_of(cell.source))
    except SyntaxError as error:
        where = f" (line {error.lineno})" if error.lineno else ""
        return f"{type(error).__name__}: {error.msg}{where}"
    except NOT_PYTHON as error:
        return f"{type(error).__name__}: {error}"
    return ""


@_once
def python_of(source: str) -> str:
    """The text of a cell as Python, with IPython's syntax rewritten as calls.

    Raises
    ------
    SyntaxError, ValueError, RecursionError, MemoryError
        Sometimes, if it is not Python; what IPython leaves as it is, Python does not parse.
    """
    return TransformerManager().transform_cell(source)


def tree_of(cell: Cell) -> ast.Module:
    """The syntax tree of a cell; an empty one if it is not Python."""
    if why_not_python(cell):
        return ast.Module([], [])
    return parse(python_of(cell.source))


def statements_of(source: str) -> Iterator[tuple[str, Names]]:
    """The statements of a cell's text, each with its names; none if it is not Python.

    >>> [(text, sorted(names.binds)) for text, names in statements_of("x = 1; f(x)")]
    [('x = 1', ['x']), ('f(x)', [])]
    """
    try:
        texts = [ast.unparse(node) for node in parse(python_of(source)).body]
        return iter([(text, _names(text)) for text in texts])
    except NOT_PYTHON:
        return iter(())


def does_nothing(cell: Cell) -> bool:
    """Whether a code cell holds only comments and text, as a hidden test does when released.

    >>> does_nothing(Cell("code", "# Hidden tests come here."))
    True
    """
    return not why_not_python(cell) and all(map(_is_text, tree_of(cell).body))


@_once
def _names(source: str) -> Names:
    """The names of Python code: symtable knows Python's scopes, ast the kinds of statements."""
    tree = parse(source)
    table = symtable.symtable(source, "cell", "exec")
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imported = {name.get_name() for name in table.get_symbols() if name.is_imported()}
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    updated = _updated(tree)
    later = (_used(child, updated) for child in table.get_children())
    names = Names(
        binds=frozenset(_bound(table, top=True) - imported - _UNWANTED),
        imports=frozenset(imported),
        uses=frozenset(_used(table, updated) - _UNWANTED),
        only_defines=all(isinstance(node, defining) or _is_text(node) for node in tree.body),
        import_source="\n".join(ast.unparse(node) for node in imports),
        uses_later=frozenset[str]().union(*later),
    )
    for node in ast.walk(tree):
        for inner in _run_by_magic(node):
            names = names.also(inner)
    return names


def _run_by_magic(node: ast.AST) -> Iterator[Names]:
    """The names of Python code that is the text of a magic, as in ``%time w = fit(X)``."""
    match node:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic" | "run_cell_magic"),
            args=[ast.Constant(value=str(magic)), ast.Constant(value=str(line)), *body],
        ):
            texts = [each.value for each in body if isinstance(each, ast.Constant)]
            if magic == "capture":
                # Its line is no code but the name of the variable that will hold the output.
                output = re.match(r"\s*(?:-\S+\s+)*([^\W\d]\w*)", line)
                yield Names(binds=frozenset([output[1]] if output else []))
            elif magic in _RUN_PYTHON | _TIME_PYTHON:
                texts.append(_OPTIONS.sub("", line, count=1))
            else:
                return
            for text in texts:
                try:
                    found = _names(python_of(str(text)))
                except NOT_PYTHON:
                    continue  # running the cell will tell of the error
                yield Names(uses=found.uses) if magic in _TIME_PYTHON else found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _bound(table: symtable.SymbolTable, *, top: bool) -> set[str]:
    """Names that running the code binds globally, in functions too where they say `global`."""
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_namespace()) and (top or symbol.is_declared_global())
    }
    return found.union(*(_bound(child, top=False) for child in table.get_children()))


def _updated(tree: ast.Module) -> set[str]:
    """The names of ``n += 1``, which symtable counts among those bound but not those used."""
    targets = (node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign))
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _used(table: symtable.SymbolTable, updated: set[str]) -> set[str]:
    """Global names that running the code, or a function in it, reads."""
    top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_referenced() or symbol.get_name() in updated) and (top or symbol.is_global())
    }
    return found.union(*(_used(child, updated) for child in table.get_children()))
