"""The page about submissions that are alike: what students wrote is text on it, and bounded."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course.directory import Course
from autograder.release.grades import FOR_INSTRUCTORS
from autograder.similarity.page import MOST_PAIRS, render_comparison
from autograder.similarity.pairs import compare
from tests.autograder.similarity.conftest import ASSIGNMENT, OWN, Handed

HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e"


class Tags(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def page(course: Course) -> str:
    return render_comparison(compare(course, ASSIGNMENT))


def test_a_long_line_is_cut_on_its_line(hand_in: Handed) -> None:
    long = f"{OWN[0]}\n# {'long ' * 44}"
    shown = page(hand_in(ada=long, zoe=long))
    assert "characters are not shown" not in shown
    assert re.search(r"(long )+\w*…", shown)


def test_what_students_wrote_is_text(hand_in: Handed) -> None:
    answer = f"# {HOSTILE}\n{OWN[0]}\ntext = '{HOSTILE}'"
    shown = page(hand_in(ada=answer, zoe=answer))
    tags = Tags()
    tags.feed(shown)
    assert not tags.seen & {"script", "img", "onerror"}
    assert not set(shown) & {"\x1b", "\u202e"}
    assert HOSTILE[:30] in unescape(shown)


def test_nothing_is_loaded_from_elsewhere(hand_in: Handed) -> None:
    shown = page(hand_in(ada=OWN[0], zoe=OWN[0]))
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", shown)
    assert FOR_INSTRUCTORS in shown


def test_lines_that_are_alike_are_marked_and_others_not(hand_in: Handed) -> None:
    shown = page(hand_in(ada=OWN[0] + "\nprint(1)", zoe=OWN[0]))
    assert shown.count("<mark>def descend(f, x):</mark>") == 2
    assert "<mark>print(1)</mark>" not in shown
    assert "print(1)" in shown


def test_cells_stand_beside_those_that_they_are_like(hand_in: Handed) -> None:
    one, two = OWN[0], OWN[3].replace("descend", "other")
    shown = page(hand_in(ada=(one, two), zoe=(two, one)))
    rows = re.findall(r'<div class="pair">.*?</div>', shown, re.DOTALL)
    assert [row.count("while len") for row in rows] == [2, 2]
    assert [len(set(re.findall(r"history\) &lt; (\d+)", row))) for row in rows] == [1, 1]


def test_a_class_of_long_copies_makes_no_endless_page(hand_in: Handed) -> None:
    long = "\n".join(f"{text}\n{'x = 1' * 2000}" for text in OWN[:4])
    shown = page(hand_in(**{f"s{number:02}": (f"{long}\n{number}", long) for number in range(3)}))
    assert len(shown) < 1_500_000
    assert MOST_PAIRS < 100


def test_it_says_what_it_does_not_know(hand_in: Handed) -> None:
    shown = page(hand_in(ada=OWN[0], zoe=OWN[0]))
    assert "Who copied from whom" in shown


def run(course: Course, *arguments: object) -> Result:
    return CliRunner().invoke(
        main, ["--course-dir", str(course.root), "similar", *map(str, arguments)]
    )


class TestCommand:
    def test_pairs_are_printed_and_the_page_is_written(self, hand_in: Handed) -> None:
        course = hand_in(ada=OWN[0], zoe=OWN[0], ben=OWN[2])
        result = run(course)
        assert result.exit_code == 0
        assert re.search(r"ada +zoe +100 %", result.output)
        assert "descent: 3 submissions compared, 1 pair is alike." in result.output
        assert (course.root / "similar" / f"{ASSIGNMENT}.html").is_file()

    def test_where_nobody_is_alike_it_says_so(self, hand_in: Handed, tmp_path: Path) -> None:
        result = run(hand_in(ada=OWN[0], ben=OWN[2]), ASSIGNMENT, "--output", tmp_path / "out")
        assert result.exit_code == 0
        assert "2 submissions compared, no pairs are alike." in result.output
        assert (tmp_path / "out" / f"{ASSIGNMENT}.html").is_file()

    def test_an_unknown_assignment_is_named(self, hand_in: Handed) -> None:
        result = run(hand_in(ada=OWN[0]), "ascent")
        assert result.exit_code == 2
        assert "ascent" in result.stderr

    def test_without_submissions_it_says_so(self, hand_in: Handed) -> None:
        result = run(hand_in())
        assert result.exit_code == 2
        assert "nothing to compare" in result.stderr
