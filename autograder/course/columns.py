"""Columns of tables that people make or download, by the titles that they usually have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


def columns_named(titles: Iterable[str], known: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The title of the column for each thing that is ``known`` by such titles; empty if none is.

    Titles are compared by their letters and digits alone, and these in small letters.

    >>> columns_named(["Student ID", "Team"], {"student": ["studentid"], "mark": ["points"]})
    {'student': 'Student ID', 'mark': ''}
    """
    titles = list(titles)
    return {
        what: next((title for title in titles if _plain(title) in usual), "")
        for what, usual in known.items()
    }


def _plain(title: str) -> str:
    return "".join(letter for letter in title.lower() if letter.isalnum())
