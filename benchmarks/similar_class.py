"""What `autograder similar` takes for a class, and whether it finds the copies in it.

The answers are those that tests/mutants keeps, right and wrong ones. In a class of 30 no two have
the same answer to any question, but for five who hand in a disguised copy of another's: whoever
else is listed is listed wrongly. In a class of 300 there are not enough answers for that, so that
many share one, word for word; it is for the time that it takes, and for who stands first.

    .venv/bin/python -m benchmarks.similar_class
"""

from __future__ import annotations

import random
import re
import tempfile
import time
import tomllib
from pathlib import Path

from autograder.course.directory import load_course
from autograder.course.source import load_source
from autograder.notebook.cells import Cell, Notebook, notebook_json
from autograder.similarity.page import write_comparison
from autograder.similarity.pairs import compare

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "softmax_regression"


def answers() -> dict[str, list[str]]:
    """The answers that tests/mutants keeps, by function."""
    found = {}
    for file in sorted((ROOT / "tests/mutants/inputs" / ASSIGNMENT).glob("*.toml")):
        sections = tomllib.loads(file.read_text(encoding="utf-8"))
        found[file.stem] = [
            case["answer"]
            for section in sections.values()
            for case in section.values()
            if "answer" in case
        ]
    return found


def disguised(text: str) -> str:
    """A copy with other names and other comments."""
    names = set(re.findall(r"^\s+(\w+) = ", text, re.MULTILINE))
    for number, name in enumerate(sorted(names)):
        text = re.sub(rf"\b{name}\b", f"value_{number}", text)
    return text.replace("\n    ", "\n    # my own idea\n    ", 1)


def make_class(root: Path, students: int, copies: int) -> set[tuple[str, str]]:
    """A course folder with this class; the pairs of which one is a copy."""
    rng = random.Random(1)
    (root / "solutions").symlink_to(ROOT / "solutions")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.source_directory = 'solutions'\n"
    )
    released = load_source(load_course(ROOT), ASSIGNMENT, ASSIGNMENT)
    functions = {name: rng.sample(texts, len(texts)) for name, texts in answers().items()}
    # Each takes the next answer to each question.
    chosen = [
        {name: texts[number % len(texts)] for name, texts in functions.items()}
        for number in range(students - copies)
    ]
    copied = rng.sample(range(len(chosen)), copies)
    pairs = set()
    for number in copied:
        pairs.add((f"s{number:03}", f"s{len(chosen):03}"))
        chosen.append({name: disguised(text) for name, text in chosen[number].items()})
    for number, texts in enumerate(chosen):
        cells = [
            Cell(cell.cell_type, texts.get(str(cell.grade_id), text), cell.metadata)
            for cell in released.notebook.cells
            for text in [released.released.get(str(cell.grade_id), cell.source)]
        ]
        if number >= len(chosen) - copies:
            cells.reverse()
        folder = root / "submitted" / f"s{number:03}" / ASSIGNMENT
        folder.mkdir(parents=True)
        text = notebook_json([(cell, []) for cell in cells], Notebook(()).metadata)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8")
    return pairs


def main() -> None:
    """Measure both classes."""
    for students, copies in ((30, 5), (300, 10)):
        measure(students, copies)


def measure(students: int, number: int) -> None:
    """Make a class with so many copies, compare it, and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        copies = make_class(Path(folder), students, number)
        start, cpu = time.monotonic(), time.process_time()
        comparison = compare(load_course(folder), ASSIGNMENT)
        page = write_comparison(comparison, Path(folder))
        seconds, cpu = time.monotonic() - start, time.process_time() - cpu
        found = [(pair.first.student, pair.second.student) for pair in comparison.pairs]
        size = page.stat().st_size
    print(
        f"{students} submissions compared and shown in {seconds:.1f} s ({cpu:.1f} s of CPU), "
        f"page of {size / 1e6:.1f} MB; {len(copies & set(found))} of {number} copies found, "
        f"{len(copies & set(found[:number]))} of them among the first {number}; "
        f"{len(set(found) - copies)} others listed"
    )


if __name__ == "__main__":
    main()
