"""The autograder's map names files, functions and layers that there are."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "autograder"
PAGES = [ROOT / "docs" / "architecture.md", *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
MAP = PAGES[0].read_text(encoding="utf-8")


def names_in(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from names_in(node.body, f"{node.name}.")
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (prefix + each.id for each in targets if isinstance(each, ast.Name))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    paths = re.findall(r"`([\w./]+(?:\.py|/))`", page.read_text(encoding="utf-8"))
    missing = [path for path in paths if not any((top / path).exists() for top in (PACKAGE, ROOT))]
    assert missing == []


def test_names_that_the_map_gives_beside_a_file_are_in_it() -> None:
    places = re.findall(r"`([\w/]+\.py)`, `([A-Za-z_][\w.]*)`", MAP)
    assert len(places) > 10
    for path, name in places:
        if not name.endswith((".py", ".j2")):
            tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
            assert name in set(names_in(tree.body)), f"{name} in {path}"


def test_layers_are_those_of_the_contract() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["id"] == "layers"]
    (drawn,) = re.findall(r"^```\n(__main__\ncli\n.*?)```$", MAP, re.MULTILINE | re.DOTALL)
    assert drawn.replace(" · ", " | ").splitlines() == layers
