"""Every page of the study site: complete, quiet, and content with what is on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def pages(site: Path) -> list[Path]:
    """All pages but the door, which the browser leaves before one can look at it."""
    found = sorted(site.rglob("*.html"))
    return [path for path in found if "_static" not in path.parts and path != site / "index.html"]


@dataclass(frozen=True)
class Visit:
    """A page as the browser shows it.

    `trouble` is console errors and requests to elsewhere; an image has its source and its
    alternative text.
    """

    trouble: list[str]
    wrong_formulas: int
    images: list[tuple[str, str]]


def visit(browser: Browser, path: Path) -> Visit:
    trouble: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(120_000)  # milliseconds; the machine may be busy
    page.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("requestfailed", lambda request: trouble.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else trouble.append(f"asked for {request.url}")
        ),
    )
    page.goto(path.as_uri(), wait_until="load")
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container", state="attached")
    images = [
        (image.get_attribute("src") or "", image.get_attribute("alt") or "")
        for image in page.locator("article img").all()
    ]
    seen = Visit(trouble, page.locator("mjx-merror").count(), images)
    page.close()
    return seen


@pytest.fixture(scope="module")
def visits(site: Path, browser: Browser) -> dict[Path, Visit]:
    """Each page of the site, opened once."""
    return {path: visit(browser, path) for path in pages(site)}


def test_there_is_a_page_for_every_lecture_and_guide(site: Path) -> None:
    wanted = [path.relative_to(ROOT) for path in ROOT.glob("notebooks/*.ipynb")]
    wanted += [path.relative_to(ROOT) for path in ROOT.glob("docs/*.md")]
    assert [path for path in wanted if not (site / path.with_suffix(".html")).exists()] == []


def test_the_door_leads_to_the_root_document(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.wait_for_url((site / "docs" / "index.html").as_uri(), timeout=120_000)
    page.close()


def test_pages_are_quiet(visits: dict[Path, Visit]) -> None:
    assert len(visits) > 10
    assert {path: visit.trouble for path, visit in visits.items() if visit.trouble} == {}


def test_formulas_are_set(visits: dict[Path, Visit]) -> None:
    assert {path: visit.wrong_formulas for path, visit in visits.items()} == dict.fromkeys(
        visits, 0
    )


def test_figures_have_alternative_texts(visits: dict[Path, Visit]) -> None:
    images = [
        (path, source, text)
        for path, visit in visits.items()
        if path.parent.name == "notebooks"
        for source, text in visit.images
    ]
    assert len(images) > 50
    assert [(path, source) for path, source, text in images if len(text) < 20] == []


def test_no_widget_is_left_as_a_line_of_text(site: Path) -> None:
    for path in pages(site):
        text = path.read_text(encoding="utf-8")
        assert "interactive(children=" not in text, path
        assert "VBox(children=" not in text, path


def cells(pattern: str) -> Iterator[str]:
    for path in ROOT.glob(pattern):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            yield "".join(cell["source"])


def pairs_of_lines(text: str) -> set[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {"\n".join(pair) for pair in pairwise(lines)}


def test_solutions_and_hidden_tests_are_not_on_the_site(site: Path) -> None:
    """No two lines of one in a row: a single line may well be in a lecture."""
    secret: set[str] = set()
    for source in cells("solutions/*/*.ipynb"):
        for region in [*HIDDEN.findall(source), *SOLUTION.findall(source)]:
            secret |= {pair for pair in pairs_of_lines(region) if len(pair) > 60}
    for source in cells("notebooks/assignments/*/*.ipynb"):
        secret -= pairs_of_lines(source)  # as in a visible test
    assert len(secret) > 500
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".js", ".ipynb", ".py")]
    library = {"_static", "_modules", "_downloads"}  # Sphinx's files, and course_lib itself
    for path in files:
        if not library & set(path.parts):
            text = unescape(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))
            assert not secret & pairs_of_lines(text), path
