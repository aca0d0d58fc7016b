"""The bad days an emulator can be told to have.

noise          rubbish before each answer
noise-inside   a foreign byte in the middle of each answer
slow           one byte at a time, 2 ms apart
late           each answer comes two seconds later
cut            the second half of each answer is missing
checksum       each answer's checksum is wrong
silence        no answer at all
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Literal, get_args

Fault = Literal["noise", "noise-inside", "slow", "late", "cut", "checksum", "silence"]
FAULTS: tuple[Fault, ...] = get_args(Fault)

NOISE = bytes.fromhex("AA 00 55 FF 7E")
BYTE_GAP = 0.002
LATENESS = 2.0

Piece = tuple[float, bytes]
"""Seconds to wait before it, and the bytes."""


def spoil_last_byte(frame: bytes) -> bytes:
    """Right for every frame that ends in its checksum."""
    return frame[:-1] + bytes([frame[-1] ^ 0x01])


def mangle(
    frame: bytes, faults: Set[Fault], spoil: Callable[[bytes], bytes] = spoil_last_byte
) -> list[Piece]:
    """What goes out instead of a frame."""
    if "silence" in faults or not frame:
        return []
    if "checksum" in faults:
        frame = spoil(frame)
    if "cut" in faults:
        frame = frame[: len(frame) // 2]
    if "noise-inside" in faults:
        middle = len(frame) // 2
        frame = frame[:middle] + NOISE[-1:] + frame[middle:]
    if "noise" in faults:
        frame = NOISE + frame
    wait = LATENESS if "late" in faults else 0.0
    if "slow" not in faults:
        return [(wait, frame)]
    return [(wait, frame[:1]), *((BYTE_GAP, bytes([byte])) for byte in frame[1:])]
