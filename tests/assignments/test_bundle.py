"""The bundle that students of this course get: opened, searched, unpacked and used."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jupyter_client.blocking.client import BlockingKernelClient
from zipfile import ZipFile

import pytest
import yaml
from jupyter_client.manager import run_kernel

from autograder.course.directory import load_course
from autograder.release.bundle import write_bundle
from tests.assignments.student_notebooks import strings

ROOT = Path(__file__).resolve().parents[2]
TOP = "maximum-likelihood"
ASSIGNMENTS = sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))
LECTURES = sorted(path.name for path in ROOT.glob("notebooks/*.ipynb"))
REGION = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", re.DOTALL)
#: Lines that a lecture shows in passing and a solution needs as well.
TAUGHT = {
    "from course_lib.gradients import central_difference",
    "p = 1 / (1 + np.exp(-logit))",
    "p = softmax(logits)",
    "p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)",
    "w = w.copy()",
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "students.zip"
    write_bundle(load_course(ROOT), ASSIGNMENTS, path)
    return path


@pytest.fixture(scope="module")
def files(bundle: Path) -> dict[str, bytes]:
    with ZipFile(bundle) as archive:
        return {name.removeprefix(f"{TOP}/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def unpacked(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("student")
    with ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / TOP


def texts(name: str, data: bytes) -> Iterator[str]:
    """A file's text; of a notebook each string in it, and each list of lines as one."""
    yield from strings(json.loads(data)) if name.endswith(".ipynb") else [data.decode()]


def lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}


@cache
def secret_lines() -> frozenset[str]:
    """Every line of a solution or hidden test that neither a notebook nor the library shows."""
    secret: set[str] = set()
    shown = {line for path in ROOT.glob("course_lib/**/*.py") for line in lines(path.read_text())}
    for assignment in ASSIGNMENTS:
        text = (ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text("utf-8")
        for cell in json.loads(text)["cells"]:
            source = "".join(cell["source"])
            for region in REGION.findall(source):
                secret |= lines(region)
            if cell["metadata"].get("nbgrader", {}).get("solution") and not REGION.search(source):
                secret |= lines(source)
            else:
                shown |= lines(REGION.sub("", source))
    # What has no letters or is one name, as in lists of imports and arguments, tells nothing.
    return frozenset(
        line for line in secret - shown if len(re.findall(r"\w+", line)) > 1 and line[0] != "#"
    )


def python_modules(name: str, data: bytes) -> set[str]:
    """The packages that the code in a file imports."""
    if name.endswith(".ipynb"):
        cells = json.loads(data)["cells"]
        sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    else:
        sources = [data.decode()]
    found = set()
    for source in sources:
        for node in ast.walk(ast.parse(re.sub(r"^%.*", "", source, flags=re.MULTILINE))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found


def test_holds_lectures_assignments_library_and_environment(files: dict[str, bytes]) -> None:
    assert len(ASSIGNMENTS) == 8
    assert len(LECTURES) == 12
    library = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("course_lib/**/*")
        if path.suffix in {".py", ".csv", ".json", ".toml", ".typed"}
    }
    # nbgrader never copies a folder called feedback, and `check` needs none.
    grader = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("autograder/**/*.py")
        if "feedback" not in path.parts
    }
    expected = {
        *(f"notebooks/{name}" for name in [*LECTURES, "course_map.svg"]),
        *(f"notebooks/assignments/{name}/{name}.ipynb" for name in ASSIGNMENTS),
        *library,
        *grader,
        ".jupyter/course.jupyterlab-workspace",
        ".jupyter/settings/overrides.json",
        ".jupyter/settings/page_config.json",
        *("LICENSE", "LICENSE-text", "Makefile", "README.md", "environment.yml"),
        *("nbgrader_config.py", "pyproject.toml", "requirements.lock"),
    }
    assert files.keys() == expected


def test_student_editions_are_the_committed_ones(files: dict[str, bytes]) -> None:
    for name in ASSIGNMENTS:
        path = f"notebooks/assignments/{name}/{name}.ipynb"
        assert files[path] == (ROOT / path).read_bytes()


def test_no_line_of_a_solution_or_hidden_test_is_anywhere(files: dict[str, bytes]) -> None:
    assert len(secret_lines()) > 500
    found = {
        (name, line)
        for name, data in files.items()
        if not name.startswith("autograder/")  # which knows nothing of this course
        for text in texts(name, data)
        for line in lines(text) & secret_lines() - TAUGHT
    }
    assert found == set()


def test_student_editions_hold_not_even_the_lines_that_lectures_show(
    files: dict[str, bytes],
) -> None:
    for name in ASSIGNMENTS:
        path = f"notebooks/assignments/{name}/{name}.ipynb"
        shown = {line for text in texts(path, files[path]) for line in lines(text)}
        assert shown & secret_lines() == set()


def test_no_marks_of_regions_are_left(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        assert b"### BEGIN " not in data or name.startswith("autograder/"), name


def test_the_course_itself_needs_nothing_of_the_grader(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        # Of errors, the grader says what they often mean where it is installed.
        its_own = name.startswith("autograder/") or name == "course_lib/checks/errors.py"
        if name.endswith((".py", ".ipynb")) and not its_own:
            assert "autograder" not in python_modules(name, data), name
    for name in ["Makefile", "environment.yml", "nbgrader_config.py", "pyproject.toml"]:
        assert b"solutions" not in files[name], name


def test_what_it_imports_is_in_it_or_gets_installed(files: dict[str, bytes]) -> None:
    needed = set()
    for name, data in files.items():
        if name.endswith((".py", ".ipynb")):
            needed |= python_modules(name, data)
    installed = tomllib.loads(files["pyproject.toml"].decode())["project"]["dependencies"]
    # nbgrader needs these itself; pandas is there where a course tests it, and pyseccomp where
    # there is a sandbox, which `check` does without.
    # Pages, for which formulas are typeset, clusters and watching are the instructor's.
    needed -= {
        "watchfiles",
        "dask",
        "distributed",
        "cryptography",
        "latex2mathml",
        "alembic",
        "jupyter_client",
        "matplotlib_inline",
        "nbconvert",
    }
    needed -= {"autograder", "course_lib", "pandas", "pyseccomp", *sys.stdlib_module_names}
    assert "numpy" in needed
    names = {"markdown_it": "markdown-it-py", "yaml": "pyyaml"}
    assert {names.get(name, name.lower()) for name in needed} <= set(installed)


def test_no_folder_of_this_machine_is_named(files: dict[str, bytes]) -> None:
    for folder in (ROOT, Path(sys.prefix), Path.home() / ""):
        if len(folder.parts) > 2:
            assert [name for name in files if os.fsencode(folder) in files[name]] == []


def test_notebooks_have_no_outputs(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if name.endswith(".ipynb"):
            cells = json.loads(data)["cells"]
            assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


def test_students_get_the_locked_versions_of_what_they_need(files: dict[str, bytes]) -> None:
    course = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    student = tomllib.loads(files["pyproject.toml"].decode())["project"]
    names = {name for line in course["dependencies"] for name in re.findall(r"^[\w-]+", line)}
    assert names >= set(student["dependencies"])
    assert student["requires-python"] == course["requires-python"]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pins = re.findall(r"^([\w.-]+==\S+)", lock, re.MULTILINE)
    assert re.findall(r"^([\w.-]+==\S+)", files["requirements.lock"].decode(), re.MULTILINE) == pins
    assert b"--hash" not in files["requirements.lock"]


def test_conda_installs_the_same_by_pip(files: dict[str, bytes]) -> None:
    *_, pip = yaml.safe_load(files["environment.yml"])["dependencies"]
    assert pip == {"pip": ["--constraint requirements.lock", "--editable ."]}


def test_readme_names_only_what_is_there(files: dict[str, bytes]) -> None:
    text = files["README.md"].decode()
    paths = set(re.findall(r"notebooks/[\w./]+\.ipynb", text))
    paths.discard("notebooks/assignments/NAME/NAME.ipynb")
    assert paths
    assert paths <= files.keys()
    assert "--constraint requirements.lock --editable ." in text


def environment(folder: Path) -> dict[str, str]:
    """In the unpacked bundle, whose library is found before any other."""
    # Without a backend for figures, they go where a kernel shows them.
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return {**inherited, "PYTHONPATH": str(folder)}


def validate(folder: Path, notebook: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", "validate", str(notebook)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def shown_by(notebook: Path, folder: Path) -> list[dict[str, Any]]:
    """The messages of a kernel that runs a notebook, cell after cell.

    Not nbconvert's: where a cell has a slider, that writes to the socket on which it waits for the
    kernel's reply, and now and then waits for ever (github.com/jupyter/nbclient/issues/312).
    """
    shown: list[dict[str, Any]] = []
    with run_kernel(
        kernel_name="python3", startup_timeout=120, cwd=notebook.parent, env=environment(folder)
    ) as kernel:
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                # Declared on the subclass that run_kernel gives.
                reply = cast("BlockingKernelClient", kernel).execute_interactive(
                    source, timeout=120, output_hook=shown.append
                )
                assert reply["content"]["status"] == "ok", reply["content"]
    return shown


#: Stops a notebook that finds the library of the repository, or the grader's modules in use.
FROM_THE_BUNDLE = """\
import sys, course_lib
assert course_lib.__file__.startswith({folder!r}), course_lib.__file__
assert not [name for name in sys.modules if name.startswith("autograder")]
"""


def with_last_cell(path: Path, source: str) -> Path:
    """A copy beside a notebook that ends with one more cell."""
    node = json.loads(path.read_text("utf-8"))
    last = {"cell_type": "code", "id": "last", "metadata": {}, "outputs": [], "source": source}
    node["cells"].append(last | {"execution_count": None})
    copy = path.with_name(f"copy_{path.name}")
    copy.write_text(json.dumps(node), encoding="utf-8")
    return copy


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_lecture_runs_in_the_unpacked_bundle(unpacked: Path) -> None:
    lecture = with_last_cell(
        unpacked / "notebooks" / "03_loss_functions.ipynb",
        FROM_THE_BUNDLE.format(folder=str(unpacked)),
    )
    shown = shown_by(lecture, unpacked)
    assert any("image/png" in message["content"].get("data", {}) for message in shown)


def student_edition(folder: Path, assignment: str) -> Path:
    return folder / "notebooks" / "assignments" / assignment / f"{assignment}.ipynb"


#: What only Unix or Linux has, taken away before the command starts.
WITHOUT_UNIX = """
import os, select, signal, socket, sys
for name in ("fcntl", "grp", "pwd", "resource", "seccomp", "termios"):
    sys.modules[name] = None
for module, names in {
    os: ("fork", "getuid", "geteuid", "killpg", "memfd_create", "pidfd_open", "sched_getaffinity"),
    select: ("poll", "epoll"),
    signal: ("SIGALRM", "SIGCHLD", "SIGXCPU", "pthread_sigmask", "setitimer"),
    socket: ("AF_UNIX", "recv_fds", "send_fds"),
}.items():
    for name in names:
        delattr(module, name) if hasattr(module, name) else None
from autograder.cli import main
main()
"""


@pytest.mark.slow
def test_autograder_check_works_in_the_bundle_without_what_only_unix_has(unpacked: Path) -> None:
    blank = student_edition(unpacked, "maximum_likelihood")
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_UNIX, "check", str(blank)],
        cwd=unpacked.parent,
        env=environment(unpacked) | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 1, result.stderr
    assert "This is not written yet" in result.stdout
    assert "further tests are hidden and run when it is graded" in result.stdout


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_validate_says_what_a_blank_assignment_lacks(unpacked: Path) -> None:
    blank = student_edition(unpacked, "loss_functions")
    result = validate(unpacked, blank)
    assert "NotImplementedError" in result.stdout, result.stderr


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_validate_passes_a_solved_assignment(unpacked: Path, assignment: str) -> None:
    source = (ROOT / "solutions" / assignment / f"{assignment}.ipynb").read_text("utf-8")
    answers = {
        cell["id"]: cell["source"]
        for cell in json.loads(source)["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    blank = student_edition(unpacked, assignment)
    node = json.loads(blank.read_text("utf-8"))
    for cell in node["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    solved = blank.with_name(f"solved_{assignment}.ipynb")
    solved.write_text(json.dumps(node), encoding="utf-8")
    checked = with_last_cell(solved, FROM_THE_BUNDLE.format(folder=str(unpacked)))
    result = validate(unpacked, checked)
    assert "Success! Your notebook passes all the tests." in result.stdout, result.stdout
