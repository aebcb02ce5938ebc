"""Nothing that a student wrote or printed is active: on feedback pages and in formgrader."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograder.autograded.notebook import write_autograded
from autograder.feedback.page import render_page
from autograder.results import NotebookResult, Review

#: What our own template and Markdown make, and nothing else.
TAGS = frozenset(
    """
    a article b blockquote body br caption code del details div em footer h1 h2 h3 h4 h5 h6 head
    header hr html img li main meta meter ol p pre s section span strong style sub summary sup
    table tbody td th thead title tr ul

    math menclose mfrac mi mmultiscripts mn mo mover mroot mrow mspace msqrt mstyle msub msubsup
    msup mtable mtd mtext mtr munder munderover
    """.split()  # noqa: SIM905 - fifty lines would hide which are there
)
ATTRIBUTES = frozenset(
    """
    alt aria-hidden aria-label aria-labelledby charset class colspan content href http-equiv id
    lang max min name open rel role rowspan scope src start tabindex value

    accent accentunder columnalign display displaystyle fence form largeop linethickness lspace
    mathvariant maxsize minsize movablelimits notation rspace scriptlevel separator stretchy width
    """.split()  # noqa: SIM905 - likewise
)

_NBGRADER = find_spec("nbgrader")
assert _NBGRADER is not None
assert _NBGRADER.origin is not None
FORMGRADER = str(Path(_NBGRADER.origin).parent / "server_extensions" / "formgrader" / "templates")


class Elements(HTMLParser):
    """All start tags of a page, as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def full_page(result: NotebookResult) -> str:
    payload = result.assignment
    return render_page(result, review=Review(comments={payload: payload, "q": payload}))


def test_a_page_has_only_our_elements(hostile: NotebookResult) -> None:
    assert {tag for tag, _ in Elements(full_page(hostile)).found} <= TAGS


def test_a_page_has_only_our_attributes(hostile: NotebookResult) -> None:
    names = {name for _, attributes in Elements(full_page(hostile)).found for name in attributes}
    assert names <= ATTRIBUTES


def test_a_page_loads_nothing(hostile: NotebookResult) -> None:
    for tag, attributes in Elements(full_page(hostile)).found:
        if tag == "img" and "src" in attributes:
            assert re.match("data:image/(png|jpeg);base64,", attributes["src"] or "")


def test_links_go_to_the_web_or_the_page_itself(hostile: NotebookResult) -> None:
    for _, attributes in Elements(full_page(hostile)).found:
        if "href" in attributes:
            assert re.match("(https?://|mailto:|#)", attributes["href"] or "")


def test_a_page_begins_with_its_policy_before_anything_of_the_student(
    hostile: NotebookResult,
) -> None:
    first = Elements(full_page(hostile)).found[:4]
    assert [tag for tag, _ in first] == ["html", "head", "meta", "meta"]
    assert first[3][1] == {
        "http-equiv": "Content-Security-Policy",
        "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
    }


def test_a_page_has_one_style_sheet_and_one_title(hostile: NotebookResult) -> None:
    tags = [tag for tag, _ in Elements(full_page(hostile)).found]
    assert (tags.count("style"), tags.count("title"), tags.count("body")) == (1, 1, 1)


def test_a_page_shows_every_character_as_it_is(hostile: NotebookResult) -> None:
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", full_page(hostile)
    )


def test_a_page_can_be_stored(hostile: NotebookResult) -> None:
    full_page(hostile).encode("utf-8")


def test_template_syntax_is_text() -> None:
    page = render_page(NotebookResult("{{ 7 * 191 }}", "ada", "n"))
    assert "{{ 7 * 191 }}" in page
    assert "1337" not in page


def test_an_autograded_notebook_keeps_nothing_active_in_its_metadata(
    hostile: NotebookResult, tmp_path: Path
) -> None:
    path = write_autograded(tmp_path, hostile)
    notebook = json.loads(path.read_text("utf-8"))
    outcomes = notebook["metadata"].pop("autograder")["outcomes"]
    assert outcomes["q"] == "passed"
    text = json.dumps([notebook["metadata"], [cell["metadata"] for cell in notebook["cells"]]])
    assert not re.search("[<>]|javascript", text)


@pytest.fixture(scope="module")
def visited(browser: Any) -> Any:
    """Opens a file, clicks and hovers over everything, and returns what happened."""

    def visit(path: Path) -> dict[str, Any]:
        page = browser.new_page()
        happened: list[str] = []
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("dialog", lambda dialog: happened.append("dialog"))
        page.on("console", lambda message: happened.append(f"console: {message.text}"))
        page.on("request", lambda request: happened.append(f"request: {request.url[:80]}"))
        page.on("popup", lambda popup: happened.append("popup"))
        page.goto(path.as_uri())
        page.evaluate(
            """() => document.querySelectorAll('*').forEach(element => {
                for (const kind of ['mouseover', 'focus', 'click'])
                    if (element.tagName !== 'A') element.dispatchEvent(new Event(kind))
            })"""
        )
        pwned = page.evaluate("window.pwned")
        elements = page.evaluate("[...document.querySelectorAll('*')].map(e => e.localName)")
        page.close()
        return {
            "happened": [each for each in happened if not each.startswith("request: data:image/")],
            "pwned": pwned,
            "elements": set(elements),
        }

    return visit


@pytest.mark.browser
def test_nothing_runs_on_a_page(hostile: NotebookResult, tmp_path: Path, visited: Any) -> None:
    path = tmp_path / "page.html"
    path.write_text(full_page(hostile), encoding="utf-8")
    seen = visited(path)
    assert seen["pwned"] is None
    assert seen["happened"] == [f"request: {path.as_uri()}"[:89]]
    assert seen["elements"] <= TAGS


@pytest.mark.browser
def test_the_browser_test_sees_what_runs(tmp_path: Path, visited: Any) -> None:
    path = tmp_path / "page.html"
    path.write_text("<img src=x onerror='window.pwned=1;alert(1);console.log(1)'>")
    seen = visited(path)
    assert seen["pwned"] == 1
    assert "dialog" in seen["happened"]


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore")
def test_nothing_runs_in_formgraders_rendering(
    hostile: NotebookResult, tmp_path: Path, visited: Any
) -> None:
    from nbconvert import HTMLExporter

    notebook = write_autograded(tmp_path, hostile)
    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="formgrade", extra_template_basedirs=[FORMGRADER]
    )
    resources = dict.fromkeys(("assignment_id", "notebook_id", "student", "base_url"), "x")
    resources |= dict.fromkeys(("submission_id", "last_name", "first_name", "notebook_path"), "x")
    html, _ = exporter.from_filename(str(notebook), {**resources, "index": 0, "total": 1})
    path = tmp_path / "formgrader.html"
    path.write_text(html, encoding="utf-8")
    seen = visited(path)
    assert seen["pwned"] is None
    assert not [event for event in seen["happened"] if event.startswith(("dialog", "popup"))]
    assert not [event for event in seen["happened"] if re.search(r"192\.0\.2\.1|/api/", event)]
    for _, attributes in Elements(html).found:
        for name in ("href", "src", "srcdoc"):
            assert not re.match(
                r"\s*(javascript|vbscript|data:(?!image/(png|jpeg)))", attributes.get(name) or ""
            )
        # formgrader's own page has two such attributes, to show and to hide names.
        assert {attributes[n] for n in attributes if n.startswith("on")} <= {
            "toggle_name(true);",
            "toggle_name(false);",
        }
