"""Made-up people for tests and demonstrations."""

from __future__ import annotations

from tinghao.drivers.card_reader.protocol import IdCard

DEMO_CARDS: tuple[IdCard, ...] = ()
