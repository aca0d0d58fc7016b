"""What the server keeps and how: the database, its one writer, the numbered events, the wishes already answered."""

from tinghao.server.store.database import Store
from tinghao.server.store.tables import Base, Instant
from tinghao.server.store.work import Work

__all__ = ["Base", "Instant", "Store", "Work"]
