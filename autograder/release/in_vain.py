"""What a test asks of its own process in vain, where only the way in which it asks tells that.

`globals()["f"]` finds the student's function, as `os.environ["GRADING_SEED"]` finds the seed, and
fails where there is none. But a test that compares all names or all variables of the environment
before a call with those after it compares its own, and passes whatever the student's code does.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from itertools import chain
from typing import TypeGuard

from autograder.release.unseen import assigned, dotted

_Found = Iterator[tuple[ast.AST, str]]

_NAMES = "names beyond the solution's that the student's code binds are not there"
_ENVIRONMENT = "the student's code has an environment of its own"
_LISTS = "what the student's code does to this list of Python's stays there"
_CELLS = "the text of the student's cells is not there"
_FILES = "files that the student's code writes are not there"
_WIDTH = "a narrow number of the student's arrives as a wide one"
_DRAWS = "random numbers that the student's code draws leave its generator alone"
_MEMORY = "each array of the student's arrives with memory of its own"
_TURNS = "calls of the student's code are made one after the other"

_HISTORY = frozenset(["In", "Out", "_ih", "_oh", "_dh", "_i", "_ii", "_iii"])
_LISTED = frozenset(["path", "meta_path", "path_hooks", "argv", "warnoptions"])  # of sys
#: What takes a whole of many: by a call with it, and by a method of it.
_TAKES_ALL = frozenset(
    ["set", "frozenset", "dict", "list", "tuple", "sorted", "len", "copy", "deepcopy"]
)
_GIVES_ALL = frozenset(["copy", "items", "values"])
_READS = frozenset(
    ["open", "read_text", "read_bytes", "load", "loadtxt", "genfromtxt", "read_csv", "fromfile"]
)
_NO_FILE = frozenset(["FileNotFoundError", "OSError", "IOError", "EnvironmentError", "Exception"])
_WIDEST = frozenset(["float64", "int64", "complex128", "double", "float_", "int_", "<f8", "f8"])
_WIDEST_BYTES = (8, 16)
#: What `os.getenv` and ``hasattr(__main__, …)`` ask.
_ENVIRON = ast.Attribute(ast.Name("os", ast.Load()), "environ", ast.Load())
_GLOBALS = ast.Call(ast.Name("globals", ast.Load()), [], [])
_DRAWING = frozenset(
    ["rand", "randn", "randint", "random", "normal", "uniform", "choice", "random_sample", "gauss",
     "standard_normal", "permutation", "getrandbits", "integers"]
)  # fmt: skip
_SAME = frozenset(["allclose", "array_equal", "isclose", "assert_allclose", "assert_array_equal",
                   "assertEqual", "assertAlmostEqual", "assert_equal"])  # fmt: skip


def asked_in_vain(
    tree: ast.AST, known: Collection[str] = (), student_names: Collection[str] = ()
) -> dict[str, str]:
    """What a test asks, as it is written there, and why it learns nothing of the student's code.

    ``known`` are the names that other cells of the notebook bind.

    Examples
    --------
    >>> sorted(asked_in_vain(ast.parse("before = set(globals()); assert 'f' in globals()"), ["f"]))
    ['set(globals())']
    """
    found = chain(
        _state(tree, known),
        _history(tree),
        _missing_files(tree),
        _widths(tree),
        _own_draws(tree),
        _shared_memory(tree, student_names),
        _many_threads(tree),
    )
    return {ast.unparse(node): why for node, why in found}


def _state(tree: ast.AST, known: Collection[str]) -> _Found:
    """Where a test takes all of a namespace, an environment or a list, or asks for a part."""
    for node in ast.walk(tree):
        for whole in _wholes(node):
            if why := _why(whole):
                yield node if isinstance(node, ast.Call) else whole, why
        for whole, name in _asked_for(node):
            why = _why(whole)
            if (why == _NAMES and name not in known) or (
                why == _ENVIRONMENT and name != "GRADING_SEED"
            ):
                yield node, why


def _why(node: ast.AST) -> str:
    """Why an expression tells nothing of the student's process; empty if it may tell something."""
    if _calls(node, "keys"):
        return _why(_owner(node.func))
    if _calls(node, "globals", "locals", "vars", "dir") and all(map(_is_main, node.args)):
        return _NAMES
    path = dotted(node)
    if path[-1:] == ["user_ns"] or (path[-1:] == ["__dict__"] and _is_main(_owner(node))):
        return _NAMES
    if path in (["os", "environ"], ["environ"], ["os", "environb"]):
        return _ENVIRONMENT
    if (path[:1] == ["sys"] and path[1:] and path[1] in _LISTED) or path == ["warnings", "filters"]:
        return _LISTS
    return ""


def _wholes(node: ast.AST) -> Iterator[ast.AST]:
    """What an expression takes all of."""
    if isinstance(node, ast.Call):
        *owner, function = dotted(node.func)
        if node.args and function in _TAKES_ALL and owner in ([], ["copy"]):
            yield node.args[0]
        if isinstance(node.func, ast.Attribute) and node.func.attr in _GIVES_ALL:
            yield node.func.value
    elif isinstance(node, ast.Compare):
        if all(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            yield from (node.left, *node.comparators)
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        if isinstance(node.ctx, ast.Load):
            yield node.value
    elif isinstance(node, ast.Starred):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if not key)
    elif isinstance(node, ast.For | ast.comprehension):
        yield node.iter


def _asked_for(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """A part that an expression asks for, by a text, without failing where it is missing."""
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
        if name := _text(node.left):
            yield node.comparators[0], name
    elif isinstance(node, ast.Call) and node.args:
        *_, function = dotted(node.func)
        if function == "get" and isinstance(node.func, ast.Attribute):
            yield node.func.value, _text(node.args[0])
        elif function == "getenv":
            yield _ENVIRON, _text(node.args[0])
        elif function == "hasattr" and len(node.args) == 2 and _is_main(node.args[0]):
            yield _GLOBALS, _text(node.args[1])


def _history(tree: ast.AST) -> _Found:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    yield from ((node, _CELLS) for node in names if node.id in _HISTORY - own)


def _missing_files(tree: ast.AST) -> _Found:
    """Where a test passes because it finds no file: it catches what it raises itself by reading."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try):
            caught = [each.type for each in node.handlers]
        elif isinstance(node, ast.With):
            calls = [each.context_expr for each in node.items]
            caught = [part for each in calls if isinstance(each, ast.Call) for part in each.args]
        else:
            continue
        if not any(each is None or _NO_FILE & _names_in(each) for each in caught):
            continue
        for part in (inner for each in node.body for inner in ast.walk(each)):
            if _calls(part, *_READS):
                yield part, _FILES


def _widths(tree: ast.AST) -> _Found:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        # x.dtype, and x.dtype.name
        asked = {part for side in sides for part in dotted(side)[-2:]}
        wide = any(_WIDEST & {_text(side), dotted(side)[-1], _dtype_of(side)} for side in sides)
        big = any(isinstance(s, ast.Constant) and s.value in _WIDEST_BYTES for s in sides)
        if ("dtype" in asked and wide) or ("itemsize" in asked and big):
            yield node, _WIDTH
        elif "base" in asked and any(
            isinstance(s, ast.Constant) and s.value is None for s in sides
        ):
            yield node, _MEMORY


def _dtype_of(node: ast.AST) -> str:
    """What ``np.dtype("float64")`` names."""
    if not _calls(node, "dtype") or not node.args:
        return ""
    return _text(node.args[0]) or dotted(node.args[0])[-1]


def _own_draws(tree: ast.AST) -> _Found:
    """Where a test compares what it has drawn itself with what it has drawn itself."""
    drawn = {name for name, value in assigned(ast.walk(tree)) if _draws(value)}

    def is_own(node: ast.AST) -> bool:
        return _draws(node) or (isinstance(node, ast.Name) and node.id in drawn)

    for node in ast.walk(tree):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            sides = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and dotted(node.func)[-1] in _SAME:
            sides = node.args[:2]
        if len(sides) == 2 and all(map(is_own, sides)):
            yield node, _DRAWS


def _draws(node: ast.AST) -> bool:
    path = dotted(node.func) if isinstance(node, ast.Call) else []
    return path[-1:] != [] and path[-1] in _DRAWING and "random" in path[:-1]


def _shared_memory(tree: ast.AST, student_names: Collection[str]) -> _Found:
    """Where a test asks whether two results share memory."""
    gave = {name for name, value in assigned(ast.walk(tree)) if _root(value) in student_names}
    for node in ast.walk(tree):
        if _calls(node, "shares_memory", "may_share_memory") and all(
            _root(each) in {*gave, *student_names} for each in node.args[:2]
        ):
            yield node, _MEMORY


def _many_threads(tree: ast.AST) -> _Found:
    """Where several threads call at once, and a test does not ask what they gave."""
    nodes = list(ast.walk(tree))
    loops = ast.For | ast.While | ast.ListComp | ast.GeneratorExp
    threads = [node for node in nodes if _calls(node, "Thread")]
    repeated = [
        part
        for node in nodes
        if isinstance(node, loops)
        for part in ast.walk(node)
        if _calls(part, "Thread")
    ]
    if len(threads) > 1 or repeated:
        yield threads[0].func, _TURNS
    names = _names_in(tree)
    if not names & {"ThreadPoolExecutor", "ThreadPool"}:
        return
    unread = [node for node in nodes if isinstance(node, ast.Expr) and _gives_nothing(node.value)]
    for node in unread if "result" in names else nodes:
        yield from ((part.func, _TURNS) for part in ast.walk(node) if _calls(part, "submit"))
    for node in unread:
        yield from (
            (part.func, _TURNS) for part in ast.walk(node) if _calls(part, "map", "starmap")
        )


def _gives_nothing(value: ast.AST) -> bool:
    """Whether a line of its own calls for what the call does, and reads nothing."""
    return isinstance(value, ast.ListComp) or _calls(
        value, "list", "tuple", "wait", "submit", "map", "starmap"
    )


def _calls(node: ast.AST, *names: str) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and dotted(node.func)[-1] in names


def _owner(node: ast.AST) -> ast.AST:
    return node.value if isinstance(node, ast.Attribute) else node


def _is_main(node: ast.AST) -> bool:
    """Whether an expression is the notebook's module."""
    if isinstance(node, ast.Subscript):
        return dotted(node.value) == ["sys", "modules"] and _text(node.slice) == "__main__"
    return dotted(node) == ["__main__"]


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _names_in(tree: ast.AST) -> set[str]:
    """All names and attributes that an expression or a test mentions."""
    nodes = list(ast.walk(tree))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    names |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return names | {node.name for node in nodes if isinstance(node, ast.alias)}


def _root(node: ast.AST) -> str:
    """The name with which an expression such as ``f(1)[0].x`` begins; empty if with none."""
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
