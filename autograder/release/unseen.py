"""What a test looks at or replaces in its own process, where the student's code does not run.

Such a test passes whatever that code does. Its text tells: by the names that it mentions, and by
what it assigns to parts of modules.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator

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
_STATE = "what the student's code sets of its process holds there"
_DECIMAL = "the student's code has a context of its own"

#: What a test can look at in vain without failing, by the name that does it.
UNSEEN = {
    **dict.fromkeys(
        ("catch_warnings", "simplefilter", "filterwarnings", "assert_no_warnings", "assertWarns",
         "assertWarnsRegex", "pytest.warns", "deprecated_call", "recwarn"), _WARNINGS),
    **dict.fromkeys(("errstate", "seterr", "geterr", "seterrcall", "geterrcall"), _FLOATING),
    **dict.fromkeys(("get_state", "getstate"), _DRAWS),
    **dict.fromkeys(("assertLogs", "assertNoLogs", "getLogger", "basicConfig", "caplog",
         "logging.root", "hasHandlers", "getLoggerClass", "getLogRecordFactory"), _LOGS),
    **dict.fromkeys(
        ("exists", "isfile", "isdir", "is_file", "is_dir", "listdir", "scandir", "iterdir", "glob",
         "getsize", "lexists", "rglob", "os.walk", "os.fwalk", "os.access", "os.stat", "lstat",
         "samefile", "disk_usage", "getmtime"), _FILES),
    **dict.fromkeys(("getcwd", "getcwdb", "cwd"), "the student's code stays in its own folder"),
    **dict.fromkeys(("get_fignums", "get_figlabels", "fignum_exists"), _FIGURES),
    **dict.fromkeys(("getrecursionlimit", "setrecursionlimit"), _STACK),
    "tracemalloc": "memory of the student's code is not counted",
    "getrusage": "time and memory of the student's code are not counted",
    "psutil": "time and memory of the student's code are not counted",
    **dict.fromkeys(
        ("process_time", "process_time_ns", "thread_time", "thread_time_ns"), _PROCESSOR),
    **dict.fromkeys(
        ("active_count", "threading.enumerate", "active_children", "cpu_count", "all_tasks"),
        _THREADS),
    **dict.fromkeys(("gc", "weakref", "getrefcount", "getallocatedblocks", "objgraph"), _OBJECTS),
    **dict.fromkeys(
        ("settrace", "setprofile", "gettrace", "getprofile", "cProfile", "sys.monitoring"), _CALLS),
    **dict.fromkeys(("__context__", "__traceback__", "__notes__"), _CROSSES),
    **dict.fromkeys(("getcontext", "setcontext", "localcontext"), _DECIMAL),
    **dict.fromkeys(
        ("rcParams", "get_printoptions", "get_option", "getlocale", "getdefaulttimeout",
         "pd.options", "pandas.options", "localeconv", "get_backend", "firstweekday",
         "field_size_limit", "list_dialects", "get_config", "getbufsize", "axes_style"),
        _SETTINGS),
    **dict.fromkeys(
        ("getswitchinterval", "get_int_max_str_digits", "excepthook", "displayhook", "getrlimit",
         "getsignal", "getitimer", "getpriority", "umask", "dispatch_table", "tempdir"), _STATE),
    **dict.fromkeys(
        ("getsource", "getsourcelines", "findsource", "getsourcefile", "history_manager"),
        "the text of the student's code is not there"),
    "owndata": "each array of the student's arrives with memory of its own",
    "OWNDATA": "each array of the student's arrives with memory of its own",
    "sys.modules": "modules that the student's code imports are not among these",
    "chdir": "the student's code stays in its own folder",
    "variables for a template": "a template of the student's would choose among them",
}  # fmt: skip

_VARIABLES = frozenset(["globals", "locals", "vars"])
_TEMPLATES = frozenset(["format", "format_map", "substitute", "safe_substitute"])

#: What the student's code is given, though it is a part of a module.
_SHARED = frozenset(
    ["builtins.input", "builtins.__name__", "sys.stdout", "sys.stderr", "sys.stdin"]
)

_DUMMIES = frozenset(["object", "Mock", "MagicMock", "SimpleNamespace", "partial", "wraps"])


def unseen_names(tree: ast.AST) -> list[str]:
    """The names and attributes by which a test looks at its own process.

    Examples
    --------
    >>> unseen_names(ast.parse("import gc; assert time.process_time() < 1"))
    ['gc', 'process_time']
    """
    return sorted(UNSEEN.keys() & _mentioned(tree))


def replaced_parts(
    tree: ast.AST, imports: Iterable[ast.AST], student_names: Collection[str] = ()
) -> list[str]:
    """The parts of modules that a test replaces, where ``imports`` are trees with its imports.

    To bind the name of a built-in function or of an import anew replaces it, too, unless it is one
    of ``student_names``, which the student's code gets, or is bound to plain data as any name.

    Examples
    --------
    >>> test = ast.parse("import numpy as np; np.dot = None; mock.patch('time.sleep')")
    >>> replaced_parts(test, [test])
    ['numpy.dot', 'time.sleep']
    """
    modules = {name: path for each in imports for name, path in _imported(each)}
    found = {part for node in ast.walk(tree) for part in _replaced_by(node, modules)}
    hidden = _rebound(tree) - set(student_names)
    found |= {f"builtins.{name}" for name in hidden & set(dir(builtins)) - modules.keys()}
    found |= {modules[name] for name in hidden & modules.keys()}
    return sorted(part for part in found - _SHARED if not part.startswith("__main__"))


def _mentioned(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    names |= {alias.name for node in imports for alias in node.names}
    names |= {
        f"{node.module}.{alias.name}"
        for node in imports
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    # sys.modules["__main__"] is the notebook.
    looked_into = {id(node.value) for node in nodes if isinstance(node, ast.Subscript)}
    if any(map(_fills_a_template, nodes)):
        names.add("variables for a template")
    for node in nodes:
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
            if isinstance(node.value, ast.Name) and id(node) not in looked_into:
                names.add(f"{node.value.id}.{node.attr}")
    return names


def _fills_a_template(node: ast.AST) -> bool:
    """Whether a template gets all of a test's variables, as by ``format(**globals())``."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) if name in _TEMPLATES:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
        case ast.BinOp(op=ast.Mod()):
            given = [node.right]
        case _:
            return False
    calls = (each.func for each in given if isinstance(each, ast.Call))
    return any(isinstance(each, ast.Name) and each.id in _VARIABLES for each in calls)


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
    *owner, name = dotted(node.func)
    # mock.patch("time.sleep"), patch.object(np, "dot"), setattr(np, "dot", …)
    if name in ("patch", "multiple", "setattr", "delattr") and isinstance(first, ast.Constant):
        yield str(first.value)
    elif name in ("setattr", "delattr", "setitem", "delitem") or owner[-1:] == ["patch"]:
        part = modules.get(first.id, "") if isinstance(first, ast.Name) else _part(first, modules)
        if part:
            named = [str(each.value) for each in others[:1] if isinstance(each, ast.Constant)]
            yield ".".join([part, *named])


def _rebound(tree: ast.AST) -> set[str]:
    """The names of a cell that it deletes, or binds to what is used in place of something else.

    That is a function, a class, None, or what a call of one of these or of a dummy's class gives.
    """
    nodes = list(_of_cell(tree))
    functions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    defined = {node.name for node in nodes if isinstance(node, functions)}
    deleted = {
        target.id
        for node in nodes
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    replaced = {name for name, value in assigned(nodes) if _is_dummy(value, defined)}
    return defined | replaced | (deleted - set(dir(builtins)) - {n for n, _ in assigned(nodes)})


def _of_cell(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a cell that run whenever it does: of no function, class or handler.

    A handler may bind a name to None because there is no such library.
    """
    apart = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.ExceptHandler
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, apart):
            waiting += ast.iter_child_nodes(node)


def _is_dummy(value: ast.AST, defined: Collection[str]) -> bool:
    if isinstance(value, ast.Call):
        name = dotted(value.func)[-1]
        return name in defined or name in _DUMMIES
    if isinstance(value, ast.Name):
        return value.id in defined
    return isinstance(value, ast.Lambda) or (
        isinstance(value, ast.Constant) and (value.value is None or value.value is ...)
    )


def assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """The names that are assigned to, each with the expression that gives its value."""
    for node in nodes:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            yield from _pairs(target, node.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        if len(parts) != len(target.elts):
            parts = [value] * len(target.elts)
        for inner, part in zip(target.elts, parts, strict=True):
            yield from _pairs(inner, part)


def _part(node: ast.AST, modules: dict[str, str]) -> str:
    """The part of a module that an expression names, as in ``numpy.dot``; empty if none."""
    while isinstance(node, ast.Subscript):
        node = node.value
    root, *attributes = dotted(node)
    return ".".join([modules[root], *attributes]) if root in modules and attributes else ""


def dotted(node: ast.AST) -> list[str]:
    """The names in ``a.b.c``; begins with an empty one where that is something else."""
    if isinstance(node, ast.Attribute):
        return [*dotted(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]
