"""Keeps what a student wrote from deciding anything at the examiner but what it is compared with.

While a test runs, a `Guard` is asked by Python itself (:pep:`578`) before anything is compiled,
unpickled or imported, and refuses that of texts that came from the student's process. What Python
does not ask about, attributes by name and format strings that reach attributes, tests find in a
checked form: by `Guard.builtins`, by what `Guard.watching` puts in place of a few functions, and by
`CheckedCalls`, which rewrites their cells.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import logging
import operator
import os
import pickle
import string
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from types import FrameType, ModuleType
from typing import Any, TypeVar

import numpy as np

from autograder.examiner.pickles import OwnPickles
from autograder.examiner.provenance import Provenance
from autograder.examiner.proxy import Proxy
from autograder.examiner.rewriting import (
    CHECK,
    CheckedFormat,
    class_of,
    is_subclass,
    reaching_fields,
)
from autograder.examiner.running import module_of, pandas_text, text_of
from autograder.examiner.student_exceptions import caught

F = TypeVar("F", bound=Callable[..., Any])

#: Characters of a student's text that are shown to the instructor.
_SHOWN = 200
#: Modules that make code of a template of their own and let nothing but names into it.
_TEMPLATES = frozenset(
    [
        "attr._make",
        "collections",
        "dataclasses",
        "decorator",
        "scipy._lib.decorator",
        "scipy.stats._distn_infrastructure",
        "unittest.mock",
    ]
)
#: Modules that parse a text and look at the tree, which is not run.
_PARSERS = frozenset(["inspect", "traceback"])
#: Modules that make time zones, whose files are opened, of names that they have looked at.
_DECODERS = frozenset(["autograder.wire.constructors", "autograder.wire.library"])
_LOGGED: Callable[..., str] = vars(logging.StrFormatStyle)["_format"]
_IMPORTER = "<frozen importlib"
#: What of a function decides what it does.
_CODE = ("__code__", "__defaults__", "__kwdefaults__")


class StudentsTextError(BaseException):
    """A test was about to run a text of the student's, or to let it choose what runs.

    Not an Exception, so that a test's own ``except Exception`` does not swallow it.
    """


class Guard:
    """Refuses, while a test runs, to make code of what came from the student's process.

    Attributes
    ----------
    refused
        What the present test was kept from; empty if nothing.
    """

    def __init__(self, provenance: Provenance, namespace: dict[str, Any]) -> None:
        self.refused = ""
        self._provenance = provenance
        self._namespace = namespace
        self._asking = threading.local()  # a test may have threads of its own
        self._pickles = OwnPickles()
        self._functions = self._checked_functions()
        self._events: dict[str, Callable[..., None]] = {
            "compile": self._compiles,
            "marshal.load": self._unmarshals,
            "marshal.loads": self._unmarshals,
            "pickle.find_class": self._unpickles,
            "code.__new__": self._makes_code,
            "object.__setattr__": self._sets_attribute,
            "import": self._imports,
            **dict.fromkeys(("open", "os.listdir", "os.scandir", "os.chdir"), self._opens),
        }

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Guard the process until the block ends, in which a test runs."""
        self.refused = ""
        originals = [(owner, name, getattr(owner, name)) for owner, name, _ in self._functions]
        for owner, name, checked in self._functions:
            setattr(owner, name, checked)
        _Hook.guard = self
        try:
            yield
        finally:
            _Hook.guard = None
            for owner, name, original in originals:
                setattr(owner, name, original)

    def builtins(self) -> dict[str, Callable[..., Any]]:
        """What test cells find in place of built-in functions."""
        checked: dict[str, Callable[..., Any]] = {
            name: self._by_name(getattr(builtins, name)) for name in _BY_NAME
        }
        checked["__import__"] = self._importing(builtins.__import__)
        return {**checked, "issubclass": is_subclass, CHECK: self.check}

    def learn(self, source: str) -> None:
        """Take a text for the instructor's: a cell, or what IPython makes of one."""
        self._provenance.write(source)

    def check(self, kind: str, value: Any) -> Any:
        """What a rewritten cell does with ``value``, which is given back if nothing is wrong.

        Raises
        ------
        StudentsTextError
            It came from the student's process, and would reach what is the examiner's.
        """
        if kind == "format" and value is str:
            return CheckedFormat(self._check_format)
        if kind == "type":
            return class_of if value is type else value
        if kind == "exception":
            return caught(value)
        if kind == "class":
            return class_of(value) if isinstance(value, Proxy) else value.__class__
        if not isinstance(value, str):
            return value
        if kind == "format":
            self._check_format(value)
        # A global that the examiner does not have is read from the student's process.
        elif kind == "module" or dict.__contains__(self._namespace, value):
            self._check_name(value)
        return value

    def ask(self, event: str, args: tuple[Any, ...]) -> None:
        """Judge an audit event of Python's."""
        judge = self._events.get(event)
        if judge is None or not self._provenance.remembered:
            return
        if getattr(self._asking, "now", False):  # to parse a text, say
            return
        # The caller of the hook that called this, and has called what raised the event.
        frame = sys._getframe(2)
        with self._judging():
            judge(frame, *args)

    @contextlib.contextmanager
    def _judging(self) -> Iterator[None]:
        """Judge nothing that is done in order to judge."""
        before = getattr(self._asking, "now", False)
        self._asking.now = True
        try:
            yield
        finally:
            self._asking.now = before

    def _refuse(self, what: str, text: str) -> None:
        reason = f"the test would {what}, which came from the student's process: {text[:_SHOWN]!r}"
        self.refused = self.refused or reason
        raise StudentsTextError(f"{reason}. Tag the cell run-in-candidate, or test it differently")

    def _compiles(self, frame: FrameType, source: object, _: object) -> None:
        if self._is_importing(frame):
            return
        if frame.f_code is ast.parse.__code__:
            frame = frame.f_back or frame
            if frame.f_code is ast.literal_eval.__code__ or frame.f_globals is self._namespace:
                return  # nothing is run; if a tree is compiled later on, it is judged then
            if module_of(frame) in _PARSERS:
                return
        text = text_of(source)
        if text is None or self._provenance.is_neutral(text):
            return
        if not self._may_run(frame, text):
            self._refuse("run a text as code", text)

    def _is_importing(self, frame: FrameType | None) -> bool:
        """Whether a module is being imported: what is compiled then is the module's own."""
        while frame is not None and frame.f_globals is not self._namespace:
            if frame.f_code.co_filename.startswith(_IMPORTER):
                return True
            frame = frame.f_back
        return False

    def _is_decoding(self, frame: FrameType | None) -> bool:
        """Whether a value that came is being made: of a time zone, the wire knows the name."""
        while frame is not None and frame.f_globals is not self._namespace:
            if module_of(frame) in _DECODERS:
                return True
            frame = frame.f_back
        return False

    def _may_run(self, frame: FrameType, text: str) -> bool:
        module, provenance = module_of(frame), self._provenance
        if module.startswith("pandas."):
            text = pandas_text(frame) or text
        if module == "codeop" and frame.f_back is not None:  # by which IPython compiles
            frame = frame.f_back
            module = module_of(frame)
        if frame.f_globals is self._namespace:
            return provenance.runs_in_cell(text)
        if module.startswith("IPython."):
            if provenance.runs_in_shell(text):
                return True
        elif module in _TEMPLATES:
            return provenance.runs_in_library(text, None)
        return provenance.runs_in_library(text, Path(frame.f_code.co_filename))

    def _unmarshals(self, frame: FrameType, *_: object) -> None:
        if not frame.f_code.co_filename.startswith((_IMPORTER, "<frozen zipimport")):
            self._refuse("unmarshal bytes", "code")

    def _unpickles(self, _: FrameType, module: object, name: object) -> None:
        if not self._pickles.is_loading:
            self._refuse("unpickle bytes", f"{module}.{name}")

    def _makes_code(self, frame: FrameType, _: object, filename: str, *__: object) -> None:
        if frame.f_globals is self._namespace:
            self._refuse("make code of bytes", filename)

    def _sets_attribute(self, _: FrameType, owner: object, name: str, *__: object) -> None:
        if name in _CODE and str(getattr(owner, "__module__", "")).startswith("autograder."):
            self._refuse("change the grader by a text", str(owner))

    def _imports(self, frame: FrameType, module: str, *_: object) -> None:
        # What a module imports in its own words is its own affair.
        if self._is_importing(frame):
            return
        file = None if frame.f_globals is self._namespace else Path(frame.f_code.co_filename)
        if file is None or not self._provenance.is_word_of(file, module):
            self._check_name(module)

    def _opens(self, frame: FrameType, path: object, *_: object) -> None:
        # Files in the assignment's folder are there for both sides.
        if not isinstance(path, str | bytes | os.PathLike):
            return
        pure = PurePath(os.fsdecode(path))
        elsewhere = pure.is_absolute() or ".." in pure.parts
        if not elsewhere or self._is_importing(frame) or self._is_decoding(frame):
            return
        if self._provenance.chose_file(str(pure)):
            self._refuse("open a file", str(pure))

    def _check_name(self, name: str) -> None:
        with self._judging():
            if self._provenance.remembered and self._provenance.sent(name):
                self._refuse("use a name", name)

    def _check_attribute(self, owner: object, name: str) -> None:
        # All attributes of a student's object are the student's.
        if isinstance(owner, Proxy):
            return
        if (
            callable(owner)
            or isinstance(owner, ModuleType)
            or not self._provenance.is_plain_name(name)
        ):
            self._check_name(name)

    def _check_format(self, template: str) -> None:
        if not self._provenance.remembered or "{" not in template:
            return
        for field in reaching_fields(template):
            if not self._provenance.reaches(field):
                self._refuse("read attributes by a format string", template)

    def _checked_functions(self) -> list[tuple[Any, str, Any]]:
        """What is replaced while a test runs: owner, name and what is there instead."""
        return [
            (operator, "attrgetter", self._naming(operator.attrgetter)),
            (operator, "methodcaller", self._naming(operator.methodcaller)),
            (importlib, "import_module", self._importing(importlib.import_module)),
            (string.Formatter, "get_field", self._getting_field(string.Formatter.get_field)),
            (logging.StrFormatStyle, "_format", self._logging(_LOGGED)),
            (np, "bmat", self._blocks(np.bmat)),
            *((pickle, name, made) for name, made in self._pickles.functions().items()),
        ]

    def _by_name(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def by_name(*args: Any, **kwargs: Any) -> Any:
            if len(args) > 1 and isinstance(args[1], str):
                self._check_attribute(args[0], args[1])
            return function(*args, **kwargs)

        return _named_like(by_name, function)

    def _naming(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def naming(*names: Any, **kwargs: Any) -> Any:
            for name in names:
                for part in name.split(".") if isinstance(name, str) else ():
                    self._check_name(part)
            return function(*names, **kwargs)

        return _named_like(naming, function)

    def _importing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def importing(name: str, *args: Any, **kwargs: Any) -> Any:
            with self._judging():
                self._imports(sys._getframe(1), name)
            return function(name, *args, **kwargs)

        return _named_like(importing, function)

    def _getting_field(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def get_field(formatter: object, field: str, *args: Any) -> Any:
            self._check_format(f"{{{field}}}")
            return function(formatter, field, *args)

        return get_field

    def _blocks(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def bmat(blocks: Any, ldict: Any = None, gdict: Any = None) -> Any:
            if isinstance(blocks, str):  # of names of the caller's
                with self._judging():
                    if self._provenance.remembered and not self._provenance.runs_in_cell(blocks):
                        self._refuse("look up names", blocks)
                if gdict is None:  # as NumPy does, which would find this function instead
                    caller = sys._getframe(1)
                    ldict, gdict = caller.f_locals, caller.f_globals
            return function(blocks, ldict, gdict)

        return _named_like(bmat, function)

    def _logging(self, function: Callable[..., str]) -> Callable[..., str]:
        def _format(style: Any, record: logging.LogRecord) -> str:
            self._check_format(style._fmt)
            return function(style, record)

        return _format


class _Hook:
    """The process's audit hook, which stays for good, and the guard that it asks."""

    guard: Guard | None = None
    installed = False


def install() -> None:
    """Have Python ask the guard of the process, whenever there is one."""
    if _Hook.installed:
        return
    _Hook.installed = True

    def audit(event: str, args: tuple[Any, ...]) -> None:
        if (guard := _Hook.guard) is not None:
            guard.ask(event, args)

    sys.addaudithook(audit)


#: Built-in functions that reach an attribute by its name.
_BY_NAME = ("getattr", "setattr", "delattr")


def _named_like(made: F, function: Callable[..., Any]) -> F:
    made.__name__ = made.__qualname__ = function.__name__
    made.__doc__ = function.__doc__
    return made
