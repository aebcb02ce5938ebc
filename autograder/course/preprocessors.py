"""nbgrader's own preprocessors at work on our notebooks.

Importing nbgrader takes seconds, so this module is imported only where one of them is needed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import (
    ClearHiddenTests,
    IncludeHeaderFooter,
    InstantiateTests,
    SaveCells,
)
from nbgrader.utils import chdir
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from autograder.errors import CourseError
from autograder.notebook.cells import Notebook, notebook_json
from autograder.notebook.read import read_notebook


def instantiate_tests(notebook: Notebook, config: Config, root: Path, folder: Path) -> Notebook:
    """``notebook`` with the tests that nbgrader writes for its AUTOTEST lines.

    Runs the notebook in its kernel. ``autotests.yml`` is looked for in ``folder``, then in
    ``root``.

    Raises
    ------
    CourseError
        nbgrader could not do it.
    """
    return _apply([_InstantiateTests], notebook, config, root, folder)


def graded(notebook: Notebook, config: Config, root: Path) -> Notebook:
    """The instructor's ``notebook`` as the gradebook keeps its cells: without solutions.

    Raises
    ------
    CourseError
        A preprocessor has failed.
    """
    before, _ = _steps(config)
    return _apply(before, notebook, config, root, root)


def release(notebook: Notebook, config: Config, root: Path) -> Notebook:
    """The instructor's ``notebook`` as students get it: without solutions and hidden tests.

    Raises
    ------
    CourseError
        A preprocessor has failed.
    """
    before, after = _steps(config)
    config = deepcopy(config)
    # A picture in a mark scheme is no reason to refuse: it stays behind when files are released.
    config.ClearMarkScheme.check_attachment_leakage = False
    return _apply(before + after, notebook, config, root, root)


class _InstantiateTests(InstantiateTests):  # type: ignore[misc]  # nbgrader has no types
    """nbgrader's, which leaves its connection open, and after a failure the kernel running."""

    _client: Any = None

    def preprocess(self, nb: Any, resources: Any) -> Any:
        try:
            return super().preprocess(nb, resources)
        finally:
            if self._client is not None:
                self._client.stop_channels()
                self._client.parent.shutdown_kernel(now=True)

    def _execute_code_snippet(self, code: str) -> Any:
        self._client = self.kc
        return super()._execute_code_snippet(code)


def _steps(config: Config) -> tuple[list[Any], list[Any]]:
    """The preprocessors of a release, before and after the gradebook is written."""
    named = GenerateAssignment(config=config).preprocessors
    steps = [import_item(step) if isinstance(step, str) else step for step in named]
    # A course without the gradebook step may still clear hidden tests, which comes right after it.
    cut = next(
        (i for i, step in enumerate(steps) if step in (SaveCells, ClearHiddenTests)), len(steps)
    )
    # The first two were done when the notebook was loaded; the gradebook is ours to write.
    done = (IncludeHeaderFooter, InstantiateTests, SaveCells)
    before, after = ([s for s in part if s not in done] for part in (steps[:cut], steps[cut:]))
    return before, after


def _apply(
    steps: Iterable[Any], notebook: Notebook, config: Config, root: Path, folder: Path
) -> Notebook:
    node = nbformat.reads(
        notebook_json([(cell, ()) for cell in notebook.cells], notebook.metadata), as_version=4
    )
    resources = {"metadata": {"path": os.fspath(folder)}}
    with chdir(os.fspath(root)):
        for step in steps:
            try:
                node, resources = step(config=config)(node, resources)
            except Exception as error:
                raise CourseError(
                    f"nbgrader's {step.__name__} cannot process the instructor edition: "
                    f"{type(error).__name__}: {error}"
                ) from error
    return read_notebook(nbformat.writes(node).encode())
