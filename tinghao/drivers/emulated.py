"""What the emulators share: being plugged and unplugged, having bad days, showing a face.

An emulator speaks its family's bytes from the device's side.  It is written from the protocol's page, not
from the driver, and refuses what a real device would refuse.  `plug()` opens its port, `unplug()` closes
it: the driver's next read fails as it does when a cable is pulled.
"""

from __future__ import annotations

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self

from tinghao.drivers.address import Address
from tinghao.drivers.face import Control, Widget
from tinghao.drivers.faults import FAULTS, Fault, Piece, mangle, spoil_last_byte
from tinghao.drivers.ports import EmulatedPort, PtyPort

OnChange = Callable[[], None]


class Emulator(ABC):
    """Everything may be called from any thread; `on_change` is called after each change."""

    def __init__(self, port: EmulatedPort | Path, on_change: OnChange | None = None) -> None:
        self.port = PtyPort(port) if isinstance(port, Path) else port
        self._on_change = on_change
        self._lock = threading.RLock()
        self._cable = threading.Lock()
        self._plugged = False
        self._faults: set[Fault] = set()
        self._outbox: _Outbox | None = None

    # ------------------------------------------------------------------------------------ the cable

    @property
    def address(self) -> Address:
        """What a driver is given to find it."""
        return self.port.address

    @property
    def plugged(self) -> bool:
        return self._plugged

    def plug(self) -> None:
        """`OSError` when the port can't be had."""
        with self._cable, self._lock:
            if self._plugged:
                return
            self._power_on()
            self._outbox = _Outbox(self.port.write)
            self.port.open(self._take, self._connected)
            self._plugged = True
        self._changed()

    def unplug(self) -> None:
        """The port is closed without the lock: its thread may be waiting for it."""
        with self._cable:
            with self._lock:
                if not self._plugged:
                    return
                self._plugged = False
                outbox, self._outbox = self._outbox, None
            if outbox:
                outbox.close()
            self.port.close()
        self._changed()

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> Self:
        self.plug()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------------------------ bad days

    @property
    def faults(self) -> frozenset[Fault]:
        return frozenset(self._faults)

    def set_fault(self, fault: Fault, on: bool = True) -> None:
        with self._lock:
            (self._faults.add if on else self._faults.discard)(fault)
        self._changed()

    # ------------------------------------------------------------------------------------ the face

    def face(self) -> list[Widget]:
        """What is to be seen on the device."""
        return []

    def controls(self) -> list[Control]:
        """What a hand can do to the device; the cable and the faults are added by `all_controls`."""
        return []

    def all_controls(self) -> list[Control]:
        """All that can be done to it, by unique names."""
        cable = (
            Control("unplug", "拔掉", "Unplug", lambda _: self.unplug(), "wire")
            if self._plugged
            else Control("plug", "插上", "Plug in", lambda _: self.plug(), "wire")
        )
        faults = [
            Control(f"fault-{fault}", *FAULT_LABELS[fault], lambda _, f=fault: self._toggle(f), "wire")  # type: ignore[misc]
            for fault in FAULTS
        ]
        return [*self.controls(), cable, *faults]

    def _toggle(self, fault: Fault) -> None:
        self.set_fault(fault, fault not in self._faults)

    # ------------------------------------------------------------------------------------ for families

    @abstractmethod
    def _received(self, data: bytes) -> None:
        """Bytes from the host, as they come; called with the lock held."""

    def _power_on(self) -> None:
        """What a device forgets when it loses power."""
        return

    def _connected(self) -> None:
        """Somebody new is at the other end."""
        return

    def _spoil(self, frame: bytes) -> bytes:
        """The frame with a wrong checksum."""
        return spoil_last_byte(frame)

    def _send(self, frame: bytes) -> None:
        """One whole answer, through whatever faults are on."""
        outbox = self._outbox
        if outbox:
            outbox.put(mangle(frame, self._faults, self._spoil))

    def _changed(self) -> None:
        if self._on_change:
            self._on_change()

    def _take(self, data: bytes) -> None:
        with self._lock:
            self._received(data)


FAULT_LABELS: dict[Fault, tuple[str, str]] = {
    "noise": ("前有干扰", "Noise before"),
    "noise-inside": ("中有干扰", "Noise inside"),
    "slow": ("逐字节", "Byte by byte"),
    "late": ("应答迟到", "Late"),
    "cut": ("应答截断", "Cut off"),
    "checksum": ("校验错误", "Wrong checksum"),
    "silence": ("不应答", "Silent"),
}


class _Outbox:
    """Sends at once what may go at once; what has to wait goes in order on a thread of its own."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._queue: queue.Queue[Piece] = queue.Queue()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, pieces: list[Piece]) -> None:
        if self._thread is None and all(delay == 0 for delay, _ in pieces):
            for _, data in pieces:
                self._write(data)
            return
        for piece in pieces:
            self._queue.put(piece)
        if self._thread is None:
            self._thread = threading.Thread(target=self._send, name="late answers", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._closed.set()

    def _send(self) -> None:
        while not self._closed.is_set():
            try:
                delay, data = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if not self._closed.wait(delay):
                self._write(data)
