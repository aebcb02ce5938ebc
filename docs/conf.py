"""The study site: `make site` builds it from the notebooks as they are, without the network.

Sphinx's source folder is the repository, so that lectures, manuals and docstrings are read in
place. `solutions/` is outside of what it looks at.
"""

from typing import Any

project = "Maximum likelihood and logistic regression"
author = "the authors of the course"
copyright = "the authors of the course: code BSD 3-clause, text and figures CC BY 4.0"  # noqa: A001
html_title = project

root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "docs/decisions/*.md",
    "notebooks/**.ipynb",
    "SECURITY.md",
    "benchmarks/*.md",
]
exclude_patterns = ["**/.ipynb_checkpoints"]
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
]

# Lectures run; assignments, which wait for their answers, do not.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_excludepatterns = ["notebooks/assignments/*/*"]
# A page has no kernel: a widget would be a dead picture of itself, loaded from elsewhere. A
# self-check shows its folded text instead.
nb_ipywidgets_js = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings tell shapes, which says more

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_extra_path = ["static/index.html"]  # the site's door, which leads to the root document
html_context = {"default_mode": "auto"}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "home_page_in_toc": True,
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "use_download_button": False,
    "use_fullscreen_button": False,
}


def read_docstring(
    app: object, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Turn a docstring's underlined sections into lists, one entry for each line "name : text".

    And |x| is an absolute value in them, not reStructuredText's mark of a substitution.
    """
    read: list[str] = []
    in_section = False
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if below and set(below) == {"-"}:
            in_section = True
            read += [f"**{line}**", ""]
            continue
        if line and set(line) == {"-"}:
            continue
        in_section = in_section and not line.startswith((">>>", "Source"))
        if in_section and line.startswith(" "):
            read.append(f"  {line.strip()}")
        else:
            read.append("* " + line.replace("*", r"\*") if in_section and line else line)
    lines[:] = [line.replace("|", "\N{DIVIDES}") for line in read]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", read_docstring)
