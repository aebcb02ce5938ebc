"""Outputs of a notebook's cells with nothing active and nothing endless in them.

Only kinds of content that can be checked here pass: plain text, PNG and JPEG images, and HTML that
is rebuilt from a short list of elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograder.sanitise.html import NOT_SHOWN, safe_html
from autograder.sanitise.images import joined, safe_images
from autograder.sanitise.room import Room
from autograder.sanitise.text import TEXT_LIMIT, plain_text, script_runs

OUTPUTS_SHOWN = 50  # of one cell
_ELEMENTS = 8  # that nbconvert makes around an output
_KINDS = ("stream", "error", "display_data", "execute_result")


def safe_outputs(
    outputs: Sequence[Mapping[str, Any]], room: Room | None = None
) -> list[dict[str, Any]]:
    r"""nbformat-4 outputs with nothing active and nothing endless in them.

    Text, PNG and JPEG images and cleaned HTML remain, as much as there is ``room`` for in the
    notebook; whatever is not an output is dropped.

    >>> safe_outputs([{"output_type": "stream", "name": "stdout", "text": "hi\x07"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hi�'}]
    """
    room = room or Room()
    safe: list[dict[str, Any]] = []
    for number, output in enumerate(outputs):
        if number == OUTPUTS_SHOWN or not room.take(elements=_ELEMENTS):
            note = f"… {len(outputs) - number:,} more outputs are not shown …\n"
            safe.append({"output_type": "stream", "name": "stderr", "text": note})
            break
        if (made := _safe_output(output, room)) is not None:
            safe.append(made)
    return safe


def text_within(room: Room, text: str, limit: int = TEXT_LIMIT) -> str:
    """`plain_text` of at most ``limit`` characters, and no more than there is room for."""
    shown = plain_text(text, min(limit, room.characters))
    if not room.take(elements=script_runs(shown)):
        return plain_text(text, 0)
    room.take(characters=min(len(shown), room.characters))
    return shown


def _safe_output(output: Mapping[str, Any], room: Room) -> dict[str, Any] | None:
    """A new output of known keys, or None: the candidate may send anything as an output."""
    kind = output.get("output_type")
    if kind not in _KINDS:
        return None
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _shown(output.get("text"), room)}
    if kind == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list | tuple) else []
        return {
            "output_type": kind,
            "ename": _shown(output.get("ename"), room),
            "evalue": _shown(output.get("evalue"), room),
            "traceback": _shown("\n".join(_strings(lines)), room).split("\n"),
        }
    data = output.get("data")
    if not isinstance(data, Mapping):
        return None
    shown: dict[str, Any] = {"output_type": kind, "data": _safe_bundle(data, room), "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        shown["execution_count"] = count if type(count) is int else None
    return shown if shown["data"] else None


def _safe_bundle(bundle: Mapping[str, object], room: Room) -> dict[str, str]:
    """The parts of a MIME bundle that can be shown safely, each made so."""
    safe = safe_images(bundle, room)
    text = joined(bundle.get("text/plain"))
    if text is not None:
        safe["text/plain"] = text_within(room, text)
    html = joined(bundle.get("text/html"))
    if html is not None:
        made = NOT_SHOWN if room.plain else safe_html(html, room)
        # The text says what the HTML would have said.
        if made != NOT_SHOWN or not safe:
            safe["text/html"] = made
    return safe


def _shown(value: object, room: Room) -> str:
    """Plain text of a string, or of the strings in a list; nothing of anything else."""
    if isinstance(value, list | tuple):
        value = "".join(_strings(value))
    return text_within(room, value) if isinstance(value, str) else ""


def _strings(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
