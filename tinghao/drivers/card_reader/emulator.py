"""A card reader made of software."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinghao.drivers.card_reader.protocol import IdCard


class CardReaderEmulator:
    """`start()` plugs it in; `close()` unplugs it for good; both also as `with`."""

    def __init__(self, link: Path, on_change: Callable[[], None] | None = None) -> None:
        self.link = link
        self.card: IdCard | None = None
        self.plugged = False

    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def close(self) -> None: ...
    def lay(self, card: IdCard) -> None: ...
    def lift(self) -> None: ...
    def fail_next_read(self, sw3: int = 0x41) -> None: ...
