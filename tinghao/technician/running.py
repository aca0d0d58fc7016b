"""A driver at work under a technician's eyes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.families import Family
from tinghao.drivers.links import DeviceState, Direction, LinkError
from tinghao.drivers.printer import Printer, Profile, read_templates
from tinghao.drivers.printer.family import RESULT, TEST_TICKET
from tinghao.drivers.printer.samples import SAMPLES
from tinghao.technician.frames import Frames, now

TICK = 0.1
READY_BUDGET = 8.0

STATE_TEXT = {"absent": "未连接", "opening": "正在连接", "ready": "就绪", "faulty": "故障"}

Print = Callable[[str], None]


class NotUnderstood(Exception):
    """What would have to be typed, in Chinese."""


@dataclass(frozen=True)
class Said:
    text: str


@dataclass(frozen=True)
class Passed:
    at: datetime
    direction: Direction
    data: bytes


Event = Said | Passed | DeviceState


def state_line(state: DeviceState) -> str:
    """`■ 故障：缺纸`; a state that needs no words has none."""
    reason = "" if state.reason == STATE_TEXT[state.state] else state.reason
    return f"■ {STATE_TEXT[state.state]}" + (f"：{reason}" if reason else "")


class Running:
    """A started driver and what comes from it, in order."""

    def __init__(self, driver: Driver, events: SimpleQueue[Event]) -> None:
        self.driver = driver
        self._events = events

    def said(self) -> Iterator[str]:
        """What was heard and not yet told."""
        while not self._events.empty():
            event = self._events.get()
            if isinstance(event, Said):
                yield event.text

    def events(self, seconds: float | None = None) -> Iterator[Event | None]:
        """What comes for so long; `None` now and then while nothing does."""
        until = None if seconds is None else time.monotonic() + seconds
        while until is None or time.monotonic() < until:
            left = TICK if until is None else max(0.0, min(TICK, until - time.monotonic()))
            try:
                yield self._events.get(timeout=left)
            except Empty:
                yield None


@contextmanager
def running(make: Callable[[Print], Driver], *, tapped: bool = False) -> Iterator[Running]:
    """Starts the driver that is made for somebody who listens; closes it at the end."""
    events: SimpleQueue[Event] = SimpleQueue()
    driver = make(lambda text: events.put(Said(text)))
    driver.hear_state(events.put)
    if tapped:
        driver.tap = lambda direction, data: events.put(Passed(now(), direction, data))
    with driver:
        yield Running(driver, events)


def read(family: Family, address: Address, line: Print, count: int | None, seconds: float | None) -> bool:
    """Prints what the device says until `count` were heard or the time is up; true if enough was heard."""
    heard = 0
    with suppress(KeyboardInterrupt), running(partial(family.listening, address)) as device:
        for event in device.events(seconds):
            if isinstance(event, DeviceState):
                line(state_line(event))
            elif isinstance(event, Said):
                heard += 1
                line(event.text)
                if heard == count:
                    return True
    return heard > 0 and count is None


def try_out(
    make: Callable[[Print], Driver],
    trial: Callable[[Driver, Print], object],
    line: Print,
    *,
    even_if_faulty: bool = False,
) -> bool:
    """Waits until the device is ready and runs the trial on it; false also if the trial says so."""
    with running(make) as device:
        if not _reached(device, ("ready", "faulty") if even_if_faulty else ("ready",), line):
            return False
        try:
            return trial(device.driver, line) is not False
        except LinkError as error:
            line(state_line(error.state))
            return False
        finally:
            for sentence in device.said():
                line(sentence)


def told(family: Family, text: str) -> Callable[[Driver, Print], object] | None:
    """A trial that does what somebody typed; `None` for devices that take no words.

    Raises `NotUnderstood`.
    """
    order = family.order
    if order is None:
        return None

    def trial(driver: Driver, say: Print) -> object:
        try:
            return order.give(driver, text, say)
        except ValueError:
            raise NotUnderstood(f"设备不明白这个内容，应填：{order.hint}") from None

    return trial


def _reached(device: Running, wanted: tuple[str, ...], line: Print) -> bool:
    for event in device.events(READY_BUDGET):
        if isinstance(event, DeviceState):
            line(state_line(event))
            if event.state in wanted:
                return True
    return False


def print_test(
    address: Address, profile: Profile, paper: str | None, folder: Path | None, line: Print
) -> bool:
    """Prints the test page or a sample of a paper, also on a printer that complains; true if it surely came out."""

    def trial(driver: Driver, say: Print) -> bool:
        assert isinstance(driver, Printer)
        outcome = driver.print_ticket(SAMPLES[paper] if paper else TEST_TICKET)
        say(RESULT[outcome.result] + (f"：{outcome.reason}" if outcome.reason else ""))
        return outcome.result == "printed"

    templates = read_templates(folder)
    for error in templates.errors:
        line(str(error))
    return try_out(
        lambda _: Printer(address, profile=profile, templates=templates), trial, line, even_if_faulty=True
    )


def monitor(
    family: Family, address: Address, line: Print, seconds: float | None, *, whole: bool = False
) -> bool:
    """Prints each frame, what the driver makes of it, and each state; true if it was ready at some time."""
    frames = Frames(family.explainer(), line, whole=whole)
    was_ready = False
    with suppress(KeyboardInterrupt), running(partial(family.listening, address), tapped=True) as device:
        for event in device.events(seconds):
            if isinstance(event, Passed):
                frames.passed(event.at, event.direction, event.data)
                continue
            frames.flush_if_quiet()
            if isinstance(event, DeviceState):
                was_ready |= event.state == "ready"
                frames.flush()
                line(state_line(event))
            elif isinstance(event, Said):
                line(f"※ {event.text}")
    frames.flush()
    return was_ready
