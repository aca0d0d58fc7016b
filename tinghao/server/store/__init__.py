"""What the server keeps and how: the database, its one writer, the numbered events, the wishes already answered."""

from tinghao.server.store.database import Store, Work
from tinghao.server.store.tables import Base, Instant

__all__ = ["Base", "Instant", "Store", "Work"]
