"""The photo of a card is compressed ("WLT") for closed decoders, of which none is shipped.

Whoever has one plugs it in as a `PhotoDecoder`.  It is foreign code: it runs on a thread of its own, so that
neither what it raises nor how long it takes reaches the reader, and while one call of it hangs no other begins.
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from tinghao.drivers.native import waiting

log = logging.getLogger(__name__)


class PhotoDecoder(Protocol):
    """Makes a picture (BMP, PNG, JPEG: as the station wants it) of the card's 1024 bytes."""

    def decode(self, wlt: bytes) -> bytes: ...


class PatientDecoder:
    """Asks a decoder and waits no longer than `budget` seconds."""

    def __init__(self, decoder: PhotoDecoder, budget: float) -> None:
        self._decoder = decoder
        self._budget = budget
        self._at_work = threading.Lock()

    def decode(self, wlt: bytes) -> bytes:
        """The picture, or nothing."""
        if not wlt or not self._at_work.acquire(blocking=False):
            return b""
        pictures: list[bytes] = []
        done = threading.Event()
        threading.Thread(target=self._work, args=(wlt, pictures, done), name="photo", daemon=True).start()
        if not done.wait(self._budget):
            log.warning("the photo decoder takes longer than %.1f s", self._budget)
            return b""
        return pictures[0] if pictures else b""

    def _work(self, wlt: bytes, pictures: list[bytes], done: threading.Event) -> None:
        try:
            picture = waiting(self._decoder.decode, wlt)
            if isinstance(picture, bytes):
                pictures.append(picture)
        except Exception as error:
            log.error("the photo decoder raised %s", type(error).__name__)
        finally:
            self._at_work.release()
            done.set()
