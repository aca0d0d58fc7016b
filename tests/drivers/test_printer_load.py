"""Ten thousand tickets on one printer: nothing grows."""

import gc
import os
import threading
from pathlib import Path

from tests.drivers.printers import TICKET
from tinghao.drivers.printer import Printer, PrintOutcome
from tinghao.drivers.printer.emulator import PAPERS_KEPT, PrinterEmulator
from tinghao.drivers.printer.paper import compose

TICKETS = 10_000
WARM = 500
WHOLE_EVERY = 10
SHORT = bytes.fromhex("1B 40") + b"A001\n" + bytes.fromhex("1D 56 42 00")
SLACK_OBJECTS = 2_000
SLACK_BYTES = 16 << 20


def held() -> tuple[int, int, int, int]:
    """Threads, handles, objects and bytes of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    handles = len(os.listdir("/proc/self/fd"))
    return threading.active_count(), handles, len(gc.get_objects()), pages * os.sysconf("SC_PAGE_SIZE")


def test_ten_thousand_tickets() -> None:
    whole = compose(TICKET)
    with PrinterEmulator() as emulator:
        printer = Printer(emulator.address)
        before = held()
        for number in range(TICKETS):
            job = whole if number % WHOLE_EVERY == 0 else SHORT
            assert printer.print_job(job) == PrintOutcome("printed"), number
            if number == WARM:
                before = held()
        threads, handles, objects, size = held()
        assert emulator.printed == TICKETS
        assert len(emulator.papers) == PAPERS_KEPT
        assert (emulator.malformed, emulator.strips, emulator.buffered) == ((), 0, 0)
    assert threads <= before[0]
    assert handles <= before[1] + 1
    assert objects <= before[2] + SLACK_OBJECTS
    assert size <= before[3] + SLACK_BYTES
