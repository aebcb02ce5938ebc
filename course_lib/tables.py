"""Tables of a few numbers, below the cell that computed them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Table(str):
    """A table in Markdown: a notebook renders it, and elsewhere it can be read as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)

    def _repr_markdown_(self) -> str:
        return str(self)


def show_table(columns: Mapping[str, str], rows: Iterable[Iterable[Any]]) -> None:
    """Show a table at once, wherever in a cell this stands.

    Parameters
    ----------
    columns : mapping of str to str
        Title of each column, and the format of its values, as behind the colon of an f-string.
    rows : iterable of iterable
        A value for each column; None leaves its place empty.

    Raises
    ------
    ValueError
        If a row has more or fewer values than there are columns.

    Examples
    --------
    >>> show_table({"coin": "", "heads": ".2f"}, [("fair", 0.5, "a value too many")])
    Traceback (most recent call last):
        ...
    ValueError: zip() argument 2 is longer than argument 1
    """
    from IPython.display import display

    display(table(columns, rows))


def table(columns: Mapping[str, str], rows: Iterable[Iterable[Any]]) -> Table:
    """A table; parameters and errors as of `show_table`.

    Examples
    --------
    >>> table({"coin": "", "heads": ".2f"}, [("fair", 0.5), ("bent", 0.9), ("yours", None)])
    | coin  | heads |
    |:------|------:|
    | fair  |  0.50 |
    | bent  |  0.90 |
    | yours |       |
    """
    columns_of_values = zip(*rows, strict=True)
    drawn = [
        _column(title, how, values)
        for (title, how), values in zip(columns.items(), columns_of_values, strict=True)
    ]
    return Table("\n".join(f"|{'|'.join(line)}|" for line in zip(*drawn, strict=True)))


def _column(title: str, how: str, values: tuple[Any, ...]) -> list[str]:
    """Title, rule and values, equally wide; words stand to the left, numbers to the right."""
    cells = [title, *("" if value is None else format(value, how) for value in values)]
    width = max(map(len, cells))
    if any(isinstance(value, str) for value in values):
        head, *body = (f" {cell:<{width}} " for cell in cells)
        return [head, f":{'-' * (width + 1)}", *body]
    head, *body = (f" {cell:>{width}} " for cell in cells)
    return [head, f"{'-' * (width + 1)}:", *body]
