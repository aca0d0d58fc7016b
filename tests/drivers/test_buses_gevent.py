"""The buses under gevent: three drivers and their emulators, monkey-patched, in a process of their own."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
from gevent import monkey
monkey.patch_all()
import queue, sys, threading, time
from pathlib import Path
from tinghao.drivers.call_pad import CallPadBus
from tinghao.drivers.call_pad.emulator import CallPadEmulator
from tinghao.drivers.locker import LockerBoard
from tinghao.drivers.locker.emulator import LockerEmulator
from tinghao.drivers.modbus_pad import ModbusPads
from tinghao.drivers.modbus_pad.emulator import ModbusPadEmulator
from tinghao.drivers.ports import TcpPort

folder = Path(sys.argv[1])
keys, ready = queue.Queue(), queue.Queue()
slowest = [0.0]

def tick():
    while True:
        before = time.monotonic()
        time.sleep(0.01)
        slowest[0] = max(slowest[0], time.monotonic() - before)

threading.Thread(target=tick, daemon=True).start()

def on_state(state):
    if state.state == "ready":
        ready.put(state)

emulators = LockerEmulator(folder / "locker"), CallPadEmulator(folder / "pads"), ModbusPadEmulator(TcpPort())
for emulator in emulators:
    emulator.plug()
lockers, pads, modbus = emulators
drivers = (
    LockerBoard(lockers.address, {1: 24}, on_state=on_state),
    CallPadBus(pads.address, lambda *key: keys.put(key), on_state=on_state),
    ModbusPads(modbus.address, lambda *key: keys.put(key), on_state=on_state),
)
for driver in drivers:
    driver.start()
for _ in drivers:
    ready.get(timeout=5)
opened = []
threads = [threading.Thread(target=lambda n=n: opened.append(drivers[0].open(1, n).result)) for n in (1, 2)]
for thread in threads:
    thread.start()
assert pads.press(1, "next").wait(5)
assert keys.get(timeout=5) == (1, "next")
modbus.press(1, 2)
assert keys.get(timeout=5) == (1, "recall")
drivers[2].show_ticket(1, "A001")
assert drivers[2].wait_shown(1, 5)
for thread in threads:
    thread.join(10)
assert opened == ["opened", "opened"], opened
for each in (*drivers, *emulators):
    each.close()
assert slowest[0] < 0.5, slowest
print("done")
"""

AGAIN = """
from gevent import monkey
monkey.patch_all()
import sys
from pathlib import Path
from tinghao.drivers.wires import SerialLink
from tinghao.drivers.ports import PtyPort

path = Path(sys.argv[1]) / "line"
port = PtyPort(path)
port.open(lambda data: None, lambda: None)
for _ in range(3):
    link = SerialLink(str(path), 9600)
    link.read(0.01)
    link.close()
port.close()
print("done")
"""


def run(program: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr


def test_the_buses_under_gevent(tmp_path: Path) -> None:
    run(PROGRAM, tmp_path)


def test_a_port_may_be_opened_again_at_once(tmp_path: Path) -> None:
    """Its own lock of a moment ago isn't taken for another program's: gevent closes files later than told."""
    run(AGAIN, tmp_path)
