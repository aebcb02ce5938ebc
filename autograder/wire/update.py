"""New contents for objects that have crossed, as the other side reports them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from autograder.errors import ProtocolError
from autograder.wire import dataframes, inherited, library
from autograder.wire.decode import MALFORMED, Decoder
from autograder.wire.values import Array, Node

#: The kinds of dtypes that one side may have widened into each other.
_WIDENED = (frozenset("biuf"), frozenset("c"), frozenset("iuO"))
_REMEMBERED: dict[str, type] = {"l": list, "p": list, "d": dict, "S": set}


class UpdatingDecoder(Decoder):
    """Decodes a message, and first gives what has crossed the contents that it reports.

    Attributes
    ----------
    unfollowed
        Whether the other side has changed what is read-only here.
    """

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._read_only: list[tuple[Array, Array]] = []

    @property
    def unfollowed(self) -> bool:
        # What is read-only may be a view of something else that was changed.
        return any(here.tobytes() != there.tobytes() for here, there in self._read_only)

    def update(self, index: object, node: Node) -> None:
        """Give a remembered object the contents that the other side reports.

        Raises
        ------
        ProtocolError
            There is no such object, or the contents are of another kind.
        """
        entry = self._memo.entry(index)
        if entry is None or type(index) is not int:
            raise ProtocolError(f"an update of an object that was never sent: {index!r:.40}")
        target: Any = entry.value
        self._memo.renew(index)
        adopt, self._adopt = self._adopt, partial(self._adopt, is_update=True)
        try:
            if isinstance(target, np.ndarray):
                self._update_array(target, node)
            elif dataframes.is_changeable(target):
                dataframes.replace_contents(target, self._pandas_contents(node, 1))
            else:
                self._update_container(target, node)
        except MALFORMED as error:
            raise ProtocolError(f"malformed contents for an update: {error}") from error
        finally:
            self._adopt = adopt

    def _update_array(self, target: Array, node: Node) -> None:
        tag = node[0] if isinstance(node, list) and node else None
        if tag != "a" and not (tag == "O" and self._memo.is_of_objects(target)):
            raise ProtocolError("an update whose kind is not that of the array")
        if tag == "O":
            new = self._empty(node)
            self._fill(new, node, 1)
        else:
            _tag, dtype, place, _writeable = node
            new = self._received.array(dtype, place)
        is_wider = any(kinds >= {new.dtype.kind, target.dtype.kind} for kinds in _WIDENED)
        if new.shape != target.shape or not (new.dtype == target.dtype or is_wider):
            raise ProtocolError("an update of another shape or dtype than the array has")
        with np.errstate(all="ignore"):
            if target.flags.writeable:
                target[...] = new
            else:  # a read-only array of the test's stays as it is
                self._read_only.append((target, new.astype(target.dtype)))

    def _update_container(self, target: list[Any] | dict[Any, Any] | set[Any], node: Node) -> None:
        tag = node[0] if isinstance(node, list) and node else None
        if tag == "V" and library.CONTAINERS.get(type(target)) == node[1]:
            library.replace_contents(target, self._parts(node[3:], 1))
            return
        if not isinstance(tag, str) or not isinstance(target, _REMEMBERED.get(tag, ())):
            raise ProtocolError("an update whose kind is not that of the object")
        read = self._items if tag == "l" else self._parts
        contents: Any = self._unpacked(node) if tag == "p" else read(node[1:], 1)
        if tag == "d":
            contents = dict(zip(contents[::2], contents[1::2], strict=True))
        inherited.refill(target, contents)
