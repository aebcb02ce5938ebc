"""What the notebooks print, kept apart from them: a learner is asked first, and told afterwards.

A cell tagged `nbval-check-output` has its printed lines in `reference/NOTEBOOK.json`, by the cell's
id; those of a table begin with `|`. nbval compares with outputs that a notebook holds, so `merge`
writes copies that hold them:

    python -m tests.notebooks.references merge            # what `make notebooks` runs: build/nbval
    python -m tests.notebooks.references renew [NAME …]   # run lectures, store what they print now

After `renew` read `git diff tests/notebooks/reference`: every changed line is a changed result.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = Path(__file__).parent / "reference"
MERGED = ROOT / "build" / "nbval"
TAG = "nbval-check-output"

#: Lines that each compared cell shows, by its id.
References = Mapping[str, list[str]]


def lectures() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def compared(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells whose output is compared."""
    return [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]


def load(name: str) -> References:
    """The references of a notebook; none where it has no file."""
    path = REFERENCES / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def is_table(line: str) -> bool:
    return line.startswith("|")


def outputs(lines: list[str]) -> list[NotebookNode]:
    """What a cell shows that prints these lines, and displays those that are a table."""
    shown = []
    for table, some in groupby(lines, is_table):
        text = "\n".join(some)
        if table:
            data = {"text/plain": text, "text/markdown": text}
            shown.append(nbformat.v4.new_output("display_data", data=data))
        else:
            shown.append(nbformat.v4.new_output("stream", name="stdout", text=f"{text}\n"))
    return shown


def lines_of(cell: NotebookNode) -> list[str]:
    """The inverse: what a cell has printed, and its tables as text."""
    text = ""
    for output in cell.outputs:  # what is printed may come in pieces
        text += f"{output.data['text/plain']}\n" if "data" in output else output.text
    return text.splitlines()


def with_outputs(notebook: NotebookNode, references: References) -> NotebookNode:
    """The notebook, its compared cells holding what they are to print."""
    for cell in compared(notebook):
        cell.outputs = outputs(references[cell.id])
        cell.execution_count = 1  # nbval compares only where there is one
    return notebook


def merge(folder: Path = MERGED) -> None:
    """Write copies of all lectures that hold their references, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ipynb"):
        old.unlink()
    for path in lectures():
        nbformat.write(with_outputs(read(path), load(path.stem)), folder / path.name)


def renew(path: Path) -> None:
    """Run a lecture and store what its compared cells print."""
    notebook = read(path)
    cells = compared(notebook)
    if not cells:
        return
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": path.parent}}
    ).execute()
    text = json.dumps({cell.id: lines_of(cell) for cell in cells}, indent=1, ensure_ascii=False)
    (REFERENCES / f"{path.stem}.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: list[str]) -> None:
    known = {path.stem: path for path in lectures()}
    match arguments:
        case ["merge"]:
            merge()
        case ["renew", *names] if set(names) <= known.keys():
            for name in names or known:
                print(f"running {name} ...", flush=True)
                renew(known[name])
        case _:
            raise SystemExit(f"{__doc__}\nNAME is one of: {', '.join(known)}")


if __name__ == "__main__":
    main(sys.argv[1:])
