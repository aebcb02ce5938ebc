"""To delete a student: the manual's own commands leave nothing of one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course, notebook

pytestmark = pytest.mark.slow

MANUAL = Path(__file__).parents[3] / "docs" / "term.md"
#: The student's id, name and address, and words of the notebook; nobody else has any of them.
STUDENT = "zenobia"
TRACES = (STUDENT, "Quarkson", "zq@x.org", "zenobias_own_words")
DOWNLOAD = "Zenobia Quarkson_77_assignsubmission_file_/tiny.ipynb"
WROTE = "def double(x):\n    zenobias_own_words = 2\n    return zenobias_own_words"
#: By name in these files, of which the manual says to delete the lines.
LINES = ("class.csv", "groups.csv", "submitted/.collected/*.csv")


def manuals_commands() -> str:
    """What stands under *To delete a student*, for this one."""
    section = MANUAL.read_text(encoding="utf-8").partition("To delete a student:")[2]
    found = re.search(r"```sh\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1].replace("STUDENT", STUDENT)


def traces(root: Path) -> list[str]:
    """The files in which something of the student's is left, by name or by content."""
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        for text in [str(path).encode() + (path.read_bytes() if path.is_file() else b"")]
        if any(trace.encode() in text for trace in TRACES)
    ]


def a_term(root: Path) -> None:
    """All that a course holds of a student: work, marks, comments, pages, tables, decisions."""
    work = notebook().replace("return 2 * x", "return 3 * x")
    source = root.parent / "download.zip"
    with zipfile.ZipFile(source, "w") as archive:
        mine = hand_in(root, "nobody", double=WROTE)
        archive.writestr(DOWNLOAD, mine.read_bytes())
        archive.writestr("Ada Roe_78_assignsubmission_file_/tiny.ipynb", work)
        archive.writestr("Ben Lee_79_assignsubmission_file_/tiny.ipynb", notebook())
    shutil.rmtree(root / "submitted")
    (root / "class.csv").write_text(
        f"id,name,email\n{STUDENT},Zenobia Quarkson,zq@x.org\nada,Ada Roe,\nben,Ben Lee,\n"
    )
    (root / "groups.csv").write_text(f"student,group,assignment\n{STUDENT},red,other\n")
    (root / "deadlines.toml").write_text("[due]\ntiny = 2026-01-10\n")
    (root / "marks-by-hand.csv").write_text(
        f"student,question,points,comment\n{STUDENT},double,,Dear Quarkson\n"
    )
    for arguments in (
        ["collect", source, "--assignment", ASSIGNMENT, "--roster", root / "class.csv"],
        ["grade", "--isolation", "none"],
        ["extend", STUDENT, ASSIGNMENT, "+2d"],
        ["submitted", STUDENT, ASSIGNMENT, "+1d"],
        ["drop", ASSIGNMENT, "test_halve"],
        ["enter", root / "marks-by-hand.csv", "--assignment", ASSIGNMENT],
        ["feedback"],
        ["report"],
        ["similar"],
        ["export", "-o", root / "marks.csv"],
        ["export", "--format", "moodle", "-o", root / "marks-moodle.csv"],
    ):
        done = CliRunner().invoke(main, ["--course-dir", str(root), *map(str, arguments)])
        assert done.exit_code == 0, done.output


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the manual calls sqlite3")
def test_the_manuals_commands_leave_nothing_of_a_student(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    a_term(root)
    assert {"gradebook.db", "marks.csv", f"autograded/{STUDENT}"} <= {*traces(root)}
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    }
    subprocess.run(
        ["/bin/sh", "-e", "-c", manuals_commands()], cwd=root, env=environment, check=True
    )
    for pattern in LINES:
        for path in root.glob(pattern):
            kept = [line for line in path.read_text().splitlines(True) if STUDENT not in line]
            path.write_text("".join(kept))
    table = (root / "deadlines.toml").read_text()
    (root / "deadlines.toml").write_text(table.partition("[[extension]]")[0])
    assert traces(root) == []
    for arguments in (["grade", "--isolation", "none"], ["export", "-o", "-"]):
        done = CliRunner().invoke(main, ["--course-dir", str(root), *arguments])
        assert (done.exit_code, STUDENT in done.output) == (0, False), done.output
