"""Cell outputs, made safe to show: the same for feedback pages and for formgrader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograder.feedback.sanitise import plain_text, safe_bundle

OUTPUTS_SHOWN = 50  # of one cell


def safe_outputs(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    r"""nbformat-4 outputs with nothing active and nothing endless in them.

    Text, PNG and JPEG images and cleaned HTML remain; whatever is not an output is dropped.

    >>> safe_outputs([{"output_type": "stream", "name": "stdout", "text": "hi\x07"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hi�'}]
    """
    safe = [made for made in map(_safe_output, outputs[:OUTPUTS_SHOWN]) if made is not None]
    if len(outputs) > OUTPUTS_SHOWN:
        note = f"… {len(outputs) - OUTPUTS_SHOWN:,} more outputs are not shown …\n"
        safe.append({"output_type": "stream", "name": "stderr", "text": note})
    return safe


def _safe_output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list | tuple) else []
        return {
            "output_type": kind,
            "ename": _text(output.get("ename")),
            "evalue": _text(output.get("evalue")),
            "traceback": _text("\n".join(_strings(lines))).split("\n"),
        }
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, Mapping):
        return None
    shown: dict[str, Any] = {"output_type": kind, "data": safe_bundle(data), "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        shown["execution_count"] = count if type(count) is int else None
    return shown if shown["data"] else None


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        value = "".join(_strings(value))
    return plain_text(value) if isinstance(value, str) else ""


def _strings(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
