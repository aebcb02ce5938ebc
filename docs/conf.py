"""The study site: `make site` builds it from the notebooks as they are, without the network.

Sphinx's source folder is the repository, so that lectures, manuals and docstrings are read in
place. `solutions/` is outside of what it looks at.
"""

from typing import Any

from nbclient.output_widget import OutputWidget

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
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
]

# Lectures run; assignments, which wait for their answers, do not.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_excludepatterns = ["notebooks/assignments/*/*"]
# nbclient sends what a slider has drawn to the kernel, by the socket on which it waits for the
# reply of the kernel, and may then never see that (github.com/jupyter/nbclient/issues/312).
OutputWidget.sync_state = lambda self: None
# A page has no kernel: a widget would be a dead picture of itself, loaded from elsewhere. A
# self-check shows its folded text instead.
nb_ipywidgets_js = {}
nb_render_markdown_format = "myst"  # that of tables: CommonMark has none
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3

default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings tell shapes, which says more
napoleon_google_docstring = False  # they are numpydoc

html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_js_files = ["names.js"]
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


def absolute_values(
    app: object, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Let |x| be an absolute value in docstrings, not reStructuredText's mark of a substitution."""
    lines[:] = [line.replace("|", "\N{DIVIDES}") for line in lines]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", absolute_values)
