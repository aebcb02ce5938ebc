"""A submission in which every field that a student can reach is an attack on its readers."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question
from tests.autograder.pictures import png

RUN = "window.pwned=1;alert(1);console.log('pwned')"
PAYLOADS = {
    "script": f"<script>{RUN}</script>",
    "onerror": f'<img src=x onerror="{RUN}">',
    "attribute": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}" x=\'',
    "javascript": f"[x](javascript:{RUN}) <a href='javascript:{RUN}'>x</a>",
    "entity": f"[x](java&#115;cript:{RUN}) [y](javascript&colon;{RUN})",
    "backslash": f"[x](javascript\\:{RUN}) ![y](attachment\\:a.svg) [z](java\\script:{RUN})",
    "html_uri": f"![x](data:text/html,<script>{RUN}</script>) <iframe src='data:text/html,{RUN}'>",
    "svg": f"<svg onload='{RUN}'><script>{RUN}</script><animate onbegin='{RUN}' attributeName=x>",
    "style": f"</style><script>{RUN}</script><style>@import 'https://example.org/x.css';",
    "title": f"</title></head><body onload='{RUN}'>",
    "comment": f"--><script>{RUN}</script><!--",
    "textarea": f"</textarea></pre></code><script>{RUN}</script>",
    "template": "{{ 7 * 191 }}{% for x in ().__class__.__bases__ %}{% endfor %}",
    "meta": "<meta http-equiv=refresh content='0;url=https://x.org'><base href=//x.org>",
    "mutation": f"<math><mtext><table><mglyph><style><img src=x onerror='{RUN}'>",
    "tex": r"$\href{javascript:alert(1)}{x}$ $$</code><script>window.pwned=1</script>$$",
    "tex_text": rf"$\text{{</mtext></math><img src=x onerror='{RUN}'>}}$",
    "tex_entity": rf"$&lt;img src=x onerror={RUN}&gt; \mathrm{{&#60;script&#62;}}$",
    "tex_style": r"$\style{position:fixed;background:url(//192.0.2.1/t)}{x} \class{badge good}{✓}$",
    "tex_image": r"$$\includegraphics{//192.0.2.1/u} \begin{matrix}</style><script>\end{matrix}$$",
    "tex_macros": r"$\newcommand{\a}{\b\b}\newcommand{\b}{\href{javascript:alert(1)}{x}}\a$",
    "load": "<img src='https://example.org/i.png'><link rel=stylesheet href='//example.org/s.css'>",
    "pictures": "![](http://192.0.2.1/a) ![](/formgrader/api/a) ![r]\n\n[r]: //192.0.2.1/r",
    "pictures_in_code": "$$\n```\n![](http://192.0.2.1/b)\n```\n$$\n\n`` ![](//192.0.2.1/c)",
    "styles": "<style>@import '//192.0.2.1/d'; p { background: url(//192.0.2.1/e) }</style>"
    "<p style='background: url(//192.0.2.1/f)'>x</p><table background='//192.0.2.1/g'>",
    "frames": "<iframe src=/formgrader/api/b></iframe><object data=//192.0.2.1/h></object>"
    "<embed src=//192.0.2.1/i><video poster=//192.0.2.1/j><source src=//192.0.2.1/k></video>",
    "xlink": "<svg><image xlink:href='//192.0.2.1/l'/><use href='//192.0.2.1/m#x'/></svg>",
    "heads": "<base href=//192.0.2.1/><meta http-equiv=refresh content='0;url=//192.0.2.1/n'>"
    "<link rel=prefetch href=//192.0.2.1/o><link rel=preload as=image href=//192.0.2.1/p>",
    "srcset": "<img srcset='//192.0.2.1/q 2x'><input type=image src=//192.0.2.1/s>",
    "ansi": "\x1b[31m\x1b]8;;javascript:alert(1)\x07x\x1b]8;;\x07\x00\x08",
    "bidi": "\u202e\u2066<script>window.pwned=1</script>\u2069",
    "surrogate": "\udc80\ud800<script>window.pwned=1</script>",
}


def hostile_result(payload: str) -> NotebookResult:
    """``payload`` in every field, as every kind of output, and as every kind of cell."""
    source = payload.encode("utf-8", "replace").decode()  # as `read_notebook` gives it
    svg = base64.b64encode(
        f"<svg xmlns='http://www.w3.org/2000/svg'>{payload}</svg>".encode("utf-8", "replace")
    )
    bundle = {
        "text/html": payload,
        "text/plain": [payload, "\n"],
        "text/markdown": payload,
        "text/latex": payload,
        "image/svg+xml": payload,
        "image/png": base64.b64encode(payload.encode("utf-8", "replace")).decode(),
        "image/jpeg": payload,
        "application/javascript": payload,
        "application/vnd.jupyter.widget-view+json": {"model_id": payload},
        payload: payload,
    }
    outputs: tuple[dict[str, Any], ...] = (
        {"output_type": "stream", "name": payload, "text": payload},
        {"output_type": "stream", "name": "stderr", "text": [payload]},
        {"output_type": "error", "ename": payload, "evalue": payload, "traceback": [payload]},
        {"output_type": "error", "ename": 7, "evalue": None, "traceback": {"x": payload}},
        {"output_type": "display_data", "data": bundle, "metadata": {payload: payload}},
        {"output_type": "display_data", "data": {"text/html": payload}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": png(), "text/plain": payload}},
        {"output_type": "execute_result", "data": bundle, "execution_count": payload},
        {"output_type": "display_data", "data": [payload]},
        {"output_type": payload},
        {},
    )
    attachments = {
        payload: {"image/png": payload, payload: payload},
        "a.svg": {"image/svg+xml": svg.decode()},
        "b.png": {"image/png": svg.decode()},
    }
    pictures = f"{source}\n\n![{source}](attachment:a.svg) ![x](attachment:b.png '{source}')"
    metadata = {
        "tags": [payload],
        "title": payload,
        "raw_mimetype": "text/html",
        "nbgrader": {"grade_id": payload, "solution": True, "grade": False, "locked": False},
    }
    graded = {"grade_id": "q", "grade": True, "points": 1.0, "solution": False, "locked": True}
    runs = (
        CellRun(Cell("code", source, metadata, id=payload), outputs, note=payload),
        CellRun(Cell("code", source, {"tags": [payload]}), outputs),
        CellRun(Cell("markdown", pictures, metadata, attachments=attachments), outputs),
        CellRun(Cell("markdown", f"# {source}\n- `{source}`\n\n```{source}\n{source}\n```")),
        CellRun(Cell("raw", source, {"raw_mimetype": "text/html"}, attachments=attachments)),
        CellRun(Cell("code", "assert answer == 1", {"nbgrader": graded}), outputs),
    )
    questions = tuple(
        Question(payload if number else "q", 0.0, 1.0, outcome, message=payload, detail=payload)
        for number, outcome in enumerate(Outcome)
    )
    return NotebookResult(
        assignment=payload,
        student=payload,
        notebook="notebook",
        questions=questions,
        cells=runs,
        metadata={
            "title": payload,
            "kernelspec": {"name": payload, "display_name": payload, "language": payload},
            "language_info": {"name": payload, "mimetype": payload},
            "widgets": {"application/vnd.jupyter.widget-state+json": {"state": payload}},
        },
    )


@pytest.fixture(params=PAYLOADS, scope="session")
def hostile(request: pytest.FixtureRequest) -> NotebookResult:
    return hostile_result(PAYLOADS[request.param])
