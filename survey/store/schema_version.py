"""Whether the tables of a database are of a version that this Suara knows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"


def list_known_versions() -> list[str]:
    """The versions that there is a migration to, the oldest first: what their files are called."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*_*.py"))


def read_version(connection: Connection) -> str:
    """The version of a database's tables; empty if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def explain_newer_version(connection: Connection) -> str:
    """One line for the operator if the tables are of a newer Suara; else empty."""
    found, known = read_version(connection), list_known_versions()
    if not found or found in known:
        return ""
    return (
        f"The database is of a newer version of Suara (its tables are {found}, this one knows up "
        f"to {known[-1]}): use that version, or put back a backup from before: suara restore FILE."
    )
