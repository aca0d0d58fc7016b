"""Lets time do its part: ticks in every hall where something may be due, as long as the server runs."""

import logging
import threading
import time
from functools import partial

from sqlalchemy import select, union

from tinghao.basics.clock import Clock
from tinghao.basics.problem import Problem
from tinghao.server.hall.book import HallBook
from tinghao.server.hall.models import Hall
from tinghao.server.queueing.models import Shift, Ticket, is_aside, is_at_window, is_open, is_waiting
from tinghao.server.queueing.service import days
from tinghao.server.store import Store, Work

log = logging.getLogger(__name__)

EVERY = 5
"""Seconds between two ticks of a hall at work; several processes may tick the same hall, which does no harm."""

QUIET_TURNS = 12
"""A hall where nobody works or waits is looked at only each so many turns."""

_AT_WORK = union(
    select(Shift.hall_id).where(is_open),
    select(Ticket.hall_id).where(is_waiting),
    select(Ticket.hall_id).where(is_at_window),
    select(Ticket.hall_id).where(is_aside),
)


class Clockwork:
    """Ticks from its start until the store is closed."""

    def __init__(self, store: Store, book: HallBook, clock: Clock) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._turn = 0

    def start(self) -> None:
        """Begins to tick, on a thread of its own."""
        threading.Thread(target=self._go_on, name="clockwork", daemon=True).start()

    def turn(self) -> None:
        """Ticks once in every hall where something may be due. A hall that fails keeps no other one waiting."""
        for hall_id in self._due():
            try:
                self._store.write(partial(self._tick, hall_id), hall_id)
            except Problem as problem:
                log.warning("hall %s: what is due has to wait: %s", hall_id, problem.sentence_en)
            except Exception:
                log.exception("hall %s: what is due could not be done", hall_id)
        self._turn += 1

    def _go_on(self) -> None:
        while not self._store.closed:
            try:
                self.turn()
            except Problem as problem:
                log.warning("time stands still: %s", problem.sentence_en)
            except Exception:
                log.exception("time stands still")
            time.sleep(EVERY)

    def _due(self) -> list[int]:
        every = self._turn % QUIET_TURNS == 0
        with self._store.look() as connection:
            return list(connection.execute(select(Hall.id) if every else _AT_WORK).scalars())

    def _tick(self, hall_id: int, work: Work) -> None:
        days.tick(work, self._book.at(work.connection, hall_id), self._clock())
