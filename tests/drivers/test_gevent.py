"""The stations run under gevent: the same drivers and emulators, monkey-patched, in a process of their own."""

import json
import subprocess
import sys
from pathlib import Path

from tests.drivers.test_families import ORDERS

PROGRAM = """
from gevent import monkey
monkey.patch_all()
import queue, sys, threading, time
from pathlib import Path
from tinghao.drivers.address import Address
from tinghao.drivers.card_reader import CardReader
from tinghao.drivers.card_reader.cards import DEMO_CARDS
from tinghao.drivers.card_reader.emulator import CardReaderEmulator
from tinghao.drivers.printer import Printer, TicketPaper
from tinghao.drivers.printer.emulator import PrinterEmulator
from tinghao.drivers.scanner import Scanner
from tinghao.drivers.scanner.emulator import ScannerEmulator

folder = Path(sys.argv[1])
cards, codes, ready = queue.Queue(), queue.Queue(), queue.Queue()
ticks = [0]
slowest = [0.0]

def tick():
    while True:
        before = time.monotonic()
        time.sleep(0.01)
        ticks[0] += 1
        slowest[0] = max(slowest[0], time.monotonic() - before)

threading.Thread(target=tick, daemon=True).start()

def on_state(state):
    if state.state == "ready":
        ready.put(state)

reader_emulator = CardReaderEmulator(folder / "reader")
scanner_emulator = ScannerEmulator(folder / "scanner")
printer_emulator = PrinterEmulator()
for emulator in (reader_emulator, scanner_emulator, printer_emulator):
    emulator.plug()
reader = CardReader(Address.parse(f"serial:{folder}/reader"), cards.put, on_state=on_state).start()
scanner = Scanner(Address.parse(f"serial:{folder}/scanner"), codes.put, on_state).start()
printer = Printer(printer_emulator.address, on_state).start()
for _ in range(3):
    ready.get(timeout=5)
reader_emulator.lay(DEMO_CARDS[0])
assert cards.get(timeout=5) == DEMO_CARDS[0]
scanner_emulator.scan("A001")
assert codes.get(timeout=5) == "A001"
ticket = TicketPaper("厅", "A001", "队列", "事项", "区", "1楼", "1号窗口", 0, None, "09:00", "王𬭊", "x")
assert printer.print_ticket(ticket).result == "printed"
for emulator in (reader_emulator, scanner_emulator):
    emulator.unplug()
    emulator.plug()
for _ in range(2):
    ready.get(timeout=5)
for device in (reader, scanner, printer, reader_emulator, scanner_emulator, printer_emulator):
    before = time.monotonic()
    device.close()
    assert time.monotonic() - before < 1.2, device
assert ticks[0] > 20
print(f"slowest {slowest[0]:.3f}")
"""


def test_everything_runs_under_gevent(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert float(run.stdout.split()[-1]) < 0.5, "something held up the whole process"


ALL_FAMILIES = """
from gevent import monkey
monkey.patch_all()
import json, sys, threading, time
from pathlib import Path
from tinghao.drivers.families import families

folder, orders = Path(sys.argv[1]), json.loads(sys.argv[2])
slowest = [0.0]

def tick():
    while True:
        before = time.monotonic()
        time.sleep(0.01)
        slowest[0] = max(slowest[0], time.monotonic() - before)

emulators = {name: family.emulator(family.port_in(folder), None) for name, family in families().items()}
for emulator in emulators.values():
    emulator.plug()
threading.Thread(target=tick, daemon=True).start()
drivers = {name: families()[name].listening(emulator.address, lambda _: None).start() for name, emulator in emulators.items()}
for name, driver in drivers.items():
    assert driver.wait_until_ready(5), name
for name, text in orders.items():
    before = emulators[name].face()
    families()[name].order.give(drivers[name], text, lambda _: None)
    until = time.monotonic() + 10
    while emulators[name].face() == before:
        assert time.monotonic() < until, name
        time.sleep(0.01)
for each in (*drivers.values(), *emulators.values()):
    each.close()
print(f"slowest {slowest[0]:.3f}")
"""


def test_every_family_runs_under_gevent(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", ALL_FAMILIES, str(tmp_path), json.dumps(ORDERS)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert float(run.stdout.split()[-1]) < 0.5, "something held up the whole process"
