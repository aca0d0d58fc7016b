"""Alembic's entry: runs the migrations on the database that `store.migrate` names."""

from alembic import context
from sqlalchemy import create_engine

from tinghao.server import tables
from tinghao.server.store import Base

assert tables
url = context.config.get_main_option("sqlalchemy.url")
assert url is not None
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
