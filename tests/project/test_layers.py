"""Who may import whom: the layers that keep the autograder simple and safe."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import pytest
from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[2]


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {
    module_name(path): path
    for package in ["autograder", "course_lib"]
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imported_names(module: str, nodes: Iterator[ast.AST]) -> Iterator[str]:
    package = module if FILES[module].name == "__init__.py" else module.rpartition(".")[0]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            for alias in node.names:
                name = f"{origin}.{alias.name}"
                yield name if name in FILES else origin


def at_module_level(node: ast.AST) -> Iterator[ast.AST]:
    """What runs on import: not the bodies of functions, nor what only a type checker reads."""
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        is_for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not is_function and not is_for_types:
            yield child
            yield from at_module_level(child)


def imports(module: str, *, on_import: bool = False) -> set[str]:
    """What a module imports: anywhere in it, or only on being imported itself."""
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    nodes = at_module_level(tree) if on_import else ast.walk(tree)
    return set(imported_names(module, nodes)) - {module}


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def importers(package: str) -> set[str]:
    return {module for module in FILES if any(is_in(name, package) for name in imports(module))}


def reached(modules: list[str]) -> set[str]:
    """Everything that the imports of these modules reach, the enclosing packages included."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            parent = name.rpartition(".")[0]
            waiting += [parent] if parent else []
            waiting += imports(name) if name in FILES else []
    return found


def test_imports_are_read() -> None:
    assert "course_lib.gradients" in imports("course_lib.checks.calls")


def test_the_autograder_knows_nothing_of_this_course() -> None:
    assert not [module for module in importers("course_lib") if is_in(module, "autograder")]


def test_the_course_does_without_the_autograder() -> None:
    assert not [module for module in importers("autograder") if is_in(module, "course_lib")]


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("autograder.errors", []),
        ("autograder.wire", ["errors"]),
        ("autograder.sandbox", ["errors"]),
        ("autograder.ipython", []),
        ("autograder.candidate", ["errors", "wire", "sandbox", "ipython"]),
    ],
)
def test_a_lower_layer_imports_only_what_is_below_it(package: str, allowed: list[str]) -> None:
    layers = [package, *(f"autograder.{layer}" for layer in allowed)]
    ours = {
        name
        for module in FILES
        if is_in(module, package)
        for name in imports(module)
        if name.startswith("autograder.")
    }
    assert {name for name in ours if not any(is_in(name, layer) for layer in layers)} == set()


def test_only_the_gradebook_touches_the_database() -> None:
    for part in ["nbgrader.api", "nbgrader.dbutil", "sqlalchemy", "sqlite3"]:
        assert {
            module for module in importers(part) if not is_in(module, "autograder.gradebook")
        } == set()


def test_only_the_plugin_meets_submissions_with_nbgraders_converters_and_preprocessors() -> None:
    users = importers("nbgrader.converters") | importers("nbgrader.preprocessors")
    # What autograder.notebook has them process is the instructor's own.
    foreign = {module for module in users if not is_in(module, "autograder.notebook")}
    assert foreign == {"autograder.nbgrader_plugin"}


def test_nothing_imports_the_plugin() -> None:
    # nbgrader finds it by its name in nbgrader_config.py; importing it imports nbgrader.
    assert importers("autograder.nbgrader_plugin") == set()


def test_what_runs_beside_student_code_never_imports_nbgrader() -> None:
    sides = ["autograder.candidate", "autograder.examiner", "autograder.sandbox", "autograder.wire"]
    beside = [module for module in FILES if any(is_in(module, side) for side in sides)]
    assert {name for name in reached(beside) if is_in(name, "nbgrader")} == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {module: imports(module, on_import=True) & FILES.keys() for module in FILES}
    assert list(TopologicalSorter(graph).static_order())


def test_what_students_import_while_grading_needs_no_hidden_module() -> None:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    hidden = config.Autograder.hidden_modules
    assert "course_lib.losses" in hidden
    visible = [f"course_lib.{name}" for name in ["checks", "gradients", "datasets", "figures"]]
    assert not [name for name in reached(visible) if any(is_in(name, module) for module in hidden)]


def test_reference_implementations_need_no_other_library() -> None:
    foreign = {
        name.partition(".")[0]
        for module in FILES
        if is_in(module, "course_lib")
        for name in imports(module)
    } - set(sys.stdlib_module_names)
    assert foreign <= {"course_lib", "numpy", "matplotlib", "IPython", "ipywidgets"}


def test_every_module_of_the_library_is_either_hidden_or_for_students() -> None:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    hidden = {name.removeprefix("course_lib.") for name in config.Autograder.hidden_modules}
    shown = {"arguments", "checks", "datasets", "diagnosis", "figures", "gradients", "questions"}
    shown |= {"selfcheck"}
    parts = {name.split(".")[1] for name in FILES if name.startswith("course_lib.")}
    assert parts == shown | hidden - {"scipy", "sklearn"}
