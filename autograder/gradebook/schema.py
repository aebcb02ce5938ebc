"""nbgrader's tables in a database: found, checked, or created."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Interval, MetaData, Table, inspect, text

from autograder.errors import GradebookError

#: The Alembic revision of nbgrader 0.9's tables: the ones that this package knows how to fill.
SCHEMA_REVISION = "e43177bfe90b"

DAMAGED = (
    "The file is damaged. Put a backup in its place, or move it away: then autograder grade makes "
    "it again from what has been graded, without the grades and comments that people gave."
)


def tables_in(connection: Connection, name: str) -> Mapping[str, Table]:
    """nbgrader's tables in the database called ``name``; they are made if it is empty.

    Raises:
        GradebookError: it is damaged, or has the tables of another nbgrader version.
    """
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
    metadata.reflect(connection, resolve_fks=False)
    return metadata.tables


def _way_from(revision: str | None) -> str:
    """What to do with a gradebook of another revision."""
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
    """Find damage now, not in the middle of the class."""
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar()
    if found != "ok":
        raise GradebookError(f"The gradebook {name} cannot be used: {found}. {DAMAGED}")


def _create_tables(connection: Connection) -> None:
    """Make a new gradebook with nbgrader's own table definitions."""
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
