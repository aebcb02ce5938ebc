"""Text, images and HTML of students: readable, bounded, inert."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sanitise import (
    Room,
    plain_text,
    safe_data_uri,
    safe_html,
    safe_image,
    safe_outputs,
    script_runs,
)
from tests.autograder.pictures import ONE_PIXEL, png

#: A start-of-frame segment that says 2 by 3 pixels, after an empty application segment.
JPEG = b"\xff\xd8\xff\xe0\x00\x02\xff\xc0\x00\x11\x08\x00\x03\x00\x02\x03\x01\x22\x00"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://x.org\x07link\x1b]8;;\x07", "link"),
        (" 10%\r 50%\r100%\ndone", "100%\ndone"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("tab\tkept", "tab\tkept"),
        ("nul\0", "nul\N{REPLACEMENT CHARACTER}"),
        ("\ud800", "\N{REPLACEMENT CHARACTER}"),
        ("\u202etxt.exe", "[U+202E]txt.exe"),
        (
            "za\u017c\u00f3\u0142\u0107 \U0001f600 \u0661",
            "za\u017c\u00f3\u0142\u0107 \U0001f600 \u0661",
        ),
    ],
)
def test_text_shows_as_it_is_stored(text: str, shown: str) -> None:
    assert plain_text(text) == shown


@given(st.text())
def test_text_is_safe_once_and_for_all(text: str) -> None:
    once = plain_text(text)
    once.encode("utf-8")
    assert plain_text(once) == once


@given(st.text(), st.integers(4, 50))
def test_text_is_bounded(text: str, limit: int) -> None:
    assert len(plain_text("".join(c for c in text if c.isalnum()), limit)) <= limit + 60


def test_a_png_is_kept() -> None:
    assert safe_image("image/png", ONE_PIXEL) == ONE_PIXEL


def test_base64_in_lines_is_joined() -> None:
    assert safe_image("image/png", ONE_PIXEL[:20] + "\n" + ONE_PIXEL[20:]) == ONE_PIXEL


def test_a_jpeg_is_kept() -> None:
    encoded = base64.b64encode(JPEG).decode()
    assert safe_image("image/jpeg", encoded) == encoded


@pytest.mark.parametrize(
    ("mime", "data"),
    [
        ("image/png", b"<svg onload=alert(1)>"),
        ("image/png", JPEG),
        ("image/png", b"\x89PNG\r\n\x1a\n<script>"),
        ("image/jpeg", b"\xff\xd8\xff<script>"),
        ("image/jpeg", b""),
        ("image/svg+xml", b"<svg/>"),
        ("text/html", b"<script>"),
        ("image/gif", b"GIF89a"),
    ],
)
def test_what_is_not_the_image_it_says_is_dropped(mime: str, data: bytes) -> None:
    assert safe_image(mime, base64.b64encode(data).decode()) is None


@pytest.mark.parametrize("encoded", [None, 7, ["a"], "not base64!", "é", "A", "A" * 10_000_000])
def test_what_is_not_base64_is_dropped(encoded: object) -> None:
    assert safe_image("image/png", encoded) is None


def test_a_small_file_that_claims_too_many_pixels_is_dropped() -> None:
    assert safe_image("image/png", png(100_000, 100_000)) is None


@given(st.binary(max_size=300))
def test_no_bytes_break_the_image_check(data: bytes) -> None:
    for start in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        for mime in ("image/png", "image/jpeg"):
            safe_image(mime, base64.b64encode(start + data).decode())


@pytest.mark.parametrize(
    "uri",
    [
        "data:text/html,x",
        "data:image/svg+xml;base64,AAAA",
        "data:image/png,x",
        "http://x.org/x.png",
    ],
)
def test_other_addresses_of_images_are_refused(uri: str) -> None:
    assert safe_data_uri(uri) is None


def test_a_table_of_pandas_is_kept() -> None:
    html = (
        '<div><style scoped>.dataframe {color: red}</style><table border="1" class="dataframe">'
        '<thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead>'
        '<tbody><tr><th>0</th><td colspan="2">1</td></tr></tbody></table></div>'
    )
    assert safe_html(html) == (
        "<div><table><thead><tr><th></th><th>a</th></tr></thead>"
        '<tbody><tr><th>0</th><td colspan="2">1</td></tr></tbody></table></div>'
    )


def test_an_embedded_image_is_kept() -> None:
    html = f'<img src="data:image/png;base64,{ONE_PIXEL}" alt="x">'
    assert safe_html(html) == html


def test_html_cannot_leave_its_place() -> None:
    assert safe_html("</div></main><p>free") == "<p>free</p>"


def test_html_cannot_use_the_classes_of_the_page() -> None:
    assert safe_html('<span class="badge good">✓</span>') == "<span>✓</span>"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        (
            "<table><tr><th>a<td>b<tr><td>c</table>d",
            "<table><tbody><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
        ),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c"),
        ("a < b &amp; c &lt; d", "a &lt; b &amp; c &lt; d"),
        ("&#x202e;txt", "[U+202E]txt"),
    ],
)
def test_what_its_author_left_open_is_closed(html: str, shown: str) -> None:
    assert safe_html(html) == shown


def test_a_table_keeps_the_spans_that_it_has_rows_for() -> None:
    html = '<table><tbody><tr><td colspan="3" rowspan="60">x</td></tr></tbody></table>'
    assert safe_html(html) == html


@pytest.mark.parametrize("span", ["65534", "0", "-1", "1e3", "9" * 50, "x"])
def test_a_table_loses_spans_that_are_none(span: str) -> None:
    html = f'<table><tbody><tr><td colspan="{span}" rowspan="{span}">x</td></tr></tbody></table>'
    assert safe_html(html) == "<table><tbody><tr><td>x</td></tr></tbody></table>"


def test_all_spans_of_a_notebook_are_bounded() -> None:
    html = "<table><tr>" + '<td colspan="99" rowspan="99">x</td>' * 1_000
    assert safe_html(html).count("colspan") <= 3


def test_html_is_not_deep() -> None:
    html = safe_html("<div><ul><li>" * 500)
    assert html.count("<ul>") <= 10


def test_tables_are_not_deep() -> None:
    assert safe_html("<table><tr><td>" * 500).count("<table>") == 3


TAGS = [
    "a", "b", "font", "nobr", "i", "p", "div", "table", "tr", "td", "tbody", "caption", "colgroup",
    "col", "ul", "li", "dl", "dd", "h1", "h2", "details", "summary", "pre", "svg", "math", "img",
    "br", "select", "form", "button", "template", "style", "title",
]  # fmt: skip
pieces = (
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS])
    | st.builds("<{} id={} href='#'>".format, st.sampled_from(TAGS), st.integers(0, 99))
    | st.sampled_from(["x", " ", "&", "<", ">", '"', "<!--", "-->", "<![CDATA[", "\u202e", "&lt;"])
)


@given(st.lists(pieces, max_size=60), st.integers(1, 40))
def test_cleaned_html_is_not_much_longer_than_it_was(parts: list[str], times: int) -> None:
    html = "".join(parts) * times
    assert len(safe_html(html)) <= 12 * len(html) + 200


@given(st.lists(pieces, max_size=60))
def test_cleaned_html_stays_as_it_is(parts: list[str]) -> None:
    once = safe_html("".join(parts))
    assert safe_html(once) == once


@given(st.lists(pieces, max_size=30), st.integers(1, 40))
def test_outputs_of_a_notebook_are_bounded_together(parts: list[str], times: int) -> None:
    output = {"output_type": "display_data", "data": {"text/html": "".join(parts)}}
    room = Room(characters=3_000, elements=300)
    shown = [safe_outputs([output] * times, room) for _ in range(20)]
    sizes = [
        len(each["data"].get("text/html", "")) for cell in shown for each in cell if "data" in each
    ]
    assert sum(sizes) <= 12 * 3_000 + 300 * 200


def test_pictures_of_a_notebook_are_bounded_together() -> None:
    output = {"output_type": "display_data", "data": {"image/png": png(6_000, 6_000)}}
    assert len(safe_outputs([output] * 10)) == 2


def test_an_animated_png_is_dropped() -> None:
    still = base64.b64decode(png())
    moving = still[:33] + b"\0\0\0\x08acTL" + bytes(12) + still[33:]
    assert safe_image("image/png", base64.b64encode(moving).decode()) is None


def test_a_jpeg_of_very_many_scans_counts_for_as_many_pictures() -> None:
    huge = JPEG.replace(b"\x00\x03\x00\x02", b"\x0f\xff\x0f\xff") + b"\xff\xda\x00\x02" * 100
    assert safe_image("image/jpeg", base64.b64encode(huge).decode()) is None


def test_a_jpeg_whose_size_stands_after_bytes_that_fill_is_read_as_browsers_do() -> None:
    hidden = JPEG.replace(b"\xff\xc0", b"\xff\xff\xc0").replace(b"\x00\x03\x00\x02", b"\xff" * 4)
    assert safe_image("image/jpeg", base64.b64encode(hidden).decode()) is None


@pytest.mark.parametrize("mark", "\u0300\u05b0\u064b\u0e49\u0f84\u20dd\u200c\u200d\ufe0f\U0001d165")
def test_marks_that_pile_up_are_cut(mark: str) -> None:
    assert plain_text("a" + mark * 1_000 + "b") == "a" + mark * 8 + "b"


@pytest.mark.parametrize(
    "pair", ["\u3042\u6f22", "\uac00\u6f22", "\U0001f600a", "\ufb1d\uac00", "\U00010900\U00010a00"]
)
def test_changes_of_script_count_on_all_planes(pair: str) -> None:
    assert script_runs(pair * 50) == 100


def test_texts_of_two_scripts_in_turn_are_bounded_together() -> None:
    output = {"output_type": "stream", "text": "\u0627a" * 5_000}
    shown = [each["text"] for each in safe_outputs([output] * 10)]
    assert sum("\u0627a" in text for text in shown) == 1
    assert "10,000 characters are not shown" in shown[-1]


@pytest.mark.parametrize("html", ["x" * 1_000_000, "<div>" * 30_000])
def test_endless_html_is_not_shown(html: str) -> None:
    assert safe_html(html) == "<p>This output is too long to be shown.</p>"


scalars = st.none() | st.booleans() | st.integers() | st.text()
values = st.recursive(scalars, lambda v: st.lists(v) | st.dictionaries(st.text(), v), max_leaves=8)
kinds = st.sampled_from(["stream", "error", "display_data", "execute_result", "other"])
keys = st.sampled_from(["name", "text", "ename", "evalue", "traceback", "data", "execution_count"])
mimes = st.sampled_from(["text/plain", "text/html", "image/png", "image/jpeg", "image/svg+xml"])


@given(st.lists(st.dictionaries(keys, values | st.dictionaries(mimes, values)), max_size=4), kinds)
def test_no_output_breaks_sanitising(outputs: list[dict[str, object]], kind: str) -> None:
    import nbformat

    safe = safe_outputs([{**output, "output_type": kind} for output in outputs])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=safe)])
    nbformat.validate(nbformat.from_dict(notebook))
