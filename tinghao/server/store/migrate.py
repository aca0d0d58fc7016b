"""Brings a database to the current version, and refuses to run on another."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

MIGRATIONS = Path(__file__).parent / "migrations"


class WrongVersion(Exception):
    """The database is not of the version that this program needs."""


def upgrade(database: Path) -> None:
    """Creates the database if there is none and brings it to the newest version."""
    database.parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(_config(database), "head")


def require_current(database: Path) -> None:
    """Raises `WrongVersion`, saying what to do, unless the database is of the newest version."""
    if not database.exists():
        raise WrongVersion(f"there is no database at {database}. Make it with: tinghao db upgrade")
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    engine.dispose()
    newest = ScriptDirectory.from_config(_config(database)).get_current_head()
    if found != newest:
        raise WrongVersion(
            f"the database is of version {found}, the program needs {newest}. Run: tinghao db upgrade"
        )


def _config(database: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", f"sqlite:///{database}")
    return config
