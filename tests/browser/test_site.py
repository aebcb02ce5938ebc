"""Every page of the study site: complete, quiet, and content with what is on this machine."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def pages(site: Path) -> list[Path]:
    found = sorted(site.rglob("*.html"))
    return [path for path in found if "_static" not in path.parts]


def visit(browser: Browser, path: Path) -> tuple[Page, list[str]]:
    """The page, opened, and what went wrong: console errors, and requests to elsewhere."""
    trouble: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
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
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    return page, trouble


def test_there_is_a_page_for_every_lecture_and_guide(site: Path) -> None:
    wanted = [path.relative_to(ROOT) for path in ROOT.glob("notebooks/*.ipynb")]
    wanted += [path.relative_to(ROOT) for path in ROOT.glob("docs/*.md")]
    assert [path for path in wanted if not (site / path.with_suffix(".html")).exists()] == []


def test_pages_are_quiet_and_formulas_are_set(site: Path, browser: Browser) -> None:
    found = pages(site)
    assert len(found) > 10
    for path in found:
        page, trouble = visit(browser, path)
        assert trouble == [], path
        if page.locator(".math").count():
            page.wait_for_selector("mjx-container", state="attached")
            assert page.locator("mjx-merror").count() == 0, path
        page.close()


def test_figures_have_alternative_texts(site: Path, browser: Browser) -> None:
    for path in pages(site):
        if path.parent.name == "notebooks":
            page, _ = visit(browser, path)
            images = page.locator("article img").all()
            assert [image.get_attribute("src") for image in images
                    if len(image.get_attribute("alt") or "") < 20] == []  # fmt: skip
            page.close()


def test_no_widget_is_left_as_a_line_of_text(site: Path) -> None:
    for path in pages(site):
        text = path.read_text(encoding="utf-8")
        assert "interactive(children=" not in text, path
        assert "VBox(children=" not in text, path


def test_solutions_and_hidden_tests_are_not_on_the_site(site: Path) -> None:
    secret: set[str] = set()
    for path in ROOT.glob("solutions/*/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for source in ("".join(cell["source"]) for cell in cells):
            for region in [*HIDDEN.findall(source), *SOLUTION.findall(source)]:
                secret |= {line.strip() for line in region.splitlines()}
    secret = {line for line in secret if len(line) > 40 and "import" not in line}
    assert secret
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".js", ".ipynb", ".py")]
    own = [path for path in files if "_static" not in path.parts]
    library = {path for path in own if "_modules" in path.parts or "_downloads" in path.parts}
    for path in {*own} - library:
        text = path.read_text(encoding="utf-8")
        plain = unescape(re.sub(r"<[^>]+>", "", text))
        assert not [line for line in secret if line in plain], path
