from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UnreadableSubmission
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.read import read_notebook

CODE = {"cell_type": "code", "source": "x = 1", "metadata": {}, "outputs": []}


def notebook(*cells: Any, **changes: Any) -> bytes:
    root = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **changes}
    return json.dumps(root).encode()


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(UnreadableSubmission) as raised:
        read_notebook(data, **limits)
    return str(raised.value)


def test_cells_keep_their_order_type_source_and_metadata() -> None:
    text = {"cell_type": "markdown", "source": ["a\n", "b"], "metadata": {"tags": ["t"]}, "id": "m"}
    assert read_notebook(notebook(CODE, text)).cells == (
        Cell("code", "x = 1"),
        Cell("markdown", "a\nb", {"tags": ["t"]}, id="m"),
    )


def test_attachments_of_an_answer_are_kept() -> None:
    image = {"plot.png": {"image/png": "aGk="}}
    cell = {"cell_type": "markdown", "source": "", "metadata": {}, "attachments": image}
    assert read_notebook(notebook(cell)).cells[0].attachments == image


def test_byte_order_mark_is_accepted() -> None:
    assert read_notebook(b"\xef\xbb\xbf" + notebook(CODE)).cells == (Cell("code", "x = 1"),)


def test_of_duplicate_keys_the_last_counts() -> None:
    data = b'{"nbformat": 3, "nbformat": 4, "metadata": {}, "cells": [], "cells": []}'
    assert read_notebook(data) == Notebook(())


@pytest.mark.parametrize("missing", ["metadata", "source"])
def test_cell_without_metadata_or_source_is_read(missing: str) -> None:
    cell = {key: value for key, value in CODE.items() if key != missing}
    assert len(read_notebook(notebook(cell)).cells) == 1


def test_unknown_cell_type_becomes_raw() -> None:
    assert read_notebook(notebook({**CODE, "cell_type": "sql"})).cells[0].cell_type == "raw"


def test_numbers_that_are_not_finite_become_none() -> None:
    data = b'{"nbformat": 4, "metadata": {"a": NaN, "b": 1e999, "c": -Infinity}, "cells": []}'
    assert read_notebook(data).metadata == {"a": None, "b": None, "c": None}


def test_half_surrogate_pairs_become_replacement_characters() -> None:
    data = notebook({**CODE, "source": "\ud83d \ud83d\ude00", "metadata": {"\udc00": "\ud800"}})
    (cell,) = read_notebook(data).cells
    assert cell.source == "\ufffd \N{GRINNING FACE}"
    assert cell.metadata == {"\ufffd": "\ufffd"}


def test_format_3_is_converted() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Part A", "metadata": {}},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "outputs": [], "language": "python"},
    ]
    root = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    read = read_notebook(json.dumps(root).encode()).cells
    assert [(cell.cell_type, cell.source) for cell in read] == [
        ("markdown", "## Part A"),
        ("code", "x = 1\ny = 2"),
    ]


@pytest.mark.parametrize("level", [10**12, 0, -1, 2.5, "2", None, [2]])
def test_no_heading_of_format_3_takes_memory_by_its_level(level: object) -> None:
    cells = [{"cell_type": "heading", "level": level, "source": "Part A", "metadata": {}}]
    root = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    (cell,) = read_notebook(json.dumps(root).encode()).cells
    assert cell.source == "# Part A"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "is empty"),
        (b"print('x')\n", r"starts with \"print\('x'\).*expected JSON"),
        (b"PK\x03\x04\x14\x00\xff\xff", "is not UTF-8 text"),
        (notebook(CODE)[:-20], "not valid JSON: line 1"),
        (b'{\n "cells": [\n<<<<<<< HEAD\n', "line 3, column 1.*conflict marks"),
        (b"[]", "The file is a list, expected an object"),
        (b"7", "The file is 7, expected an object"),
        (b"{}", "notebook format is missing"),
        (notebook(nbformat=5), "notebook format is 5"),
        (notebook(nbformat=2), "notebook format is 2"),
        (notebook(nbformat="4"), 'notebook format is "4"'),
        (notebook(nbformat=True), "notebook format is true"),
        (notebook(cells=None), "'cells' is missing, expected a list"),
        (notebook(cells={}), "'cells' is an object, expected a list"),
        (notebook(metadata=[1]), "metadata is a list, expected an object"),
        (notebook(CODE, 3), "Cell 2 is 3, expected an object"),
        (notebook({**CODE, "cell_type": None}), "type of cell 1 is missing"),
        (notebook({**CODE, "source": 4}), "source of cell 1 is 4, expected text"),
        (notebook({**CODE, "source": ["a", 1]}), "source of cell 1 is a list"),
        (notebook({**CODE, "metadata": "m"}), 'metadata of cell 1 is "m"'),
        (b'{"nbformat": 4, "cells": [], "x": ' + b"9" * 5000 + b"}", "integer of thousands"),
        (b'{"nbformat": ' + b"9" * 4300 + b"}", "notebook format is 999"),
        (b"[" * 500_000, "nested more than 100 levels"),
        (b'{"a":' * 500 + b"0" + b"}" * 500, "nested more than 100 levels"),
        (b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": 4}]}]}', "old notebook format"),
        (b'{"nbformat": 3, "worksheets": 3}', "'worksheets' is 3"),
    ],
)
def test_refusal_says_what_came(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSubmission, match=f"(?s){reason}"):
        read_notebook(data)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"max_bytes": 100}, "MiB"),
        ({"max_values": 5}, "more than 5 values"),
        ({"max_cells": 2}, "3 cells, more than the 2"),
    ],
)
def test_refusal_of_what_is_too_large_tells_what_to_do(limits: dict[str, int], reason: str) -> None:
    message = refusal(notebook(CODE, CODE, CODE), **limits)
    assert reason in message
    assert "submit it again" in message


BOMBS = {
    "long float": b"1." + b"1" * 20_000_000,
    "long exponent": b"1e" + b"9" * 20_000_000,
    "long integer": b"1" * 20_000_000,
    "many integers of 4300 digits": b"[" + b",".join([b"7" * 4300] * 5000) + b"]",
    "many empty lists": b"[" + b",".join([b"[]"] * 1_400_000) + b"]",
    "many keys": b"{" + b",".join(b'"%d":0' % i for i in range(500_000)) + b"}",
}


@pytest.mark.timeout(100)  # takes a second or two; without the limits, minutes to hours
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_read_or_refused_before_the_timeout(bomb: str) -> None:
    data = b'{"nbformat": 4, "metadata": {"x": %s}, "cells": []}' % BOMBS[bomb]
    with suppress(UnreadableSubmission):
        read_notebook(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["nbformat", "metadata", "cells", "worksheets", "cell_type", "source", "input", "outputs",
     "id", "attachments", "nbgrader", "grade_id", "tags", "level", "prompt_number"]
)  # fmt: skip
WORDS = st.sampled_from(["code", "markdown", "raw", "heading", "html", 3, 4, "x = 1", ["a\n", "b"]])
NOTEBOOK_LIKE = st.recursive(
    WORDS | JSON,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=7),
    max_leaves=30,
)


def read_or_refuse(data: bytes) -> None:
    """Nothing but UnreadableSubmission may be raised, and what is read can be stored as UTF-8."""
    with suppress(UnreadableSubmission):
        for cell in read_notebook(data).cells:
            content = [cell.source, cell.metadata, cell.attachments, cell.id]
            json.dumps(content, allow_nan=False, ensure_ascii=False).encode()


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@given(JSON, st.sampled_from([3, 4]), st.lists(NOTEBOOK_LIKE, max_size=4))
def test_anything_like_a_notebook_is_read_or_refused(
    metadata: Any, version: int, cells: list[Any]
) -> None:
    root = {"nbformat": version, "metadata": metadata, "cells": cells}
    read_or_refuse(json.dumps({**root, "worksheets": [{"cells": cells}]}).encode())


@given(st.data())
def test_damaged_notebooks_are_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(notebook(CODE, {**CODE, "source": ["a\n", "b"], "id": "b"}))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, min(len(whole), start + 20)))
        whole[start:end] = data.draw(st.binary(max_size=10))
    read_or_refuse(bytes(whole))


@given(st.lists(st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text()), max_size=5))
def test_what_nbformat_writes_is_read_back(cells: list[tuple[str, str]]) -> None:
    make: dict[str, Callable[[str], nbformat.NotebookNode]] = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    nodes = [make[cell_type](source) for cell_type, source in cells]
    text = nbformat.writes(nbformat.v4.new_notebook(cells=nodes))
    read = read_notebook(text.encode("utf-8", "surrogatepass")).cells
    assert [(cell.cell_type, cell.source, cell.id) for cell in read] == [
        (node.cell_type, node.source, node.id) for node in nodes
    ]
