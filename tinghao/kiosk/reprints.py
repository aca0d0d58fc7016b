"""Tickets that are printed again: asked for at the server, printed once for each order, told to the server.

An order that was begun is remembered on disk until the server knows its outcome. After a crash in the middle it is not printed a
second time: nobody knows whether the paper came out, and that is what the server is told.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass

from tinghao.drivers.printer import PrintOutcome
from tinghao.kiosk.hall_server import HallServer, PrintOrder, Refused, Ticket, Unreachable
from tinghao.kiosk.store import Store

ASK_EVERY = 2.0
"""Seconds. With the printing itself a paper is out about three seconds after it was ordered."""

INTERRUPTED = "本机在打印时重新启动"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Begun:
    """An order that was begun; without an outcome while its paper is on the way."""

    order: int
    outcome: str | None = None
    reason: str | None = None


class Reprints:
    """The orders of one kiosk. `print_paper` prints a ticket, `again` or for the first time; `ended` hears what became of it."""

    def __init__(
        self,
        server: HallServer,
        store: Store,
        print_paper: Callable[[Ticket, bool], PrintOutcome],
        ended: Callable[[Ticket, PrintOutcome], None],
    ) -> None:
        self._server = server
        self._store = store
        self._print_paper = print_paper
        self._ended = ended
        self._closed = False
        self._wake = threading.Event()
        kept = store.load_reprint()
        self._begun = Begun(**kept) if kept else None
        self.interrupted = self._begun is not None and self._begun.outcome is None
        """The last run ended in the middle of a paper."""
        if self._begun and self.interrupted:
            self._keep(Begun(self._begun.order, "unknown", INTERRUPTED))

    def watch(self) -> None:
        """Looks for orders until it is closed."""
        while not self._closed:
            try:
                self.look()
            except (Unreachable, Refused):
                pass  # the heartbeat says that the server is away
            except Exception as error:  # one odd order must not be the last
                log.error("looking for papers to print: %s", type(error).__name__)
            self._wake.wait(ASK_EVERY)
            self._wake.clear()

    def look(self) -> None:
        """Does all that is ordered now."""
        self._tell()
        for order in self._server.print_orders():
            self._fulfil(order)

    def hurry(self) -> None:
        """An order was just given: looks at once."""
        self._wake.set()

    def close(self) -> None:
        """Ends `watch`."""
        self._closed = True
        self._wake.set()

    def _fulfil(self, order: PrintOrder) -> None:
        self._keep(Begun(order.id))
        outcome = self._print_paper(order.ticket, order.again)
        self._keep(Begun(order.id, outcome.result, outcome.reason or None))
        self._ended(order.ticket, outcome)
        self._tell()

    def _tell(self) -> None:
        begun = self._begun
        if begun is None or begun.outcome is None:
            return
        try:
            self._server.end_print_order(begun.order, begun.outcome, begun.reason)
        except Refused as error:
            log.warning("the outcome of a reprint was refused: %s", error.code)
        self._begun = None
        self._store.clear_reprint()

    def _keep(self, begun: Begun) -> None:
        self._begun = begun
        self._store.keep_reprint(asdict(begun))
