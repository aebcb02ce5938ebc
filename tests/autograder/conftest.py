"""nbgrader's own example course, as ``nbgrader quickstart`` makes it; processes for a tiny one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.grading.executor import LocalExecutor, open_executor
from tests.autograder.tiny_course import make_course

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = "source/header.ipynb"
"""


@pytest.fixture(scope="session")
def stock_files() -> Path:
    """The folder of nbgrader's examples, which quickstart copies from."""
    spec = find_spec("nbgrader")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "docs" / "source" / "user_guide"


@pytest.fixture
def stock_course(tmp_path: Path, stock_files: Path) -> Path:
    """A folder with an unmodified stock course: assignment ps1, problems 1 and 2."""
    root = tmp_path / "course101"
    (root / "source").mkdir(parents=True)
    shutil.copytree(stock_files / "source" / "ps1", root / "source" / "ps1")
    shutil.copyfile(stock_files / "source" / "header.ipynb", root / "source" / "header.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIG)
    return root


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExecutor]:
    """Warm processes for all tiny courses: those with the same assignment have the same tests."""
    course = load_course(make_course(tmp_path_factory.mktemp("executor") / "course"))
    with open_executor(course, 2, isolate=False) as executor:
        yield executor
