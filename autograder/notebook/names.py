"""The global names that a cell binds and uses, by static analysis.

Nothing is executed. Cells are IPython's, so that their magics and ``!`` commands are rewritten as
calls first, and the Python code inside a magic such as ``%time`` counts as the cell's own.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from IPython.core.inputtransformer2 import TransformerManager

from autograder.errors import CourseError
from autograder.notebook.cells import Cell

#: Magics that run Python in the notebook's namespace, where the names that it binds stay.
_RUN_PYTHON = frozenset({"capture", "prun", "time"})
#: Magics that run Python in a function of their own: it binds nothing in the notebook.
_TIME_PYTHON = frozenset({"timeit"})
#: The options at the beginning of a magic's line, as in ``%timeit -n 10 f()``.
_OPTIONS = re.compile(r"\s*(?:--?[a-zA-Z][\w-]*(?:\s*\d+)?\s+)*")
#: What a loop or an assignment calls a value that nobody wants.
_UNWANTED = frozenset({"_", "__", "___"})


@dataclass(frozen=True)
class Names:
    """The global names of one cell: those it binds, those it imports, and those it uses.

    ``only_defines`` says that it holds nothing but definitions of functions and classes, imports
    and text; ``import_source`` are its import statements.
    """

    binds: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    only_defines: bool = False
    import_source: str = ""

    def also(self, other: Names) -> Self:
        """These and those of code that the same cell runs by a magic."""
        return type(self)(
            self.binds | other.binds,
            self.imports | other.imports,
            self.uses | other.uses,
            only_defines=False,
            import_source="\n".join(filter(None, [self.import_source, other.import_source])),
        )


def names_of(cell: Cell) -> Names:
    r"""The global names that a cell binds and uses.

    Raises
    ------
    CourseError
        The cell cannot be parsed.

    Examples
    --------
    >>> sorted(names_of(Cell("code", "%%time\nw = fit(X)")).binds)
    ['w']
    """
    try:
        return _names(python_of(cell))
    except (SyntaxError, ValueError) as error:
        where = f"cell {cell.grade_id!r}" if cell.grade_id else "a cell of the instructor edition"
        raise CourseError(f"{where} is not Python: {error}") from error


def python_of(cell: Cell) -> str:
    """The source of a cell as Python, with IPython's syntax rewritten as calls."""
    return TransformerManager().transform_cell(cell.source)


def statements_of(source: str) -> Iterator[tuple[str, Names]]:
    """The statements of a cell's text, each with its names; none if it is not Python.

    >>> [(text, sorted(names.binds)) for text, names in statements_of("x = 1; f(x)")]
    [('x = 1', ['x']), ('f(x)', [])]
    """
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError):
        return
    for node in tree.body:
        text = ast.unparse(node)
        yield text, _names(text)


def does_nothing(cell: Cell) -> bool:
    """Whether a code cell holds only comments and text, as a hidden test does when released.

    >>> does_nothing(Cell("code", "# Hidden tests come here."))
    True
    """
    return all(_is_text(node) for node in ast.parse(python_of(cell)).body)


def _names(source: str) -> Names:
    """The names of Python code: symtable knows Python's scopes, ast the kinds of statements."""
    tree = ast.parse(source)
    table = symtable.symtable(source, "cell", "exec")
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imported = {name.get_name() for name in table.get_symbols() if name.is_imported()}
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    names = Names(
        binds=frozenset(_bound(table, top=True) - imported - _UNWANTED),
        imports=frozenset(imported),
        uses=frozenset(_used(table, _updated(tree)) - _UNWANTED),
        only_defines=all(isinstance(node, defining) or _is_text(node) for node in tree.body),
        import_source="\n".join(ast.unparse(node) for node in imports),
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
                    found = _names(TransformerManager().transform_cell(str(text)))
                except (SyntaxError, ValueError):
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
