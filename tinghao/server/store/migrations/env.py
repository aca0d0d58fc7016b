"""Alembic's entry: runs the migrations on the database that `store.migrate` names."""

from alembic import context
from sqlalchemy import create_engine

from tinghao.server import tables
from tinghao.server.store import Base, DatabaseAddress, hold_hall
from tinghao.server.store.migrate import ADDRESS

NO_HALL = 0

assert tables
address: DatabaseAddress = context.config.attributes[ADDRESS]
engine = create_engine(address.url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        # Two who upgrade at the same time: the second finds it done.
        hold_hall(connection, NO_HALL)
        context.run_migrations()
engine.dispose()
