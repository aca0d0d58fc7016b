"""A printer made of software."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Paper:
    """A piece that came out of the mouth."""

    lines: tuple[str, ...]
    qr: tuple[str, ...]
    cut: bool

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def image(self) -> Image.Image:
        raise NotImplementedError

    def png(self) -> bytes:
        raise NotImplementedError


class PrinterEmulator:
    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, width: int = 576,
                 on_change: Callable[[], None] | None = None) -> None:
        self.host = host
        self.port = port
        self.papers: list[Paper] = []
        self.plugged = False

    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def close(self) -> None: ...
    def paper_out(self) -> None: ...
    def paper_near_end(self) -> None: ...
    def load_paper(self) -> None: ...
    def open_cover(self) -> None: ...
    def close_cover(self) -> None: ...
