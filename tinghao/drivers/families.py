"""The families of devices, found by their folders.

A package beside this module with a `family.py` that holds one `FAMILY` is a family: commands, workbench
and the tests that every family has to pass find it here.  Nothing else has to be told of a new one.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import tinghao.drivers
from tinghao.drivers.base import Driver
from tinghao.drivers.emulated import Emulator
from tinghao.drivers.links import Direction, Link
from tinghao.drivers.ports import EmulatedPort, PtyPort, TcpPort
from tinghao.drivers.settings import Setting, SettingError

Say = Callable[[str], None]
"""Takes one sentence for the technician."""


class Explainer(Protocol):
    """Puts what passes on the wire into words.  Never says a name or an ID number in full."""

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        """The meaning of each frame that `data` completes, and of what was no frame."""


@dataclass(frozen=True)
class Order:
    """What somebody may tell a device in words (to show, to speak, to send), with a started driver that is ready.

    `hint` says what to type; `give` raises `ValueError` for a text that means nothing to the device,
    and gives back `False` if what was wished did not come about.
    """

    hint: str
    hint_en: str
    give: Callable[[Driver, str, Say], object]


@dataclass(frozen=True)
class Family:
    """`name` is as in commands: `card-reader`.

    driver      the class; its `kinds` are the addresses the family takes
    listening   takes an address and a `Say`: a driver that says what it hears; for `tinghao devices read` and `monitor`
    probe       asks over an open link; what answered (maker, number, state), `None` if nobody of this family did;
                the whole is `None` for devices that can't be asked
    explainer   for `monitor`
    emulator    takes an `EmulatedPort` and an `OnChange` or `None`; plugged in by the caller
    trial       does something harmless that can be seen or heard, with a started driver that is ready
                and gives back `False` if it failed
    order       does what somebody types, likewise
    settings    what differs between installations: keyword arguments of `listening` and `emulator`
    usb_ids     vendor and product of devices that are surely of this family
    make_port   for emulators that are neither behind a serial port nor a TCP port
    tried_on    the physical devices it has met, by maker and type
    """

    name: str
    title: str
    title_en: str
    driver: type[Driver]
    listening: Callable[..., Driver]
    probe: Callable[[Link], str | None] | None
    explainer: Callable[[], Explainer]
    emulator: Callable[..., Emulator]
    trial: Callable[[Driver, Say], object] | None = None
    order: Order | None = None
    settings: Mapping[str, Setting] = field(default_factory=dict)
    usb_ids: tuple[tuple[int, int], ...] = ()
    make_port: Callable[[Path], EmulatedPort] | None = None
    tried_on: tuple[str, ...] = ()

    def with_settings(self, given: Mapping[str, str]) -> Family:
        """The same family as it is installed here; `SettingError` if a setting is unknown or can't be so."""
        values = {name: self._read(name, text) for name, text in given.items()}
        listening, emulator = partial(self.listening, **values), partial(self.emulator, **values)
        return replace(self, listening=listening, emulator=emulator)

    def _read(self, name: str, text: str) -> Any:
        setting = self.settings.get(name)
        if setting is None:
            known = "、".join(self.settings) or "无"
            raise SettingError(f"{self.title}没有 {name} 这个设置，可用：{known}")
        try:
            return setting.read(text)
        except ValueError:
            raise SettingError(f"{name}={text} 不对，应写{setting.hint}") from None

    def port_in(self, folder: Path) -> EmulatedPort:
        """Where its emulator is plugged in when nobody says otherwise: something of its own in `folder`, or a TCP port."""
        if self.make_port:
            return self.make_port(folder)
        return PtyPort(folder / f"{self.name}.pty") if "serial" in self.driver.kinds else TcpPort()


@cache
def families() -> dict[str, Family]:
    """By name, in the order of their folders."""
    found = {}
    for module in pkgutil.iter_modules(tinghao.drivers.__path__, "tinghao.drivers."):
        if module.ispkg and find_spec(f"{module.name}.family"):
            family: Family = import_module(f"{module.name}.family").FAMILY
            found[family.name] = family
    return found
