"""Whose a text is: the instructor's, or one that came from the student's process.

A test compares what crossed; it never runs it. So before anything is compiled at the examiner,
`Provenance` is asked whose it is. It knows the instructor's cells and every message that has come
from the candidate, and fails closed: a text passes only if it can be made of what the instructor
wrote, whatever the test has done to it since. An encoding of a student's text cannot.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path, PurePath

from autograder.examiner.crossed import KEYWORDS, MAX_COMPOSED, WORD, Crossed, is_made_of, squash
from autograder.examiner.rewriting import CheckedCalls

#: Bytes of messages that are remembered; of a submission that sends more, no text is trusted.
MAX_REMEMBERED = 32 << 20
#: Where a template of str.format or of % leaves room for a value.
_ROOM = re.compile(r"\{[^{}]*\}|%(?:\(\w*\))?[-#0-9 +.*]*[a-zA-Z]")
#: Types that a text may name and still be data, as annotations do.
_TYPES = frozenset(
    kind.__name__
    for kind in (int, float, complex, bool, str, bytes, list, tuple, dict, set, frozenset, object)
)
_DATA = (
    ast.Expression, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Load, ast.USub,
    ast.UAdd, ast.BitOr,
)  # fmt: skip
#: Functions of Python and of libraries that run the text they are called with.
_RUNNING = frozenset(["eval", "exec", "compile", "timeit", "repeat", "Timer", "ev", "ex"])


class Provenance:
    """What the instructor wrote, and what has come from the student's process so far."""

    def __init__(self) -> None:
        self._written = _Written()
        self._messages: list[bytes | bytearray] = []
        self._crossed = Crossed()
        self.remembered = 0

    def write(self, source: str) -> None:
        """Learn a text of the instructor's: a cell, or what IPython makes of it."""
        self._written.add(source)

    def receive(self, message: bytes | bytearray) -> None:
        """Remember a message from the candidate; it is looked into only if need be."""
        self.remembered += len(message)
        if self.remembered <= MAX_REMEMBERED:
            self._messages.append(message)

    def sent(self, name: str) -> bool:
        """Whether a name came from the candidate, alone or as in ``name.attribute``.

        What is a string in one of the instructor's cells is theirs, whoever sends it as well.
        """
        if name in self._written.strings:
            return False
        return self._sent(name) or any(
            text.startswith((f"{name}.", f"{name}:")) for text in self._crossed.texts
        )

    def is_word_of(self, file: Path, name: str) -> bool:
        """Whether each part of a module's name is a word in a library's file."""
        return _words_of_file(file).issuperset(WORD.findall(name))

    def chose_file(self, path: str) -> bool:
        """Whether the name of a file or folder came from the candidate, be it in pieces."""
        bare = squash(PurePath(path).name)
        if not bare or any(bare in source for source in self._written.sources):
            return False
        self._look()
        everything = self._crossed.everything()
        return self.remembered > MAX_REMEMBERED or bare in everything or bare[::-1] in everything

    def is_neutral(self, text: str) -> bool:
        """Whether a text, run as code, gives plain data or a built-in type and does nothing."""
        return not text.strip() or (len(text) <= MAX_COMPOSED and _is_data(text))

    def is_plain_name(self, name: str) -> bool:
        """Whether a name is one that the instructor's cells use, and none of Python's own."""
        return not name.startswith("_") and name in self._written.words

    def runs_in_cell(self, text: str) -> bool:
        """Whether a cell may run ``text``: whether only the instructor's texts are in it."""
        known, bare = self._written, squash(text)
        if bare in known.run:
            return True
        if self._tainted(bare):
            return False
        return bare in known.definitions or (
            len(bare) <= MAX_COMPOSED and is_made_of(bare, known.pieces - self._crossed.whole)
        )

    def runs_in_shell(self, text: str) -> bool:
        """Whether IPython may run ``text``, which it takes out of the cells that it runs."""
        bare = squash(text)
        written = self._written
        return not self._sent(text) and (
            any(bare in source for source in written.sources)
            or any(bare in source for source in written.statements())
        )

    def runs_in_library(self, text: str, template: Path | None) -> bool:
        """Whether a library may run ``text``, made by a template in its file ``template``.

        The words of that file are the library's own. Without it all words are: such a library
        sees to it that nothing but names gets into its templates.
        """
        known, bare = self._written, squash(text)
        if self._tainted(bare, known.sources):
            return False
        if template is None:
            return True
        words = set(WORD.findall(text))
        # Some take a text apart before they run it, but its words stay together.
        parts = words.union(*(word.split("_") for word in words))
        if any(told <= parts and not told <= known.words for told in self._crossed.vocabularies):
            return False
        own = known.words | _words_of_file(template)
        return all(word in own or _is_affixed(word, known.words) for word in words)

    def reaches(self, field: str) -> bool:
        """Whether the field of a format string, such as ``0.name``, is one of the instructor's."""
        return any(field in text for text in self._written.strings)

    def _sent(self, text: str) -> bool:
        self._look()
        return self.remembered > MAX_REMEMBERED or text in self._crossed.texts

    def _tainted(self, bare: str, ours: Iterable[str] = ()) -> bool:
        """Whether something that crossed is in ``bare``, or the other way round.

        What also is in one of the texts of ``ours`` proves nothing, and is left out.
        """
        self._look()
        crossed = self._crossed
        if self.remembered > MAX_REMEMBERED or bare in crossed.whole:
            return True
        # Also in what was sent in pieces, and forwards or backwards.
        everything = crossed.everything()
        if len(bare) > 1 and (bare in everything or bare[::-1] in everything):
            return True
        return any(
            each in bare or each[::-1] in bare
            for each in crossed.telling
            if not any(each in text for text in ours)
        )

    def _look(self) -> None:
        """Take the texts out of the messages that have come since the last look."""
        messages, self._messages = self._messages, []
        for message in messages:
            self._crossed.add(message)


class _Written:
    """The texts in an instructor's cells: strings, those that are run, helpers, and all words."""

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.strings: set[str] = set()
        self.run: set[str] = set()
        self.definitions: set[str] = set()
        self.words: set[str] = set()
        self.pieces: set[str] = set()
        self._trees: list[ast.Module] = []

    def add(self, source: str) -> None:
        self.sources.append(squash(source))
        self.words.update(WORD.findall(source))
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):  # magics; what IPython makes of it is learnt, too
            return
        self._trees.append(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                self.strings.update([node.value, *_beginnings(node.value)])
                parts = (node.value, *_ROOM.split(node.value))
                self.pieces.update(bare for part in parts if (bare := squash(part)))
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self.strings.update(_modules_in(node))
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                lines = source.splitlines()[_first_line(node) - 1 : node.end_lineno]
                self.definitions.add(squash("".join(lines)))
            elif isinstance(node, ast.Call) and _name_called(node.func) in _RUNNING:
                self.run.update(map(squash, _strings_in(node.args)))

    def statements(self) -> Iterator[str]:
        """The cells as IPython compiles them, rewritten and statement by statement."""
        for tree in self._trees:
            yield squash(ast.unparse(tree))
            yield squash(ast.unparse(CheckedCalls().visit(copy.deepcopy(tree))))


def _is_data(text: str) -> bool:
    """Whether a text is a literal, or a type made of built-in ones.

    Examples
    --------
    >>> _is_data("{'a': [1, -2.5]}"), _is_data("dict[str, int] | None"), _is_data("f()")
    (True, True, False)
    """
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(map(_is_data_node, ast.walk(tree)))


def _is_data_node(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return name in _TYPES
        case ast.Subscript(value=ast.Name()) | ast.BinOp(op=ast.BitOr()):
            return True
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant(value=value)):
            return isinstance(value, int | float | complex)
    return isinstance(node, _DATA)


@cache
def _words_of_file(path: Path) -> frozenset[str]:
    try:
        words = frozenset(WORD.findall(path.read_text("utf-8", "replace")))
    except OSError:
        words = frozenset()
    return words | KEYWORDS | _SHELL_WORDS


#: What IPython writes in place of magics.
_SHELL_WORDS = frozenset(
    ["get_ipython", "run_line_magic", "run_cell_magic", "system", "getoutput", "display"]
)


def _is_affixed(word: str, words: Collection[str]) -> bool:
    """Whether a word is one of ``words`` in a library's spelling, such as ``_dflt_x`` of ``x``."""
    if word.startswith("__dataclass_type_"):
        return word.removeprefix("__dataclass_type_").removesuffix("__") in words
    if not word.startswith("_") or word.endswith("_"):
        return False
    return any(word[k.end() :] in words for k in re.finditer("_", word))


def _modules_in(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The modules that a statement may import, packages included."""
    names = [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{name}" for name in names]
    for name in names:
        yield from (name, *_beginnings(name))


def _beginnings(dotted: str) -> Iterator[str]:
    """The packages of a dotted name such as ``builtins.input``; none of other texts."""
    if all(part.isidentifier() for part in dotted.split(".")):
        yield from accumulate(dotted.split(".")[:-1], "{}.{}".format)


def _first_line(node: ast.FunctionDef | ast.ClassDef) -> int:
    return min(each.lineno for each in (node, *node.decorator_list))


def _name_called(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _strings_in(nodes: Iterable[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
