"""Ways in which instructors write tests, by theme, and the table of them that the manual shows.

Those of ``AT_EXAMINER`` work there. Those of ``IN_CANDIDATE`` need the student's process, and
``autograder release`` finds them.
"""

from __future__ import annotations

import re

from tests.autograder.examiner.idioms import (
    arrays,
    classes,
    errors,
    figures,
    frames,
    functions,
    generators,
    names,
    output,
    process,
    randomness,
    tools,
    values,
)

THEMES = {
    "Values": values,
    "Arrays": arrays,
    "Functions": functions,
    "Iteration": generators,
    "Classes and objects": classes,
    "Exceptions and warnings": errors,
    "Names and cells": names,
    "Output, input and time": output,
    "The process": process,
    "Random numbers": randomness,
    "Figures": figures,
    "Data frames and models": frames,
    "Test tools": tools,
}
AT_EXAMINER = [idiom for theme in THEMES.values() for idiom in theme.AT_EXAMINER]
IN_CANDIDATE = [idiom for theme in THEMES.values() for idiom in theme.IN_CANDIDATE]


def manual_table() -> str:
    """The idioms as a Markdown table: what works as it is, and what needs a tag."""
    rows = ["| | works | needs `run-in-candidate` |", "|---|---|---|"]
    for title, theme in THEMES.items():
        works, needs_tag = (
            "; ".join(_escaped(idiom.name) for idiom in group)
            for group in (theme.AT_EXAMINER, theme.IN_CANDIDATE)
        )
        rows.append(f"| {title} | {works} | {needs_tag} |")
    return "\n".join(rows) + "\n"


def _escaped(text: str) -> str:
    """Text as Markdown, in which stars and underscores would be emphasis."""
    return re.sub(r"([*_])", r"\\\1", text)
