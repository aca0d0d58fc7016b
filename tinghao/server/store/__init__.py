"""What the server keeps and how: the database, its writers, the numbered events, the wishes already answered."""

from tinghao.server.store.address import DatabaseAddress
from tinghao.server.store.database import Store
from tinghao.server.store.postgresql import hold_hall
from tinghao.server.store.prepared import Prepared
from tinghao.server.store.problems import DatabaseUnreachable
from tinghao.server.store.tables import Base, Instant
from tinghao.server.store.upsert import upsert
from tinghao.server.store.work import Work

__all__ = [
    "Base",
    "DatabaseAddress",
    "DatabaseUnreachable",
    "Instant",
    "Prepared",
    "Store",
    "Work",
    "hold_hall",
    "upsert",
]
