"""What an instructor leaves in a source notebook, or beside it, and students must not get."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import load_course
from autograder.errors import CourseError
from autograder.release.bundle import bundle_files
from autograder.release.student_version import ReleasedFiles, release_files, stale_files
from tests.autograder.tiny_course import ASSIGNMENT, make_course

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\nthe solution, drawn").decode()
ATTACHED = {"key.png": {"image/png": PICTURE}}
NAME = f"{ASSIGNMENT}.ipynb"
Node = dict[str, Any]


def markdown(text: str, name: str = "", **marks: Any) -> Node:
    nbgrader = {
        "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False,
        "schema_version": 3,
    } | marks  # fmt: skip
    metadata = {"nbgrader": nbgrader} if name else {}
    return {"cell_type": "markdown", "id": name or "text", "metadata": metadata, "source": text}


def manual(text: str) -> Node:
    return markdown(text, "draw", grade=True, solution=True, points=2)


def task(text: str) -> Node:
    return markdown(text, "plot", task=True, locked=True, points=2)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def source_folder(root: Path) -> Path:
    return root / "source" / ASSIGNMENT


def change(root: Path, edit: Callable[[Node], object]) -> None:
    path = source_folder(root) / NAME
    node = json.loads(path.read_text())
    edit(node)
    path.write_text(json.dumps(node))


def add(root: Path, cell: Node) -> None:
    change(root, lambda node: node["cells"].append(cell))


def release(root: Path) -> ReleasedFiles:
    return release_files(load_course(root), ASSIGNMENT)


def released(root: Path) -> str:
    return (root / "release" / ASSIGNMENT / NAME).read_text()


SECRET_CELLS = {
    "in a solution region": manual(
        "Sketch it.\n\n### BEGIN SOLUTION\n![key.png](attachment:key.png)\n### END SOLUTION"
    ),
    "in an answer without marks": manual("So: ![key](attachment:key.png)"),
    "of an answer, in no text": manual("Sketch it."),
    "in a mark scheme": task(
        "Plot it.\n### BEGIN MARK SCHEME\n![](attachment:key.png)\n### END MARK SCHEME"
    ),
    "of a task, in no text": task("Plot it."),
    "of a locked text, in no text": markdown("Read this.", "read", locked=True),
    "of a text, in no text": markdown("Read this."),
    "in a comment": markdown("Read this. <!-- attachment:key.png -->"),
    "where another's name begins alike": markdown("![](attachment:key.png.jpg)"),
}


@pytest.mark.parametrize("cell", SECRET_CELLS.values(), ids=SECRET_CELLS)
def test_a_picture_that_only_a_solution_shows_stays_behind(root: Path, cell: Node) -> None:
    add(root, cell | {"attachments": dict(ATTACHED)})
    notes = release(root).notes
    assert PICTURE not in released(root)
    assert any("attachment 'key.png' left out" in note for note in notes)
    assert bundle_files(load_course(root), [ASSIGNMENT])


@pytest.mark.parametrize(
    "text",
    [
        "![a](attachment:key.png)",
        '<img src="attachment:key.png">',
        "[k]\n\n[k]: attachment:key.png",
    ],
)
def test_a_picture_that_students_are_shown_goes_with_its_cell(root: Path, text: str) -> None:
    add(root, markdown(text) | {"attachments": dict(ATTACHED)})
    assert release(root).notes == ()
    assert PICTURE in released(root)


def test_a_name_with_a_space_is_known_as_a_link_spells_it(root: Path) -> None:
    cell = markdown("![a](attachment:my%20key.png)")
    add(root, cell | {"attachments": {"my key.png": ATTACHED["key.png"]}})
    release(root)
    assert PICTURE in released(root)


SECRET = "the answer is six times seven"
METADATA: dict[str, Callable[[Node], object]] = {
    "of a cell": lambda node: node["cells"][0]["metadata"].update(solution=SECRET),
    "an extension's": lambda node: node["cells"][0]["metadata"].update(
        colab={"outputs": [SECRET]}, vscode={"text": SECRET}, jupyter={"text": SECRET}
    ),
    "in a known key": lambda node: node["cells"][0]["metadata"].update(
        tags=[SECRET * 9], editable=SECRET, slideshow={"notes": SECRET}
    ),
    "of a widget": lambda node: node["metadata"].update(widgets={"state": {"a": SECRET}}),
    "of papermill": lambda node: node["metadata"].update(papermill={"parameters": [SECRET]}),
    "of the kernel": lambda node: node["metadata"]["kernelspec"].update(argv=[SECRET]),
    "of the file": lambda node: node.update(answers=[SECRET]),
    "an output": lambda node: node["cells"][0]["outputs"].append(
        {"output_type": "stream", "name": "stdout", "text": SECRET}
    ),
}


@pytest.mark.parametrize("edit", METADATA.values(), ids=METADATA)
def test_what_is_not_allowed_of_a_notebook_stays_behind(
    root: Path, edit: Callable[[Node], object]
) -> None:
    change(root, edit)
    release(root)
    assert SECRET not in released(root)
    assert [
        cell["metadata"]["nbgrader"]["grade_id"] for cell in json.loads(released(root))["cells"]
    ]
    assert stale_files(load_course(root), ASSIGNMENT) == []


def test_what_jupyterlab_needs_goes_with_the_cells(root: Path) -> None:
    kept = {
        "tags": ["hide-input", "nbval-skip"],
        "slideshow": {"slide_type": "fragment"},
        "jupyter": {"source_hidden": True},
        "deletable": False,
        "editable": True,
    }
    change(root, lambda node: node["cells"][0]["metadata"].update(kept))
    assert release(root).notes == ()
    assert json.loads(released(root))["cells"][0]["metadata"].items() >= kept.items()


@pytest.mark.parametrize(
    "mark",
    [
        "### BEGIN HIDDEN TEST",
        "### Begin Hidden Tests",
        "#BEGIN_HIDDEN_TESTS",
        "###  BEGIN  HIDDEN  TESTS",
        "### BEGIN HIDDEN-TESTS",
        "### BEGIN\u00a0HIDDEN\u2009TESTS",  # blanks that are others
        "### BEG\u200bIN HIDDEN TES\u00adTS",  # what is not seen
        "### \u0412EGIN HIDD\u0415N T\u0395STS",  # Cyrillic and Greek letters
        "### \uff22\uff25\uff27\uff29\uff2e HIDDEN TESTS",
        "### BEGIN PRIVATE TESTS",
        "### BEGIN INSTRUCTOR ONLY",
        "# begin hidden cases",
    ],
)
def test_a_mark_that_nbgrader_does_not_know_is_found(root: Path, mark: str) -> None:
    def misspell(node: Node) -> None:
        cell = node["cells"][3]
        cell["source"] = f"assert halve(4) == 2\n{mark}\nassert halve(5) == 2.5"

    change(root, misspell)
    with pytest.raises(CourseError, match=r"give away.*\ntiny.ipynb, cell 4: the mark '"):
        release(root)
    assert not (root / "release").exists()


@pytest.mark.parametrize(
    "comment",
    [
        "# HIDDEN TESTS", "# hidden tests", "### Hidden tests below", "# HIDDEN",
        "# --- hidden ---", "### TESTS HIDDEN", "### VERSTECKTE TESTS", "# hidden\u00a0tests",
        "# instructors only", "# Private checks:", "# from here on hidden",
    ],
)  # fmt: skip
def test_a_comment_that_was_meant_to_hide_what_follows_is_said(root: Path, comment: str) -> None:
    def mean(node: Node) -> None:
        node["cells"][3]["source"] = f"assert halve(4) == 2\n{comment}\n\nassert halve(5) == 2.5"

    change(root, mean)
    (note,) = release(root).notes
    assert note.startswith(f"tiny.ipynb, cell 4: students get what follows {comment!r}; ")


@pytest.mark.parametrize(
    "test",
    [
        "# the size of the hidden layer\nassert halve(4) == 2",
        "# hidden state\nassert halve(4) == 2",
        "# a private attribute\nassert halve(4) == 2",
        "assert halve(4) == 2  # hidden tests",
        "assert halve(4) == 2\n# There are hidden tests, too.",
        "# hidden tests\nassert halve(4) == 2\n### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS",
    ],
)
def test_other_comments_of_tests_are_theirs(root: Path, test: str) -> None:
    change(root, lambda node: node["cells"][3].update(source=test))
    assert release(root).notes == ()


@pytest.mark.parametrize(
    "name",
    [
        ".git/config", ".env", ".ipynb_checkpoints/a.txt", "__pycache__/a.txt", "data/.secret/a",
        "gradebook.db", "gradebook.db-journal", "nbgrader_config.py", "a.csv~", "a.bak",
        "Thumbs.db", ".nbgrader.log", "__MACOSX/a",
    ],
)  # fmt: skip
def test_files_that_programs_leave_stay_behind(root: Path, name: str) -> None:
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.ignore = []\n")
    path = source_folder(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("password = 'x'")
    files = release(root)
    assert files.written == (NAME,)
    assert files.notes == (f"{name}: stays behind; no student needs it",)


def test_a_file_whose_name_tells_is_said(root: Path) -> None:
    (source_folder(root) / "expected_values.csv").write_text("1,2")
    assert release(root).notes == (
        "expected_values.csv: students get it, although its name says that they should not",
    )


def hidden_test(text: str) -> Callable[[Node], object]:
    def edit(node: Node) -> None:
        node["cells"][3]["source"] = f"### BEGIN HIDDEN TESTS\n{text}\n### END HIDDEN TESTS"

    return edit


NAMED: dict[str, tuple[str, Callable[[Node], object]]] = {
    "data of a hidden test": ("values.npy", hidden_test("x = np.load('values.npy')")),
    "data in a folder": ("data/v.pkl", hidden_test("x = open(DATA / 'v.pkl')")),
    "a module of a hidden test": ("more_checks.py", hidden_test("from more_checks import all_")),
    "a package of a hidden test": ("more/__init__.py", hidden_test("import more")),
    "a picture of a solution": (
        "curve.svg",
        lambda node: node["cells"].append(
            manual("Draw.\n### BEGIN SOLUTION\n![](curve.svg)\n### END SOLUTION")
        ),
    ),
    "a picture of a mark scheme": (
        "curve.png",
        lambda node: node["cells"].append(
            task("Draw.\n### BEGIN MARK SCHEME\n![](curve.png)\n### END MARK SCHEME")
        ),
    ),
    "a module of a solution": (
        "mine.py",
        lambda node: node["cells"][0].update(
            source="### BEGIN SOLUTION\nfrom mine import double\n### END SOLUTION"
        ),
    ),
}


@pytest.mark.parametrize(("name", "edit"), NAMED.values(), ids=NAMED)
def test_a_file_that_only_secrets_name_stops_the_release(
    root: Path, name: str, edit: Callable[[Node], object]
) -> None:
    change(root, edit)
    path = source_folder(root) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("1")
    with pytest.raises(CourseError, match=rf"give away.*\n{name}: only what students do not see"):
        release(root)
    assert not (root / "release").exists()


@pytest.mark.parametrize(("name", "edit"), NAMED.values(), ids=NAMED)
def test_but_not_if_students_are_told_of_it(
    root: Path, name: str, edit: Callable[[Node], object]
) -> None:
    change(root, edit)
    add(root, markdown(f"You find more in `{name}`."))
    path = source_folder(root) / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("1")
    assert name in release(root).written


def test_data_that_a_solution_reads_are_for_everybody(root: Path) -> None:
    change(
        root,
        lambda node: node["cells"][0].update(
            source="# read the data\n### BEGIN SOLUTION\nx = open('data.csv')\n### END SOLUTION"
        ),
    )
    (source_folder(root) / "data.csv").write_text("1")
    assert "data.csv" in release(root).written


def test_the_picture_of_a_solution_under_another_name_stops_the_release(root: Path) -> None:
    add(root, manual("### BEGIN SOLUTION\n![](attachment:key.png)\n### END SOLUTION")
        | {"attachments": dict(ATTACHED)})  # fmt: skip
    (source_folder(root) / "plain.png").write_bytes(base64.b64decode(PICTURE))
    with pytest.raises(CourseError, match=r"\nplain.png: it is the picture of 'draw'"):
        release(root)


def test_so_does_one_that_stands_in_the_text_of_a_solution(root: Path) -> None:
    uri = f"data:image/png;base64,{PICTURE}"
    add(root, manual(f"### BEGIN SOLUTION\n![]({uri})\n### END SOLUTION"))
    (source_folder(root) / "plain.png").write_bytes(base64.b64decode(PICTURE))
    with pytest.raises(CourseError, match=r"\nplain.png: it is the picture of 'draw'"):
        release(root)


def test_and_the_bundle_if_it_is_among_the_lectures(root: Path) -> None:
    add(root, manual("Draw it.") | {"attachments": dict(ATTACHED)})
    release(root)
    (root / "plain.png").write_bytes(base64.b64decode(PICTURE))
    (root / "pyproject.toml").write_text("[tool.autograder.bundle]\nfiles = ['*.png']\n")
    with pytest.raises(CourseError, match=r"\nplain.png: it is the picture of 'draw'"):
        bundle_files(load_course(root), [ASSIGNMENT])


SHORT = "def double(x):\n    return x*2\n"


@pytest.mark.parametrize("name", ["functions.py", "a.txt", "deep/er/functions.py"])
def test_a_solution_of_short_lines_is_found(root: Path, name: str) -> None:
    change(
        root,
        lambda node: node["cells"][0].update(
            source="def double(x):\n    ### BEGIN SOLUTION\n    return x*2\n    ### END SOLUTION"
        ),
    )
    path = source_folder(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SHORT)
    with pytest.raises(CourseError, match=rf"\n{name}: 'def double\(x\):' / 'return x\*2'"):
        release(root)


def test_a_solution_in_an_archive_is_found(root: Path) -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("all/solved.ipynb", (source_folder(root) / NAME).read_text())
    (source_folder(root) / "material.zip").write_bytes(memory.getvalue())
    with pytest.raises(CourseError, match=r"\nmaterial.zip/all/solved.ipynb: "):
        release(root)


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "../../nbgrader_config.py", "../../submitted/ann/x.csv"]
)
def test_a_link_out_of_the_course_stops_the_release(root: Path, target: str) -> None:
    (root / "submitted" / "ann").mkdir(parents=True)
    (root / "submitted" / "ann" / "x.csv").write_text("1")
    (source_folder(root) / "data.csv").symlink_to(target)
    with pytest.raises(CourseError, match=r"data.csv is a link to "):
        release(root)


def test_a_link_to_data_that_assignments_share_is_followed(root: Path) -> None:
    (root / "data").mkdir()
    (root / "data" / "x.csv").write_text("1")
    (source_folder(root) / "x.csv").symlink_to("../../data/x.csv")
    assert "x.csv" in release(root).written


def test_a_pattern_of_the_bundle_takes_no_hidden_file_and_no_configuration(root: Path) -> None:
    release(root)
    (root / ".env").write_text("PASSWORD=x")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("token")
    (root / "lib").mkdir()
    (root / "lib" / "a.py").write_text("x = 1")
    (root / "pyproject.toml").write_text("[tool.autograder.bundle]\nfiles = ['lib/**/*', '*v']\n")
    with pytest.raises(CourseError, match="no such file"):
        bundle_files(load_course(root), [ASSIGNMENT])
    (root / "pyproject.toml").write_text("[tool.autograder.bundle]\nfiles = ['*.py', 'lib/*']\n")
    with pytest.raises(CourseError, match=r"nbgrader_config.py is for instructors only"):
        bundle_files(load_course(root), [ASSIGNMENT])


@pytest.mark.parametrize(
    "text",
    [
        "Why?\n<!-- Solution: since it is even -->",
        "Why?\n<details><summary>Answer</summary>\n\nSince it is even.\n\n</details>",
    ],
)
def test_what_a_text_only_hides_from_view_is_said(root: Path, text: str) -> None:
    add(root, markdown(text))
    [note] = release(root).notes
    assert note.startswith(f"{NAME}: cell 5: students can read what this hides: <")
