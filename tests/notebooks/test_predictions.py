"""A prediction comes first: whoever opens a lecture finds no answer before the question.

From a *Predict* heading to the next heading every text is folded, and the number that the cell is
going to tell stands nowhere before it: not in this lecture, nor in an earlier one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from course_lib.questions import ChoiceQuestion, NumberQuestion, load_questions
from tests.notebooks import references

LECTURES = [
    *sorted((references.ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")),
    *sorted((references.ROOT / "notebooks").glob("appendix_*.ipynb")),
]
FOLDED = re.compile(r"<details>\n<summary>[^\n]+</summary>\n\n(.+)\n\n</details>", re.DOTALL)
HEADING = re.compile(r"#+ ")
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?![\w%]|\.\d)")

#: Answers that depend on the last bits of a machine's arithmetic, so that no reference holds them.
NOT_COMPARED = {
    ("appendix_numerical_gradients", "run-step"): -5,
}


#: Numbers before a question that are its answer by chance alone.
COINCIDENCES = {
    # how far, in ns, an exercise of lecture 1 goes from a minimum
    "04_softmax_regression: predict-line": {"1.31"},
}


@dataclass(frozen=True)
class Prediction:
    """The cells from a *Predict* heading up to the next heading, and where they begin."""

    lecture: str
    place: int
    cells: list[NotebookNode]

    @property
    def question(self) -> NotebookNode:
        return self.cells[0]

    @property
    def run(self) -> NotebookNode:
        return self.cells[1]

    @property
    def answer(self) -> float:
        key = (self.lecture, self.run.id)
        if key in NOT_COMPARED:
            return NOT_COMPARED[key]
        (verdict,) = re.findall(r"^It is ([-\d.e]+)", references.load(self.lecture)[self.run.id][0])
        return float(verdict.rstrip("."))

    def __repr__(self) -> str:
        return f"{self.lecture}: {self.question.id}"


@cache
def cells(lecture: str) -> list[NotebookNode]:
    return nbformat.read(references.ROOT / "notebooks" / f"{lecture}.ipynb", as_version=4).cells


def headings(source: str) -> list[str]:
    return re.findall(r"(?m)^#+ .+$", source)


def predictions(lecture: str) -> Iterator[Prediction]:
    story = cells(lecture)
    for place, cell in enumerate(story):
        if cell.cell_type == "markdown" and "### Predict: " in cell.source:
            after = [
                number
                for number, each in enumerate(story)
                if number > place and each.cell_type == "markdown" and headings(each.source)
            ]
            yield Prediction(lecture, place, story[place : after[0]])


ALL = [each for path in LECTURES for each in predictions(path.stem)]


def visible_questions(lecture: str, sources: list[str]) -> Iterator[str]:
    """All that self-checks among these cells may tell."""
    for name in re.findall(r'ask\(LECTURE, "(\w+)"\)', "\n".join(sources)):
        question = load_questions(lecture)[name]
        yield from (question.prompt, *question.hints)
        if isinstance(question, ChoiceQuestion):
            yield from (each.message for each in question.feedback)
        if isinstance(question, NumberQuestion):
            yield question.explanation
            yield from question.mistakes.values()


def told(lecture: str, until: int | None = None) -> str:
    """Texts, code, results and self-checks of the lecture's first cells."""
    before = cells(lecture)[:until]
    printed = references.load(lecture)
    lines = [line for cell in before for line in printed.get(cell.id, [])]
    sources = [cell.source for cell in before]
    return "\n".join([*sources, *lines, *visible_questions(lecture, sources)])


def significant_digits(number: str) -> int:
    """Without zeros at the end: 100 has one, 0.960 has two."""
    return len(number.lstrip("-−0.").replace(".", "").rstrip("0"))


def shows(text: str, answer: float, digits: int) -> list[str]:
    """Numbers in the text that are the answer, rounded to as many digits as they have.

    With fewer than `digits` a number means nothing, nor does one in the place of a round answer.
    """
    if significant_digits(f"{answer:.4g}") < digits:
        return []
    return [
        number
        for number in NUMBER.findall(text)
        if significant_digits(number) >= digits
        and abs(float(number.replace("−", "-")) - answer)
        <= 0.5 * 10.0 ** -len(number.partition(".")[2]) * (1 + 1e-9) * ("." in number)
    ]


def test_all_predictions_are_found() -> None:
    assert len(ALL) >= 29
    asked = [
        cell.id
        for path in LECTURES
        for cell in cells(path.stem)
        if "my_prediction =" in cell.source
    ]
    assert [each.run.id for each in ALL] == asked


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_a_lecture_is_shipped_without_outputs(path: Path) -> None:
    assert [cell.id for cell in cells(path.stem) if cell.get("outputs")] == []


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_a_question_ends_its_cell_and_is_followed_by_the_cell_to_run(
    prediction: Prediction,
) -> None:
    assert headings(prediction.question.source)[-1].startswith("### Predict: ")
    assert prediction.run.source.startswith("my_prediction = None\n")
    assert "compare_prediction(my_prediction, " in prediction.run.source.splitlines()[-1] or (
        prediction.run.source.count("compare_prediction(my_prediction, ") == 1
    )


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_up_to_the_next_heading_every_text_is_folded(prediction: Prediction) -> None:
    texts = [cell for cell in prediction.cells[1:] if cell.cell_type == "markdown"]
    assert [cell.id for cell in texts if not FOLDED.fullmatch(cell.source)] == []
    assert sum("<summary><b>Explain.</b></summary>" in cell.source for cell in texts) == 1


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_the_next_heading_begins_its_cell(prediction: Prediction) -> None:
    """Text above it in the same cell would stand unfolded."""
    following = cells(prediction.lecture)[prediction.place + len(prediction.cells)]
    assert HEADING.match(following.source)


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_neither_question_nor_code_nor_a_heading_shows_the_answer(prediction: Prediction) -> None:
    asked = prediction.question.source.split("### Predict: ")[1]
    titles = [title for cell in cells(prediction.lecture) if cell.cell_type == "markdown"
              for title in headings(cell.source)]  # fmt: skip
    plan = cells(prediction.lecture)[0].source
    for text in (asked, prediction.run.source, plan, *titles):
        assert shows(text, prediction.answer, digits=2) == []


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_nothing_before_tells_the_answer(prediction: Prediction) -> None:
    earlier = [told(path.stem) for path in LECTURES if path.stem < prediction.lecture]
    text = "\n".join([*earlier, told(prediction.lecture, prediction.place + 1)])
    chance = COINCIDENCES.get(repr(prediction), set())
    assert set(shows(text, prediction.answer, digits=3)) == chance


@pytest.mark.parametrize("prediction", ALL, ids=repr)
def test_what_its_cells_print_is_folded_on_the_site(prediction: Prediction) -> None:
    """There everything has been run."""
    code = [
        cell for cell in prediction.cells if cell.cell_type == "code" and "ask(" not in cell.source
    ]
    shown = [
        cell.id
        for cell in code
        if re.search(r"print\(|show_table\(|plot_", cell.source)
        and not {"hide-output", "remove-output"} & set(cell.metadata.get("tags", []))
    ]
    assert shown == []


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_whatever_is_folded_renders(path: Path) -> None:
    """Without its blank lines, Markdown and formulas in it would be shown as they are written."""
    for cell in cells(path.stem):
        if cell.cell_type == "markdown" and "<details" in cell.source:
            assert cell.source.count("<details>") == cell.source.count("</details>") == 1
            (inside,) = [found[1] for found in FOLDED.finditer(cell.source)]
            assert headings(inside) == []
