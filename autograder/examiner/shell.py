"""The examiner's IPython shell, which compiles each of the instructor's cells once."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder.examiner import guard
from autograder.examiner.rewriting import CheckedCalls
from autograder.ipython.shell import Capture, Shell


@dataclass(frozen=True)
class Compiled:
    """The code of a cell."""

    body: CodeType
    value: CodeType | None  # the last expression, where the cell ends in one


class InstructorShell(Shell):
    """Runs cells quietly: what they raise is returned, not shown.

    IPython parses a cell four times whenever it runs it, which takes longer than the usual test
    does. Here a cell that `prepare` has seen is run as it was compiled then, before the fork.
    """

    def __init__(self, capture: Capture, namespace: dict[str, Any], watch: guard.Guard) -> None:
        super().__init__(capture, namespace)
        self._guard = watch
        self.ast_transformers.append(CheckedCalls())
        self._compiled: dict[str, Compiled | None] = {}

    def prepare(self, source: str) -> Compiled | None:
        """Compile a cell; None for those that need IPython to run them."""
        if source not in self._compiled:
            self._compiled[source] = self._compile(source)
        return self._compiled[source]

    def compiled(self, source: str) -> Compiled | None:
        """The code of a cell that has been compiled, if any."""
        return self._compiled.get(source)

    def outcome(self, source: str) -> tuple[object, BaseException | None]:
        """Run a cell: the value of its last expression, and what it raised."""
        try:
            compiled = self.prepare(source)
            if compiled is None:
                with self._guard.watching():
                    result = self.run(source)
                return result.result, result.error_before_exec or result.error_in_exec
        except BaseException as error:  # the candidate has ended: IPython looks its names up
            return None, error
        self.capture.clear()
        value: object = None
        try:
            with self._guard.watching(), self.builtin_trap:
                exec(compiled.body, self.user_ns)  # noqa: S102 - the instructor's own code
                if compiled.value is not None:
                    value = eval(compiled.value, self.user_ns)  # noqa: S307 - likewise
        except BaseException as error:
            return None, error
        finally:
            self.events.trigger("post_execute")  # closes figures
        return value, None

    def reset(self, new_session: bool = True, aggressive: bool = False) -> None:
        """Do nothing: IPython resets at exit, when the student's names cannot be read any more."""

    def _compile(self, source: str) -> Compiled | None:
        self._guard.learn(source)
        try:
            cell: str = self.transform_cell(source)  # type: ignore[no-untyped-call]
            self._guard.learn(cell)
            if cell.rstrip().endswith(";"):  # IPython has no value then
                return None
            name = self.compile.cache(cell, len(self._compiled) + 1, raw_code=source)
            return _codes(CheckedCalls().visit(ast.parse(cell, name)).body, name)
        except Exception:  # IPython says best what is wrong with it
            return None

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        """Show nothing: `outcome` returns the error."""


def _codes(body: list[ast.stmt], name: str) -> Compiled | None:
    """The code of a cell's statements; None if some of it has to be awaited."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    value: CodeType | None = None
    if body and isinstance(last := body[-1], ast.Expr):
        value = compile(ast.Expression(last.value), name, "eval", flags, dont_inherit=True)
        body = body[:-1]
    code = compile(ast.Module(body, []), name, "exec", flags, dont_inherit=True)
    waits = (each for each in (code, value) if each and each.co_flags & inspect.CO_COROUTINE)
    return None if any(waits) else Compiled(code, value)
