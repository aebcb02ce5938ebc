"""The index, the glossary and the notation say what the lectures say, and link to what there is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import nbformat
import pytest
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LECTURES = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
PAGES = [NOTEBOOKS / f"{name}.ipynb" for name in ("index", "glossary", "notation")]


@cache
def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


@cache
def text(path: Path) -> str:
    return "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def rows(path: Path, heading: str) -> list[list[str]]:
    """Cells of the table whose first row is `heading`, without that row."""
    table = text(path).split(heading + "\n", maxsplit=1)[1].split("\n\n")[0]
    return [re.split(r"(?<!\\) *\| *", line.strip("| ")) for line in table.splitlines()[1:]]


def lectures_linked(cell: str) -> list[Path]:
    return [NOTEBOOKS / name for name in re.findall(r"\]\((\d\d_\w+\.ipynb)\)", cell)]


def in_text(phrase: str, path: Path) -> bool:
    return phrase.lower() in text(path).lower()


def items(cell: str) -> set[str]:
    """F1–F3, E1 → {F1, F2, F3, E1}."""
    return {
        f"{letter}{number}"
        for letter, first, last in re.findall(r"([FE])(\d+)(?:–[FE](\d+))?", cell)
        for number in range(int(first), int(last or first) + 1)
    }


MAP = rows(
    NOTEBOOKS / "index.ipynb",
    "| | lecture | it answers | you need | minutes | assignment | functions |",
)
TERMS = rows(NOTEBOOKS / "glossary.ipynb", "| term | meaning | lecture |")
LETTERS = rows(NOTEBOOKS / "notation.ipynb", "| letter | here | on the slides | lectures |")
ERRATA = rows(NOTEBOOKS / "notation.ipynb", "| | what | lecture |")


# ── All three pages ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_links_resolve(path: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", text(path))
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (NOTEBOOKS / target).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page_needs_no_kernel(path: Path) -> None:
    assert {cell.cell_type for cell in read(path).cells} == {"markdown"}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_pages_link_to_one_another(path: Path) -> None:
    for other in PAGES:
        assert other == path or f"({other.name})" in text(path)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_file_is_written_as_nbformat_writes_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)) + "\n"


# ── Index ─────────────────────────────────────────────────────────────────────────────────────────


def test_map_lists_every_lecture_in_order() -> None:
    assert [int(row[0]) for row in MAP] == list(range(1, len(LECTURES) + 1))
    assert [lectures_linked(row[1]) for row in MAP] == [[path] for path in LECTURES]


def test_map_calls_the_lectures_by_their_titles() -> None:
    for row, path in zip(MAP, LECTURES, strict=True):
        name = re.findall(r"\[(.+)\]", row[1])[0]
        assert text(path).startswith(f"# {row[0]}. {name}: ")


def test_map_states_the_times_of_the_lectures() -> None:
    stated = [re.findall(r"\*\*Time\.\*\* About (\d+) minutes", text(path)) for path in LECTURES]
    assert [[row[4]] for row in MAP] == stated
    hours = sum(int(minutes) for (minutes,) in stated) / 60
    assert f"about {hours:.0f} hours" in text(NOTEBOOKS / "index.ipynb")


def test_map_links_to_every_assignment() -> None:
    there = {path.relative_to(NOTEBOOKS).as_posix() for path in NOTEBOOKS.glob("assignments/*/*")}
    notebooks = {path for path in there if path.endswith(".ipynb")}
    assert {link for row in MAP for link in re.findall(r"\((.+)\)", row[5])} == notebooks


def test_map_links_to_the_functions_that_the_lecture_imports() -> None:
    for row, path in zip(MAP, LECTURES, strict=True):
        module = re.findall(r"\[(\w+)\]", row[6])[0]
        assert f"from course_lib.{module} import" in path.read_text(encoding="utf-8")


def test_table_of_the_slides_agrees_with_the_lectures() -> None:
    table = rows(NOTEBOOKS / "index.ipynb", "| lecture | items and errata |")
    covered = {
        path: {item for cell in read(path).cells for item in cell.metadata.get("lecture", [])}
        for path in LECTURES
    }
    assert {lectures_linked(row[0])[0]: items(row[1]) for row in table} == covered


def test_every_item_of_the_slides_has_a_lecture() -> None:
    table = rows(NOTEBOOKS / "index.ipynb", "| lecture | items and errata |")
    everything = items("F1–F45, E1–E17")
    assert set().union(*(items(row[1]) for row in table)) == everything


def test_drawn_map_shows_the_lectures_and_what_they_need() -> None:
    drawing = ET.parse(NOTEBOOKS / "course_map.svg").getroot()
    elements = list(drawing.iter())
    numbers = [each.text for each in elements if (each.text or "").isdigit()]
    assert numbers == [row[0] for row in MAP]
    arrows = {each.attrib["id"]: each for each in elements if "id" in each.attrib}
    needed = {
        f"from-{number}-to-{row[0]}": "for" in part
        for row in MAP
        for part in row[3].split(";")
        for number in re.findall(r"(?<!section )\b[1-8]\b", part)
    }
    # Through lecture 3 one has come from lecture 1.
    assert needed.pop("from-1-to-4") is False
    assert needed == {
        name: "stroke-dasharray" in arrow.attrib
        for name, arrow in arrows.items()
        if name.startswith("from-")
    }


# ── Glossary and notation ─────────────────────────────────────────────────────────────────────────


def test_terms_are_in_alphabetical_order() -> None:
    terms = [row[0].strip("*").lower() for row in TERMS]
    assert terms == sorted(set(terms))


def test_terms_are_used_in_their_lectures() -> None:
    unused = []
    for term, _, lecture in TERMS:
        (path,) = lectures_linked(lecture)
        if not in_text(term.strip("*"), path):
            unused.append((term, path.name))
    assert unused == []


def test_letters_are_used_in_their_lectures() -> None:
    unused = [
        (formula, path.name)
        for letter, _, _, lectures in LETTERS
        for formula in re.findall(r"\$([^$]+)\$", letter)
        for path in lectures_linked(lectures)
        if not in_formulas(formula, path)
    ]
    assert unused == []


def in_formulas(letter: str, path: Path) -> bool:
    bare = re.escape(letter.rstrip(")").split("(")[0])
    formulas = re.findall(r"\$\$?([^$]+)\$\$?", text(path))
    return any(re.search(rf"(?<![\\a-z]){bare}(?![a-z])", each) for each in formulas)


def test_letters_name_errata_that_there_are() -> None:
    named = {name for row in LETTERS for name in re.findall(r"\*\*(E\d+)\*\*", row[2])}
    assert {"E9", "E17"} <= named <= {row[0].strip("*") for row in ERRATA}


def test_every_erratum_is_listed_with_the_lecture_that_has_its_box() -> None:
    boxes = {
        name: [path]
        for path in LECTURES
        for name in re.findall(r"(?m)^> \*\*Erratum (E\d+)\.\*\*", text(path))
    }
    assert {row[0].strip("*"): lectures_linked(row[2]) for row in ERRATA} == boxes
    assert [row[0] for row in ERRATA] == [f"**E{number}**" for number in range(1, 18)]
