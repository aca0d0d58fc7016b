"""What the product itself adds to a ticket on paper: composing it, and handing it to a printer that takes no time."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from bench.measures.base import WARM_UP, Bench, spread
from bench.report import Table
from tinghao.drivers.address import Address
from tinghao.drivers.printer import Printer, TicketPaper
from tinghao.drivers.printer.paper import compose
from tinghao.drivers.printer.samples import RECEIPT, REPORT, TICKET, WAITING
from tinghao.drivers.printer.values import Values

WIDTHS = {48: "80 mm", 32: "58 mm"}
LONG = replace(WAITING, rows=WAITING.rows * 75)
VISITORS = ("张*", "王*", "𬭊*", "㐂*", "𠮷*")

OTHERS: dict[str, Values] = {"receipt": RECEIPT, "report": REPORT, "list of 300": LONG}

QUESTION = re.compile(rb"\x10\x04[\x01-\x04]|\x1d\x72\x01")
STATUS_GOOD, PAPER_GOOD = b"\x12", b"\x00"
NEVER = 3600.0


def measure(bench: Bench) -> Iterator[Table]:
    """Each paper composed; a ticket handed over."""
    count = bench.amount.papers
    table = Table(
        "papers: the product's share of a paper, without the printer's own time",
        ("paper", "width", "composed p50 ms", "p99 ms", "printed p50 ms", "p99 ms printed"),
        f"Median of {bench.amount.runs} runs of {count} after a warm-up; every ticket is another, with a number, a code and a "
        "name of its own. Printed: composed, status asked, sent and confirmed by a socket on the loopback that answers at once.",
    )
    with _printer_without_a_wait() as address:
        for columns, width in WIDTHS.items():
            with Printer(address, columns=columns, poll_every=NEVER) as printer:
                table.add("ticket", width, *_composed(bench, _ticket, columns), *_printed(bench, printer))
            for name, paper in OTHERS.items():
                table.add(name, width, *_composed(bench, _always(paper), columns), None, None)
    yield table


def _ticket(number: int) -> TicketPaper:
    return replace(
        TICKET,
        number=f"A{number % 1000:03d}",
        visitor=VISITORS[number % len(VISITORS)],
        qr=f"https://hall.example/t/{number:012d}",
    )


def _always(paper: Values) -> Callable[[int], Values]:
    return lambda number: paper


def _composed(bench: Bench, paper: Callable[[int], Values], columns: int) -> tuple[float, float]:
    return _runs(bench, lambda number: compose(paper(number), columns))


def _printed(bench: Bench, printer: Printer) -> tuple[float, float]:
    def work(number: int) -> None:
        outcome = printer.print_ticket(_ticket(number))
        if outcome.result != "printed":
            raise RuntimeError(f"the printer says {outcome}")

    return _runs(bench, work)


def _runs(bench: Bench, work: Callable[[int], object]) -> tuple[float, float]:
    count = bench.amount.papers
    for number in range(max(1, int(count * WARM_UP))):
        work(number)
    return spread([[_seconds(work, number) for number in range(count)] for _ in range(bench.amount.runs)])


def _seconds(work: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return time.perf_counter() - began


@contextmanager
def _printer_without_a_wait() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server,), daemon=True)
        thread.start()
        try:
            yield Address.parse(f"tcp://127.0.0.1:{server.getsockname()[1]}")
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(server: socket.socket) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                _answer(connection)


def _answer(connection: socket.socket) -> None:
    """One answer to each question, also to one that was cut in two."""
    rest = b""
    while data := connection.recv(65536):
        rest += data
        asked = list(QUESTION.finditer(rest))
        rest = rest[asked[-1].end() :] if asked else rest[-2:]
        if asked:
            connection.sendall(
                b"".join(PAPER_GOOD if found[0][0] == 0x1D else STATUS_GOOD for found in asked)
            )
