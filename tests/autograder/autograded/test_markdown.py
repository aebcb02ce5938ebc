"""Markdown in formgrader: as it was typed where it can be, and nothing that acts or loads."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.autograded.markdown import AS_TYPED, LEFT_OUT, markdown_for_formgrader
from autograder.sanitise import Room
from tests.autograder.pictures import ONE_PIXEL

pytestmark = pytest.mark.filterwarnings("ignore")

PICTURES = {"a.png": {"image/png": ONE_PIXEL}}
CODE = "```python\nif a<b: print('<img src=x>', \"![](http://x.org)\", r'\\href')\n```"


def shown(source: str, images: Mapping[str, Mapping[str, str]] = PICTURES) -> str:
    return markdown_for_formgrader(source, images, Room(), {"q"})


def html_of(text: str) -> str:
    """What formgrader makes of Markdown."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=PICTURES)
    return MarkdownWithMath(renderer=renderer).render(text)


@pytest.mark.parametrize(
    "source",
    [
        "# Title\n\nText with *emphasis*, **more**, and a list:\n\n- one\n- two\n  - three",
        "We minimise $\\sum_i (y_i - a_i)^2$ where $a<b$ & so on:\n\n$$\n- a\n+ b\n$$",
        "\\begin{align}\na &= b \\\\\nc &< d\n\\end{align}",
        "Is `a<b` or `<img src=x>`?",
        "1 < 2, a<b, and R&D",
        CODE,
        f"Text.\n\n{CODE}\n\nMore text with `a< b`.",
        "    if a<b:\n        return '<img src=x>'\n",
        "|a|b|\n|-|-|\n|1|2|",
        "[a page](https://x.org) and https://x.org and [here](#there)",
        "x<sub>i</sub> and y<sup>2</sup><br>and",
        "![plot](attachment:a.png)",
        f"![plot](data:image/png;base64,{ONE_PIXEL})",
        "- [ ] to do\n- [x] done",
        "> quoted\n> twice",
    ],
)
def test_what_is_safe_stays_as_it_was_typed(source: str) -> None:
    assert shown(source) == source


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("![x](http://x.org/a.png)", "! [x](http://x.org/a.png)"),
        ("![x](/formgrader/api/x)", "! [x] (/formgrader/api/x)"),
        ("![x](plot.png)", "! [x] (plot.png)"),
        ("![x](attachment:b.png)", "! [x] (attachment:b.png)"),
        ("[x](/formgrader/api/x)", "[x] (/formgrader/api/x)"),
        ("[x](javascript:alert(1))", "[x] (javascript :alert(1))"),
        ("![r]\n\n[r]: /x.png", "! [r]\n\n[r] : /x.png"),
        ("<img src=x>", "< img src=x>"),
        ("$\\href{x}{y}$", "$\\ href{x}{y}$"),
        ("$\\def\\a{\\a\\a}\\a$", "$\\ def\\a{\\a\\a}\\a$"),
        ("$\\unicode{x41}$", "$\\ unicode{x41}$"),
        ("$\\smash{\\raise 9em x}$", "$\\ smash{\\ raise 9em x}$"),
        ("$\\mathllap{x}\\Rule{1em}{9em}{0em}$", "$\\ mathllap{x}\\ Rule{1em}{9em}{0em}$"),
        ("$\\hspace{-9em}x\\kern 99em$", "$\\ hspace{-9em}x\\ kern 99em$"),
        ("&#60;img src=x> <b onclick=x>", "& #60;img src=x> < b onclick=x>"),
    ],
)
def test_what_acts_or_loads_is_taken_apart(source: str, written: str) -> None:
    assert shown(source) == written


def test_rows_that_go_up_are_shown_as_typed() -> None:
    formula = "$\\begin{matrix}a\\\\[-9em]b\\end{matrix}$"
    assert shown(formula) == f"{AS_TYPED}\n\n```\n{formula}\n```"


@pytest.mark.parametrize(
    "formula",
    ["a\\hspace{1em}b", "a\\kern 3pt b", "a\\space b", "\\[-x\\]", "\\!\\,\\quad\\phantom{x}"],
)
def test_small_distances_in_formulas_stay(formula: str) -> None:
    assert shown(f"${formula}$") == f"${formula}$"


@pytest.mark.parametrize("bad", ["<img src=x>", "![](http://x.org)", "$\\href{x}{y}$"])
def test_code_beside_what_is_taken_apart_stays(bad: str) -> None:
    assert shown(f"{bad}\n\n{CODE}\n\n`a<b` {bad}").count(CODE) == 1


def test_what_only_one_parser_takes_for_code_is_not_let_through() -> None:
    """The mark in the formula opens a block for one parser, and the one below for the other."""
    text = shown("<b\n\n$$\n```\n$$\n\n![](http://x.org)\n\n```\n<img src=x>\n")
    assert "<img" not in html_of(text)


@pytest.mark.parametrize("heading", ["# q", "# *q*", "q\n===", "## q #", "<h1 id='q'>x</h1>"])
def test_no_heading_takes_the_place_of_a_field_for_scores(heading: str) -> None:
    assert shown(heading).startswith(AS_TYPED) or "< h1" in shown(heading)


@pytest.mark.parametrize("language", ["mermaid", "html+jinja", "perl6"])
def test_code_of_a_language_with_a_slow_lexer_is_shown_plain(language: str) -> None:
    assert shown(f"```{language}\nx\n```").startswith(AS_TYPED)


def test_markdown_of_a_notebook_is_bounded_together() -> None:
    room = Room()
    cells = [markdown_for_formgrader("word " * 3_000, {}, room) for _ in range(100)]
    assert LEFT_OUT in cells
    assert sum(map(len, cells)) < 1_000_000


def test_a_picture_counts_as_often_as_it_is_shown() -> None:
    room = Room(image_characters=len(ONE_PIXEL) * 10)
    text = markdown_for_formgrader("![](attachment:a.png)\n" * 20, PICTURES, room)
    assert "<img" not in html_of(text)


PIECES = [
    "![", "](", "]", "[a]: ", "http://x.org", "/x", ")", "<", ">", "img src=", "x", " ", "\n",
    "\n\n", "`", "```", "~~~", "$", "$$", "\\href", "\\def", "\\", "{", "}", "&#60;", "&lt;",
    "    ", "- ", "> ", "# ", "q", "*", "**", "|", "|-|-|", "attachment:a.png", "<!--", "-->", "</",
    "data:image/png;base64,", "b", "onclick=", "'", '"', "javascript:", ":", "\\begin{a}",
    "\\end{a}", "<br>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_nothing_in_formgraders_html_acts_or_loads(parts: list[str]) -> None:
    for tag in re.findall(r"<[^>]*>?", html_of(shown("".join(parts)))):
        assert re.match(r"</?[a-z][a-z0-9]*[ />]", tag)
        assert not re.match(r"<(script|style|link|base|meta|iframe|svg|video|object|form)\b", tag)
        assert not re.search(r"\s(on\w+|style=\"(?!text-align)|srcset|background)", tag)
        for name, value in re.findall(r'(src|href)="([^"]*)', tag):
            assert re.match("data:image/png" if name == "src" else "(https?://|mailto:|#)", value)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.integers(1, 30))
def test_what_formgrader_gets_is_not_much_longer(parts: list[str], times: int) -> None:
    source = "".join(parts) * times
    assert len(shown(source)) <= 2 * len(source) + 200
