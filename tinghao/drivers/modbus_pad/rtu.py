"""Modbus RTU as far as pads need it: reading registers, writing several, on a serial line or through TCP.

    UNIT FUNC DATA.. | CRC_L CRC_H         CRC-16/MODBUS over all before it, low byte first

    03 / 04   read holding / input registers   ADDR COUNT               -> BYTES VALUE..
    10        write several                    ADDR COUNT BYTES VALUE.. -> ADDR COUNT
    FUNC+80   a refusal                                                 -> CODE

Values are big-endian, a frame ends with a silence of 3.5 characters, unit 0 is everybody and is not
answered.  The answer that was asked for is looked for in all that came: its unit, function and length are
known, so noise before it and the echo of an adapter that hears itself do no harm.  Single writes (06) are
not used: their answer is their own echo.

Why not pymodbus: its RTU framer takes a frame of any unit and length it has heard of, waits for the rest of
it, and drops everything when its CRC is wrong; on a noisy line the true answer goes with it.  The tests
hold this module and the emulator against it.

Source: MODBUS Application Protocol 1.1b3, MODBUS over Serial Line 1.02.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

FUNC_READ_HOLDING = 0x03
FUNC_READ_INPUT = 0x04
FUNC_WRITE_SEVERAL = 0x10
REFUSED = 0x80

UNITS = range(1, 248)

REFUSALS = {1: "不支持的功能", 2: "没有这个寄存器", 3: "数值不允许", 4: "设备故障", 6: "设备忙"}


Registers = tuple[int, ...]


@dataclass(frozen=True)
class Answer:
    """`refused` says why not; empty when it was done."""

    values: Registers = ()
    refused: str = ""


def refusal_text(code: int) -> str:
    return f"{REFUSALS.get(code, '拒绝')}（异常码 {code:02X}）"


def crc(data: bytes) -> bytes:
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


def with_crc(body: bytes) -> bytes:
    return body + crc(body)


def is_right(frame: bytes) -> bool:
    return len(frame) >= 4 and crc(frame[:-2]) == frame[-2:]


def read_request(unit: int, function: int, address: int, count: int) -> bytes:
    return with_crc(struct.pack(">BBHH", unit, function, address, count))


def write_request(unit: int, address: int, values: Sequence[int]) -> bytes:
    head = struct.pack(">BBHHB", unit, FUNC_WRITE_SEVERAL, address, len(values), 2 * len(values))
    return with_crc(head + registers_as_bytes(values))


def read_answer(came: bytes, request: bytes) -> Answer | None:
    unit, function, _, count = struct.unpack(">BBHH", request[:6])
    found = _find(came, bytes([unit, function, 2 * count]), 5 + 2 * count)
    return Answer(bytes_as_registers(found[3:-2])) if found else _refusal(came, unit, function)


def write_answer(came: bytes, request: bytes) -> Answer | None:
    return Answer() if _find(came, request[:6], 8) else _refusal(came, request[0], request[1])


def registers_as_bytes(values: Sequence[int]) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def bytes_as_registers(data: bytes) -> Registers:
    return struct.unpack(f">{len(data) // 2}H", data)


def _refusal(came: bytes, unit: int, function: int) -> Answer | None:
    found = _find(came, bytes([unit, function | REFUSED]), 5)
    return Answer(refused=refusal_text(found[2])) if found else None


def _find(came: bytes, start: bytes, length: int) -> bytes | None:
    at = came.find(start)
    while at >= 0:
        if len(came) >= at + length and is_right(came[at : at + length]):
            return came[at : at + length]
        at = came.find(start, at + 1)
    return None
