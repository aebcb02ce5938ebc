"""An IPython shell that collects what a cell prints and shows, as nbformat outputs.

`Shell` runs cells; `Capture` keeps their outputs, within a bound.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

_NOT_STARTED = "This command was not run while grading"
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class Shell(InteractiveShell):
    """Runs cells as a kernel does: magics, last-expression display, inline figures.

    No history and no files are kept.

    Parameters
    ----------
    capture
        Has the outputs of the last cell.
    namespace
        The global names of cells, in place of a new dict.
    draws
        Whether figures are drawn, and values shown in more forms than as text.
    """

    def __init__(
        self, capture: Capture, namespace: dict[str, Any] | None = None, *, draws: bool = True
    ) -> None:
        self.capture = capture
        self._draws = draws
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        super().__init__(  # type: ignore[no-untyped-call]
            config=config,
            displayhook_class=_Hook,
            display_pub_class=_Publisher,
            user_ns=namespace,
            colors="nocolor",
            xmode="Plain",
        )

    def init_sys_modules(self) -> None:
        """Leave ``sys.modules["__main__"]`` to `use`, so that several shells can be made."""

    def use(self) -> None:
        """Make this the process's shell: ``get_ipython()``, ``__main__``, stdout and stderr."""
        InteractiveShell._instance = self  # type: ignore[assignment]  # the parent's is None
        sys.modules["__main__"] = self.user_module
        sys.stdout = CapturedStream("stdout", self.capture)
        sys.stderr = CapturedStream("stderr", self.capture)
        if "matplotlib.pyplot" in sys.modules:
            # Imported only here: it imports Matplotlib, which courses without figures do without.
            from matplotlib_inline.backend_inline import configure_inline_support

            configure_inline_support(self, INLINE_BACKEND)  # type: ignore[no-untyped-call]
            # As in a kernel: a figure is shown without plt.show(), and closed after its cell.
            sys.modules["matplotlib"].interactive(True)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Be the process's shell for a while; then the process has its former one again."""
        former = InteractiveShell._instance, sys.modules["__main__"], sys.stdout, sys.stderr
        _leave_shell_of_figures()
        self.use()
        try:
            yield
        finally:
            _leave_shell_of_figures()
            InteractiveShell._instance, sys.modules["__main__"], sys.stdout, sys.stderr = former

    def run(self, source: str, *, rich: bool = True) -> ExecutionResult:
        """Run one cell; `capture` then holds its outputs. Without ``rich``, no figure is drawn."""
        self.capture.clear()
        formatter: Any = self.display_formatter
        formatter.active_types = formatter.format_types if rich and self._draws else ["text/plain"]
        result: ExecutionResult = self.run_cell(  # type: ignore[no-untyped-call]
            source, store_history=True
        )
        return result

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        try:
            message = str(evalue)
        except Exception:
            message = "(its message could not be shown)"
        self.capture.error(etype.__name__, message, [str(line) for line in stb])

    def system_piped(self, cmd: str) -> None:
        """Run a command of the system's, as ``!ls`` does; in a sandbox, say that it was not run."""
        try:
            super().system_piped(cmd)  # type: ignore[no-untyped-call]
        except OSError as error:
            sys.stderr.write(f"{_NOT_STARTED}: {error.strerror or error}\n")

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Give what a command prints, as in ``files = !ls``; in a sandbox, nothing."""
        try:
            return super().getoutput(cmd, split, depth + 1)  # type: ignore[no-untyped-call]
        except OSError as error:
            sys.stderr.write(f"{_NOT_STARTED}: {error.strerror or error}\n")
            return SList([]) if split else ""

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no event loop to integrate with."""


def _leave_shell_of_figures() -> None:
    """Let Matplotlib forget the process's shell, as long as it is that.

    It stays with the shell that it found first, and its ``ioff`` fails under another one.
    """
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.uninstall_repl_displayhook()


def number_in(value: object) -> float | None:
    """The value of a cell's last expression where it is a real number, bool excepted.

    Examples
    --------
    >>> number_in(1), number_in(True), number_in("1")
    (1.0, None, None)
    """
    # Only of these types: whatever else has a ``__float__`` could be a student's own class. For
    # NumPy a span of time is an integer, though it is none.
    if isinstance(value, (bool, np.timedelta64)):
        return None
    if not isinstance(value, (int, float, np.floating, np.integer)):
        return None
    try:
        return float(value)
    except OverflowError:
        return float("inf")


class _Hook(DisplayHook):
    """Sends the value of a cell's last expression to the capture."""

    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.capture.show(_as_text(format_dict), self.prompt_count)

    def finish_displayhook(self) -> None:
        pass


class _Publisher(DisplayPublisher):
    """Sends displayed objects, figures among them, to the capture."""

    shell: Any

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: Any = False,
        **kwargs: Any,
    ) -> None:
        self.shell.capture.show(_as_text(data))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.capture.clear()


def _as_text(data: Any) -> dict[str, Any]:
    return {
        mime: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for mime, value in dict(data).items()
    }


#: In place of what is left out.
TRUNCATED = "\n… the rest of this output was left out: it is longer than the grader keeps.\n"


# Characters of an exception that are kept, and lines of its traceback, the innermost ones.
_MAX_NAME, _MAX_MESSAGE, _MAX_LINE, _MAX_LINES = 200, 2000, 4000, 30


class Capture:
    """The outputs of one cell, at most ``limit`` characters of them in all.

    The bound counts while the cell runs, or a loop that prints would fill the memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self.outputs: list[dict[str, Any]] = []

    def clear(self) -> None:
        """Begin a new cell."""
        self._left = self._limit
        self.outputs = []

    def take_text(self) -> str:
        """Give what was printed since the last call, standard error included, and forget it."""
        text = "".join(out["text"] for out in self.outputs if out["output_type"] == "stream")
        self.clear()
        return text

    def take_streams(self) -> tuple[str, str]:
        """Give what was printed since the last call on either stream, and forget it."""
        printed = {"stdout": "", "stderr": ""}
        for output in self.outputs:
            if output["output_type"] == "stream":
                printed[output["name"]] += output["text"]
        self.clear()
        return printed["stdout"], printed["stderr"]

    def stream(self, name: str, text: str) -> None:
        """Add printed text, joining it to what the same stream printed just before."""
        if not text or self._left < 0:
            return
        self._left -= len(text)
        if self._left < 0:
            text = text[: self._left] + TRUNCATED
        # Lone surrogates can be printed but neither stored nor sent.
        text = text.encode("utf-8", "replace").decode()
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def show(self, data: Mapping[str, Any], count: int | None = None) -> None:
        """Add rich output; ``count`` marks it as the value of the cell's last expression."""
        text = {mime: str(value) for mime, value in data.items() if isinstance(value, str)}
        size = sum(map(len, text.values()))
        if size > self._left:
            self.stream("stderr", TRUNCATED)
            return
        self._left -= size
        kind = "display_data" if count is None else "execute_result"
        output: dict[str, Any] = {"output_type": kind, "data": text, "metadata": {}}
        if count is not None:
            output["execution_count"] = count
        self.outputs.append(output)

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Add an exception: in short, but whatever is left of the bound."""
        self.outputs.append(
            {
                "output_type": "error",
                "ename": name[:_MAX_NAME],
                "evalue": message[:_MAX_MESSAGE],
                "traceback": [line[:_MAX_LINE] for line in traceback[-_MAX_LINES:]],
            }
        )


class CapturedStream(io.TextIOBase):
    """Stands in for ``sys.stdout`` or ``sys.stderr``."""

    def __init__(self, name: str, capture: Capture) -> None:
        self._name = name
        self._capture = capture

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        self._capture.stream(self._name, text)
        return len(text)
