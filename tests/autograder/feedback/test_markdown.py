"""Markdown cells on feedback pages: readable, inert, and rendered in no time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.feedback.markdown import markdown_html
from tests.autograder.pictures import ONE_PIXEL


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("$a_1$", "<p><math><mrow><msub><mi>a</mi><mn>1</mn></msub></mrow></math></p>\n"),
        (
            "$$\n- a\n+ b\n$$",
            (
                '<div class="wide" tabindex="0"><math display="block"><mrow><mo>−</mo><mi>a</mi>'
                "<mo>+</mo><mi>b</mi></mrow></math></div>\n"
            ),
        ),
        ("$\\def\\a{b}$", '<p><code class="math">\\def\\a{b}</code></p>\n'),
        (
            "$$\n\\def\\a{b}\n$$",
            '<pre><code class="math display">\\def\\a{b}</code></pre>\n',
        ),
        ("$\\text{<b>}$", "<p><math><mrow><mtext>&lt;b&gt;</mtext></mrow></math></p>\n"),
        ("It costs $5 or $ 6.", "<p>It costs $5 or $ 6.</p>\n"),
        ("`$x$` \\$y$", "<p><code>$x$</code> $y$</p>\n"),
        ("# Title", "<h3>Title</h3>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        (
            "[x](https://x.org)",
            '<p><a href="https://x.org" rel="noopener noreferrer">x</a></p>\n',
        ),
        (
            "![a *plot*](plot.png)",
            '<p><span class="not-shown">Image not shown: a plot</span></p>\n',
        ),
    ],
)
def test_markdown(source: str, html: str) -> None:
    assert markdown_html(source) == html


def test_an_attached_image_is_embedded() -> None:
    html = markdown_html(
        "![x](attachment:my%20plot.png)", {"my plot.png": {"image/png": ONE_PIXEL}}
    )
    assert html == f'<p><img src="data:image/png;base64,{ONE_PIXEL}" alt="x"></p>\n'


@given(st.text(alphabet="$\\be{}gind[]()!*_`<>&#-| a\n:/"))
def test_no_markdown_breaks_rendering(source: str) -> None:
    assert "<script" not in markdown_html(source)


@pytest.mark.parametrize(
    "piece", ["[", "![", "$", "$$\n", "\\begin{a}\n", "> ", "*a ", "a|b\n-|-\n"]
)
def test_repetitive_markdown_takes_no_time(piece: str) -> None:
    start = time.process_time()
    markdown_html(piece * 100_000)
    assert time.process_time() - start < 5.0  # seconds; about 0.3 when nothing else runs


def test_what_may_be_wide_has_a_box_of_its_own_to_scroll_in() -> None:
    table = markdown_html("| a |\n|---|\n| 1 |")
    assert table.startswith('<div class="wide" tabindex="0"><table>')
    assert table.endswith("</table></div>\n")
    assert '<span class="wide"><math>' in markdown_html(f"${' + '.join('abcdefghijklmnopqrst')}$")


def test_a_display_formula_of_several_lines_is_a_table() -> None:
    html = markdown_html("\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}")
    assert html.count("<mtr>") == 2
