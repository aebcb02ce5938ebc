"""Collects what a cell prints and shows, as nbformat outputs, within a bound."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

TRUNCATED = "\n… the rest of this output was left out: it is longer than the grader keeps.\n"


class Capture:
    """The outputs of one cell, at most ``limit`` characters of them in all."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self.outputs: list[dict[str, Any]] = []

    def clear(self) -> None:
        """Begin a new cell."""
        self._left = self._limit
        self.outputs = []

    def take_text(self) -> str:
        """What was printed since the last call, standard error included; forgets it."""
        text = "".join(out["text"] for out in self.outputs if out["output_type"] == "stream")
        self.clear()
        return text

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
        """Add an exception; it replaces output rather than being lost to the bound."""
        self.outputs.append(
            {
                "output_type": "error",
                "ename": name[:200],
                "evalue": message[:2000],
                "traceback": [line[:4000] for line in traceback[-30:]],
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
