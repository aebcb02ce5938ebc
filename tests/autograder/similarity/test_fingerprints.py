"""What a fingerprint does not see, and that any text has fingerprints."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebook.cells import Cell
from autograder.similarity.fingerprints import (
    LENGTH,
    MOST_CHARACTERS,
    code_tokens,
    passages_of,
)

ORIGINAL = '''\
def fit(X, y, rate=0.1):
    """Fit by descent."""
    weights = np.zeros(X.shape[1])
    for step in range(100):
        residual = X @ weights - y
        weights = weights - rate * X.T @ residual / len(y)
    if not np.isfinite(weights).all():
        raise ValueError("diverged")
    return weights
'''
DISGUISED = {
    "renamed variables": ORIGINAL.replace("weights", "w").replace("residual", "diff"),
    "a renamed function": ORIGINAL.replace("fit", "my_own_fit"),
    "comments": ORIGINAL.replace("    for", "    # let us go\n    for").replace("- y", "- y  # r"),
    "no docstring": ORIGINAL.replace('    """Fit by descent."""\n', ""),
    "another docstring": ORIGINAL.replace("Fit by descent.", "What\n    I did."),
    "other layout": ORIGINAL.replace("    ", "  ").replace(" * ", "*").replace("\n", "\n\n"),
    "semicolons": ORIGINAL.replace("- y\n        weights", "- y; weights"),
    "another message": ORIGINAL.replace("diverged", "it does not converge"),
    "another alias of NumPy": ORIGINAL.replace("np.", "numpy."),
}


def fingerprints(*sources: str) -> set[int]:
    cells = [Cell("code", source) for source in sources]
    return {each for passage in passages_of("n", cells) for each in passage.fingerprints}


@pytest.mark.parametrize("disguise", DISGUISED)
def test_a_disguise_changes_nothing(disguise: str) -> None:
    assert DISGUISED[disguise] != ORIGINAL
    assert fingerprints(DISGUISED[disguise]) == fingerprints(ORIGINAL)


def test_what_a_class_calls_its_attributes_changes_nothing() -> None:
    source = (
        "class P:\n    def __init__(self, x):\n        self.x = x\n"
        "    def up(self, n):\n        self.x += n * 2\n        return self.up(self.x)\n"
    )
    assert fingerprints(source.replace("x", "pos").replace("up", "rise")) == fingerprints(source)


def test_the_order_of_cells_changes_nothing() -> None:
    other = "total = sum(each ** 2 for each in values if each > 0) / len(values)"
    assert fingerprints(ORIGINAL, other) == fingerprints(other, ORIGINAL)


@pytest.mark.parametrize(
    ("old", "new"),
    [("X.T @", "2 * X.T @"), ("np.zeros", "np.ones"), ("range(100)", "range(7)"), ("for", "while")],
)
def test_what_is_computed_changes_fingerprints(old: str, new: str) -> None:
    assert fingerprints(ORIGINAL.replace(old, new)) != fingerprints(ORIGINAL)


def test_words_of_markdown_are_compared_without_regard_to_case_and_marks() -> None:
    text = "The median is not moved by outliers, since it only counts how many are above and below."
    ours, theirs = (
        passages_of("n", [Cell("markdown", each)])[0].fingerprints
        for each in (text, "**" + text.upper().replace(",", " –") + "**")
    )
    assert ours == theirs


def test_code_and_words_are_never_alike() -> None:
    text = "and or not if else for while in is del try with as"
    code, words = (passages_of("n", [Cell(kind, text)])[0] for kind in ("code", "markdown"))
    assert not set(code.fingerprints) & set(words.fingerprints)


def test_the_lines_of_shared_pieces_are_known() -> None:
    (passage,) = passages_of("n", [Cell("code", "# note\n" + ORIGINAL)])
    other = "\n".join(ORIGINAL.splitlines()[4:6])
    assert passage.lines_with(frozenset(fingerprints(other))) == {5, 6}


def test_a_cell_shorter_than_a_piece_has_none() -> None:
    assert passages_of("n", [Cell("code", "x = 1"), Cell("raw", ORIGINAL)]) == []


@given(st.text(alphabet=st.sampled_from("ab1_.\"'\\\n#fr(= \0é"), max_size=60))
def test_any_text_has_tokens_on_its_lines(text: str) -> None:
    lines = [line for _, line in code_tokens(text)]
    assert lines == sorted(lines)
    assert all(0 <= line <= text.count("\n") for line in lines)


@pytest.mark.parametrize(
    "piece",
    ['"', "'", '"""', "'''", "\\", '"\\', '"""\\', "f'", "a", "1", "#", "def ", ".a =", "é", "  ="],
)
def test_no_text_takes_long(piece: str) -> None:
    text = piece * (MOST_CHARACTERS // len(piece))
    start = time.process_time()
    passages_of("n", [Cell("code", text)])
    assert time.process_time() - start < 3


def test_what_is_beyond_the_limit_is_left_out() -> None:
    padding = Cell("code", "x = 1\n" * (MOST_CHARACTERS // 6))
    assert fingerprints(ORIGINAL)
    assert len(passages_of("n", [padding, Cell("code", ORIGINAL)])) == 1
    assert LENGTH > 1
