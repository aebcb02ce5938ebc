"""Notebooks run under the interpreter of their kernel."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder
from autograder.course import kernelspec as kernels
from autograder.course.kernelspec import interpreter_of
from autograder.errors import CourseError
from tests.autograder.stock.every_cell_course import cell, hand_in, make_course, notebook, solved
from tests.autograder.stock.nbgrader_runs import gradebook_rows, output, start


@pytest.fixture
def kernel_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where Jupyter looks for kernels."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    kernels._installed.cache_clear()
    yield tmp_path / "jupyter" / "kernels"
    kernels._installed.cache_clear()


def install(folder: Path, name: str, program: str) -> None:
    (folder / name).mkdir(parents=True)
    spec = {"argv": [program, "-m", "ipykernel_launcher"], "display_name": name}
    (folder / name / "kernel.json").write_text(json.dumps(spec | {"language": "python"}))


@pytest.fixture
def environment(tmp_path: Path) -> str:
    """The interpreter of another environment, in which the autograder is installed, too."""
    folder = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    ours = [sysconfig.get_path("purelib"), str(Path(autograder.__file__).parents[1])]
    (packages / "ours.pth").write_text("\n".join(ours) + "\n")
    (packages / "only_there.py").write_text("value = 42\n")
    return str(folder / "bin" / "python")


@pytest.mark.parametrize("kernel", ["python3", "python"])
def test_the_usual_kernel_is_this_environment(kernel: str) -> None:
    assert interpreter_of(kernel, {}) == sys.executable


def test_so_is_one_that_starts_python_whatever_its_name(kernel_folder: Path) -> None:
    install(kernel_folder, "course", "python")
    assert interpreter_of("course", {}) == sys.executable


def test_the_configuration_can_name_another(kernel_folder: Path) -> None:
    config = {"ExecutePreprocessor": {"kernel_name": "python3"}}
    assert interpreter_of("nowhere", config) == sys.executable


def test_a_missing_kernel_is_named(kernel_folder: Path) -> None:
    with pytest.raises(CourseError, match="kernel 'nowhere' is not installed here; there are: .*p"):
        interpreter_of("nowhere", {})


@pytest.mark.parametrize("program", ["/no/such/python", "/bin/false"])
def test_a_kernel_without_the_autograder_is_refused(kernel_folder: Path, program: str) -> None:
    install(kernel_folder, "other", program)
    with pytest.raises(CourseError, match=f"runs {program}, in which the autograder has to be"):
        interpreter_of("other", {})


@pytest.mark.slow
@pytest.mark.parametrize("isolation", ["sandbox", "none"])
def test_a_notebook_is_graded_in_the_environment_of_its_kernel(
    kernel_folder: Path, environment: str, tmp_path: Path, isolation: str
) -> None:
    install(kernel_folder, "other", environment)
    cells = [
        cell(solved("import only_there, sys\nanswer = only_there.value"), "answer", "where"),
        cell("import only_there\nassert answer == only_there.value", "test", "there", 2),
    ]
    root = make_course(tmp_path / "course", {"only": cells})
    kernel = {"name": "other", "display_name": "Other", "language": "python"}
    source = root / "source" / "hw" / "only.ipynb"
    source.write_text(notebook(cells, kernel))
    (root / "release" / "hw").mkdir(parents=True)
    (root / "release" / "hw" / "only.ipynb").write_text(source.read_text())
    hand_in(root, "ada", {})
    grade = ["-m", "autograder", "--course-dir", ".", "grade", "--isolation", isolation]
    output(start(root, *grade))
    assert gradebook_rows(root)["grade"] == [("ada", "only", "there", 2.0, None, None, 0)]
