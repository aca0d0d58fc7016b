"""Brings a database to the current version, and refuses to run on another."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tinghao.server.store.address import DatabaseAddress, Where

MIGRATIONS = Path(__file__).parent / "migrations"
ADDRESS = "address"
"""The attribute of Alembic's settings that holds the database's address: a URL as text would show its password."""


class WrongVersion(Exception):
    """The database is not of the version that this program needs, or is not there."""


def upgrade(database: Where) -> None:
    """Brings the database to the newest version; a SQLite file is made if there is none, a PostgreSQL database must exist."""
    address = DatabaseAddress.of(database)
    if not address.is_postgresql:
        address.file.parent.mkdir(parents=True, exist_ok=True)
    try:
        command.upgrade(_config(address), "head")
    except OperationalError as error:
        raise _unreachable(address, error) from error


def require_current(database: Where) -> None:
    """Raises `WrongVersion`, saying what to do, unless the database is of the newest version."""
    address = DatabaseAddress.of(database)
    if not address.is_postgresql and not address.file.exists():
        raise WrongVersion(f"there is no database at {address}. Make it with: tinghao db upgrade")
    engine = create_engine(address.url)
    try:
        with engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        raise _unreachable(address, error) from error
    finally:
        engine.dispose()
    newest = ScriptDirectory.from_config(_config(address)).get_current_head()
    if found != newest:
        raise WrongVersion(
            f"the database is of version {found}, the program needs {newest}. Run: tinghao db upgrade"
        )


def _unreachable(address: DatabaseAddress, error: OperationalError) -> WrongVersion:
    return WrongVersion(f"the database {address} can't be used: {error.orig}")


def _config(address: DatabaseAddress) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes[ADDRESS] = address
    return config
