"""The lectures: their parts, figures, self-checks, links, and which items of the slides they cover.

That no notebook holds outputs, and that references and compared cells belong together, is tested in
`tests/project/test_notebooks.py`; nbval itself runs them. Predictions: `test_predictions.py`.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from course_lib.questions import load_questions
from tests.notebooks import references

ROOT = Path(__file__).parents[2]
LECTURES = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))

# Items of the slides (F) and their errata (E), by the lecture that covers them.
ITEMS = {
    "01_maximum_likelihood": {f"F{number}" for number in range(1, 12)} | {"E1", "E2"},
    "02_map_estimation": {f"F{number}" for number in range(12, 19)} | {"E3", "E4"},
    "03_loss_functions": {"F19", "F20", "F21", "F22", "F23", "F24", "E5", "E6"},
    "04_softmax_regression": {"F25", "F26", "E7"}
    | {f"F{number}" for number in range(30, 37)}
    | {f"E{number}" for number in range(9, 13)},
    "05_calibration": {"F27", "F28", "F29", "F32", "F33", "E8"},
    "06_information_theory": {f"F{number}" for number in range(37, 46)}
    | {f"E{number}" for number in range(13, 18)},
    "07_mutual_information": {"F45"},
    "08_exponential_families": {"F45"},
}
CLOSING_SECTIONS = ["Common mistakes", "Exercises", "Summary", "References"]

pytestmark = pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)


@cache
def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def sources(path: Path, cell_type: str) -> list[str]:
    return [cell.source for cell in read(path).cells if cell.cell_type == cell_type]


def studied(path: Path, cell_type: str) -> list[str]:
    """Without solutions: they, and the exercises, take as long as one likes."""
    return [
        cell.source
        for cell in read(path).cells
        if cell.cell_type == cell_type and "solution" not in cell.metadata.get("tags", [])
    ]


def headings(path: Path) -> list[tuple[int, str]]:
    """Level and text of every heading, in order."""
    text = "\n".join(sources(path, "markdown"))
    return [(len(marks), title) for marks, title in re.findall(r"(?m)^(#+) (.+)$", text)]


def covered(path: Path) -> set[str]:
    return {item for cell in read(path).cells for item in cell.metadata.get("lecture", [])}


# ── Coverage of the slides ────────────────────────────────────────────────────────────────────────


def test_lecture_is_listed_with_its_items(path: Path) -> None:
    assert covered(path) == ITEMS[path.stem]


def test_every_erratum_has_its_box(path: Path) -> None:
    text = "\n".join(sources(path, "markdown"))
    boxes = set(re.findall(r"(?m)^> \*\*Erratum (E\d+)\.\*\*", text))
    assert boxes == {item for item in covered(path) if item.startswith("E")}


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────


def test_title_cell_says_what_it_takes_and_gives(path: Path) -> None:
    first = read(path).cells[0].source
    assert first.startswith(f"# {int(path.stem[:2])}. ")
    for part in ("**You will be able to**", "**Prerequisites.**", "**Time.** About "):
        assert part in first


def test_title_is_followed_by_ways_to_the_map_and_to_the_neighbours(path: Path) -> None:
    place = LECTURES.index(path)
    wanted = [lecture.name for lecture in LECTURES[max(0, place - 1) : place + 2]]
    wanted[wanted.index(path.name)] = "index.ipynb"
    navigation = read(path).cells[0].source.split("\n")[2]
    assert re.findall(r"\]\(([^)]+)\)", navigation) == wanted


def test_estimated_time_fits_the_words_and_cells(path: Path) -> None:
    """Slow reading at 120 words a minute, a minute for each cell to run; and time to think."""
    words = sum(len(text.split()) for text in studied(path, "markdown"))
    least = words / 120 + len(studied(path, "code"))
    (stated,) = re.findall(r"\*\*Time\.\*\* About (\d+) minutes", read(path).cells[0].source)
    assert least <= int(stated) <= 1.6 * least


def test_headings_form_a_table_of_contents(path: Path) -> None:
    levels = [level for level, _ in headings(path)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_sections_are_numbered_and_closed_in_order(path: Path) -> None:
    sections = [title for level, title in headings(path) if level == 2]
    numbered, closing = sections[: -len(CLOSING_SECTIONS)], sections[-len(CLOSING_SECTIONS) :]
    assert closing == CLOSING_SECTIONS
    assert [title.split(".")[0] for title in numbered] == [
        str(number) for number in range(1, len(numbered) + 1)
    ]


def test_a_derivation_is_worked_out(path: Path) -> None:
    assert any(title.startswith("Worked derivation") for _, title in headings(path))


def test_exercises_have_three_degrees_of_difficulty(path: Path) -> None:
    text = next(each for each in sources(path, "markdown") if each.startswith("## Exercises"))
    exercises = re.findall(r"(?m)^(\d+)\. (★+) ", text)
    assert [int(number) for number, _ in exercises] == list(range(1, len(exercises) + 1))
    assert {stars for _, stars in exercises} == {"★", "★★", "★★★"}


def test_every_exercise_has_a_folded_solution_whose_code_is_run(path: Path) -> None:
    """By nbval, with all other cells; of a few the answer is asked for instead."""
    text = next(each for each in sources(path, "markdown") if each.startswith("## Exercises"))
    cells = {cell.id: cell for cell in read(path).cells}
    for number in re.findall(r"(?m)^(\d+)\. ★", text):
        assert cells[f"solution-{number}"].source.startswith("<details>\n<summary>")
        assert {f"solution-{number}-code", f"check-exercise-{number}"} & cells.keys(), number


def test_estimated_time_is_plausible(path: Path) -> None:
    stated = re.search(r"About (\d+) minutes", read(path).cells[0].source)
    assert stated is not None
    # Careful reading of mathematics, and time to run, change and look at a cell.
    words = sum(len(text.split()) for text in studied(path, "markdown"))
    minutes = words / 100 + 1.5 * len(studied(path, "code"))
    assert 0.7 <= int(stated[1]) / minutes <= 1.4


# ── Self-checks ───────────────────────────────────────────────────────────────────────────────────


def test_every_question_is_asked_once(path: Path) -> None:
    asked = re.findall(r'ask\(LECTURE, "(\w+)"\)', "\n".join(sources(path, "code")))
    assert sorted(asked) == sorted(load_questions(path.stem))


def test_self_checks_belong_to_this_lecture(path: Path) -> None:
    assert f'LECTURE = "{path.stem}"' in sources(path, "code")[0]


# ── Figures ───────────────────────────────────────────────────────────────────────────────────────


def test_every_figure_has_alternative_text(path: Path) -> None:
    without = [
        cell.id
        for cell in read(path).cells
        if cell.cell_type == "code"
        and "plot_" in cell.source
        and len(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")) < 60
    ]
    assert without == []


def test_every_figure_is_followed_by_its_numbered_caption(path: Path) -> None:
    cells = read(path).cells
    captions = [
        cells[number + 1].source
        for number, cell in enumerate(cells)
        if "image" in cell.metadata.get("mystnb", {})
    ]
    assert len(captions) >= 4
    for number, caption in enumerate(captions, start=1):
        assert re.match(
            rf"\*\*Figure {number}\.\*\* |<details>\n<summary><b>Figure {number}\.</b> ", caption
        )


def test_plots_leave_no_object_as_output(path: Path) -> None:
    plots = [source for source in sources(path, "code") if "plot_" in source]
    assert all(source.endswith(";") for source in plots)


def test_a_figure_that_moves_is_a_figure_like_the_others(path: Path) -> None:
    """Its first picture stands on the site, where no kernel is, and nowhere a second time."""
    moving = [each for each in read(path).cells if "interact(" in each.source]
    assert [each.id for each in moving if "image" not in each.metadata.get("mystnb", {})] == []
    assert [each.id for each in moving if "remove-output" in each.metadata.get("tags", [])] == []
    assert "from course_lib.figures.live import interact\n" in sources(path, "code")[0]


# ── Text ──────────────────────────────────────────────────────────────────────────────────────────


def test_quoted_decimals_are_computed(path: Path) -> None:
    shown = "\n".join(line for lines in references.load(path.stem).values() for line in lines)
    code = "\n".join(sources(path, "code"))
    prose = "\n".join(text for text in sources(path, "markdown") if "## References" not in text)
    prose = re.sub(r"\]\([^)]*\)|`[^`]*`", "", prose)
    quoted = set(re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)", prose))
    missing = {
        number
        for number in quoted
        if not re.search(rf"(?<![\d.]){re.escape(number)}0?(?!\d)", f"{shown}\n{code}")
    }
    assert missing == set()


def test_links_resolve(path: Path) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", "\n".join(sources(path, "markdown")))
    local = [target for target in targets if not target.startswith("https://")]
    assert [target for target in local if not (path.parent / target.split("#")[0]).exists()] == []


def test_no_absolute_path(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert (
        re.findall(r"(?<![\w.:/])/(?:home|root|tmp|usr|opt|mnt|work|Users)/|[A-Z]:\\\\", text) == []
    )


# ── File ──────────────────────────────────────────────────────────────────────────────────────────


def test_cell_ids_can_be_read(path: Path) -> None:
    identifiers = [cell.id for cell in read(path).cells]
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", each) for each in identifiers)
    assert len(set(identifiers)) == len(identifiers)


def test_file_is_written_as_nbformat_writes_it(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == nbformat.writes(read(path)) + "\n"
