"""What a test looks at or replaces in its own process, where the student's code does not run.

Such a test passes whatever that code does. Its text tells: by the names that it mentions, and by
what it assigns to parts of modules.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_WARNINGS = "warnings of the student's code do not reach it"
_FLOATING = "floating-point errors of the student's code are not raised by it"
_DRAWS = "random numbers that the student's code draws leave it alone"
_LOGS = "what the student's code logs does not reach it"
_FILES = "files that the student's code writes are not there"
_FIGURES = "figures that the student's code draws stay there"
_STACK = "the student's code has a limit of its own"
_PROCESSOR = "processor time of the student's code is not counted"
_THREADS = "threads and processes of the student's code are not counted"
_OBJECTS = "objects of the student's code are kept, counted and freed there"
_CALLS = "calls within the student's code are not seen"
_SETTINGS = "settings that the student's code makes of a library hold in its own process"
_CROSSES = "of an exception only its type, its text and its cause cross"
_DECIMAL = "the student's code has a context of its own"

#: What a test can look at in vain without failing, by the name that does it.
UNSEEN = {
    **dict.fromkeys(
        ("catch_warnings", "simplefilter", "filterwarnings", "assert_no_warnings", "assertWarns",
         "assertWarnsRegex", "pytest.warns", "deprecated_call", "recwarn"), _WARNINGS),
    **dict.fromkeys(("errstate", "seterr", "geterr", "seterrcall", "geterrcall"), _FLOATING),
    **dict.fromkeys(("get_state", "getstate"), _DRAWS),
    **dict.fromkeys(("assertLogs", "assertNoLogs", "getLogger", "basicConfig", "caplog"), _LOGS),
    **dict.fromkeys(
        ("exists", "isfile", "isdir", "is_file", "is_dir", "listdir", "scandir", "iterdir", "glob",
         "getsize"), _FILES),
    **dict.fromkeys(("get_fignums", "get_figlabels", "fignum_exists"), _FIGURES),
    **dict.fromkeys(("getrecursionlimit", "setrecursionlimit"), _STACK),
    "tracemalloc": "memory of the student's code is not counted",
    "getrusage": "time and memory of the student's code are not counted",
    "psutil": "time and memory of the student's code are not counted",
    **dict.fromkeys(
        ("process_time", "process_time_ns", "thread_time", "thread_time_ns"), _PROCESSOR),
    **dict.fromkeys(
        ("active_count", "threading.enumerate", "active_children", "cpu_count"), _THREADS),
    **dict.fromkeys(("gc", "weakref", "getrefcount", "getallocatedblocks"), _OBJECTS),
    **dict.fromkeys(("settrace", "setprofile", "cProfile", "sys.monitoring"), _CALLS),
    **dict.fromkeys(("__context__", "__traceback__", "__notes__"), _CROSSES),
    **dict.fromkeys(("getcontext", "setcontext", "localcontext"), _DECIMAL),
    **dict.fromkeys(
        ("rcParams", "get_printoptions", "get_option", "getlocale", "getdefaulttimeout"),
        _SETTINGS),
    "sys.modules": "modules that the student's code imports are not among these",
    "chdir": "the student's code stays in its own folder",
}  # fmt: skip

#: What the student's code is given, though it is a part of a module.
_SHARED = frozenset(["builtins.input", "sys.stdout", "sys.stderr", "sys.stdin"])


def unseen_names(tree: ast.AST) -> list[str]:
    """The names and attributes by which a test looks at its own process.

    Examples
    --------
    >>> unseen_names(ast.parse("import gc; assert time.process_time() < 1"))
    ['gc', 'process_time']
    """
    return sorted(UNSEEN.keys() & _mentioned(tree))


def replaced_parts(tree: ast.AST, imports: Iterable[ast.AST]) -> list[str]:
    """The parts of modules that a test replaces, where ``imports`` are trees with its imports.

    Examples
    --------
    >>> test = ast.parse("import numpy as np; np.dot = None; mock.patch('time.sleep')")
    >>> replaced_parts(test, [test])
    ['numpy.dot', 'time.sleep']
    """
    modules = {name: path for each in imports for name, path in _imported(each)}
    found = {part for node in ast.walk(tree) for part in _replaced_by(node, modules)}
    return sorted(part for part in found - _SHARED if not part.startswith("__main__"))


def _mentioned(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    names |= {alias.name for node in imports for alias in node.names}
    # sys.modules["__main__"] is the notebook.
    looked_into = {id(node.value) for node in nodes if isinstance(node, ast.Subscript)}
    for node in nodes:
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
            if isinstance(node.value, ast.Name) and id(node) not in looked_into:
                names.add(f"{node.value.id}.{node.attr}")
    return names


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that import statements bind, and what they stand for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _replaced_by(node: ast.AST, modules: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
        if part := _part(node, modules):
            yield part
        return
    if not isinstance(node, ast.Call) or not node.args:
        return
    first, *others = node.args
    *owner, name = _dotted(node.func)
    # mock.patch("time.sleep"), patch.object(np, "dot"), setattr(np, "dot", …)
    if name in ("patch", "multiple") and isinstance(first, ast.Constant):
        yield str(first.value)
    elif name in ("setattr", "delattr", "setitem", "delitem") or owner[-1:] == ["patch"]:
        part = modules.get(first.id, "") if isinstance(first, ast.Name) else _part(first, modules)
        if part:
            named = [str(each.value) for each in others[:1] if isinstance(each, ast.Constant)]
            yield ".".join([part, *named])


def _part(node: ast.AST, modules: dict[str, str]) -> str:
    """The part of a module that an expression names, as in ``numpy.dot``; empty if none."""
    while isinstance(node, ast.Subscript):
        node = node.value
    root, *attributes = _dotted(node)
    return ".".join([modules[root], *attributes]) if root in modules and attributes else ""


def _dotted(node: ast.AST) -> list[str]:
    """The names in ``a.b.c``; begins with an empty one where that is something else."""
    if isinstance(node, ast.Attribute):
        return [*_dotted(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]
