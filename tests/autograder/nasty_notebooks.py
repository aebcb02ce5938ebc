"""Graded notebooks of few bytes that would keep whoever shows them busy, each by another means.

Outputs obey the bounds of the examiner and the coordinator, so that each of these could be the
result of grading a submission.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import pairwise

from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question

CELL = 250_000  # characters of output of one cell, a little less than is kept
TEXT = 8_000_000  # characters of all outputs, or of all sources


def html(*outputs: str) -> CellRun:
    """A cell that has displayed these HTML texts."""
    shown = [{"output_type": "display_data", "data": {"text/html": each}} for each in outputs]
    return CellRun(Cell("code", "show()"), tuple(shown))


def printed(text: str) -> CellRun:
    return CellRun(Cell("code", "show()"), ({"output_type": "stream", "text": text},))


def markdown(text: str) -> CellRun:
    return CellRun(Cell("markdown", text))


def code(text: str) -> CellRun:
    return CellRun(Cell("code", text))


def many(make: Callable[[str], CellRun], text: str, size: int = CELL) -> Iterator[CellRun]:
    """As many cells of ``size`` characters of repeated ``text`` as a notebook may have."""
    repeated = text * (size // len(text))
    return (make(repeated) for _ in range(TEXT // size))


def big_picture(side: int) -> str:
    """A PNG of one colour in base64: few bytes, many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)  # a bit for each pixel
    rows = zlib.compress(bytes(side // 8 + 1) * side, 9)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def unclosed_formatting() -> Iterator[CellRun]:
    text = "<p>" + "".join(f"<b id={i}>" for i in range(1300)) + "</p>" + "<p>x" * 1300
    return (html(text) for _ in range(30))


def unclosed_links() -> Iterator[CellRun]:
    opened = "".join(f"<font size={i}><code title={i}><em id={i}>" for i in range(300))
    return (html(opened + "<div>x</div>" * 2000) for _ in range(30))


def foster_parents() -> Iterator[CellRun]:
    return (html("<table><b><tr><i>" * 1200) for _ in range(30))


def nested_tables() -> Iterator[CellRun]:
    return (html(*["<table><tr><td>x" * 250] * 5) for _ in range(40))


def huge_spans() -> Iterator[CellRun]:
    cell = "<td colspan=1000 rowspan=65534>x"
    return (html("<table>" + ("<tr>" + cell * 30) * 80) for _ in range(60))


def wide_tables() -> Iterator[CellRun]:
    return (html(*["<table>" + "<tr>" + "<td>x" * 4900]) for _ in range(100))


def nested_lists() -> Iterator[CellRun]:
    return (html(*["<ul><li>" * 240 + "x", "<ol><li>" * 2400 + "x"]) for _ in range(100))


def nested_details() -> Iterator[CellRun]:
    return (html("<details open><summary>x</summary>" * 1600) for _ in range(100))


def many_elements() -> Iterator[CellRun]:
    return (html(*["<i>x</i>" * 2400] * 8) for _ in range(30))


def soft_breaks() -> Iterator[CellRun]:
    return (html(*["x<wbr>" * 4900] * 8) for _ in range(30))


def many_cells() -> Iterator[CellRun]:
    return (code("x = 1") for _ in range(4_900))


def many_texts() -> Iterator[CellRun]:
    return (markdown("*x*") for _ in range(4_900))


def much_code() -> Iterator[CellRun]:
    return many(code, "a.b(c)[d] += e\n", 1_500_000)


def deep_code() -> Iterator[CellRun]:
    return many(code, "[(" + "\n")


def long_lines() -> Iterator[CellRun]:
    return many(code, "a+1 ")


def open_strings() -> Iterator[CellRun]:
    return many(code, "f'{\\")


def much_text() -> Iterator[CellRun]:
    return many(printed, "word ")


def rare_characters() -> Iterator[CellRun]:
    letters = [chr(code) for code in range(0x3400, 0x2FA20) if not 0xD800 <= code < 0xE000]
    text = "".join(letters)
    return (printed(text[i : i + 20_000]) for i in range(0, 180_000, 4_500))


def marks_on_a_letter() -> Iterator[CellRun]:
    return many(printed, "\u0300\u0316\u20dd\u0489")


def marks_of_all_languages() -> Iterator[CellRun]:
    marks = ("\u05b0", "\u064b\u0650", "\u0e49", "\u0f84", "\u200c", "\U0001d165")
    return many(printed, "".join("\u05d0" + mark * 3_000 for mark in marks))


def marks_in_markdown() -> Iterator[CellRun]:
    return many(markdown, "# \u05d0" + "\u05b0" * 19_000 + "\n\n", 20_000)


def scripts_in_turn() -> Iterator[CellRun]:
    return many(printed, "\u3042\u6f22\uac00\U0001f600\U00010900\ufb1d\u2190a")


def right_to_left() -> Iterator[CellRun]:
    return many(printed, "\u0627a\u05d01")


def big_pictures() -> Iterator[CellRun]:
    picture = big_picture(7_000)
    shown = {"output_type": "display_data", "data": {"image/png": picture}}
    return (CellRun(Cell("code", "show()"), (shown,) * 20) for _ in range(10))


def pictures_in_html() -> Iterator[CellRun]:
    image = f'<img src="data:image/png;base64,{big_picture(7_000)}">'
    return (html(*[image] * 20) for _ in range(10))


def attached_pictures() -> Iterator[CellRun]:
    attached = {"a.png": {"image/png": big_picture(7_000)}}
    cell = Cell("markdown", "![](attachment:a.png)\n\n" * 500, attachments=attached)
    return (CellRun(cell) for _ in range(20))


def errors() -> Iterator[CellRun]:
    lines = ["\x1b[31mx\x1b[0m" * 20] * 100
    error = {"output_type": "error", "ename": "E", "evalue": "x" * 4000, "traceback": lines}
    return (CellRun(Cell("code", "show()"), (error,) * 8) for _ in range(32))


def quotes() -> Iterator[CellRun]:
    return many(markdown, ">" * 400 + "\n", 20_000)


def lists() -> Iterator[CellRun]:
    return many(markdown, "".join(" " * 2 * i + "- x\n" for i in range(90)), 20_000)


def emphasis() -> Iterator[CellRun]:
    return many(markdown, "*a **b _c __d ", 20_000)


def link_definitions() -> Iterator[CellRun]:
    return many(markdown, "[a]: b\n\n[a][a][a]\n\n", 20_000)


def formulas() -> Iterator[CellRun]:
    return many(markdown, r"$\frac{a}{\sqrt{b}}$ ", 20_000)


def matrices() -> Iterator[CellRun]:
    rows = r"\\\\ ".join("&".join("a" * 30) for _ in range(60))
    return many(markdown, rf"$\begin{{matrix}}{rows}\end{{matrix}}$ ", 20_000)


def formula_bombs() -> Iterator[CellRun]:
    bomb = r"$\def\a{x}" + "".join(rf"\def\{b}{{\{a}\{a}}}" for a, b in pairwise("abcdefg"))
    return many(markdown, bomb + r"\g\g\g$" + "\n", 20_000)


def wide_markdown_tables() -> Iterator[CellRun]:
    table = "a" + "|b" * 900 + "\n" + "-" + "|-" * 900 + "\n" + "|\n" * 8000
    return (markdown(table) for _ in range(60))


def html_in_markdown() -> Iterator[CellRun]:
    return (markdown("<b id=1><i id=2>" * 500 + "\n\nx" * 2000) for _ in range(60))


def brackets() -> Iterator[CellRun]:
    return many(markdown, "![[", 20_000)


def fences() -> Iterator[CellRun]:
    return many(markdown, "```python\n" + "a.b+" * 4000 + "\n```\n", 20_000)


NASTY: dict[str, Callable[[], Iterator[CellRun]]] = {
    make.__name__: make
    for make in (
        unclosed_formatting, unclosed_links, foster_parents, nested_tables, huge_spans, wide_tables,
        nested_lists, nested_details, many_elements, soft_breaks, many_cells, many_texts, much_code,
        deep_code, long_lines, open_strings, much_text, rare_characters, marks_on_a_letter,
        marks_of_all_languages, marks_in_markdown, scripts_in_turn, right_to_left, big_pictures,
        pictures_in_html, attached_pictures, errors, quotes, lists, emphasis, link_definitions,
        formulas, matrices, formula_bombs, wide_markdown_tables, html_in_markdown, brackets, fences,
    )
}  # fmt: skip


def nasty_result(name: str) -> NotebookResult:
    """The graded notebook of that name, with an answer that a person grades and its test."""
    flags = {"grade_id": "q", "grade": True, "points": 1.0, "solution": False, "locked": True}
    cells = (*NASTY[name](), CellRun(Cell("code", "assert True", {"nbgrader": flags})))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    question = Question("q", 1.0, 1.0, Outcome.PASSED)
    return NotebookResult("ps1", "ada", "nasty", (question,), cells, kernel)
