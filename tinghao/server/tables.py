"""All tables of all rooms, for migrations."""

from tinghao.server.devices import models as devices
from tinghao.server.hall import models as hall
from tinghao.server.queueing import models as queueing
from tinghao.server.queueing.waits import models as waits
from tinghao.server.staff import models as staff
from tinghao.server.store import tables as store

__all__ = ["devices", "hall", "queueing", "staff", "store", "waits"]
