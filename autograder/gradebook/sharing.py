"""What a person gives one of a group is everybody's.

Whoever grades sees a page of each member, and may write on any of them. So what was given last
counts. A table of our own, which nbgrader does not look at, knows by digests what all members had
when they had the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from autograder.gradebook.database import SHARED, Transaction

#: What people give, by the table that it stands in, with what goes along.
_GIVEN = {"grade": ("manual_score", "needs_manual_grade"), "comment": ("manual_comment",)}


def share_reviews(transaction: Transaction, members: Sequence[Row[Any]]) -> None:
    """Give all members of a group, rows of submissions, the scores and comments of one of them.

    Of several that were given since this was done before, the first member's count. Extra credit
    stays as it is: it is for one alone.
    """
    for table in _GIVEN:
        for rows in _twins(transaction, table, members):
            _share(transaction, table, rows)


def _twins(
    transaction: Transaction, table: str, members: Sequence[Row[Any]]
) -> Iterable[Sequence[Row[Any]]]:
    """The rows of the members for the same cell, in their order."""
    found: dict[tuple[str, str], list[Row[Any]]] = {}
    for member in members:
        for notebook in transaction.rows("submitted_notebook", assignment_id=member.id):
            for row in transaction.rows(table, notebook_id=notebook.id):
                found.setdefault((notebook.notebook_id, row.cell_id), []).append(row)
    return found.values()


def _share(transaction: Transaction, table: str, rows: Sequence[Row[Any]]) -> None:
    given, *others = _GIVEN[table]
    there = [row for row in rows if getattr(row, given) not in (None, "")]
    if not there:
        return
    known = {row.id: row.given for row in transaction.rows_with(SHARED, [row.id for row in rows])}
    new = [row for row in there if known.get(row.id) != _digest(getattr(row, given))]
    chosen = (new or there)[0]
    digest = _digest(getattr(chosen, given))
    values = {column: getattr(chosen, column) for column in (given, *others)}
    for row in rows:
        if any(getattr(row, column) != value for column, value in values.items()):
            transaction.update(table, row.id, **values)
        if row.id not in known:
            transaction.insert(SHARED, id=row.id, given=digest)
        elif known[row.id] != digest:
            transaction.update(SHARED, row.id, given=digest)


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()
