"""The database behind a gradebook: finds or creates nbgrader's tables, and writes their rows."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Interval,
    MetaData,
    Row,
    String,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from autograder.errors import GradebookError

#: The Alembic revision of nbgrader 0.9's tables: the ones that this package knows how to fill.
SCHEMA_REVISION = "e43177bfe90b"
#: Rows that are in memory at a time, where there can be very many.
_ROWS = 1000
#: The tables of our own, made when they are first needed; nbgrader does not look at them.
ADJUSTMENTS, SHARED = "autograder_adjustment", "autograder_shared"
WORK, GIVEN_FOR = "autograder_work", "autograder_given_for"

_DAMAGED = (
    "The file is damaged. Put a backup in its place, or move it away: then autograder grade makes "
    "it again from what has been graded, without the grades and comments that people gave."
)


#: What to install for a driver of SQLAlchemy's, where that is not its name.
_PACKAGES = {
    "psycopg": "'psycopg[binary]'",
    "psycopg2": "psycopg2-binary",
    "mysqldb": "mysqlclient",
}


class Transaction:
    """The rows of a gradebook within one transaction: everything is written, or nothing.

    Tables and columns have nbgrader's names. Rows are chosen by the values of their columns.
    """

    def __init__(self, connection: Connection, tables: Mapping[str, Table]) -> None:
        self._connection = connection
        self._tables = tables

    def rows(self, table: str, **where: object) -> Sequence[Row[Any]]:
        return self._connection.execute(select(self._tables[table]).filter_by(**where)).all()

    def rows_of(self, table: str, assignment_id: str, students: Collection[str]) -> Iterator[Any]:
        """The rows of ``grade`` or ``comment`` of these students' submissions, some at a time.

        Of everybody's, which can be very many, if no student is named. Each has besides its own
        columns ``student_id``, the names ``notebook`` and ``cell``, and the notebook's
        ``late_submission_penalty``.
        """
        rows, cells, names = (self._tables[name] for name in (table, "base_cell", "notebook"))
        notebook, whole = self._tables["submitted_notebook"], self._tables["submitted_assignment"]
        statement = (
            select(rows, whole.c.student_id, names.c.name.label("notebook"),
                   cells.c.name.label("cell"), notebook.c.late_submission_penalty)
            .join(notebook, rows.c.notebook_id == notebook.c.id)
            .join(whole, notebook.c.assignment_id == whole.c.id)
            .join(names, notebook.c.notebook_id == names.c.id)
            .join(cells, rows.c.cell_id == cells.c.id)
            .where(whole.c.assignment_id == assignment_id)
        )  # fmt: skip
        if students:
            statement = statement.where(whole.c.student_id.in_(students))
        yield from self._connection.execute(statement, execution_options={"yield_per": _ROWS})

    def rows_with(self, table: str, ids: Collection[str]) -> Sequence[Row[Any]]:
        """The rows with one of these ``id``."""
        rows = self._tables[table]
        return self._connection.execute(select(rows).where(rows.c.id.in_(ids))).all()

    def questions_of(self, submission_id: str) -> Sequence[Row[Any]]:
        """The rows of ``grade`` of a submission.

        Each has besides its own columns the names ``notebook`` and ``cell``, and ``max_score``.
        """
        grades, cells, names = (self._tables[name] for name in ("grade", "base_cell", "notebook"))
        notebook, tests = self._tables["submitted_notebook"], self._tables["grade_cells"]
        tasks = self._tables.get("task_cells")  # not in gradebooks of older versions of nbgrader
        whole = cells.outerjoin(tests, tests.c.id == cells.c.id)
        most: Any = tests.c.max_score
        if tasks is not None:
            whole = whole.outerjoin(tasks, tasks.c.id == cells.c.id)
            most = func.coalesce(most, tasks.c.max_score)
        statement = (
            select(grades, names.c.name.label("notebook"), cells.c.name.label("cell"),
                   most.label("max_score"))
            .join(notebook, grades.c.notebook_id == notebook.c.id)
            .join(names, notebook.c.notebook_id == names.c.id)
            .join(whole, grades.c.cell_id == cells.c.id)
            .where(notebook.c.assignment_id == submission_id)
        )  # fmt: skip
        return self._connection.execute(statement).all()

    def exists(self, table: str) -> bool:
        return bool(inspect(self._connection).has_table(table))

    def make(self, table: str) -> None:
        """Make the table if it is not there."""
        self._tables[table].create(self._connection, checkfirst=True)

    def row(self, table: str, **where: object) -> Row[Any] | None:
        """The first of those rows, or None: for columns that are unique together."""
        found = self.rows(table, **where)
        return found[0] if found else None

    def insert(self, table: str, **values: object) -> str:
        """Add a row and return its ``id``: the one among ``values``, or a new random one."""
        row = {"id": uuid4().hex, **values}
        self._connection.execute(self._tables[table].insert().values(row))
        return str(row["id"])

    def insert_all(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows that have the same columns, in one statement, which is many times quicker."""
        if rows:
            with_ids = [{"id": uuid4().hex, **row} for row in rows]
            self._connection.execute(self._tables[table].insert(), with_ids)

    def update(self, table: str, row_id: str, **values: object) -> None:
        rows = self._tables[table]
        self._connection.execute(rows.update().where(rows.c.id == row_id).values(values))

    def update_all(self, table: str, changes: Mapping[str, Mapping[str, object]]) -> None:
        """Change rows by their ``id``, all in the same columns, likewise in one statement."""
        if changes:
            rows = self._tables[table]
            columns = next(iter(changes.values()))
            statement = rows.update().where(rows.c.id == bindparam("row_id"))
            statement = statement.values({name: bindparam(f"new_{name}") for name in columns})
            parameters = [
                {"row_id": row_id, **{f"new_{name}": value for name, value in values.items()}}
                for row_id, values in changes.items()
            ]
            self._connection.execute(statement, parameters)

    def delete(self, table: str, row_id: str) -> None:
        rows = self._tables[table]
        self._connection.execute(rows.delete().where(rows.c.id == row_id))


class Database:
    """nbgrader's database at an SQLAlchemy URL; created if it is not there.

    ``timeout`` is how many seconds to wait while another program is writing to it.

    Raises
    ------
    GradebookError
        It cannot be opened, is damaged, or holds the tables of another nbgrader version.
    """

    def __init__(self, db_url: str, timeout: float) -> None:
        try:
            url = make_url(db_url)
        except ArgumentError:
            raise GradebookError(
                f"db_url is {db_url!r}, which is not an SQLAlchemy URL. Set it in "
                "nbgrader_config.py as in c.CourseDirectory.db_url = 'sqlite:///gradebook.db'."
            ) from None
        # Every message names the database, but never its password.
        is_sqlite = url.get_backend_name() == "sqlite"
        self.name = str(url.database) if is_sqlite else url.render_as_string(hide_password=True)
        try:
            options = {"timeout": timeout} if is_sqlite else {}
            self._engine = create_engine(url, connect_args=options)
        except ImportError as error:
            driver = url.get_dialect().driver
            raise GradebookError(
                f"The gradebook {self.name} needs a driver that cannot be imported here: {error}. "
                f"Install it: {sys.executable} -m pip install {_PACKAGES.get(driver, driver)}"
            ) from error
        except NoSuchModuleError as error:
            raise GradebookError(
                f"The gradebook {self.name} is of a kind that SQLAlchemy does not know: {error}. "
                "nbgrader knows sqlite:///FILE and postgresql://USER:PASSWORD@HOST/NAME."
            ) from error
        if is_sqlite:
            _lock_at_begin(self._engine)
        try:
            with self._explained(), self._engine.begin() as connection:
                self._tables = _tables_in(connection, self.name)
        except BaseException:  # an interrupt as well must not leave SQLite's file open
            self.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit at the end of the block, or roll back if it raises.

        Raises
        ------
        GradebookError
            The database cannot be read or written; nothing of the block is in it.
        """
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

    # Python's sqlite3 begins transactions by itself, before the first write. Without an isolation
    # level it leaves that to us.
    @event.listens_for(engine, "connect")
    def _leave_transactions_to_us(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _explanation(error: SQLAlchemyError, name: str) -> str:
    """What went wrong and what to do, by SQLite's own words: it has no error classes for these."""
    reason = str(error.orig) if isinstance(error, DatabaseError) else str(error)
    if "locked" in reason:
        advice = "Another program is writing to it: let that finish or close it, and try again."
    elif "not a database" in reason or "malformed" in reason:
        advice = _DAMAGED
    elif "unable to open" in reason or "readonly" in reason:
        advice = "Check that the folder exists and that you may write in it and to the file."
    elif "full" in reason:
        advice = "Nothing of this submission was recorded. Make room on the disk and try again."
    elif isinstance(error, OperationalError) and "no such" in reason:
        advice = (
            "It is of another nbgrader version. Make a copy of it, then run: nbgrader db upgrade"
        )
    else:
        advice = "Nothing of this submission was recorded."
    return f"The gradebook {name} cannot be used: {reason}. {advice}"


def _tables_in(connection: Connection, name: str) -> Mapping[str, Table]:
    """nbgrader's tables in the database called ``name``; they are made if it is empty."""
    if connection.dialect.name == "sqlite":
        _expect_whole(connection, name)
    if not inspect(connection).get_table_names():
        _create_tables(connection)
    revision = _revision(connection)
    if revision != SCHEMA_REVISION:
        raise GradebookError(
            f"The gradebook {name} has tables of revision {revision or 'unknown'}, of another "
            f"nbgrader version; expected {SCHEMA_REVISION} (nbgrader 0.9). {_way_from(revision)}"
        )
    metadata = MetaData()
    # SQLite does not know intervals and would report the type of this column as a date.
    extension: Column[Any] = Column("extension", Interval())
    # Upgraded gradebooks hold references to tables of old, which are not there any more.
    Table("submitted_assignment", metadata, extension, autoload_with=connection, resolve_fks=False)
    Table(
        ADJUSTMENTS,
        metadata,
        Column("id", String(32), primary_key=True),
        Column("points", Float(), nullable=False),
        Column("waited", Boolean(), nullable=False),
    )
    Table(
        SHARED,
        metadata,
        Column("id", String(32), primary_key=True),
        Column("given", String(64), nullable=False),
    )
    Table(
        WORK,
        metadata,
        Column("id", String(32), primary_key=True),
        Column("work", String(64), nullable=False),
    )
    Table(
        GIVEN_FOR,
        metadata,
        Column("id", String(32), primary_key=True),
        Column("work", String(64), nullable=False),
        Column("max_score", Float(), nullable=False),
        Column("score", Float(), nullable=False),
    )
    metadata.reflect(connection, resolve_fks=False)
    return metadata.tables


def _way_from(revision: str | None) -> str:
    """What to do with a gradebook of another revision.

    nbgrader has a file for each older revision, which tells it from one of a newer nbgrader.
    """
    package = find_spec("nbgrader")
    folders = [] if package is None else list(package.submodule_search_locations or [])
    older = {
        file.name.split("_")[0]
        for folder in folders
        for file in Path(folder, "alembic", "versions").glob("*.py")
    }
    if revision is None or revision in older:
        return "Make a copy of it, then run: nbgrader db upgrade"
    return (
        "A newer nbgrader than the installed one has made it: go on with that and with an "
        "autograder that knows it, or put the gradebook from before in its place."
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _expect_whole(connection: Connection, name: str) -> None:
    """Refuse a damaged file now, not in the middle of the class."""
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    if found != "ok":
        raise GradebookError(f"The gradebook {name} cannot be used: {found}. {_DAMAGED}")


def _create_tables(connection: Connection) -> None:
    """Make a new gradebook with nbgrader's own table definitions."""
    # It takes seconds to import and is needed once in the life of a course.
    with without_iri_grammar():
        from nbgrader.api import Base
        from nbgrader.dbutil import ALEMBIC_DIR
    from alembic.script import ScriptDirectory

    Base.metadata.create_all(connection)
    # nbgrader asks the `alembic` command for this, which is only found in an activated venv.
    head = ScriptDirectory(ALEMBIC_DIR).get_current_head()
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head})


@contextmanager
def without_iri_grammar() -> Iterator[None]:
    """Import nbgrader without ``rfc3987_syntax``, whose grammar takes 1 second to build.

    jsonschema uses it, where it is installed, to check strings of the format "iri", which no
    notebook has. None in ``sys.modules`` makes an import fail as for a package that is missing.
    """
    name = "rfc3987_syntax"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
