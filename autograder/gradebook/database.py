"""The database behind a gradebook, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Connection,
    Row,
    Table,
    bindparam,
    create_engine,
    event,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from autograder.errors import GradebookError
from autograder.gradebook.schema import DAMAGED, tables_in


class Transaction:
    """The rows of a gradebook within one transaction: everything is written, or nothing."""

    def __init__(self, connection: Connection, tables: Mapping[str, Table]) -> None:
        self.connection = connection
        self.tables = tables

    def rows(self, table: str, **where: object) -> Sequence[Row[Any]]:
        return self.connection.execute(select(self.tables[table]).filter_by(**where)).all()

    def row(self, table: str, **where: object) -> Row[Any] | None:
        found = self.rows(table, **where)
        return found[0] if found else None

    def insert(self, table: str, **values: object) -> str:
        """Add a row and return its ``id``: the one given, or a new one of nbgrader's kind."""
        row = {"id": uuid4().hex, **values}
        self.connection.execute(self.tables[table].insert().values(row))
        return str(row["id"])

    def insert_all(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows that have the same columns: one statement, many times quicker."""
        if rows:
            with_ids = [{"id": uuid4().hex, **row} for row in rows]
            self.connection.execute(self.tables[table].insert(), with_ids)

    def update_all(self, table: str, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Change rows, by their ``id``, all in the same columns: likewise one statement."""
        if changes:
            rows = self.tables[table]
            columns = next(iter(changes.values()))
            statement = rows.update().where(rows.c.id == bindparam("row_id"))
            statement = statement.values({name: bindparam(f"new_{name}") for name in columns})
            parameters = [
                {"row_id": row_id, **{f"new_{name}": value for name, value in values.items()}}
                for row_id, values in changes.items()
            ]
            self.connection.execute(statement, parameters)

    def update(self, table: str, row_id: str, **values: object) -> None:
        rows = self.tables[table]
        self.connection.execute(rows.update().where(rows.c.id == row_id).values(values))

    def delete(self, table: str, row_id: str) -> None:
        rows = self.tables[table]
        self.connection.execute(rows.delete().where(rows.c.id == row_id))


class Database:
    """nbgrader's database at an SQLAlchemy URL; created if it is not there.

    ``timeout`` is how many seconds to wait while another program is writing to it.

    Raises:
        GradebookError: it cannot be opened, or holds the tables of another nbgrader version.
    """

    def __init__(self, db_url: str, timeout: float) -> None:
        try:
            url = make_url(db_url)
        except ArgumentError:
            raise GradebookError(
                f"db_url is {db_url!r}, which is not an SQLAlchemy URL. Set it in "
                "nbgrader_config.py as in c.CourseDirectory.db_url = 'sqlite:///gradebook.db'."
            ) from None
        is_sqlite = url.get_backend_name() == "sqlite"
        self.name = str(url.database) if is_sqlite else url.render_as_string(hide_password=True)
        self._engine = create_engine(url, connect_args={"timeout": timeout} if is_sqlite else {})
        if is_sqlite:
            _lock_at_begin(self._engine)
        try:
            with self._explained(), self._engine.begin() as connection:
                self._tables = tables_in(connection, self.name)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit at the end of the block, roll back if it raises; GradebookError if it cannot."""
        with self._explained(), self._engine.begin() as connection:
            yield Transaction(connection, self._tables)

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise GradebookError(_explanation(error, self.name)) from error


def _lock_at_begin(engine: Any) -> None:
    """Take SQLite's write lock when a transaction begins, not at its first write.

    A transaction that reads first and writes later can find that somebody else has written in
    between, and SQLite then fails at once instead of waiting its turn.
    """

    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _explanation(error: SQLAlchemyError, name: str) -> str:
    reason = str(error.orig) if isinstance(error, DatabaseError) else str(error)
    if "locked" in reason:
        advice = "Another program is writing to it: let that finish or close it, and try again."
    elif "not a database" in reason or "malformed" in reason:
        advice = DAMAGED
    elif "unable to open" in reason or "readonly" in reason:
        advice = "Check that the folder exists and that you may write in it and to the file."
    elif "full" in reason:
        advice = "Nothing of this submission was recorded. Make room on the disk and try again."
    elif isinstance(error, OperationalError) and "no such" in reason:
        advice = "It is of another nbgrader version. Make a copy of it, then: nbgrader db upgrade"
    else:
        advice = "Nothing of this submission was recorded."
    return f"The gradebook {name} cannot be used: {reason}. {advice}"
