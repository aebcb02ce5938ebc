"""An IPython shell whose outputs are collected instead of shown."""

from __future__ import annotations

import base64
import sys
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from autograder.candidate.capture import Capture, CapturedStream

_NOT_STARTED = "This command was not run while grading"
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class Shell(InteractiveShell):
    """Runs cells as a kernel does: magics, last-expression display, inline figures.

    ``capture`` has the outputs of the last cell. No history and no files are kept.
    """

    def __init__(self, capture: Capture, namespace: dict[str, Any] | None = None) -> None:
        self.capture = capture
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
            from matplotlib_inline.backend_inline import configure_inline_support

            configure_inline_support(self, INLINE_BACKEND)  # type: ignore[no-untyped-call]
            # As in a kernel: a figure is shown without plt.show(), and closed after its cell.
            sys.modules["matplotlib"].interactive(True)

    def run(self, source: str, *, rich: bool = True) -> ExecutionResult:
        """Run one cell; `capture` then holds its outputs. Without ``rich``, no figure is drawn."""
        self.capture.clear()
        formatter: Any = self.display_formatter
        formatter.active_types = formatter.format_types if rich else ["text/plain"]
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
        """Run a command of the system's, as ``!ls`` does; in a sandbox nothing can be started."""
        try:
            super().system_piped(cmd)  # type: ignore[no-untyped-call]
        except OSError as error:
            sys.stderr.write(f"{_NOT_STARTED}: {error.strerror or error}\n")

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """What a command prints, as in ``files = !ls``; nothing in a sandbox."""
        try:
            return super().getoutput(cmd, split, depth + 1)  # type: ignore[no-untyped-call]
        except OSError as error:
            sys.stderr.write(f"{_NOT_STARTED}: {error.strerror or error}\n")
            return SList([]) if split else ""

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no event loop to integrate with."""


def number_in(value: object) -> float | None:
    """The value of a cell's last expression where it is a real number, bool excepted.

    >>> number_in(1), number_in(True), number_in("1")
    (1.0, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
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
